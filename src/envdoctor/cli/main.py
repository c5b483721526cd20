"""The command `envdoctor`: its commands put together, and the one place where a process ends."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import envdoctor
from envdoctor.cli.check import check
from envdoctor.cli.diagnose import diagnose, run_build
from envdoctor.cli.diff import diff
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.explain import explain
from envdoctor.cli.export_spec import export_spec
from envdoctor.cli.fix import fix
from envdoctor.cli.graph import graph, tree, why
from envdoctor.cli.lock import lock
from envdoctor.cli.outdated import outdated
from envdoctor.cli.python_support import python
from envdoctor.cli.since import since
from envdoctor.cli.why_not import why_not

app = typer.Typer(
    name="envdoctor",
    help="Says exactly why a conda environment does not solve, and proves it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(explain)
app.command()(fix)
app.command()(check)
app.command()(diagnose)
app.command("run")(run_build)
app.command()(lock)
app.command()(graph)
app.command()(tree)
app.command()(why)
app.command()(why_not)
app.command()(python)
app.command()(outdated)
app.command()(since)
app.command()(diff)
app.command()(export_spec)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the shape of a callback
    if wanted:
        typer.echo(f"envdoctor {envdoctor.__version__}")
        raise typer.Exit


@app.callback()
def common(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Say exactly why a conda environment does not solve, and prove it."""
    del version


def main() -> None:
    """Run the command line and end the process with its exit code.

    py-rattler has been seen to crash the interpreter while it shuts down, after correct output, and a solve that has
    passed its time limit still runs in its thread: so the process ends here, with everything written, and the
    interpreter is not taken down piece by piece.
    """
    code = _run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does: nothing is wrong.
        pass
    os._exit(code)


def _run() -> int:
    try:
        app()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.INPUT
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.SOLVES
    return ExitCode.SOLVES
