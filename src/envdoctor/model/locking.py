"""What comes of locking an environment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.lockfile import NotLocked
    from envdoctor.model.names import Subdir
    from envdoctor.model.outcome import Check
    from envdoctor.model.place import Notice
    from envdoctor.model.records import VirtualPackage
    from envdoctor.model.specs import PipRequirement, Requirement


class Fate(Enum):
    """What became of a file that was to be written."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """It already held exactly this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A package that is not what the lock before had. `before` and `after` are versions with builds; None for none."""

    name: str
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPlatform:
    """What was locked for one platform: how many packages of each manager, for which machine, and what moved.

    `moved` is None where there was no lock before, or it was not looked at.
    """

    platform: Subdir
    conda: int
    pip: int
    virtual_packages: tuple[VirtualPackage, ...]
    check: Check | None
    """What the second engine said; None where the user's own solver solved."""
    moved: tuple[Moved, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file of the lock."""

    path: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReport:
    """An environment that was locked, with everything that the user should know of it."""

    sources: tuple[str, ...]
    files: tuple[WrittenFile, ...]
    platforms: tuple[LockedPlatform, ...]
    not_locked: tuple[NotLocked, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRefusal:
    """Why nothing was locked although the conda part solves: the pip part, or the user's own solver.

    `kind` is a stable slug: `conda-vs-pip`, `pip`, `solver`. `headline` is a sentence or two; `details` are lines
    below it.
    """

    kind: str
    platform: Subdir
    sources: tuple[str, ...]
    headline: str
    details: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    pip_lines: tuple[PipRequirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """One reason for which a lockfile is not what its inputs ask for, in one sentence.

    `kind` is a stable slug; `platform` is None for what concerns all.
    """

    kind: str
    message: str
    platform: Subdir | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Whether a lockfile is what its inputs ask for and can be installed; `reasons` are empty if so."""

    lockfile: str
    sources: tuple[str, ...]
    platforms: tuple[Subdir, ...]
    packages: int
    reasons: tuple[Staleness, ...]
    unchecked: tuple[str, ...] = ()
    """What was not looked at, in words (`--offline`)."""
    notices: tuple[Notice, ...] = ()
