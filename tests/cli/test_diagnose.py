"""`envdoctor diagnose` and `run`: what failed first, in which form, with which exit code."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

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
    done = diagnose("-", "--format", output, stdin=f"{line}\n")

    assert "SECRET" not in done.output


def test_run_keeps_output_and_exit_code_and_diagnoses_what_fails() -> None:
    script = "import sys; print('built'); print('OSError: [Errno 28] No space left on device'); sys.exit(3)"
    words = [sys.executable, "-m", "envdoctor", "run", "--", sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert done.stdout.startswith("built\n")
    assert "disk-full" in done.stderr
