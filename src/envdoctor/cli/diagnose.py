"""`envdoctor diagnose` and `envdoctor run`: options in, exit code out."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import UsageError

if TYPE_CHECKING:
    from envdoctor.model.logs import LogDiagnosis


NOT_STARTED = 127
"""The exit code of shells for a command that cannot be started."""


class LogFormat(Enum):
    """What a diagnosis can be printed as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"


def diagnose(  # noqa: PLR0913 - these are the options of the command
    log: Annotated[
        str, typer.Argument(metavar="[LOG]", help="The log, also gz, zst or zip; - for standard input.")
    ] = "-",
    *,
    env: Annotated[
        str | None, typer.Option("--env", metavar="FILE", help="The environment file behind the build, to explain.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Ask the channels why the specs echoed in the log do not solve.")
    ] = False,
    write_env: Annotated[
        Path | None, typer.Option("--write-env", metavar="FILE", help="Write specs and channels of the log to a file.")
    ] = None,
    at_the_time: Annotated[
        bool, typer.Option("--at-the-time", help="When explaining, leave out what was built after the day of the log.")
    ] = False,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    output: Annotated[LogFormat, typer.Option("--format", help="What to print.")] = LogFormat.TEXT,
) -> None:
    """Say what failed first in the log of a build, which line shows it, and what to do."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.workflows.diagnose import DiagnoseOptions
        from envdoctor.workflows.diagnose import diagnose as ask

        if log == "-" and sys.stdin.isatty():
            raise UsageError("there is no log: name a file, or pipe one in")
        asked = None
        if env is not None or explain:
            asked = shared.explain_options(
                channel=channel,
                override_channels=override_channels,
                platform=platform,
                target=shared.target_options(virtual_package),
                channel_priority=channel_priority,
                offline=offline,
            )
        options = DiagnoseOptions(
            source=log, environment=env, write_env=write_env, explain=asked, at_the_time=at_the_time
        )
        diagnosis = ask(options, surroundings())
        return told(diagnosis, output), code_of(diagnosis)

    run(work, shared.error_as_json if output is LogFormat.JSON else None)


def code_of(diagnosis: LogDiagnosis) -> ExitCode:
    """Return the exit code that a diagnosis stands for."""
    if diagnosis.unknown_failure:
        return ExitCode.UNKNOWN
    return ExitCode.CONFLICT if diagnosis.causes else ExitCode.SOLVES


def told(diagnosis: LogDiagnosis, output: LogFormat) -> str:
    """Return a diagnosis in a format."""
    from envdoctor.report import log_formats as formats
    from envdoctor.report.log_text import render_log_text

    match output:
        case LogFormat.TEXT:
            return render_log_text(diagnosis, width=shared.width(), colour=shared.wants_colour())
        case LogFormat.JSON:
            return formats.render_log_json(diagnosis)
        case LogFormat.MARKDOWN:
            return formats.render_log_markdown(diagnosis)
        case LogFormat.GITHUB:
            return formats.render_log_github(diagnosis)
        case LogFormat.SARIF:
            return formats.render_log_sarif(diagnosis)


def run_build(
    command: Annotated[list[str], typer.Argument(metavar="-- CMD...", help="The build, behind `--`.")],
    *,
    output: Annotated[LogFormat, typer.Option("--format", help="What the diagnosis is printed as.")] = LogFormat.TEXT,
) -> None:
    """Run a build, pass its output through, keep its exit code, and say on standard error why it failed."""
    from envdoctor.workflows.run_build import output_diagnosed, ran

    def work() -> tuple[str, ExitCode]:
        diagnosis = output_diagnosed(log)
        return told(diagnosis, output), code_of(diagnosis)

    try:
        with ran(command) as (status, log):
            if status:
                run(work, None, aside=status)
    except UsageError as error:
        typer.echo(f"envdoctor: {error}", err=True)
        raise typer.Exit(NOT_STARTED) from error
