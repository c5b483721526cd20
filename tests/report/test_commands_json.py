"""The JSON of every command is what its published schema says, field for field."""

from __future__ import annotations

import json
import os
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from envdoctor.cli.main import app
from tests.report.test_json import closed, validator

pytest.importorskip("conda_lock", reason="locking needs the extra `lock`")

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("commands.schema.json").read_text("utf-8"))
SCIENCE, WEB = "sample_envs/data_science.yml", "sample_envs/web_service.yml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "sample_envs", tmp_path / "sample_envs")
    return tmp_path


def printed(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CliRunner().invoke(app, [*words, "--format", "json"]).stdout)
    return found


def check(document: dict[str, Any], name: str) -> None:
    validator(SCHEMA).validate(document)
    shut = closed({key: value for key, value in SCHEMA.items() if key != "oneOf"} | {"$ref": f"#/$defs/{name}"})
    # A diagnosis has a schema of its own.
    shut["$defs"]["diagnosis"].pop("additionalProperties", None)
    validator(shut).validate(document)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_locks_and_checks() -> None:
    check(printed("lock", WEB), "lock")
    check(printed("lock", WEB, "--check"), "check")
    check(printed("lock", SCIENCE, "--check"), "check")
    check(printed("lock", SCIENCE), "lock")


def test_graphs_and_reasons() -> None:
    check(printed("graph", SCIENCE), "graph")
    check(printed("why", "libblas", SCIENCE), "why")
    check(printed("why", "nothing", SCIENCE), "why")
    check(printed("why-not", "requests", SCIENCE), "wish")
    check(printed("why-not", "python=3.10", SCIENCE), "wish")


def test_histories() -> None:
    for words in (
        ("2026-06-30", "2026-08-15", "--file", SCIENCE),
        ("2026-08-14", "2026-08-15", "--file", SCIENCE),
        ("2026-06-30", "2026-08-15", "--file", "sample_envs/geo_and_arrow.yml"),
    ):
        check(printed("since", *words), "history")


def test_versions() -> None:
    for file in (SCIENCE, "sample_envs/python_too_new.yml"):
        check(printed("python", file), "python")
    check(printed("outdated", SCIENCE), "outdated")
    check(printed("outdated", SCIENCE, "--all"), "outdated")


def test_what_does_not_solve_or_cannot_be_read_has_the_form_of_explain() -> None:
    explain: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("explain.schema.json").read_text("utf-8"))

    for command in (("lock",), ("graph",), ("why", "zlib")):
        validator(explain).validate(printed(*command, "sample_envs/geo_and_arrow.yml"))
        validator(explain).validate(printed(*command, "missing.yml"))
