"""Each scenario is found and told as its file says, and there is one for every kind of cause."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from envdoctor.engine.gateway import Gateway
from envdoctor.model.outcome import Kind, Unsatisfiable
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.workflows.explain import explain_environment
from tests.scenarios.examples import PAGE, scenarios_on, with_examples
from tests.scenarios.scenario import FOLDER, Scenario, found_of, scenarios, stories_of
from tests.scenarios.truth import broken_promises, untrue_steps, wrong_corrections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALL = scenarios()
STALE = "docs/kinds.md is out of date: run `python -m tests.scenarios.accept`"

TRUE_OR_NOT = [
    pytest.param(scenario, id=scenario.name, marks=pytest.mark.xfail(strict=True) if scenario.known_bug else ())
    for scenario in ALL
]


def kinds_of(several: Iterable[Scenario]) -> set[str]:
    return {kind for scenario in several for expected in scenario.expected for _, kind, _ in expected.conflicts}


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_scenario_is_found_and_told_as_its_file_says(scenario: Scenario) -> None:
    diagnosis = scenario.explain()

    assert found_of(diagnosis) == scenario.expected
    assert scenario.known_bug or stories_of(diagnosis) == scenario.stories


@pytest.mark.parametrize("scenario", TRUE_OR_NOT)
def test_what_a_chain_says_is_true_of_the_records(scenario: Scenario) -> None:
    for world, outcome in worlds_of(scenario):
        assert [problem for conflict in outcome.conflicts for problem in untrue_steps(world, conflict)] == []


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_the_rest_solves_where_that_is_promised(scenario: Scenario) -> None:
    for world, outcome in worlds_of(scenario):
        oracle = Oracle(world)
        assert [line for conflict in outcome.conflicts for line in broken_promises(oracle, conflict)] == []
        assert outcome.corrections
        assert wrong_corrections(oracle, outcome) == ()


def worlds_of(scenario: Scenario) -> Iterator[tuple[World, Unsatisfiable]]:
    """The platforms on which a scenario does not solve, each with its world, while the scenario's folder is there."""
    with scenario.at_work() as surroundings:
        gateway = Gateway()
        for diagnosed in explain_environment(scenario.options(), surroundings).platforms:
            if isinstance(diagnosed.outcome, Unsatisfiable):
                yield World(diagnosed.outcome.request, gateway), diagnosed.outcome


def test_there_is_a_scenario_for_every_kind_of_cause() -> None:
    assert kinds_of(ALL) == {kind.value for kind in Kind}


def test_every_scenario_says_what_it_is_there_for() -> None:
    assert len({scenario.written["name"] for scenario in ALL}) == len(ALL)
    assert all(len(scenario.written["reason"].split()) >= 8 for scenario in ALL)


def test_the_page_on_kinds_shows_every_kind_as_it_is_told_now() -> None:
    page = PAGE.read_text("utf-8")
    by_name = {scenario.name: scenario for scenario in ALL}
    shown = [by_name[name] for name in scenarios_on(page)]

    assert all(f"## `{kind.value}`" in page for kind in Kind)
    assert kinds_of(shown) == {kind.value for kind in Kind}
    assert with_examples(page, by_name) == page, STALE


def test_the_hash_seed_changes_nothing_in_any_story() -> None:
    first, second = told_with_hash_seed(1), told_with_hash_seed(2)

    assert first == second
    assert all(scenario.name.encode() in first for scenario in ALL)


def told_with_hash_seed(seed: int) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.tell"],
        cwd=FOLDER.parents[1],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
