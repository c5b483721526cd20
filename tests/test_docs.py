"""What README and docs show is what the commands print."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from envdoctor.cli.exit_codes import ExitCode
from tools.renew_pages import PAGES, SHOWN, STEP_PAGES, printed

ROOT = Path(__file__).resolve().parents[1]


def shown() -> list[tuple[str, str, str]]:
    return [
        (page, command, output) for page in PAGES for command, output in SHOWN.findall((ROOT / page).read_text("utf-8"))
    ]


@pytest.mark.parametrize(("page", "command", "output"), shown())
def test_the_output_shown_is_the_real_one(page: str, command: str, output: str) -> None:
    done = printed(command, ROOT)

    # A last line of "…" says that what follows depends on the machine and is left out.
    if output.endswith("\n…\n"):
        assert done.startswith(output.removesuffix("…\n")), f"{page} shows something else"
    else:
        assert done == output, f"{page} shows something else"


@pytest.mark.parametrize("page", STEP_PAGES)
def test_the_steps_of_a_page_on_locks_print_what_it_shows(page: str, tmp_path: Path) -> None:
    """One after another in one folder, since each finds the lock that the one before left."""
    shutil.copytree(ROOT / "sample_envs", tmp_path / "sample_envs")
    for command, output in SHOWN.findall((ROOT / page).read_text("utf-8")):
        assert printed(command, tmp_path) == output


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", (ROOT / "docs/exit-codes.md").read_text("utf-8"), re.MULTILINE)

    assert {int(code): name for code, name in rows} == {int(code): code.name for code in ExitCode}
