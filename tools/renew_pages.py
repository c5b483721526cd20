"""Print anew what README and docs show: `python -m tools.renew_pages` runs every command that a page shows.

`tests/test_docs.py` checks the same. Output that ends in a line of `…` depends on the machine and is left alone.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/explanations.md", "docs/diagnose.md")
"""Pages whose commands stand each by itself."""

STEPS = ("locking", "comparing", "graph", "since", "fixing", "versions", "check")
STEP_PAGES = tuple(f"docs/{name}.md" for name in STEPS)
"""Pages whose commands are steps, one after another in one folder."""

SHOWN = re.compile(r"```console\n\$ (envdoctor [^\n]+)\n(.*?)```", re.DOTALL)


def printed(command: str, folder: Path) -> str:
    """Return what a command prints in a folder, without the settings of this machine's conda."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CONDA")}
    words = [sys.executable, "-m", "envdoctor", *shlex.split(command)[1:]]
    done = subprocess.run(  # noqa: S603 - a command of our own pages
        words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, env=environ
    )
    return done.stdout


def renewed(text: str, folder: Path) -> str:
    """Return a page with all that its commands print."""

    def shown(match: re.Match[str]) -> str:
        command, output = match.groups()
        if output.endswith("\n…\n"):
            return match.group()
        return f"```console\n$ {command}\n{printed(command, folder)}```"

    return SHOWN.sub(shown, text)


def main() -> None:
    """Renew all pages."""
    for page in (*PAGES, *STEP_PAGES):
        path = ROOT / page
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "sample_envs", Path(folder, "sample_envs"))
            where = Path(folder) if page in STEP_PAGES else ROOT
            path.write_text(renewed(path.read_text("utf-8"), where), "utf-8")
        sys.stderr.write(f"{page}\n")


if __name__ == "__main__":
    main()
