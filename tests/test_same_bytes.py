"""The same input gives the same bytes, whatever the hash seed and the order in which records arrive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = ("geo_and_arrow", "exported_on_windows", "pandas_and_sqlalchemy", "web_service", "broken_package")


def explained(file: str, output: str, seed: int) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "envdoctor", "explain", f"sample_envs/{file}.yml", "--format", output],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


@pytest.mark.parametrize("file", FILES)
def test_the_hash_seed_changes_nothing(file: str) -> None:
    assert explained(file, "json", 1) == explained(file, "json", 2)
    assert explained(file, "text", 3) == explained(file, "text", 4)
