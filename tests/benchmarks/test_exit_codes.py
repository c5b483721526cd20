"""The installed command ends in the right code every time, though py-rattler can crash an interpreter that leaves."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.exit_codes import EXPECTED, exit_codes

INSTALLED = Path(sys.executable).with_name("envdoctor")


@pytest.mark.skipif(not INSTALLED.exists(), reason="envdoctor is not installed beside this Python")
@pytest.mark.parametrize(("file", "code"), EXPECTED.items())
def test_ten_runs_in_a_row_end_in_the_right_code(file: str, code: int) -> None:
    assert exit_codes(INSTALLED, file, times=10) == {code: 10}
