"""Whether what a chain says is true of the records, read off the words as a user reads them.

`libgdal 3.8.5 → lz4-c <1.10` says: every libgdal 3.8.5 needs lz4-c, and only such that is below 1.10. A step marked as
joined says only that the dependency is there; that the rest follows takes the lines around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import versions
from envdoctor.engine.specs import matcher
from envdoctor.model.facts import Constrains, Depends
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.outcome import Chain, Conflict, Domain, Step
    from envdoctor.records.world import RecordId, World


def untrue_steps(world: World, conflict: Conflict) -> tuple[str, ...]:
    """Return what is wrong with the chains of a conflict, one phrase for each step that says what is not so."""
    return tuple(problem for chain in conflict.chains for problem in _untrue(world, chain))


def _untrue(world: World, chain: Chain) -> Iterator[str]:
    for before, step in zip(chain.steps, chain.steps[1:], strict=False):
        fact = step.fact
        if not isinstance(fact, (Depends, Constrains)) or fact.source != before.domain.name:
            continue
        sources = _meant(world, chain, before)
        said = f"{before.domain.name} {versions(before.domain)} → {step.domain.name}"
        speaking = [record for record in sources if _texts(world, record, fact)]
        if isinstance(fact, Depends) and len(speaking) < len(sources):
            silent = next(record for record in sources if record not in speaking)
            yield f"{said}: {world.record(silent)} does not need it"
        elif not step.joined and not is_virtual(step.domain.name):
            allowed = _within(world, step.domain)
            for record in speaking:
                matched = set.intersection(*(set(world.matching(text)) for text in _texts(world, record, fact)))
                outside = [other for other in matched if world.hidden(other) is None and other not in allowed]
                if outside:
                    yield f"{said}: {world.record(record)} would take {world.record(outside[0])}"
                    break


def _meant(world: World, chain: Chain, step: Step) -> tuple[RecordId, ...]:
    """The visible records that the words before an arrow speak of."""
    name = step.domain.name
    records = world.visible(name)
    if chain.start is not None and step is chain.steps[0]:
        index = world.request.requirements.index(chain.start)
        asked = set(world.matching_line(index))
        records = tuple(record for record in records if record in asked)
        if not step.joined:
            return records
    inside = _within(world, step.domain)
    return tuple(record for record in records if record in inside)


def _within(world: World, domain: Domain) -> frozenset[RecordId]:
    """The records of a name that a domain in words takes in."""
    records = set(world.candidates(domain.name))
    if domain.bound is not None:
        records &= set(world.matching(f"{domain.name} {domain.bound}"))
    else:
        ranges = [matcher(f"{domain.name} >={run.low},<={run.high}") for run in domain.ranges]
        records = {record for record in records if any(run.matches(world._natives[record]) for run in ranges)}
    if domain.builds is not None:
        records &= set(world.matching(f"{domain.name} * {domain.builds}"))
    return frozenset(records)


def _texts(world: World, record: RecordId, fact: Depends | Constrains) -> tuple[str, ...]:
    said = world.depends(record) if isinstance(fact, Depends) else world.constrains(record)
    return tuple(text for text, target in said if target == fact.target)
