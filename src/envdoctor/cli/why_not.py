"""`envdoctor why-not`: options in, exit code out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.graph import File
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told

if TYPE_CHECKING:
    from envdoctor.model.wishes import WishReport


def why_not(  # noqa: PLR0913 - these are the options of the command
    wish: Annotated[str, typer.Argument(metavar="SPEC", help="What is wished for, such as 'pandas=3'.")],
    file: File = None,
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
    time_limit: shared.TimeLimit = shared.SECONDS,
    output: Annotated[shared.TextOrJson, typer.Option("--format", help="What to print.")] = shared.TextOrJson.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """Tell why an environment does not have what is wished for, or what would move if it had."""
    as_json = output is shared.TextOrJson.JSON

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.wishes import WishReport
        from envdoctor.workflows.why_not import why_not as answer

        cuda = (with_cuda, without_cuda)
        options = shared.explain_options(
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(virtual_package, virtual_package_spec, cuda, image, dockerfile),
            channel_priority=channel_priority,
            offline=offline,
            exclude_newer=exclude_newer,
            time_limit=time_limit,
            proof=verbose or as_json,
        )
        found = answer(wish, file, options, surroundings())
        if not isinstance(found, WishReport):
            return conflict_told(found, as_json=as_json, verbose=verbose), ExitCode.CONFLICT
        return _render(found, as_json=as_json, verbose=verbose), (
            ExitCode.SOLVES if found.refused is None else ExitCode.CONFLICT
        )

    run(work, shared.error_as_json if as_json else None)


def _render(report: WishReport, *, as_json: bool, verbose: bool) -> str:
    from envdoctor.report.wishes import render_wish, render_wish_json

    if as_json:
        return render_wish_json(report)
    return render_wish(report, width=shared.width(), colour=shared.wants_colour(), verbose=verbose)
