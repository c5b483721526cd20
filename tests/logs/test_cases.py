"""Real logs with right answers: what was reached does not fall, and no secret comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.logs.scoring import scores

OWN = Path(__file__).parent / "own"


def test_the_own_logs_are_told_as_well_as_they_were() -> None:
    """Recorded before any rule saw them; the first score was 65 of 100."""
    found = scores(OWN)

    assert len(found) == 100
    assert sum(one.found for one in found) >= 65
    assert sum(one.wrong_certain for one in found) <= 2
    assert [one.name for one in found if one.leaked] == []
    assert {one.exit_code for one in found} <= {0, 1, 5}


@pytest.mark.shared
def test_the_shared_logs_are_told_as_well_as_they_were() -> None:
    found = scores(SHARED / "logs" / "cases")

    assert len(found) == 113
    assert sum(one.found for one in found) >= 106
    assert sum(one.wrong_certain for one in found) <= 3
    assert [one.name for one in found if one.leaked] == []
    assert {one.exit_code for one in found} <= {0, 1, 5}
