"""`envdoctor python` and `envdoctor outdated`: which versions a file can have, and what keeps it from the others."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

FIRST_OF_2025 = 1_735_689_600_000
DAY = 86_400_000


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    return folder


def record(name: str, version: str, *depends: str, day: int = 1, build: str = "0") -> dict[str, Any]:
    stamp = FIRST_OF_2025 + (day - 1) * DAY
    return {"name": name, "version": version, "build": build, "depends": list(depends), "timestamp": stamp}


@pytest.fixture
def channel(make_channel: ChannelFactory) -> str:
    pythons = [record("python", version) for version in ("3.10.2", "3.11.4", "3.12.1", "3.13.0")]
    old = [record("solver", "1.0", "python >=3.10,<3.11", build="py310_0"), record("solver", "1.0", "python 3.11.*")]
    new = [
        record("solver", "2.0", "python 3.12.*", day=20),
        record("solver", "2.1", "python >=3.12,<3.14", "plots <2", day=31),
    ]
    plots = [record("plots", "1.5", day=3), record("plots", "2.0", "python >=3.13", day=9)]
    return make_channel([*pythons, *old, *new, *plots])


def write(channel: str, *lines: str, platforms: str = "linux-64") -> None:
    listed = "".join(f"  - {line}\n" for line in lines)
    Path("environment.yml").write_text(
        f"channels: [{channel}]\nplatforms: [{platforms}]\ndependencies:\n{listed}", "utf-8"
    )


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--override-channels"])


def json_of(done: Result) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def test_each_python_is_told_with_what_excludes_it_and_since_when(channel: str) -> None:
    write(channel, "python=3.11", "solver>=2", "plots=1.5")
    done = run("python")

    assert done.exit_code == ExitCode.CONFLICT
    assert done.stdout.splitlines() == [
        "✗ python 3.12 and 3.13 satisfy every other line of environment.yml; python=3.11 (line 4) asks for",
        "  3.11",
        "",
        "linux-64:",
        "  3.12–3.13  yes, but no line on python asks for it",
        "  3.11       no: solver>=2 (line 5), solver went with 3.11 up to 1.0 (2025-01-01)",
        "  3.10       no: solver>=2 (line 5), solver went with 3.10 up to 1.0 (2025-01-01)",
    ]


def test_a_newer_python_says_since_when_a_package_goes_with_it(channel: str) -> None:
    write(channel, "python=3.11", "solver=1.0")
    done = run("python")

    assert done.exit_code == ExitCode.SOLVES
    assert "3.13  no: solver=1.0 (line 5), solver goes with 3.13 since 2.1 (2025-01-31)" in done.stdout
    assert "3.11  yes\n" in done.stdout
    assert "python 3.10 and 3.11 satisfy every other line" in done.stdout


def test_lines_that_exclude_a_python_together_are_named_together(channel: str, make_channel: ChannelFactory) -> None:
    left = [record("left", "1", f"python 3.{minor}.*", f"middle {minor}", build=f"py3{minor}_0") for minor in (12, 13)]
    make_channel([*left, record("middle", "12"), record("middle", "13"), record("right", "1", "middle 13")])
    write(channel, "left", "right")
    done = run("python")

    assert done.exit_code == ExitCode.SOLVES
    assert "3.12  no: left (line 4) and right (line 5) together" in done.stdout
    assert "✓ python 3.13 satisfies every line of environment.yml" in done.stdout


def test_a_file_that_clashes_whatever_the_python_is_explained(channel: str) -> None:
    write(channel, "python=3.12", "plots=1.5", "plots=2.0")
    done = run("python")

    assert done.exit_code == ExitCode.CONFLICT
    assert "plots=1.5 (line 5) and plots=2.0 (line 6) cannot both hold" in done.stdout


def test_formats_of_python_tell_the_same(channel: str) -> None:
    write(channel, "python=3.11", "solver=1.0", platforms="linux-64, linux-aarch64")
    value = json_of(run("python", "--format", "json", "-p", "linux-64"))
    pythons = {one["series"]: one for one in value["platforms"][0]["pythons"]}

    assert value["fits"] is True
    assert [series for series, one in pythons.items() if one["supported"]] == ["3.11", "3.10"]
    assert pythons["3.13"]["excluded_by"][0]["lines"][0]["line"] == 5
    assert "| 3.11 | yes |" in run("python", "--format", "markdown", "-p", "linux-64").stdout


def test_what_is_outdated_is_grouped_by_what_holds_it_back(channel: str) -> None:
    write(channel, "python=3.12", "solver=2.0", "plots")
    done = run("outdated")

    assert done.exit_code == ExitCode.SOLVES
    assert done.stdout.splitlines() == [
        "environment.yml on linux-64: 3 of 3 packages that lines ask for are not the newest",
        "",
        "held back by python=3.12 (line 4):",
        "  plots 1.5 → 2.0  built 2025-01-09: plots 2.0 needs python >=3.13, against python=3.12 (line 4)",
        "",
        "held back by their own lines:",
        "  python 3.12.1 → 3.13.0  built 2025-01-01: python=3.12 (line 4)",
        "  solver 2.0 → 2.1        built 2025-01-31: solver=2.0 (line 5)",
    ]


def test_what_could_be_newer_and_was_not_chosen_is_told_as_that(channel: str) -> None:
    """solver 2.1 wants plots below 2, so only one of the two can be the newest."""
    write(channel, "python=3.13", "solver", "plots")
    value = json_of(run("outdated", "--format", "json"))
    (one,) = [package for package in value["platforms"][0]["outdated"] if package["name"] != "python"]

    assert one["blockers"] or one["possible"]
    assert value["platforms"][0]["looked_at"] == 3


def test_all_packages_are_looked_at_on_request(channel: str, make_channel: ChannelFactory) -> None:
    make_channel([record("app", "1", "plots <2"), record("other", "1")])
    write(channel, "app")
    named, whole = json_of(run("outdated", "--format", "json")), json_of(run("outdated", "--all", "--format", "json"))

    assert named["platforms"][0]["outdated"] == []
    (plots,) = whole["platforms"][0]["outdated"]
    assert (plots["name"], plots["version"], plots["newest"]) == ("plots", "1.5", "2.0")
    assert [line["requirement"] for line in plots["blockers"]] == ["app"]


def test_a_file_that_does_not_solve_is_explained(channel: str) -> None:
    write(channel, "plots=9")
    done = run("outdated")

    assert done.exit_code == ExitCode.CONFLICT
    assert "plots=9 (line 4) asks for a version that does not exist" in done.stdout


def test_markdown_has_a_table_for_each_blocker(channel: str) -> None:
    write(channel, "python=3.12", "plots")
    text = run("outdated", "--format", "markdown").stdout

    assert "Held back by python=3.12 (line 4):" in text
    assert "| plots | 1.5 | 2.0 | 2025-01-09 |" in text


def test_a_lock_is_held_against_the_channels_of_today(channel: str) -> None:
    pytest.importorskip("conda_lock")
    write(channel, "plots=1.5", "python=3.12.1")
    assert run("lock").exit_code == ExitCode.SOLVES
    write(channel, "plots", "python>=3.12")
    done = run("outdated", "conda-lock.yml")

    assert done.exit_code == ExitCode.SOLVES
    assert "envdoctor lock --update NAME brings one" in done.stdout
    assert "plots 1.5 → 2.0" in done.stdout
