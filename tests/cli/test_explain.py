"""`envdoctor explain` as a user calls it: what is printed where, and the exit code of every outcome."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, NoReturn

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app
from envdoctor.engine import solver

if TYPE_CHECKING:
    from pathlib import Path


CONFLICT = "channels: [envdoctor-sample]\nplatforms: [linux-64]\ndependencies:\n  - pandas=2.1\n  - numpy=2.2\n"
SOLVES = "channels: [envdoctor-sample]\nplatforms: [linux-64]\ndependencies:\n  - numpy=2.2\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, no configuration, and no terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONDARC", "CONDA_CHANNEL_ALIAS", "CONDA_CHANNEL_PRIORITY", "CONDA_OVERRIDE_CUDA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def explain(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["explain", *words], input=stdin)


def test_a_conflict_is_told_on_standard_output_with_exit_code_1(here: Path) -> None:
    (here / "environment.yml").write_text(CONFLICT)

    done = explain()

    assert done.exit_code == ExitCode.CONFLICT
    assert "pandas=2.1 (line 4) needs numpy <2; numpy=2.2 (line 5) asks otherwise." in done.stdout
    assert done.stderr == ""


def test_what_solves_shows_what_each_line_got(here: Path) -> None:
    (here / "environment.yml").write_text(SOLVES)

    done = explain("environment.yml")

    assert done.exit_code == ExitCode.SOLVES
    assert "environment.yml solves on linux-64" in done.stdout
    assert "numpy=2.2 (line 4)" in done.stdout


def test_specs_and_standard_input_are_taken_as_they_are() -> None:
    specs = explain("numpy=2.2", "pandas=2.1", "-c", "envdoctor-sample", "--override-channels", "-p", "linux-64")
    piped = explain("-", stdin=CONFLICT)

    assert specs.exit_code == piped.exit_code == ExitCode.CONFLICT
    assert "pandas=2.1 needs numpy <2; numpy=2.2 asks otherwise." in specs.stdout


def test_several_platforms_each_have_their_verdict(here: Path) -> None:
    (here / "environment.yml").write_text("channels: [envdoctor-sample]\ndependencies:\n  - mlx=0.20\n")

    done = explain("-p", "linux-64", "-p", "osx-arm64", "--virtual-package", "__osx=14.0", "--format", "json")

    platforms = {platform["platform"]: platform["solvable"] for platform in json.loads(done.stdout)["platforms"]}
    assert platforms == {"linux-64": False, "osx-arm64": True}
    assert done.exit_code == ExitCode.CONFLICT


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "there is no environment.yml in this folder"),
        (("missing.yml",), "there is no file `missing.yml`"),
        (("numpy>=", "-c", "envdoctor-sample"), "ends with `>=` and nothing behind it"),
        (("numpy", "-p", "linux-128"), "there is no platform 'linux-128'"),
        (("numpy", "--exclude-newer", "tomorrow"), "'tomorrow' is no date"),
        (("numpy", "--pin", "numpy=="), "--pin"),
        (("numpy", "--virtual-package", "__cuda=twelve point"), "__cuda"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence_with_exit_code_2(words: tuple[str, ...], says: str) -> None:
    done = explain(*words)

    assert done.exit_code == ExitCode.INPUT
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_bad_input_is_json_where_json_is_asked_for(here: Path) -> None:
    (here / "environment.yml").write_text("dependencies:\n  - python: 3.10\n")

    done = explain("--format", "json")

    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["file"], error["line"]) == (ExitCode.INPUT, "environment.yml", 2)


def test_records_that_cannot_be_had_end_with_exit_code_3(here: Path) -> None:
    done = explain("numpy", "-c", (here / "nowhere").as_uri(), "--override-channels", "-p", "linux-64")

    assert done.exit_code == ExitCode.RECORDS
    assert "the folder does not exist" in done.stderr


def test_a_second_engine_that_is_not_heard_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "environment.yml").write_text(CONFLICT)
    answered = Event()
    monkeypatch.setattr(solver, "solve", lambda *_: answered.wait(60))

    done = explain("--time-limit", "0")
    answered.set()

    assert done.exit_code == ExitCode.CONFLICT
    assert "was not heard within the time limit" in done.stdout


def test_engines_that_contradict_each_other_end_loudly_with_a_case_to_replay(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "environment.yml").write_text(SOLVES)
    with monkeypatch.context() as broken:
        broken.setattr(solver, "solve", lambda *_: None)
        done = explain()

    (case,) = here.glob("envdoctor-case-*.json")
    assert done.exit_code == ExitCode.INTERNAL
    assert f"envdoctor explain --case {case.name}" in done.stderr
    assert done.stdout == ""
    assert explain("--case", str(case)).exit_code == ExitCode.SOLVES


def test_a_bug_is_one_sentence_and_no_traceback(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError("by https://user:secret@example.org/t/TOKEN/x")

    (here / "environment.yml").write_text(SOLVES)
    monkeypatch.setattr(solver, "solve", broken)

    done = explain()

    assert done.exit_code == ExitCode.INTERNAL
    assert "a bug in envdoctor itself: ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_saved_case_replays_to_the_same_story(here: Path) -> None:
    (here / "environment.yml").write_text(CONFLICT)

    saved = explain("--save-case", "case.json", "--no-fixes")
    replayed = explain("--case", "case.json")

    assert replayed.exit_code == saved.exit_code == ExitCode.CONFLICT
    assert replayed.stdout.splitlines()[1:] == saved.stdout.splitlines()[1:]


def test_pins_take_part_and_are_named(here: Path) -> None:
    (here / "environment.yml").write_text(SOLVES)
    (here / ".condarc").write_text("pinned_packages:\n  - numpy<2\n")

    done = explain()

    assert done.exit_code == ExitCode.CONFLICT
    assert "numpy=2.2 (line 4) cannot hold beside the pin numpy<2" in done.stdout
    assert ".condarc:2" in done.stdout


@pytest.mark.parametrize("output", ["mermaid", "dot", "graphml"])
def test_the_conflict_comes_as_a_graph(here: Path, output: str) -> None:
    (here / "environment.yml").write_text(CONFLICT)

    done = explain("--format", output)

    assert done.exit_code == ExitCode.CONFLICT
    assert "numpy" in done.stdout


def test_output_without_a_terminal_has_no_colour(here: Path) -> None:
    (here / "environment.yml").write_text(CONFLICT)

    assert "\x1b" not in explain().stdout
