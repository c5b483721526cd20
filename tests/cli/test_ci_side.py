"""What stands on the side of CI services: hooks run by pre-commit itself, YAML against the services' own schemas."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIT = shutil.which("git")


def run(*words: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"PRE_COMMIT_HOME": str(home), "GIT_CONFIG_COUNT": "1"}
    environ |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    return subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("file", "schema"), [("action.yml", "vendor.github-actions"), ("ci/gitlab.yml", "vendor.gitlab-ci")]
)
def test_what_a_service_reads_fits_its_schema(file: str, schema: str, tmp_path: Path) -> None:
    done = run(
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        schema,
        str(ROOT / file),
        folder=tmp_path,
        home=tmp_path,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(GIT is None or not (ROOT / ".git").exists(), reason="pre-commit needs git and a repository")
def test_pre_commit_runs_the_hook_and_stops_the_commit(tmp_path: Path) -> None:
    folder, home = tmp_path / "project", tmp_path / "home"
    folder.mkdir()
    for words in (("init", "-q"), ("config", "user.email", "ada@example.org"), ("config", "user.name", "Ada")):
        run("git", *words, folder=folder, home=home)
    (folder / "environment.yml").write_text("channels: [conda-forge]\ndependencies:\n  - numpy>=1.2.*\n")
    (folder / "README.md").write_text("not looked at\n")
    run("git", "add", ".", folder=folder, home=home)

    hook = ("-m", "pre_commit", "try-repo", str(ROOT), "envdoctor-check", "--all-files")
    done = run(sys.executable, *hook, folder=folder, home=home)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "environment.yml\n  3:5 warning ES108" in done.stdout
