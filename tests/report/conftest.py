from __future__ import annotations

import pytest

from tests.report.diagnoses import DIAGNOSES


@pytest.fixture(params=sorted(DIAGNOSES))
def name(request: pytest.FixtureRequest) -> str:
    """The name of each diagnosis in turn."""
    return str(request.param)
