"""envdoctor starts as a module, and with no library that only some commands need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import envdoctor

ROOT = Path(__file__).resolve().parents[1]

STARTS_WITHOUT = {"conda_lock", "jsonschema", "networkx", "rich"}
"""Libraries that only some commands need and that cost each start noticeably."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_package_runs_as_a_module_and_tells_its_version() -> None:
    done = run("-m", "envdoctor", "--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[-1] == envdoctor.__version__


def test_start_up_imports_no_library_that_only_some_commands_need() -> None:
    done = run("-c", "import sys, envdoctor.cli.main; print(*sorted(sys.modules), sep='\\n')")

    assert done.returncode == 0, done.stderr
    assert STARTS_WITHOUT & set(done.stdout.split()) == set()


UNTIL_RECORDS_ARE_READ = {"envdoctor.analysis.conflicts", "http.client", "packaging", "pysat", "email"}
"""What is imported while records are read, or only where a fetch failed or a file has pip lines."""


def test_nothing_is_imported_before_reading_that_can_wait() -> None:
    done = run("-c", "import sys, envdoctor.cli.main, envdoctor.workflows.explain; print(*sys.modules, sep='\\n')")

    assert done.returncode == 0, done.stderr
    assert UNTIL_RECORDS_ARE_READ & set(done.stdout.split()) == set()
