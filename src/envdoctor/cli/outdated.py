"""`envdoctor outdated`: options in, exit code out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.graph import File
from envdoctor.cli.python_support import Output, TextFormat
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told

if TYPE_CHECKING:
    from envdoctor.model.outdated import OutdatedReport


def outdated(  # noqa: PLR0913 - these are the options of the command
    file: File = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="All packages, not only those that lines ask for.")] = False,
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
    time_limit: shared.TimeLimit = shared.SECONDS,
    output: Output = TextFormat.TEXT,
) -> None:
    """Show which packages of a file or lock are not the newest, grouped by what holds them back."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.outdated import OutdatedReport
        from envdoctor.workflows import outdated as workflow

        options = shared.explain_options(
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(
                virtual_package, virtual_package_spec, (with_cuda, without_cuda), image, dockerfile
            ),
            channel_priority=channel_priority,
            offline=offline,
            exclude_newer=exclude_newer,
            time_limit=time_limit,
            proof=output is TextFormat.JSON,
        )
        found = workflow.outdated(file, options, surroundings(), whole=all_)
        if not isinstance(found, OutdatedReport):
            return conflict_told(found, as_json=output is TextFormat.JSON, verbose=False), ExitCode.CONFLICT
        return _told(found, output), ExitCode.SOLVES

    run(work, shared.error_as_json if output is TextFormat.JSON else None)


def _told(report: OutdatedReport, output: TextFormat) -> str:
    from envdoctor.report.outdated import render_outdated, render_outdated_json, render_outdated_markdown

    match output:
        case TextFormat.JSON:
            return render_outdated_json(report)
        case TextFormat.MARKDOWN:
            return render_outdated_markdown(report)
        case TextFormat.TEXT:
            return render_outdated(report, width=shared.width(), colour=shared.wants_colour())
