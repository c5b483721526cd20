"""The embedded tables are what the tool makes of the shared knowledge, dated, small, and the same bytes each time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = ROOT / "src" / "envdoctor" / "knowledge" / "data"


def test_every_table_has_its_day_and_source_and_all_are_small() -> None:
    tables = sorted(EMBEDDED.glob("*.json"))

    assert tables
    assert sum(path.stat().st_size for path in tables) < 1.1e6
    for path in tables:
        content = json.loads(path.read_text("utf-8"))
        assert list(content)[:3] == ["as_of", "source", "how"]
        assert "2026-08-01" < content["as_of"] < "2026-09-01"


@pytest.mark.shared
def test_the_tool_makes_the_same_bytes_again(tmp_path: Path) -> None:
    tool = [sys.executable, str(ROOT / "tools" / "embed_knowledge.py")]
    for name in ("one", "two"):
        subprocess.run([*tool, str(tmp_path / name)], check=True)

    embedded = {path.name: path.read_bytes() for path in EMBEDDED.iterdir()}
    for name in ("one", "two"):
        assert {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} == embedded
