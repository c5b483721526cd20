"""`envdoctor diagnose` and `run`: what failed first, in which form, with which exit code."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

import envdoctor.workflows.diagnose
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

LOG = """\
#8 [4/5] RUN pip install dlib
#8 1.201 Collecting dlib
#8 3.100   error: subprocess-exited-with-error
#8 3.101       CMake Error: CMAKE_CXX_COMPILER not set, after EnableLanguage
#8 3.200 ERROR: Failed building wheel for dlib
#8 ERROR: process "/bin/sh -c pip install dlib" did not complete successfully: exit code: 1
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def diagnose(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["diagnose", *words], input=stdin)


def test_the_first_line_that_names_a_reason_is_the_cause_and_the_rest_follows() -> None:
    Path("build.log").write_text(LOG)
    done = diagnose("build.log", "--format", "json")
    told = json.loads(done.stdout)

    assert done.exit_code == ExitCode.CONFLICT
    assert told["schema_version"] == 1
    assert told["outcome"] == "failed"
    assert [(cause["class"], cause["line"]) for cause in told["causes"]] == [("pip-compiler", 4)]
    assert {one["line"] for one in told["consequences"]} >= {5, 6}


def test_a_pipe_and_a_packed_file_tell_the_same() -> None:
    Path("build.log.gz").write_bytes(gzip.compress(LOG.encode()))
    piped = json.loads(diagnose("-", "--format", "json", stdin=LOG).stdout)
    packed = json.loads(diagnose("build.log.gz", "--format", "json").stdout)

    assert piped["causes"] == packed["causes"]


@pytest.mark.parametrize(
    "text", [LOG, "frobnicating\nmake: *** [all] Error 2\n", "Successfully installed six-1.17.0\n"]
)
def test_the_json_is_as_its_schema_says(text: str) -> None:
    schema: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("diagnose.schema.json").read_text("utf-8"))

    jsonschema.Draft202012Validator(schema).validate(json.loads(diagnose("-", "--format", "json", stdin=text).stdout))


def test_an_empty_log_is_no_build_that_went_well() -> None:
    Path("build.log").write_bytes(b"")
    done = diagnose("build.log")

    assert done.exit_code == ExitCode.INPUT
    assert (
        done.stderr == "envdoctor: build.log: the log is empty; give the file that the build's output was written to\n"
    )


def test_nothing_failed() -> None:
    done = diagnose("-", stdin="Collecting six\nSuccessfully installed six-1.17.0\n")

    assert done.exit_code == ExitCode.SOLVES


def test_a_failure_that_nothing_explains_is_no_guess() -> None:
    done = diagnose("-", "--format", "json", stdin="frobnicating\nthe frob is gone\nmake: *** [all] Error 2\n")

    assert done.exit_code == ExitCode.UNKNOWN
    assert json.loads(done.stdout)["causes"] == []


@pytest.mark.parametrize("output", ["text", "json", "markdown", "github", "sarif"])
@pytest.mark.parametrize(
    "line",
    [
        "CondaHTTPError: HTTP 401 Unauthorized for url <https://conda.anaconda.org/t/ab-12345678-SECRET/x/noarch>",
        "ERROR: HTTP error 403 while getting https://ada:SECRET-hunter2@pypi.example.org/simple/six/",
        "fatal: Authentication failed for 'https://x-access-token:ghp_SECRETabcdefghijklmnopqrstuvwxyz0123@github.com/a/b/'",
    ],
)
def test_no_secret_comes_out_in_any_form(output: str, line: str) -> None:
    """The line stands before a cause, with which it is shown, whether a signature matches it or not."""
    done = diagnose("-", "--format", output, stdin=f"{line}\nOSError: [Errno 28] No space left on device\n")

    assert done.exit_code == ExitCode.CONFLICT
    assert "SECRET" not in done.output
    assert "***" in done.output or output in {"github", "sarif"}


def test_run_keeps_output_and_exit_code_and_diagnoses_what_fails() -> None:
    script = "import sys; print('built'); print('OSError: [Errno 28] No space left on device'); sys.exit(3)"
    words = [sys.executable, "-m", "envdoctor", "run", "--", sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert done.stdout.startswith("built\n")
    assert "disk-full" in done.stderr
    assert "certain: the message names the reason" in done.stderr


def test_a_bug_in_the_diagnosis_is_one_sentence_and_the_build_keeps_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(envdoctor.workflows.diagnose, "diagnosed", broken)
    done = CliRunner().invoke(app, ["run", "--", sys.executable, "-c", "raise SystemExit(3)"])

    assert done.exit_code == 3
    assert "a bug in envdoctor itself: ZeroDivisionError" in done.output + capfd.readouterr().err
    assert "Traceback" not in done.output
