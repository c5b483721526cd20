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
from envdoctor.model.facts import Constrains, Depends, Missing, VirtualPackageIs, fact_key
from envdoctor.solving.oracle import Oracle, Possible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a conflict: lines and facts, and what they leave of the meeting point. `within` as in `few_facts`."""

    lines: tuple[int, ...]
    facts: frozenset[Fact]
    possible: Possible


DeadEnd = Missing | VirtualPackageIs


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Two sides that leave nothing of a name in common; or one side that needs what is not there, a dead end."""

    name: PackageName
    sides: tuple[Side, ...]
    dead_end: DeadEnd | None = None

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts of all sides, and the dead end."""
        facts = {fact for side in self.sides for fact in side.facts}
        return frozenset(facts if self.dead_end is None else {*facts, self.dead_end})


@dataclass(frozen=True, slots=True)
class Question:
    """A core in question: its lines, and the records within which a case is looked at (None: no distinction)."""

    core: tuple[int, ...]
    within: frozenset[RecordId] | None = None


MOST_MORE_FACTS = 2
"""A set with more facts than the best story plus this is not looked at: it could hardly read better."""

MOST_EDGES = 5
"""Up to so many edges of a name every split is tried; above, each edge against all others."""


def best_meeting(world: World, question: Question, sets: Sequence[frozenset[Fact]]) -> Meeting | None:
    """Return the meeting point that reads best over some minimal sets of facts; None where no set has one."""
    best: Meeting | None = None
    for facts in sorted(sets, key=lambda some: (len(some), sorted(map(fact_key, some)))):
        if best is not None and len(facts) > len(best.facts) + MOST_MORE_FACTS:
            break
        for meeting in (*_dead_ends(question, facts), *_meetings(Oracle(world, facts), question, facts)):
            if best is None or _cost(meeting) < _cost(best):
                best = meeting
    return best


def _cost(meeting: Meeting) -> tuple[int, int, int, int, str]:
    """What a reader pays: lines on both sides, facts in all with an allowance for known names, the longer chain."""
    lengths = [len(side.facts) for side in meeting.sides]
    obscure = obscurity(meeting.name)
    # A second dead end on the way means that the story is one of cases, each with an end of its own.
    ends = sum(1 for fact in meeting.facts if isinstance(fact, (Missing, VirtualPackageIs)))
    return (
        _shared_lines(meeting),
        sum(lengths) + (obscure + 2) // 3 + max(ends - 1, 0),
        max(lengths),
        obscure,
        meeting.name,
    )


def _shared_lines(meeting: Meeting) -> int:
    """How many lines stand on both sides, where there is more than one line: such a story is hard to follow."""
    lines = [set(side.lines) for side in meeting.sides]
    if len({line for side in lines for line in side}) == 1:
        return 0
    return len(set.intersection(*lines)) if len(lines) > 1 else 0


def _dead_ends(question: Question, facts: frozenset[Fact]) -> Iterator[Meeting]:
    for fact in sorted(facts, key=fact_key):
        if isinstance(fact, (Missing, VirtualPackageIs)):
            rest = facts - {fact}
            side = Side(lines=question.core, facts=rest, possible=Possible(records=frozenset(), absent=False))
            yield Meeting(name=fact.target, sides=(side,), dead_end=fact)


def _meetings(oracle: Oracle, question: Question, facts: frozenset[Fact]) -> Iterator[Meeting]:
    lines = oracle.world.request.requirements
    names = {fact.target for fact in facts} | {lines[index].name for index in question.core}
    for name in sorted(names):
        incoming = sorted((fact for fact in facts if fact.target == name), key=fact_key)
        asking = [index for index in question.core if lines[index].name == name]
        for half in _halves([*asking, *incoming]):
            meeting = _meeting(oracle, question, facts, name, half)
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
    oracle: Oracle, question: Question, facts: frozenset[Fact], name: PackageName, half: frozenset[int | Fact]
) -> Meeting | None:
    """The meeting at a name with one half of its edges on the one side and all others on the other; None if none."""
    requirements = oracle.world.request.requirements
    edges: set[int | Fact] = {fact for fact in facts if fact.target == name}
    edges |= {index for index in question.core if requirements[index].name == name}
    first_lines = [index for index in question.core if index not in edges - half]
    second_lines = [index for index in question.core if index not in half]
    first_facts, second_facts = facts - (edges - half), facts - half
    if not _holds_side(oracle, first_lines, first_facts, question) or not _holds_side(
        oracle, second_lines, second_facts, question
    ):
        return None
    other = oracle.possible(name, second_lines, second_facts, question.within)
    first = _side(oracle, question, _Claim(name, tuple(first_lines), first_facts, other))
    if first is None:
        return None
    second = _side(oracle, question, _Claim(name, tuple(second_lines), second_facts, first.possible))
    return None if second is None else Meeting(name=name, sides=(first, second))


def _holds_side(oracle: Oracle, lines: Collection[int], facts: Collection[Fact], question: Question) -> bool:
    return oracle.satisfiable(lines, facts, question.within)


@dataclass(frozen=True, slots=True)
class _Claim:
    """That some lines and facts leave nothing of a name that `other` leaves."""

    name: PackageName
    lines: tuple[int, ...]
    facts: frozenset[Fact]
    other: Possible


def _side(oracle: Oracle, question: Question, claim: _Claim) -> Side | None:
    """The side with no more lines and facts than its claim takes; None if the claim does not hold."""

    def refused(lines: Sequence[int], facts: Collection[Fact]) -> Collection[Fact] | None:
        return oracle.refused_meeting(claim.name, lines, facts, claim.other, question.within)

    if refused(claim.lines, claim.facts) is None:
        return None
    kept = list(claim.lines)
    for index in reversed(claim.lines):
        fewer = [line for line in kept if line != index]
        if refused(fewer, claim.facts) is not None:
            kept = fewer
    names = [oracle.world.request.requirements[index].name for index in kept]
    fewest = minimise(claim.facts, _farthest_first(claim.facts, names), lambda some: refused(kept, some))
    possible = oracle.possible(claim.name, kept, fewest, question.within)
    return Side(lines=tuple(kept), facts=fewest, possible=possible)


def _farthest_first(facts: Collection[Fact], names: Iterable[PackageName]) -> tuple[Fact, ...]:
    distances = distances_from(names, facts)

    def distance(fact: Fact) -> int:
        return distances.get(fact.source if isinstance(fact, (Depends, Constrains)) else fact.target, 0)

    return tuple(sorted(sorted(facts, key=fact_key), key=lambda fact: (-distance(fact), -obscurity(fact.target))))
