"""`envdoctor explain`: options in, exit code out."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import EnvdoctorError, UsageError
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir
from envdoctor.workflows.options import ExplainOptions

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis


class Format(Enum):
    """What `explain` can print."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    DOT = "dot"
    GRAPHML = "graphml"


PIPED_WIDTH = 100
"""Columns where standard output is no terminal."""


def explain(  # noqa: PLR0913 - these are the options of the command
    *,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|SPEC]...",
            help="Environment files (- for standard input) or specs such as 'numpy=2.2'; "
            "without any, the environment.yml of this folder.",
        ),
    ] = None,
    channel: Annotated[list[str] | None, typer.Option("--channel", "-c", help="A channel, above the file's.")] = None,
    override_channels: Annotated[
        bool, typer.Option("--override-channels", help="Look at no channels but those given and the file's.")
    ] = False,
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", "-p", help="A platform; else the file's, else this machine's. Repeatable."),
    ] = None,
    virtual_package: Annotated[
        list[str] | None,
        typer.Option("--virtual-package", help="What the target has, such as __cuda=12.4. Repeatable."),
    ] = None,
    pin: Annotated[list[str] | None, typer.Option("--pin", help="A spec that must hold if installed.")] = None,
    prefix: Annotated[
        Path | None, typer.Option("--prefix", help="An environment whose pins and .condarc take part.")
    ] = None,
    channel_priority: Annotated[
        ChannelPriority | None, typer.Option("--channel-priority", help="In place of the configuration's.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use only records that were fetched before.")] = False,
    exclude_newer: Annotated[
        str | None, typer.Option("--exclude-newer", help="Leave out what was built after this date (2025-01-31).")
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0, help="Seconds to wait for the second engine.")
    ] = 20.0,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="The full proof, and everything else.")] = False,
    save_case: Annotated[
        Path | None, typer.Option("--save-case", help="Save request and records, for replay elsewhere.")
    ] = None,
    case: Annotated[Path | None, typer.Option("--case", help="Replay a saved case.")] = None,
) -> None:
    """Explain why an environment does not solve, or show what it solves to."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.workflows.explain import explain_environment

        options = ExplainOptions(
            arguments=tuple(arguments or ()),
            channels=tuple(channel or ()),
            override_channels=override_channels,
            platforms=tuple(_platform(name) for name in platform or ()),
            virtual_packages=tuple(virtual_package or ()),
            pins=tuple(pin or ()),
            prefix=prefix,
            priority=channel_priority,
            offline=offline,
            exclude_newer=None if exclude_newer is None else _moment(exclude_newer),
            time_limit=time_limit,
            case=case,
            save_case=save_case,
            proof=verbose or output is Format.JSON,
        )
        diagnosis = explain_environment(options, surroundings())
        code = ExitCode.SOLVES if diagnosis.solvable else ExitCode.CONFLICT
        return _render(diagnosis, output, verbose=verbose), code

    run(work, _error_as_json if output is Format.JSON else None)


def _error_as_json(error: EnvdoctorError) -> str:
    from envdoctor.report.json import render_error_json

    return render_error_json(error)


def _render(diagnosis: Diagnosis, output: Format, *, verbose: bool) -> str:
    match output:
        case Format.TEXT:
            from envdoctor.report.terminal import render_text

            return render_text(diagnosis, width=_width(), colour=_wants_colour(), verbose=verbose)
        case Format.JSON:
            from envdoctor.report.json import render_json

            return render_json(diagnosis)
        case Format.MERMAID | Format.DOT | Format.GRAPHML:
            from envdoctor.report.graphs import render_graph

            return render_graph(diagnosis, output.value)


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _platform(name: str) -> Subdir:
    if name not in KNOWN_SUBDIRS:
        raise UsageError(f"there is no platform {name!r}; conda knows {', '.join(KNOWN_SUBDIRS)}")
    return Subdir(name)


def _moment(text: str) -> int:
    """A date or time as milliseconds since 1970; a date means its end, as pixi and uv have it for whole days."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--exclude-newer {text!r} is no date; write a day such as 2025-01-31, or a time such as "
            "2025-01-31T12:00:00+00:00"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    if len(text) <= len("2025-01-31"):
        moment += dt.timedelta(days=1)
    return round(moment.timestamp() * 1000)
