"""What all commands share: errors become one sentence and an exit code, and progress goes to the terminal."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from envdoctor.channels.secrets import redact
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.errors import DisagreementError, EnvdoctorError, RecordsError
from envdoctor.workflows.options import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

SHOW_TRACEBACK = "ENVDOCTOR_TRACEBACK"


def surroundings() -> Surroundings:
    """Return what is around this process."""
    return Surroundings(
        environ=os.environ,
        home=Path.home(),
        folder=Path(),
        stdin=sys.stdin.buffer.read,
        progress=_progress() if sys.stderr.isatty() else None,
    )


def run(
    work: Callable[[], tuple[str, ExitCode]],
    render_error: Callable[[EnvdoctorError], str] | None,
    *,
    aside: int | None = None,
) -> None:
    """Do the work, print what it gives, and leave with its code; an error is one sentence on standard error.

    `render_error` turns an error into the result's own format, printed in its place on standard output. Work that is
    done `aside` tells of another command: its text goes to standard error, and the exit code is that of the command.
    """
    try:
        text, code = work()
    except EnvdoctorError as error:
        _clear_progress()
        if render_error is not None:
            typer.echo(render_error(error), nl=False)
        typer.echo(f"envdoctor: {redact(str(error))}", err=True)
        raise typer.Exit(code_of(error) if aside is None else aside) from error
    except (KeyboardInterrupt, typer.Exit, BrokenPipeError):
        raise
    except Exception as error:  # whatever comes, a user gets a sentence and no traceback
        _clear_progress()
        if os.environ.get(SHOW_TRACEBACK):
            traceback.print_exc()
        typer.echo(
            f"envdoctor: a bug in envdoctor itself: {type(error).__name__}: {redact(str(error))}; "
            f"please report it with the file ({SHOW_TRACEBACK}=1 shows where it happened)",
            err=True,
        )
        raise typer.Exit(ExitCode.INTERNAL if aside is None else aside) from error
    _clear_progress()
    typer.echo(text, nl=False, err=aside is not None)
    raise typer.Exit(code if aside is None else aside)


def code_of(error: EnvdoctorError) -> ExitCode:
    """Return the exit code that an error stands for."""
    match error:
        case RecordsError():
            return ExitCode.RECORDS
        case DisagreementError():
            return ExitCode.INTERNAL
        case _:
            return ExitCode.INPUT


def _progress() -> Callable[[str], None]:
    def say(phrase: str) -> None:
        sys.stderr.write(f"\r\x1b[K{phrase} …")
        sys.stderr.flush()

    return say


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
