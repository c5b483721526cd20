"""The GitHub action and the hooks of pre-commit do what they say, as far as that can be seen without GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
BASH = shutil.which("bash")
INPUT = re.compile(r"\$\{\{ inputs\.(\w+) \}\}")


def run_step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as a runner would, with its inputs put in."""
    (step,) = [step for step in ACTION["runs"]["steps"] if step["name"] == name]
    known = {key: str(row["default"]) for key, row in ACTION["inputs"].items()} | inputs
    environ = {key: INPUT.sub(lambda found: known[found.group(1)], value) for key, value in step["env"].items()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md"), "PATH": path}
    words = [BASH or "bash", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        words, cwd=folder, env={**os.environ, **environ, **summary}, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_the_check_of_the_action_annotates_summarises_and_writes_sarif(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("channels: [defaults]\ndependencies:\n  - numpy\n", "utf-8")
    done = run_step("Check", tmp_path)

    assert done.returncode == 1
    assert done.stdout.startswith("::warning file=environment.yml,line=1,")
    assert "| warning | [EC101]" in (tmp_path / "summary.md").read_text("utf-8")
    assert '"version": "2.1.0"' in (tmp_path / "envdoctor.sarif").read_text("utf-8")


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_a_good_file_passes_the_action(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("channels: [conda-forge]\ndependencies:\n  - numpy\n", "utf-8")

    assert run_step("Check", tmp_path).returncode == 0
    assert run_step("Check", tmp_path, paths="environment.yml", severity="error").returncode == 0


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_the_action_explains_what_it_is_given(tmp_path: Path) -> None:
    text = "channels: [envdoctor-sample]\nplatforms: [linux-64]\ndependencies:\n  - numpy=1.26\n  - numpy>=2.2\n"
    (tmp_path / "environment.yml").write_text(text, "utf-8")
    done = run_step("Explain", tmp_path, explain="environment.yml")

    assert done.returncode == 1
    assert "cannot both hold" in done.stdout


def test_no_input_of_the_action_is_put_into_a_script() -> None:
    """An input in a script could run commands; each is handed over by a variable."""
    assert all("${{" not in step["run"] for step in ACTION["runs"]["steps"])


@pytest.mark.parametrize("name", ["environment.yml", "ci/py312-env.yaml", "conda-lock.yml", "pixi.lock"])
def test_the_hook_sees_the_files_that_the_command_looks_for(name: str) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hook,) = [hook for hook in hooks if "-lock" not in hook["id"]]

    assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "compose.yml")
    assert hook["entry"] == "envdoctor check"
