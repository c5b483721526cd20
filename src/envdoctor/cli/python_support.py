"""`envdoctor python`: options in, exit code out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told

if TYPE_CHECKING:
    from envdoctor.model.python_support import PythonReport


class TextFormat(Enum):
    """What tables can be printed as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Output = Annotated[TextFormat, typer.Option("--format", help="What to print.")]


def python(  # noqa: PLR0913 - these are the options of the command
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Environment files; without any, the environment.yml of this folder."),
    ] = None,
    *,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    virtual_package_spec: shared.VirtualPackageSpec = None,
    with_cuda: shared.WithCuda = None,
    without_cuda: shared.WithoutCuda = False,
    image: shared.Image = None,
    dockerfile: shared.Dockerfile = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Show which python versions all lines support, and which line excludes the others since when."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.diagnosis import Diagnosis
        from envdoctor.workflows.python_support import python_support

        options = shared.explain_options(
            arguments=files,
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(
                virtual_package, virtual_package_spec, (with_cuda, without_cuda), image, dockerfile
            ),
            channel_priority=channel_priority,
            offline=offline,
            exclude_newer=exclude_newer,
            proof=output is TextFormat.JSON,
        )
        found = python_support(options, surroundings())
        if isinstance(found, Diagnosis):
            return conflict_told(found, as_json=output is TextFormat.JSON, verbose=False), ExitCode.CONFLICT
        return _told(found, output), ExitCode.SOLVES if found.fits else ExitCode.CONFLICT

    run(work, shared.error_as_json if output is TextFormat.JSON else None)


def _told(report: PythonReport, output: TextFormat) -> str:
    from envdoctor.report.python_support import render_python, render_python_json, render_python_markdown

    match output:
        case TextFormat.JSON:
            return render_python_json(report)
        case TextFormat.MARKDOWN:
            return render_python_markdown(report)
        case TextFormat.TEXT:
            return render_python(report, width=shared.width(), colour=shared.wants_colour())
