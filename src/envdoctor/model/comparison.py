"""What two lockfiles, or two environments as they solve, have in common and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.lockfile import LockedPackage, Manager
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice, Place


class Part(Enum):
    """In what two packages of one name differ."""

    VERSION = "version"
    BUILD = "build"
    CHANNEL = "channel"
    URL = "url"
    """Another address, which version, build and channel do not account for."""
    HASH = "hash"
    """Other contents under the same name."""


class Turn(Enum):
    """Where a version went, in the order that conda has for versions."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


class DirectFrom(Enum):
    """How it is known which packages are asked for directly. The values are words for reports."""

    ENVIRONMENT = "the lines of the file"
    NOTES = "the lines that the lock notes"
    SOURCES = "the sources of the lock"
    ROOTS = "what no other package needs"
    UNKNOWN = "unknown, since an explicit list has no dependencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectLine:
    """A line by which the user asks for a package; `platforms` is None where it counts on all."""

    name: str
    manager: Manager
    text: str
    place: Place | None = None
    platforms: tuple[Subdir, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two things that are compared.

    `name` is how the user called it. `lines` are what the user asks for, as far as known; where nobody has told, they
    are empty and `direct_from` is `ROOTS` or `UNKNOWN`. `pip_solved` is False for an environment file with pip lines,
    which stand as packages with the version as it is written, and None for one without.
    """

    name: str
    platforms: tuple[Subdir, ...]
    packages: tuple[LockedPackage, ...]
    direct_from: DirectFrom
    lines: tuple[DirectLine, ...] = ()
    pip_solved: bool | None = True
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a package: another package, or with `by` None a line. `text` is the dependency or the line.

    `rules_out` tells that the text does not allow what the other side had, so that the package had to change.
    """

    text: str
    by: LockedPackage | None = None
    place: Place | None = None
    rules_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A package that is not the same on both sides. `before` or `after` is None where a side has none.

    `direct` is None where neither side tells. `askers` are those of the new side, for a package that is gone those of
    the old one; lines first, then those that rule out what was there before.
    """

    name: str
    manager: Manager
    before: LockedPackage | None
    after: LockedPackage | None
    parts: tuple[Part, ...] = ()
    turn: Turn | None = None
    direct: bool | None = None
    askers: tuple[Asker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformComparison:
    """The changes on one platform, ordered by manager and name, and how many packages are the same."""

    platform: Subdir
    changes: tuple[Change, ...]
    same: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything in which two sides differ."""

    before: Side
    after: Side
    platforms: tuple[PlatformComparison, ...]
    only_before: tuple[Subdir, ...] = ()
    only_after: tuple[Subdir, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether there is any difference."""
        return bool(self.only_before or self.only_after or any(one.changes for one in self.platforms))
