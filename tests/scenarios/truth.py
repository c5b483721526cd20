"""Whether what a story says is true of the records, read off the words as a user reads them.

`libgdal 3.8.5 → lz4-c <1.10` says: every libgdal 3.8.5 needs lz4-c, and only such that is below 1.10. A step marked as
joined says only that the dependency is there; that the rest follows takes the lines around it. `openssl 3.4.1 → leaves
libarrow 19.0.1 (build h1_0)` says: each of these versions has a build that takes openssl 3.4.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import versions
from envdoctor.engine.specs import matcher
from envdoctor.model.facts import Constrains, Depends
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from envdoctor.model.outcome import Chain, Conflict, Domain, Step, Unsatisfiable
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.oracle import Oracle


Sourced = Depends | Constrains
_SOME_BUILDS = re.compile(r"(\d+) of \d+ builds")
"""What a domain says of its builds where no pattern describes them."""


def untrue_steps(world: World, conflict: Conflict) -> tuple[str, ...]:
    """Return what is wrong with the chains of a conflict, one phrase for each step that says what is not so."""
    return tuple(problem for chain in conflict.chains for problem in _untrue(world, chain))


def broken_promises(oracle: Oracle, conflict: Conflict) -> tuple[str, ...]:
    """Return the lines of which it is said that the rest solves without them, though it does not."""
    lines = oracle.world.request.requirements
    promised = {
        line
        for hint in conflict.way_out
        if hint.endswith("and the rest solves.")
        for line in conflict.core
        if hint.startswith(("Leave out either line", "Leave out any one of these lines")) or line.text in hint
    }
    return tuple(
        line.text
        for line in conflict.core
        if line in promised and not oracle.satisfiable([index for index, other in enumerate(lines) if other != line])
    )


def wrong_corrections(oracle: Oracle, outcome: Unsatisfiable) -> tuple[str, ...]:
    """Return the corrections without which the rest does not solve, or that are larger than they need be."""
    lines = oracle.world.request.requirements
    problems = []
    for correction in outcome.corrections:
        kept = [index for index, line in enumerate(lines) if line not in correction]
        left_out = [index for index, line in enumerate(lines) if line in correction]
        if not oracle.satisfiable(kept):
            problems.append(f"without {left_out} the rest does not solve")
        problems += [f"{index} of {left_out} may stay" for index in left_out if oracle.satisfiable([*kept, index])]
    return tuple(problems)


def _untrue(world: World, chain: Chain) -> Iterator[str]:
    for before, step in zip(chain.steps, chain.steps[1:], strict=False):
        if not isinstance(step.fact, (Depends, Constrains)):
            continue
        said = f"{before.domain.name} {versions(before.domain)} → {step.domain.name}"
        meant = _meant(world, chain, before)
        if step.backward:
            assert step.fact.target == before.domain.name
            yield from (f"{said}: {problem}" for problem in _backward(world, meant, step, step.fact))
        else:
            assert step.fact.source == before.domain.name
            yield from (f"{said}: {problem}" for problem in _forward(world, meant, before, step, step.fact))


def _forward(world: World, sources: Sequence[RecordId], before: Step, step: Step, fact: Sourced) -> Iterator[str]:
    """What is wrong with saying that these records, or as many of them as is said, need or allow only those."""
    untrue = [problem for record in sources if (problem := _untrue_of(world, record, step, fact))]
    some = _SOME_BUILDS.fullmatch(before.domain.builds or "")
    if len(sources) - len(untrue) < (int(some[1]) if some else len(sources)):
        yield untrue[0]


def _untrue_of(world: World, record: RecordId, step: Step, fact: Sourced) -> str:
    if not _texts(world, record, fact):
        return f"{world.record(record)} says nothing of it"
    if step.joined or is_virtual(step.domain.name):
        return ""
    allowed = _within(world, step.domain)
    outside = [other for other in _taken(world, record, fact) if other not in allowed]
    return f"{world.record(record)} would take {world.record(outside[0])}" if outside else ""


def _backward(world: World, targets: Collection[RecordId], step: Step, fact: Sourced) -> Iterator[str]:
    """What is wrong with saying that these records leave those of the step: versions that they do not leave."""
    said = [record for record in sorted(_within(world, step.domain)) if world.hidden(record) is None]
    left = {
        world.version_of(record)
        for record in said
        if not _texts(world, record, fact) or any(other in targets for other in _taken(world, record, fact))
    }
    gone = [record for record in said if world.version_of(record) not in left]
    if gone:
        yield f"{world.record(gone[0])} takes none of them"


def _taken(world: World, record: RecordId, fact: Sourced) -> list[RecordId]:
    """The visible records of the fact's target that all texts of a record match."""
    matched = set.intersection(*(set(world.matching(text)) for text in _texts(world, record, fact)))
    return sorted(other for other in matched if world.hidden(other) is None)


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
    if domain.builds is not None and not _SOME_BUILDS.fullmatch(domain.builds):
        records &= set(world.matching(f"{domain.name} * {domain.builds}"))
    return frozenset(records)


def _texts(world: World, record: RecordId, fact: Sourced) -> tuple[str, ...]:
    said = world.depends(record) if isinstance(fact, Depends) else world.constrains(record)
    return tuple(text for text, target in said if target == fact.target)
