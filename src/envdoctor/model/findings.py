"""Findings of `check`: what is wrong or doubtful in a file, where, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Edit
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.locking import Staleness
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Place
    from envdoctor.model.python_support import PythonOnPlatform
    from envdoctor.model.records import VirtualPackage


class Severity(Enum):
    """How bad a finding is."""

    ERROR = "error"
    """It fails, leaks, or gives something else than is written."""
    WARNING = "warning"
    """It will fail, elsewhere or later, or is not what was meant."""
    INFO = "info"
    """Worth knowing; nothing fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a rule found. `edits` mend it; they are `safe` if the file means the same afterwards."""

    code: str
    kind: str
    severity: Severity
    message: str
    place: Place
    fix: str = ""
    edits: tuple[Edit, ...] = ()
    safe: bool = False

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """What orders findings: file, line, column, code."""
        return (self.place.file, self.place.line or 0, self.place.column or 0, self.code, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why a file cannot be read, in the words of its reader."""

    message: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules look at: one environment file or lock, its lines as text, and the circumstances.

    `environment` is None where the file is `unread`. `today` is an ISO day. `platforms` are those that the file, or
    else the target, is for; empty where nobody said.
    """

    file: str
    lines: tuple[str, ...]
    today: str
    environment: EnvironmentSpec | None = None
    unread: Unread | None = None
    lock: Lockfile | None = None
    """What the file holds, where it is a lockfile; then there is no environment."""
    diagnosis: Diagnosis | None = None
    """What `explain` found out about the file; None where it was not asked."""
    platforms: tuple[Subdir, ...] = ()
    machines: tuple[tuple[Subdir, tuple[VirtualPackage, ...]], ...] = ()
    """What somebody stated of the target machines (an image, a driver), by platform; empty where nobody did."""
    staleness: tuple[Staleness, ...] = ()
    """Why a lock is not what its inputs ask for, or cannot be installed any more."""
    pythons: tuple[PythonOnPlatform, ...] = ()
    """What python the lines leave; empty where the channels were not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsReport:
    """All findings, in order; `files` that were looked at, `ignored` findings that somebody accepted."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    """The lines of each file, for showing the place of a finding."""
    ignored: int = 0
    as_of: str = ""
    folder: str = ""
    """Where the run stood, for paths that are to be relative to it."""
