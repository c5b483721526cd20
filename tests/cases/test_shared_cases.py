"""Every case from the field gets the verdict and the minimal cores that are known of it, from both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.engine.gateway import Gateway
from envdoctor.model.outcome import Check, Unsatisfiable
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from tests.conftest import SHARED
from tests.scenarios.truth import untrue_steps, wrong_corrections
from tools.cases_table import CASES, PAGE, PIP_KINDS, Row, rows_of, rows_on, tables, with_tables
from tools.field_cases import UNDECIDED, cores_of, environment_of, field_case, run, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from envdoctor.model.diagnosis import Diagnosis
    from tests.conftest import SharedChannels
    from tools.field_cases import FieldCase

NAMES = [path.stem for path in sorted((SHARED / "cases").glob("C*.yaml"))]
STALE = "docs/cases.md is out of date: run `python -m tools.cases_table CHANNELS`"


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture(scope="module")
def channels(shared_channels: SharedChannels) -> Path:
    return shared_channels.root(full_only=False)


@pytest.fixture(scope="module")
def page() -> dict[str, tuple[Row, ...]]:
    rows = rows_on(PAGE.read_text("utf-8"))
    return {name: tuple(row for row in rows if row.case == name) for name in NAMES}


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_a_case_gets_what_is_known_of_it_and_its_rows_say_so(
    name: str, channels: Path, gateway: Gateway, page: dict[str, tuple[Row, ...]]
) -> None:
    case = field_case(CASES / f"{name}.yaml")
    diagnosis = run(case, channels, gateway) if case.platforms else None

    if diagnosis is not None:
        check_against_what_is_known(case, diagnosis)
        assert list(untrue_in(diagnosis, gateway)) == []
    assert page[name] == rows_of(case, diagnosis), STALE


def check_against_what_is_known(case: FieldCase, diagnosis: Diagnosis) -> None:
    for diagnosed in diagnosis.platforms:
        assert diagnosed.check is Check.AGREED
        expected = case.verdict(diagnosed.platform)
        if expected in UNDECIDED:
            continue
        assert verdict_of(diagnosed) == expected
        if isinstance(diagnosed.outcome, Unsatisfiable):
            assert diagnosed.outcome.complete
            assert case.cores(diagnosed.platform) <= cores_of(diagnosed)
            assert not case.all_cores_known or case.cores(diagnosed.platform) == cores_of(diagnosed)


def untrue_in(diagnosis: Diagnosis, gateway: Gateway) -> Iterator[str]:
    for diagnosed in diagnosis.platforms:
        if isinstance(diagnosed.outcome, Unsatisfiable):
            world = World(diagnosed.outcome.request, gateway)
            for conflict in diagnosed.outcome.conflicts:
                yield from untrue_steps(world, conflict)
            yield from wrong_corrections(Oracle(world), diagnosed.outcome)


@pytest.mark.shared
def test_no_case_contradicts_itself_between_its_halves_in_what_is_written() -> None:
    """In all of them a conda line contradicts what a pip package requires, which only that package's metadata tells."""
    cases = [field_case(CASES / f"{name}.yaml") for name in NAMES]
    pip_cases = [case for case in cases if case.kind in PIP_KINDS]

    assert len(pip_cases) == 12
    assert all(case.fields["pip_facts"] for case in pip_cases)
    assert [case.name for case in cases if case.platforms and conflicts_of_halves(environment_of(case))] == []


def test_the_page_adds_up() -> None:
    page = PAGE.read_text("utf-8")
    rows = rows_on(page)

    assert len({row.case for row in rows}) == 121
    assert with_tables(page, tables(rows)) == page, STALE
