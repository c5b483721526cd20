"""pip names versions that it left out for their Requires-Python: a cause only where one of them was asked for."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from envdoctor.cli.main import app


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("numpy==99.1", "pip-no-match"),
        ("numpy>=3", "pip-no-match"),
        ("numpy==2.5.0", "pip-requires-python"),
        ("numpy>=2.5", "pip-requires-python"),
        ("numpy<2.5.1,>=2.5", "pip-requires-python"),
        ("numpy[extra]~=2.5.0", "pip-requires-python"),
        ("numpy~=2.6", "pip-no-match"),
    ],
)
def test_only_a_version_that_was_asked_for_can_have_been_left_out(asked: str, kind: str) -> None:
    log = (
        "ERROR: Ignored the following versions that require a different python version: "
        "1.21.2 Requires-Python >=3.7,<3.11; 2.5.0 Requires-Python >=3.12; 2.5.1 Requires-Python >=3.12\n"
        f"ERROR: Could not find a version that satisfies the requirement {asked} (from versions: 1.26.4, 2.4.6)\n"
        f"ERROR: No matching distribution found for {asked}\n"
    )
    done = CliRunner().invoke(app, ["diagnose", "--format", "json"], input=log)

    assert [cause["class"] for cause in json.loads(done.stdout)["causes"]] == [kind]
