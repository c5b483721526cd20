"""Few facts that still forbid a core: what an explanation has to name, and nothing more.

Facts near the user's lines come first: the facts up to one step away, up to two, and so on, until they forbid the core;
of those, each is dropped without which they still do. There are often several minimal sets. A handful is made, by
dropping in different orders and by doing without each fact of the first set in turn, and the story decides which reads
best (`analysis.meeting`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.familiar import obscurity
from envdoctor.model.facts import Constrains, Depends, HiddenByPriority, Missing, NewerThanCutoff, fact_key
from envdoctor.solving.oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName


MOST_SETS = 8
MOST_ONE_BY_ONE = 120
"""Up to so many facts are dropped singly, the obscure ones first, without the shortcut of cores: slow, but it leaves
the names that a person knows."""


@dataclass(frozen=True, slots=True)
class _Near:
    """Facts that begin near the lines and forbid the core, and those of them that a first refusal named."""

    facts: frozenset[Fact]
    refused: frozenset[Fact]


def few_facts(oracle: Oracle, core: Sequence[int]) -> tuple[frozenset[Fact], ...]:
    """Return some minimal sets of facts that forbid the lines of a core, without doubles.

    `oracle` is the one that judged the whole file, since it has met most of what is asked about; dropping is done in
    small ones of their own, which know of nothing else and answer quicker.
    """
    near = _near_facts(oracle, core)
    if near is None:
        raise ValueError("the lines are no core: they can hold together")
    distances = _distances(oracle, core)
    found: list[frozenset[Fact]] = []

    def add(facts: Collection[Fact], orders: Sequence[Sequence[Fact]], *, refine: bool = True) -> None:
        scoped = Oracle(oracle.world, facts)
        for order in orders:
            fewest = minimise(facts, order, _refuser(scoped, core, refine=refine))
            if fewest not in found:
                found.append(fewest)

    add(near.refused, _orders(near.refused, distances)[:3])
    if len(near.facts) <= MOST_ONE_BY_ONE:
        add(near.facts, _orders(near.facts, distances)[1:2], refine=False)
    for fact in sorted(found[0], key=fact_key):
        if len(found) < MOST_SETS:
            other = oracle.refusal(core, near.facts - {fact})
            if other is not None:
                add(other.facts, _orders(other.facts, distances)[:1])
    return tuple(found)


def distances_from(names: Iterable[PackageName], facts: Iterable[Fact]) -> Mapping[PackageName, int]:
    """Return for each name that the facts reach how many steps it is away from the names given."""
    following: dict[PackageName, list[PackageName]] = {}
    for fact in facts:
        if isinstance(fact, (Depends, Constrains)):
            following.setdefault(fact.source, []).append(fact.target)
    distances = dict.fromkeys(names, 0)
    waiting = deque(distances)
    while waiting:
        name = waiting.popleft()
        for target in following.get(name, ()):
            if target not in distances:
                distances[target] = distances[name] + 1
                waiting.append(target)
    return distances


def minimise(
    facts: Collection[Fact], order: Sequence[Fact], refused_with: Callable[[Collection[Fact]], Collection[Fact] | None]
) -> frozenset[Fact]:
    """Drop facts in the order given as long as the refusal stands.

    `refused_with` returns those of some facts that already refuse, or None if they no longer do.
    """
    kept = set(facts)
    for fact in order:
        if fact in kept:
            smaller = refused_with(kept - {fact})
            if smaller is not None:
                kept = set(smaller)
    return frozenset(kept)


def _distances(oracle: Oracle, core: Sequence[int]) -> Mapping[PackageName, int]:
    return distances_from([oracle.world.request.requirements[index].name for index in core], oracle.encoding.facts())


def _near_facts(oracle: Oracle, core: Sequence[int]) -> _Near | None:
    """Facts that forbid the core and begin as few steps from its lines as can be; None where nothing else does."""
    reach = 0
    while True:
        distances = _distances(oracle, core)
        everything = oracle.encoding.facts()
        begins = {fact: _begins(fact, distances) for fact in everything}
        near = [fact for fact in everything if begins[fact] <= reach]
        refusal = oracle.refusal(core, near)
        if refusal is not None:
            return _Near(frozenset(near), refusal.facts)
        if len(oracle.encoding.facts()) == len(everything):
            farther = [begin for begin in begins.values() if reach < begin < _FAR]
            if not farther:
                return None
            reach = min(farther)


def _begins(fact: Fact, distances: Mapping[PackageName, int]) -> int:
    """How many steps from the lines a fact begins. One that hangs on no record begins where its name is reached."""
    if isinstance(fact, (Depends, Constrains)):
        return distances.get(fact.source, _FAR)
    return max(distances.get(fact.target, _FAR) - 1, 0)


_FAR = 10_000


def _refuser(
    oracle: Oracle, core: Sequence[int], *, refine: bool
) -> Callable[[Collection[Fact]], Collection[Fact] | None]:
    """Asks whether some facts still forbid the core; `refine` answers with those of them that already do."""

    def refused_with(some: Collection[Fact]) -> Collection[Fact] | None:
        refusal = oracle.refusal(core, some)
        if refusal is None:
            return None
        return refusal.facts if refine else some

    return refused_with


def _orders(facts: Collection[Fact], distances: Mapping[PackageName, int]) -> tuple[tuple[Fact, ...], ...]:
    """Orders in which to drop: what reads worst goes first, so that what reads best is left."""

    def circumstance(fact: Fact) -> int:
        # A conflict that stands without hidden, new or missing records is the more fundamental one.
        return 0 if isinstance(fact, (HiddenByPriority, NewerThanCutoff, Missing)) else 1

    def far(fact: Fact) -> int:
        return -distances.get(fact.source if isinstance(fact, (Depends, Constrains)) else fact.target, 0)

    ordered = sorted(facts, key=fact_key)
    return (
        tuple(sorted(ordered, key=lambda fact: (circumstance(fact), far(fact), -obscurity(fact.target)))),
        tuple(sorted(ordered, key=lambda fact: (circumstance(fact), -obscurity(fact.target), far(fact)))),
        tuple(sorted(ordered, key=lambda fact: (-circumstance(fact), far(fact), -obscurity(fact.target)))),
        tuple(sorted(ordered, key=lambda fact: (circumstance(fact), far(fact)))),
    )
