"""What a change costs the user: the one table by which fixes are ranked.

A cost is the sum over the changes of a fix. The weights are so far apart that the first reason decides before the next
is looked at: the number of lines, then the kind and size of the change, then its distance, python, age and direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.fixes import FixKind

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE = 1000
"""Each change has to be understood and agreed to, so one larger change is better than two small ones."""

KIND: dict[FixKind, int] = {
    FixKind.DUPLICATE: 5,  # the package stays, and another line says already which one
    FixKind.BUILD: 10,  # the same version, built otherwise
    FixKind.PATCH: 20,  # mends only, if the project keeps its promise
    FixKind.MINOR: 80,  # new features, some code may have to follow
    FixKind.MAJOR: 160,  # code has to follow
    FixKind.VARIANT: 200,  # a CPU build in the place of one for GPUs, another BLAS or MPI
    FixKind.NAME: 240,  # another package by name, though mostly the one that was meant
    FixKind.CHANNEL: 320,  # other people build the packages, which is a matter of trust
    FixKind.PRIORITY: 330,  # channels get mixed for every package, not for one
    FixKind.EXCLUDE_NEWER: 340,  # lets in all that was built in between
    FixKind.VIRTUAL_PACKAGE: 350,  # true only if the machine is like that, which cannot be checked here
    FixKind.PIP: 360,  # the package gets out of the solver's sight
    FixKind.ELSEWHERE: 400,  # nothing is lost on this platform, but the line is gone for the others
    FixKind.ROOTS: 800,  # the file is written anew
    FixKind.SELECTOR: 4000,  # one platform does without: after what helps on all, up to four lines
    FixKind.PLATFORM: 4500,  # one platform gets nothing at all, or an emulated one
    FixKind.DROP: 5000,  # the user loses something that they asked for: after everything else, however many lines
}
"""The size of a change, by its kind."""

FURTHER = {FixKind.PATCH: (2, 38), FixKind.MINOR: (4, 56), FixKind.MAJOR: (6, 54)}
"""For each series of versions that lies between: its weight, and the most that all of them weigh, so that a far change
never weighs as much as one of the next kind."""

PYTHON = 15
"""Another python changes every package that is built for it."""

YEAR = 2
"""For each year that the versions are older than the newest ones: old versions get no mends."""

MOST_YEARS = 6

DOWN = 1
"""Where the way up is as short as the way down, up is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is weighed of one change. `steps` counts the series of versions from the old one to the new one."""

    kind: FixKind
    steps: int = 1
    down: bool = False
    of_python: bool = False
    years_older: float = 0.0


def weight(change: Change) -> int:
    """Return what one change costs."""
    each, most = FURTHER.get(change.kind, (0, 0))
    further = min(max(change.steps - 1, 0) * each, most)
    years = min(int(change.years_older), MOST_YEARS) * YEAR
    python = PYTHON if change.of_python and change.kind in FURTHER else 0
    return LINE + KIND[change.kind] + further + years + python + (DOWN if change.down else 0)


def largest(kinds: Iterable[FixKind]) -> FixKind:
    """Return the kind that a fix of several changes is called by: that of its largest change."""
    return max(kinds, key=lambda kind: KIND[kind])
