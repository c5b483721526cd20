"""`envdoctor diff`: options in, exit code out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told

if TYPE_CHECKING:
    from envdoctor.model.comparison import Comparison


class Format(Enum):
    """What `diff` can print."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


A_SIDE = "A conda-lock.yml, explicit list, pixi.lock, or environment file, which is resolved first."


def diff(  # noqa: PLR0913 - these are the options of the command
    before: Annotated[str, typer.Argument(metavar="A", help=A_SIDE)],
    after: Annotated[str, typer.Argument(metavar="B", help="The same, newer.")],
    *,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Leave with code 1 if there are differences.")] = False,
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
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """Tell two lockfiles or environments apart, and who asks for each change."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.comparison import Comparison
        from envdoctor.workflows.diff import diff as compare

        options = shared.explain_options(
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(
                virtual_package, virtual_package_spec, (with_cuda, without_cuda), image, dockerfile
            ),
            pin=pin,
            prefix=prefix,
            channel_priority=channel_priority,
            offline=offline,
            exclude_newer=exclude_newer,
            time_limit=time_limit,
            proof=verbose or output is Format.JSON,
        )
        found = compare(before, after, options, surroundings())
        if not isinstance(found, Comparison):
            return conflict_told(found, as_json=output is Format.JSON, verbose=verbose), ExitCode.CONFLICT
        code = ExitCode.CONFLICT if exit_code and found.differ else ExitCode.SOLVES
        return _render(found, output, verbose=verbose), code

    run(work, shared.error_as_json if output is Format.JSON else None)


def _render(comparison: Comparison, output: Format, *, verbose: bool) -> str:
    match output:
        case Format.TEXT:
            from envdoctor.report.comparison import render_comparison

            width, colour = shared.width(), shared.wants_colour()
            return render_comparison(comparison, width=width, colour=colour, verbose=verbose)
        case Format.JSON:
            from envdoctor.report.comparison_json import render_comparison_json

            return render_comparison_json(comparison)
        case Format.MARKDOWN:
            from envdoctor.report.comparison_markdown import render_comparison_markdown

            return render_comparison_markdown(comparison)
