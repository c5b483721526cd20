"""`envdoctor explain`: options in, exit code out."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis


class Format(Enum):
    """What `explain` can print."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    DOT = "dot"
    GRAPHML = "graphml"


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
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    virtual_package_spec: shared.VirtualPackageSpec = None,
    with_cuda: shared.WithCuda = None,
    without_cuda: shared.WithoutCuda = False,
    image: shared.Image = None,
    dockerfile: shared.Dockerfile = None,
    pin: shared.Pins = None,
    prefix: shared.Prefix = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
    time_limit: shared.TimeLimit = shared.SECONDS,
    no_fixes: Annotated[bool, typer.Option("--no-fixes", help="Explain, and look for no fix.")] = False,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    verbose: shared.Verbose = False,
    save_case: Annotated[
        Path | None, typer.Option("--save-case", help="Save request and records, for replay elsewhere.")
    ] = None,
    case: Annotated[Path | None, typer.Option("--case", help="Replay a saved case.")] = None,
) -> None:
    """Explain why an environment does not solve, or show what it solves to."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.workflows.explain import explain_environment

        cuda = (with_cuda, without_cuda)
        options = shared.explain_options(
            arguments=arguments,
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(virtual_package, virtual_package_spec, cuda, image, dockerfile),
            pin=pin,
            prefix=prefix,
            channel_priority=channel_priority,
            offline=offline,
            exclude_newer=exclude_newer,
            time_limit=time_limit,
            case=case,
            save_case=save_case,
            proof=verbose or output is Format.JSON,
            fixes=0 if no_fixes or output not in {Format.TEXT, Format.JSON} else shared.FIXES,
        )
        diagnosis = explain_environment(options, surroundings())
        code = ExitCode.SOLVES if diagnosis.solvable else ExitCode.CONFLICT
        return render_diagnosis(diagnosis, output, verbose=verbose), code

    run(work, shared.error_as_json if output is Format.JSON else None)


def render_diagnosis(diagnosis: Diagnosis, output: Format, *, verbose: bool) -> str:
    """Return a diagnosis in one of the formats."""
    match output:
        case Format.TEXT:
            from envdoctor.report.terminal import render_text

            return render_text(diagnosis, width=shared.width(), colour=shared.wants_colour(), verbose=verbose)
        case Format.JSON:
            from envdoctor.report.json import render_json

            return render_json(diagnosis)
        case Format.MERMAID | Format.DOT | Format.GRAPHML:
            from envdoctor.report.graphs import render_graph

            return render_graph(diagnosis, output.value)
