"""From an unsatisfiable request to its conflicts: every minimal core, proven with few facts and told on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.chains import chains
from envdoctor.analysis.cores import minimal_cores
from envdoctor.analysis.fewest import few_facts
from envdoctor.analysis.groups import Telling, tell_together
from envdoctor.analysis.headlines import Told, headline
from envdoctor.analysis.kinds import kind_of
from envdoctor.analysis.proof import fact_sentences
from envdoctor.analysis.reasons import reason_of
from envdoctor.analysis.sightings import sightings_of_build, sightings_of_name, sightings_of_version
from envdoctor.analysis.story import best_story
from envdoctor.analysis.ways_out import way_out
from envdoctor.analysis.wording import chain_lines, listed
from envdoctor.model.facts import HiddenByPriority, Missing, NewerThanCutoff, fact_key
from envdoctor.model.names import is_virtual
from envdoctor.model.outcome import Conflict, Kind, Sighting, Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.analysis.cores import Cores
    from envdoctor.analysis.story import Story
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement
    from envdoctor.records.elsewhere import Elsewhere
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.oracle import Oracle


MOST_TOLD = 8
"""Cores that a short report explains, beside the lines that nothing matches; more would not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the analysis asks: the oracle of one world, and where else names are to be found."""

    oracle: Oracle
    elsewhere: Elsewhere
    proof: bool = True
    """Whether everything is wanted: all cores explained, with full proofs. That takes time, and short reports do not
    show it."""

    @property
    def world(self) -> World:
        """The oracle's world."""
        return self.oracle.world


def explain(tools: Tools) -> Unsatisfiable:
    """Return all conflicts of a request that the oracle refuses, those of fewer lines first."""
    request = tools.world.request
    cores = minimal_cores(tools.oracle, range(len(request.requirements)))
    _look_elsewhere_once(tools, cores)
    told = cores.cores if tools.proof else _shortest(tools.world, cores.cores)
    tellings = [_telling(tools, core, cores) for core in told]
    return Unsatisfiable(
        request=request,
        conflicts=tell_together(tellings),
        untold=tuple(
            tuple(request.requirements[index] for index in core) for core in cores.cores if core not in set(told)
        ),
        corrections=tuple(
            tuple(request.requirements[index] for index in correction) for correction in cores.corrections
        ),
        complete=cores.complete,
    )


