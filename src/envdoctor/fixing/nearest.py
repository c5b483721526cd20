"""The cheapest choice of one alternative for each of some lines that holds beside all others.

Alternatives are sorted by cost, so for one line it is the first that the oracles accept, found by halving: a span of
alternatives that is refused as a whole holds none. For several lines every choice is walked that could still be
cheaper than the best one found (branch and bound).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.fixing.loosening import cheapest_cost

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from envdoctor.fixing.joint import Joint
    from envdoctor.fixing.loosening import Alternative
    from envdoctor.model.specs import Requirement

    Groups = Sequence[tuple[Alternative, ...]]

MOST_CALLS = 500
"""Questions to the oracles for one set of lines. Then the best choice found so far has to do."""


def nearest(joint: Joint, written: Collection[Requirement], groups: Groups) -> tuple[Alternative, ...] | None:
    """Return the cheapest choice of one alternative a group that holds beside the lines as written; None if none."""
    if any(not group for group in groups):
        return None
    # Lines with few alternatives first: they leave the fewest choices to walk.
    order = sorted(range(len(groups)), key=lambda number: (len(groups[number]), number))
    search = _Search(joint, tuple(written), [groups[number] for number in order])
    found = search.best()
    if found is None:
        return None
    return tuple(choice for _, choice in sorted(zip(order, found, strict=True), key=lambda pair: pair[0]))


class _Search:
    def __init__(self, joint: Joint, written: tuple[Requirement, ...], groups: Groups) -> None:
        self._joint = joint
        self._written = written
        self._groups = groups
        self._last = joint.calls + MOST_CALLS
        self._best: tuple[Alternative, ...] | None = None
        self._cost = 0

    def best(self) -> tuple[Alternative, ...] | None:
        self._walk(())
        return self._best

    def _walk(self, chosen: tuple[Alternative, ...]) -> None:
        """Try all choices for the next group that could lead to something cheaper."""
        depth, spent = len(chosen), sum(one.cost for one in chosen)
        if depth == len(self._groups):
            self._best, self._cost = chosen, spent
            return
        group, rest = self._groups[depth], cheapest_cost(self._groups[depth + 1 :])
        start = 0
        while self._joint.calls < self._last or self._best is None:
            end = self._affordable(group, spent + rest)
            number = self._first(chosen, start, end)
            if number is None:
                return
            self._walk((*chosen, group[number]))
            start = number + 1

    def _affordable(self, group: Sequence[Alternative], spent: int) -> int:
        """How many of the group's alternatives could lead to something cheaper than the best choice."""
        if self._best is None:
            return len(group)
        return sum(one.cost + spent < self._cost for one in group)

    def _first(self, chosen: tuple[Alternative, ...], start: int, end: int) -> int | None:
        """The first alternative of the next group that holds, in a span."""
        if start >= end:
            return None
        depth = len(chosen)
        span = self._groups[depth][start:end]
        asked = [*((one,) for one in chosen), span, *self._groups[depth + 1 :]]
        if self._joint.clash(self._written, chosen=asked) is not None:
            return None
        if end - start == 1:
            return start
        middle = (start + end) // 2
        found = self._first(chosen, start, middle)
        return self._first(chosen, middle, end) if found is None else found
