"""Every case that was fixed in its thread gets that fix or a cheaper one, and its row on the page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import SHARED
from tools.field_cases import field_case, fixed
from tools.fixes_table import CASES, PAGE, Accepted, accepted_fixes, row_of, rows_on, tables, with_tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SharedChannels

STALE = "docs/fixing-cases.md is out of date: run `python -m tools.fixes_table CHANNELS`"
TO_REACH = 0.85


@pytest.fixture(scope="module")
def channels(shared_channels: SharedChannels) -> Path:
    return shared_channels.root(full_only=False)


@pytest.mark.shared
@pytest.mark.parametrize("accepted", accepted_fixes(), ids=lambda one: one.case)
def test_a_case_gets_its_fix_and_its_row_says_so(accepted: Accepted, channels: Path) -> None:
    case = field_case(CASES / f"{accepted.case}.yaml")
    (row,) = [row for row in rows_on(PAGE.read_text("utf-8")) if row.cells[0] == accepted.case]

    assert row_of(case, accepted, fixed(case, channels)) == row, STALE


@pytest.mark.shared
def test_no_case_with_an_accepted_fix_is_left_out() -> None:
    """All that do not solve on the snapshot."""
    cases = [field_case(path) for path in sorted((SHARED / "cases").glob("C*.yaml"))]
    asked = {
        case.name
        for case in cases
        if case.fields.get("accepted_fix") and "unsat" in [case.verdict(platform) for platform in case.platforms]
    }
    assert {one.case for one in accepted_fixes()} == asked


def test_the_page_adds_up_and_reaches_what_it_should() -> None:
    page = PAGE.read_text("utf-8")
    rows = rows_on(page)
    misses = [row for row in rows if "MISS" in row.cells[-1]]

    assert with_tables(page, tables(rows)) == page, STALE
    assert len(misses) <= (1 - TO_REACH) * len(rows)
    assert all("none of the first three" not in row.cells[-1] for row in misses), "a miss needs a reason"