def _shortest(world: World, cores: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """The cores that a short report tells: all lines that nothing matches, and some of the others, shortest first."""
    hopeless = [core for core in cores if len(core) == 1 and not world.matching_line(core[0])]
    others = [core for core in cores if core not in set(hopeless)]
    return (*hopeless, *others[:MOST_TOLD])


def _telling(tools: Tools, core: tuple[int, ...], cores: Cores) -> Telling:
    world = tools.world
    story = best_story(world, core, few_facts(tools.oracle, core))
    lines = tuple(world.request.requirements[index] for index in core)
    kind = kind_of(world, tools.elsewhere, core, story)
    told = Told(
        world=world,
        kind=kind,
        lines=lines,
        facts=story.facts,
        chains=chains(world, story, _elsewhere(tools, story.facts)),
        meeting_point=story.meeting_point,
        split=story.split,
        sightings=_sightings(tools, kind, lines, story.facts),
        wanted=_wanted(world, story),
    )
    proof = fact_sentences(world, core, story.facts) if tools.proof or not story.parts else ()
    reason = reason_of(world, story)
    conflict = Conflict(
        kind=kind,
        core=lines,
        facts=tuple(sorted(story.facts, key=fact_key)),
        chains=told.chains,
        meeting_point=told.meeting_point,
        sightings=told.sightings,
        headline=headline(told),
        details=(*_details(told, story, proof), *([f"({reason})"] if reason else ())),
        way_out=way_out(told, _single_corrections(world, cores) if len(cores.cores) == 1 else ()),
        proof=proof,
    )
    return Telling(told, conflict)


def _details(told: Told, story: Story, proof: tuple[str, ...]) -> tuple[str, ...]:
    if not story.parts:
        return proof
    if not any(len(chain.steps) > 1 or chain.pin for chain in told.chains) and len(told.lines) == 1:
        # The headline has said it all: a single line that nothing matches.
        said = {"build", "version", "platform"} if told.kind is Kind.MISSING_BUILD else {"build", "version"}
        return tuple(sighting.detail for sighting in told.sightings if sighting.what in said)
    if told.kind is Kind.BROKEN_PACKAGE and len(told.chains) == 1 and len(told.chains[0].steps) == 2:  # noqa: PLR2004
        # One step, which the headline has told in the same words.
        return tuple(sighting.detail for sighting in told.sightings if sighting.what == "version")
    return chain_lines(told.chains)


def _elsewhere(tools: Tools, facts: frozenset[Fact]) -> tuple[PackageName, ...]:
    """Missing names that other platforms have."""
    missing = sorted(fact.target for fact in facts if isinstance(fact, Missing) and not is_virtual(fact.target))
    unknown = [name for name in missing if not tools.world.candidates(name)]
    return tuple(name for name in unknown if tools.elsewhere.platforms_with(name))


def _wanted(world: World, story: Story) -> tuple[RecordId, ...]:
    """The hidden and too new records that lines and dependencies ask for."""
    names = {fact.target for fact in story.facts if isinstance(fact, (HiddenByPriority, NewerThanCutoff))}
    told = {
        record
        for part in story.parts
        if part.narrowing is not None
        for event in part.narrowing.needed()
        if event.name in names and not isinstance(event.fact, (HiddenByPriority, NewerThanCutoff))
        for record in event.told
    }
    return tuple(sorted(record for record in told if world.hidden(record) is not None))


def _single_corrections(world: World, cores: Cores) -> tuple[Requirement, ...]:
    return tuple(world.request.requirements[correction[0]] for correction in cores.corrections if len(correction) == 1)


def _sightings(
    tools: Tools, kind: Kind, lines: Sequence[Requirement], facts: Sequence[Fact] | frozenset[Fact]
) -> tuple[Sighting, ...]:
    """What there is in place of what is missing: for a line itself, else for the names that its dependencies miss."""
    world, elsewhere = tools.world, tools.elsewhere
    missing = sorted(fact.target for fact in facts if isinstance(fact, Missing) and not is_virtual(fact.target))
    line = lines[0]
    if len(lines) == 1 and missing == [line.name]:
        match kind:
            case Kind.MISSING_VERSION:
                return sightings_of_version(world, line.name, line.spec)
            case Kind.MISSING_BUILD:
                return sightings_of_build(world, elsewhere, line.name, line.spec)
            case Kind.NOT_ON_PLATFORM if world.candidates(line.name):
                there = elsewhere.platforms_with(line.name, line.spec.text)
                where = Sighting(what="platform", text=listed(there), detail=f"this version exists on {listed(there)}")
                return (where, *sightings_of_version(world, line.name, line.spec))
            case Kind.MISSING_PACKAGE if line.spec.channel is not None:
                # The line names its channel, so a name of another is not what was meant.
                return ()
            case _:
                return sightings_of_name(world, elsewhere, line.name)
    found: list[Sighting] = []
    for name in missing:
        if world.candidates(name):
            found += sightings_of_version(world, name, None)
        else:
            found += sightings_of_name(world, elsewhere, name)
    return tuple(found)


def _look_elsewhere_once(tools: Tools, cores: Cores) -> None:
    """Fetch what other platforms have of the hopeless lines in one go."""
    world = tools.world
    names = {
        world.request.requirements[core[0]].name
        for core in cores.cores
        if len(core) == 1 and not world.matching_line(core[0])
    }
    tools.elsewhere.prepare(tuple(sorted(name for name in names if not is_virtual(name))))
