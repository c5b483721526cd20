"""Which python versions the lines of an environment support."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice
    from envdoctor.model.specs import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Lines that leave no version of a python series; without any one of them the others do.

    `since` says since when, or until when, the one line's package goes with the series, as far as its records tell;
    empty where they do not. No lines: the machine, a pin, or python's own records leave none.
    """

    lines: tuple[Requirement, ...]
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSeries:
    """A series of python such as 3.12: whether the lines on python ask for it, and what excludes it otherwise."""

    series: str
    newest: str
    asked: bool
    excluded_by: tuple[Exclusion, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether all lines that are not on python go with it."""
        return not self.excluded_by


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonOnPlatform:
    """The series that a platform's channels have, the newest first."""

    platform: Subdir
    series: tuple[PythonSeries, ...]

    @property
    def fitting(self) -> tuple[PythonSeries, ...]:
        """Those that all lines go with, the lines on python included."""
        return tuple(one for one in self.series if one.supported and one.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonReport:
    """What python an environment can have. `asked` are its lines on python itself."""

    name: str
    asked: tuple[Requirement, ...]
    platforms: tuple[PythonOnPlatform, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether one series fits on all platforms."""
        return bool(self.platforms) and bool(
            frozenset.intersection(*(frozenset(one.series for one in each.fitting) for each in self.platforms))
        )
