"""`explain`, `lock` and `why-not` show the findings of `check` that bear on their result, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from envdoctor.cli.main import app

OWN = "channels: [envdoctor-sample]\nplatforms: [linux-64]\ndependencies:\n"
PIP = "  - pip\n  - pip:\n    - shapely==2.0.1\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def notices(*words: str) -> list[str]:
    done = CliRunner().invoke(app, [*words, "--override-channels", "--offline", "--format", "json"])
    return [str(one["message"] if isinstance(one, dict) else one) for one in json.loads(done.stdout)["notices"]]


def test_what_solves_and_will_break_is_told_with_the_solution() -> None:
    Path("environment.yml").write_text(f"{OWN}  - python=3.12\n  - numpy>=2\n{PIP}")

    (said,) = notices("explain")

    assert said.startswith("shapely==2.0.1 is from before numpy 2, with which this project goes from 2.0.4 on")
    assert said.endswith("(EI109)")


def test_what_has_nothing_to_do_with_the_result_is_left_to_check() -> None:
    Path("environment.yml").write_text(f"{OWN}  - python=3.11\n  - numpy=1.26\nprefix: /home/ada/env\n")

    assert notices("explain") == []


def test_of_a_clash_only_what_is_about_its_lines_is_told() -> None:
    Path("environment.yml").write_text(f"{OWN}  - gdal=3.8\n  - pyarrow=20\n  - cudatoolkit=11.8\n{PIP}")
    assert notices("explain") == []
    Path("environment.yml").write_text(f"{OWN}  - gdal=3.8\n  - pyarrow=20\n  - cudatoolkit=12.1\n")
    assert [said.rsplit(" ", 1)[-1] for said in notices("explain")] == ["(EG101)"]


def test_why_not_tells_what_bears_on_the_wish() -> None:
    Path("environment.yml").write_text(f"{OWN}  - python=3.12\n")
    done = CliRunner().invoke(app, ["why-not", "cudatoolkit=12.1", "--override-channels", "--offline"])

    assert "(EG101)" in done.output
