"""What uploads did to an environment between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.dependencies import Way
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import Moved
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice
    from envdoctor.model.records import Record


class Turn(Enum):
    """What became of an environment between two moments."""

    BROKE = "broke"
    """It solved, and does not any more."""
    MENDED = "mended"
    """It did not solve, and does now."""
    CHANGED = "changed"
    """It solves to something else."""
    SAME = "same"
    """It solves to the same."""
    NEVER = "never"
    """It solves at neither moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A line that keeps an upload out; `proven` where the environment was solved with it and is free of the upload."""

    line: str
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """What happened on one platform.

    `moment` is the upload's, in milliseconds since 1970 (UTC); `uploads` are all records of that moment that the
    environment can reach. `way` leads from a line to the first of them, where one is in the solution. `last_good` is
    the last moment found at which it solved, for an environment that solves at neither end.
    """

    platform: Subdir
    turn: Turn
    moment: int | None = None
    uploads: tuple[Record, ...] = ()
    moved: tuple[Moved, ...] = ()
    way: Way | None = None
    bound: Bound | None = None
    diagnosis: Diagnosis | None = None
    last_good: int | None = None
    gone: tuple[str, ...] = ()
    """What of the good lock no channel has any more, or reads differently now."""
    undated: int = 0
    """Records without a time stamp, which are left out at every moment."""
    solves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened between `good` and `bad`, both in milliseconds since 1970 (UTC)."""

    name: str
    good: tuple[tuple[Subdir, int], ...]
    bad: int
    turnings: tuple[Turning, ...]
    package: str | None = None
    notices: tuple[Notice, ...] = ()
