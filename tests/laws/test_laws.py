"""The laws of an explanation, on small random worlds, against a plain solver and against py-rattler.

A bounded number runs here; `ENVDOCTOR_LAW_EXAMPLES=20000 pytest tests/laws` runs as many as wanted.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings

from envdoctor.analysis.chains import chains
from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.analysis.cores import minimal_cores
from envdoctor.analysis.fewest import few_facts
from envdoctor.analysis.meeting import meetings
from envdoctor.analysis.narrowing import contradicts, narrow
from envdoctor.analysis.story import best_story
from envdoctor.model.facts import Missing, VirtualPackageIs
from envdoctor.model.outcome import Check
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import SecondOpinion, Solved, confirm, decide
from tests.laws import worlds
from tests.laws.worlds import Plain, Recipe, recipes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.records.world import World

laws = settings(
    max_examples=int(os.environ.get("ENVDOCTOR_LAW_EXAMPLES", "150")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
PATIENCE = 60.0


@dataclass(frozen=True)
class Refused:
    """A random world whose request cannot be fulfilled, with its minimal cores."""

    world: World
    oracle: Oracle
    cores: tuple[tuple[int, ...], ...]


@contextmanager
def refused(recipe: Recipe) -> Iterator[Refused]:
    """The recipe's world, if its lines cannot hold together."""
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        oracle = Oracle(world)
        cores = minimal_cores(oracle, lines_of(world)).cores
        assume(cores)
        yield Refused(world, oracle, cores)


def lines_of(world: World) -> range:
    return range(len(world.request.requirements))


@laws
@given(recipes())
def test_the_two_engines_and_the_plain_solver_agree(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        opinion = SecondOpinion(world.request, world.gateway, PATIENCE)
        verdict = decide(Oracle(world), opinion)

        assert isinstance(verdict, Solved) == Plain(world).solvable(lines_of(world))
        if not isinstance(verdict, Solved):
            assert confirm(opinion) is Check.AGREED
        else:
            assert verdict.check is Check.AGREED


@laws
@given(recipes())
def test_the_cores_and_corrections_are_all_and_minimal(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        found = minimal_cores(Oracle(world), lines_of(world))

        assert found.complete
        assert set(found.cores) == worlds.minimal_cores(world)
        assert set(found.corrections) == worlds.minimal_corrections(world)
        assert len(set(found.cores)) == len(found.cores)
        assert all(set(core) & set(correction) for core in found.cores for correction in found.corrections)


@laws
@given(recipes())
def test_the_facts_of_a_story_alone_forbid_its_core_and_none_can_be_left_out(recipe: Recipe) -> None:
    with refused(recipe) as case:
        world, oracle = case.world, case.oracle
        for core in case.cores:
            for facts in few_facts(oracle, core):
                assert not Plain(world, facts).solvable(core)
                assert all(Plain(world, facts - {fact}).solvable(core) for fact in facts)


@laws
@given(recipes())
def test_the_sides_of_a_meeting_leave_exactly_what_they_say_and_nothing_in_common(recipe: Recipe) -> None:
    with refused(recipe) as case:
        world, oracle = case.world, case.oracle
        for core, facts in [(some, facts) for some in case.cores for facts in few_facts(oracle, some)]:
            found = list(meetings(Oracle(world, facts), core, facts))
            if not any(isinstance(fact, (Missing, VirtualPackageIs)) for fact in facts):
                assert found or len(core) == 1, "a core of two or more lines always has a meeting point"
            for meeting in found:
                first, second = meeting.sides
                assert not Plain(world, meeting.facts).solvable(core)
                for side in meeting.sides:
                    records, absent = Plain(world, side.facts).possible(meeting.name, side.lines)
                    assert (side.possible.records, side.possible.absent) == (records, absent)
                assert not first.possible.records & second.possible.records
                assert not (first.possible.absent and second.possible.absent)
                assert {*first.lines, *second.lines} <= set(core)


@laws
@given(recipes())
def test_every_step_of_a_narrowing_is_true_of_every_solution(recipe: Recipe) -> None:
    with refused(recipe) as case:
        world, oracle = case.world, case.oracle
        for core, facts in [(some, facts) for some in case.cores for facts in few_facts(oracle, some)]:
            for lines in (core[:-1], core[1:], core):
                plain, narrowing = Plain(world, facts), narrow(world, lines, facts, lambda _: False)
                solutions = list(plain.solutions(lines))
                if narrowing.end is not None:
                    assert not solutions
                for event in narrowing.events:
                    for solution in solutions:
                        assert solution.get(event.name) in event.left or (
                            not event.required and event.name not in solution
                        )


@laws
@given(recipes())
def test_a_story_comes_to_a_head_and_its_facts_alone_forbid_the_core(recipe: Recipe) -> None:
    with refused(recipe) as case:
        world, oracle = case.world, case.oracle
        for core in case.cores:
            story = best_story(world, core, few_facts(oracle, core))
            assert not Plain(world, story.facts).solvable(core)
            for part in story.parts:
                if part.narrowing is None:
                    assert part.side is not None
                    continue
                end = part.narrowing.needed()[-1]
                assert contradicts(end) if part.other is None else not end.left & part.other.records
            told = chains(world, story)
            assert all(chain.steps for chain in told)
            assert bool(told) == bool(story.parts)


@laws
@given(recipes())
def test_every_minimal_core_is_told_once_with_a_headline(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        assume(not Plain(world).solvable(lines_of(world)))
        told = explain(Tools(oracle=Oracle(world), elsewhere=Elsewhere(world)))
        index = {line.place.line: number for number, line in enumerate(world.request.requirements)}
        cores = [tuple(index[line.place.line] for line in conflict.core) for conflict in told.conflicts]

        assert sorted(cores) == sorted(worlds.minimal_cores(world))
        assert all(conflict.headline.endswith(".") for conflict in told.conflicts)
        # Lines that ask for what is not there may stand below one headline, each in a row of its own.
        named = [any(line.text in conflict.headline for line in conflict.core) for conflict in told.conflicts]
        assert all(one or conflict.listed for one, conflict in zip(named, told.conflicts, strict=True))
        assert told == explain(Tools(oracle=Oracle(world), elsewhere=Elsewhere(world)))
