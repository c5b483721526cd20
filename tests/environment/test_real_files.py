"""700 real environment files: each is read or refused for a named reason, and so is each difference from conda-lock."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "envs_table.py"


@pytest.fixture(scope="module")
def tool() -> Any:
    """The script that writes the tables of docs/environment-files.md."""
    spec = importlib.util.spec_from_file_location("envs_table", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["envs_table"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def counted(tool: Any, shared: Path) -> Any:
    """All files, read and compared."""
    return tool.tally(shared / "envs")


def test_every_refusal_and_every_difference_has_a_named_reason(counted: Any) -> None:
    assert counted.unexplained == []
    assert sum(counted.files.values()) == 700
    assert sum(counted.both.values()) == 700


def test_the_tables_in_the_documentation_are_true(tool: Any, counted: Any) -> None:
    assert tool.tables(counted) in tool.PAGE.read_text("utf-8")


def test_what_conda_takes_and_conda_lock_refuses_is_read(counted: Any) -> None:
    assert counted.refused_there["UTF-16 (17)"] == 11
    assert counted.both["read here, refused there"] >= 58


def test_every_line_of_every_file_has_its_place(tool: Any, shared: Path) -> None:
    for outcome in tool.readings(shared / "envs"):
        if isinstance(outcome, tool.Refusal):
            assert outcome.sentence.startswith(f"{outcome.file}:")
            continue
        for requirement in outcome.spec.requirements:
            place = requirement.place
            line = outcome.text[place.line - 1][place.column - 1 :].lstrip("'\"")
            assert line.startswith((requirement.text.split()[0], "*", "&", "pip")), (str(place), requirement.text)
