"""Which lines have to give way: minimal sets after which everything holds, those of fewest lines first.

A line gives way by becoming its bare name, any version of any build. Only where even the bare names clash are packages
given up, by the same search one step up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.solving.hitting_sets import hitting_sets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from envdoctor.fixing.joint import Joint
    from envdoctor.model.specs import Requirement

MOST_GIVEN_UP = 6
"""Sets of packages to give up that are looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingWay:
    """A set of lines that mends everything: `loosened` ask for any version, `given_up` for nothing any more."""

    loosened: tuple[Requirement, ...]
    given_up: tuple[Requirement, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines give way."""
        return len(self.loosened) + len(self.given_up)


def corrections(joint: Joint) -> Iterator[GivingWay]:
    """Yield the minimal sets of lines that have to give way, the smallest first for each set of packages given up."""
    for given_up in _packages_given_up(joint):
        lines = [line for line in joint.lines if line not in given_up]
        for loosened in _loosened(joint, lines):
            yield GivingWay(loosened=loosened, given_up=given_up)


def _packages_given_up(joint: Joint) -> Iterator[tuple[Requirement, ...]]:
    """The smallest sets of lines without whose packages the bare names of the others hold; the empty one if it does."""

    def refuses(kept: Collection[Requirement]) -> frozenset[Requirement] | None:
        found = joint.clash((), kept)
        return None if found is None else found.loosened

    for number, found in enumerate(hitting_sets(joint.lines, refuses), start=1):
        yield found
        if number == MOST_GIVEN_UP:
            return


def _loosened(joint: Joint, lines: Sequence[Requirement]) -> Iterator[tuple[Requirement, ...]]:
    """The minimal sets of the lines that mend everything once they ask for any version."""
    movable = [line for line in lines if not line.spec.is_bare]
    fixed = [line for line in lines if line.spec.is_bare]

    def refuses(kept: Collection[Requirement]) -> frozenset[Requirement] | None:
        known = frozenset(kept)
        found = joint.clash([*fixed, *kept], [line for line in movable if line not in known])
        return None if found is None else found.written.intersection(known)

    yield from hitting_sets(movable, refuses)
