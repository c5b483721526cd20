"""An explanation has so many rows of chains below its headline, unless everything is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from envdoctor.model.outcome import Unsatisfiable
from envdoctor.report.terminal import render_text
from tests.report.diagnoses import DIAGNOSES


def _with_details(*details: str) -> str:
    diagnosis = next(
        one
        for one in DIAGNOSES.values()
        if len(one.platforms) == 1
        and isinstance(one.platforms[0].outcome, Unsatisfiable)
        and len(one.platforms[0].outcome.conflicts) == 1
    )
    outcome = diagnosis.platforms[0].outcome
    assert isinstance(outcome, Unsatisfiable)
    conflict = replace(outcome.conflicts[0], details=details, listed=False, chains=())
    told = replace(diagnosis.platforms[0], outcome=replace(outcome, conflicts=(conflict,)))
    return render_text(replace(diagnosis, platforms=(told,)), width=100, colour=False, verbose=False)


@pytest.mark.parametrize("number", [1, 11, 12])
def test_what_fits_is_told_whole(number: int) -> None:
    text = _with_details(*(f"row {one} → end" for one in range(number)))

    assert text.count("→ end") == number
    assert "more rows" not in text


def test_what_does_not_fit_is_cut_and_counted() -> None:
    text = _with_details(*(f"row {one} → end" for one in range(15)))

    assert text.count("→ end") == 11
    assert "… and 4 more rows (--verbose)" in text


def test_a_long_chain_counts_as_the_rows_that_it_takes() -> None:
    long = " → ".join(["step of a long way"] * 60)
    text = _with_details(long, "row 1 → end", "row 2 → end")

    assert "→ end" not in text
    assert "… and 2 more rows (--verbose)" in text
