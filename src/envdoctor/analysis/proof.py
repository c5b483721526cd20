"""The facts of a conflict as sentences, in an order in which each speaks of names already met: the full proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.chains import dead_end_words, dependency_texts
from envdoctor.analysis.domains import domain
from envdoctor.analysis.fewest import distances_from
from envdoctor.analysis.wording import listed, placed, versions
from envdoctor.model.facts import Constrains, Depends, HiddenByPriority, NewerThanCutoff, Pinned, fact_key
from envdoctor.solving.oracle import Possible

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World

MOST_CASES = 4


def fact_sentences(world: World, core: Sequence[int], facts: Collection[Fact]) -> tuple[str, ...]:
    """Return the lines of a core and each fact in a sentence; together they leave nothing."""
    requirements = world.request.requirements
    names = [requirements[index].name for index in core]
    distances = distances_from(names, facts)

    def order(fact: Fact) -> tuple[int, tuple[str, str, str]]:
        begin = fact.source if isinstance(fact, (Depends, Constrains)) else fact.target
        return (distances.get(begin, 0), fact_key(fact))

    asked = [_line_sentence(world, index) for index in core]
    return (*asked, *(sentence for fact in sorted(facts, key=order) for sentence in _sentences(world, core, fact)))


def _line_sentence(world: World, index: int) -> str:
    line = world.request.requirements[index]
    records = [record for record in world.matching_line(index) if world.hidden(record) is None]
    if not records:
        return f"{placed(line)}: no visible record matches"
    left = domain(world, line.name, Possible(records=frozenset(records), absent=False))
    return f"{placed(line)}: {line.name} {versions(left)}"


def _sentences(world: World, core: Sequence[int], fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, (Depends, Constrains)):
        return _cases(world, core, fact)
    if isinstance(fact, Pinned):
        return (f"pin {fact.pin.text} ({fact.pin.origin})",)
    if isinstance(fact, (HiddenByPriority, NewerThanCutoff)):
        hidden = [record for record in world.candidates(fact.target) if world.hidden(record) == fact]
        left = domain(world, fact.target, Possible(records=frozenset(hidden), absent=False))
        channels = listed(sorted({world.channel_of(record) for record in hidden}))
        why = "strict channel priority" if isinstance(fact, HiddenByPriority) else "--exclude-newer"
        return (f"{why} hides {fact.target} {versions(left)} of {channels}",)
    return (dead_end_words(world, fact, ()),)


def _cases(world: World, core: Sequence[int], fact: Depends | Constrains) -> tuple[str, ...]:
    """What the records of a name say of another, those that say the same together."""
    verb = "needs" if isinstance(fact, Depends) else "allows only"
    groups: dict[tuple[str, ...], set[RecordId]] = {}
    for record in _speaking(world, core, fact.source):
        groups.setdefault(dependency_texts(world, fact, (record,)), set()).add(record)
    told = [
        f"{fact.source} {_versions(world, fact.source, records)} {verb} {listed(texts)}"
        for texts, records in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        if texts
    ]
    if len(told) <= MOST_CASES:
        return tuple(told)
    rest = len(told) - MOST_CASES + 1
    return (*told[: MOST_CASES - 1], f"{fact.source}: {rest} more such requirements on {fact.target}")


def _speaking(world: World, core: Sequence[int], name: PackageName) -> tuple[RecordId, ...]:
    """The records of a name that can matter: those that a line of the core asks for, else all that are visible."""
    asked = [
        record
        for index in core
        if world.request.requirements[index].name == name
        for record in world.matching_line(index)
    ]
    return tuple(record for record in asked or world.candidates(name) if world.hidden(record) is None)


def _versions(world: World, name: PackageName, records: Collection[RecordId]) -> str:
    return versions(domain(world, name, Possible(records=frozenset(records), absent=False)))
