"""What README and docs show is what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from envdoctor.cli.exit_codes import ExitCode

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/explanations.md")
SHOWN = re.compile(r"```console\n\$ (envdoctor [^\n]+)\n(.*?)```", re.DOTALL)


def shown() -> list[tuple[str, str, str]]:
    return [
        (page, command, output) for page in PAGES for command, output in SHOWN.findall((ROOT / page).read_text("utf-8"))
    ]


@pytest.mark.parametrize(("page", "command", "output"), shown())
def test_the_output_shown_is_the_real_one(page: str, command: str, output: str) -> None:
    words = shlex.split(command)[1:]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CONDA")}
    done = subprocess.run(
        [sys.executable, "-m", "envdoctor", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=environ,
    )

    # A last line of "…" says that what follows depends on the machine and is left out.
    if output.endswith("\n…\n"):
        assert done.stdout.startswith(output.removesuffix("…\n")), f"{page} shows something else"
    else:
        assert done.stdout == output, f"{page} shows something else"


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", (ROOT / "docs/exit-codes.md").read_text("utf-8"), re.MULTILINE)

    assert {int(code): name for code, name in rows} == {int(code): code.name for code in ExitCode}
