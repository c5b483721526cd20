"""The meeting point: a name that two sides of a conflict force into records that do not meet.

Facts and lines that bear on a name directly are its edges. Split the edges of one name into two halves; if what is
possible with the one half and what is possible with the other do not meet, the whole conflict is "these force it here,
those force it there". A line, pin or other fact that hangs on no record always makes such a half by itself, so a core
of two or more lines always has a meeting point; the question is only which reads best.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from envdoctor.analysis.familiar import obscurity
from envdoctor.analysis.fewest import distances_from, minimise
from envdoctor.model.facts import Constrains, Depends, fact_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.solving.oracle import Oracle, Possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict: lines and facts, and what they leave of the meeting point."""

    lines: tuple[int, ...]
    facts: frozenset[Fact]
    possible: Possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Two sides that leave nothing of a name in common."""

    name: PackageName
    sides: tuple[Side, Side]

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts of both sides."""
        return self.sides[0].facts | self.sides[1].facts


MOST_EDGES = 5
"""Up to so many edges of a name every split is tried; above, each edge against all others."""


def meetings(oracle: Oracle, core: Sequence[int], facts: frozenset[Fact]) -> Iterator[Meeting]:
    """Yield a meeting for every name and every split of its edges whose halves leave nothing in common."""
    lines = oracle.world.request.requirements
    names = {fact.target for fact in facts} | {lines[index].name for index in core}
    for name in sorted(names):
        incoming = sorted((fact for fact in facts if fact.target == name), key=fact_key)
        asking = [index for index in core if lines[index].name == name]
        for half in _halves([*asking, *incoming]):
            meeting = _meeting(oracle, core, facts, name, half)
            if meeting is not None:
                yield meeting


def _halves(edges: Sequence[int | Fact]) -> Iterator[frozenset[int | Fact]]:
    """One half of each way to split the edges in two."""
    if len(edges) < 2:  # noqa: PLR2004
        return
    if len(edges) > MOST_EDGES:
        yield from (frozenset([edge]) for edge in edges)
        return
    first, *others = edges
    for size in range(len(others)):
        for chosen in combinations(others, size):
            yield frozenset([first, *chosen])


def _meeting(
    oracle: Oracle, core: Sequence[int], facts: frozenset[Fact], name: PackageName, half: frozenset[int | Fact]
) -> Meeting | None:
    """The meeting at a name with one half of its edges on the one side and all others on the other; None if none."""
    requirements = oracle.world.request.requirements
    edges: set[int | Fact] = {fact for fact in facts if fact.target == name}
    edges |= {index for index in core if requirements[index].name == name}
    first_lines = [index for index in core if index not in edges - half]
    second_lines = [index for index in core if index not in half]
    first_facts, second_facts = facts - (edges - half), facts - half
    if not _holds_side(oracle, first_lines, first_facts) or not _holds_side(oracle, second_lines, second_facts):
        return None
    other = oracle.possible(name, second_lines, second_facts)
    first = _side(oracle, _Claim(name, tuple(first_lines), first_facts, other))
    if first is None:
        return None
    second = _side(oracle, _Claim(name, tuple(second_lines), second_facts, first.possible))
    return None if second is None else Meeting(name=name, sides=(first, second))


def _holds_side(oracle: Oracle, lines: Collection[int], facts: Collection[Fact]) -> bool:
    return oracle.satisfiable(lines, facts)


@dataclass(frozen=True, slots=True)
class _Claim:
    """That some lines and facts leave nothing of a name that `other` leaves."""

    name: PackageName
    lines: tuple[int, ...]
    facts: frozenset[Fact]
    other: Possible


def _side(oracle: Oracle, claim: _Claim) -> Side | None:
    """The side with no more lines and facts than its claim takes; None if the claim does not hold."""

    def refused(lines: Sequence[int], facts: Collection[Fact]) -> Collection[Fact] | None:
        return oracle.refused_meeting(claim.name, lines, facts, claim.other)

    if refused(claim.lines, claim.facts) is None:
        return None
    kept = list(claim.lines)
    for index in reversed(claim.lines):
        fewer = [line for line in kept if line != index]
        if refused(fewer, claim.facts) is not None:
            kept = fewer
    names = [oracle.world.request.requirements[index].name for index in kept]
    fewest = minimise(claim.facts, _farthest_first(claim.facts, names), lambda some: refused(kept, some))
    possible = oracle.possible(claim.name, kept, fewest)
    return Side(lines=tuple(kept), facts=fewest, possible=possible)


def _farthest_first(facts: Collection[Fact], names: Iterable[PackageName]) -> tuple[Fact, ...]:
    distances = distances_from(names, facts)

    def distance(fact: Fact) -> int:
        return distances.get(fact.source if isinstance(fact, (Depends, Constrains)) else fact.target, 0)

    return tuple(sorted(sorted(facts, key=fact_key), key=lambda fact: (-distance(fact), -obscurity(fact.target))))
