"""Each scenario is found and told as its file says, and there is one for every kind of cause."""

from __future__ import annotations

import pytest

from envdoctor.model.outcome import Kind
from tests.scenarios.scenario import Scenario, found_of, scenarios, stories_of

ALL = scenarios()


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_a_scenario_is_found_and_told_as_its_file_says(scenario: Scenario) -> None:
    diagnosis = scenario.explain()

    assert found_of(diagnosis) == scenario.expected
    assert stories_of(diagnosis) == scenario.stories


def test_there_is_a_scenario_for_every_kind_of_cause() -> None:
    kinds = {kind for scenario in ALL for expected in scenario.expected for _, kind, _ in expected.conflicts}

    assert kinds == {kind.value for kind in Kind}


def test_every_scenario_says_what_it_is_there_for() -> None:
    assert len({scenario.written["name"] for scenario in ALL}) == len(ALL)
    assert all(len(scenario.written["reason"].split()) >= 8 for scenario in ALL)
