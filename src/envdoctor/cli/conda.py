"""`envdoctor-conda`: a conda-compatible executable for conda-lock, over envdoctor's one engine.

It answers what conda-lock 4.0.3 asks of a conda (`conda_solver.py`, `invoke_conda.py`): `--version`, `info`, `list`,
and `create`, `install` and `update` with `--dry-run --json`. It installs nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from envdoctor.lockfile.conda_answers import FOLDER_VARIABLE

VERSION = "conda 25.11.0"
"""The conda whose answers it gives; conda-lock refuses old ones."""


def main() -> None:
    """Answer one call and end the process with its code."""
    answer, code = _prepared(), 0
    if answer is None:
        answer, code = _worked_out(sys.argv[1:])
    sys.stdout.write(answer)
    sys.stdout.flush()
    # As in `envdoctor.cli.main`: the interpreter is not taken down piece by piece.
    os._exit(code)


def _prepared() -> str | None:
    """What `envdoctor lock` worked out before it let conda-lock ask; None where this is another caller."""
    folder, subdir = os.environ.get(FOLDER_VARIABLE), os.environ.get("CONDA_SUBDIR")
    if not folder or not subdir or sys.argv[1:2] != ["create"]:
        return None
    path = Path(folder, f"{subdir}.json")
    return path.read_text("utf-8") if path.is_file() else None


def _worked_out(arguments: list[str]) -> tuple[str, int]:
    if "--version" in arguments or "-V" in arguments:
        return f"{VERSION}\n", 0
    from envdoctor.channels.secrets import redact
    from envdoctor.cli.running import code_of, surroundings
    from envdoctor.errors import EnvdoctorError
    from envdoctor.lockfile.conda_answers import failure
    from envdoctor.workflows.conda_executable import answer

    try:
        return answer(arguments, surroundings())
    except EnvdoctorError as error:
        return failure(redact(str(error))), int(code_of(error))


if __name__ == "__main__":
    main()
