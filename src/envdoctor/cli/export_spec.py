"""`envdoctor export-spec`: options in, exit code out."""

from __future__ import annotations

from typing import Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told
from envdoctor.model.exported import Versions


def export_spec(  # noqa: PLR0913 - these are the options of the command
    source: Annotated[
        str,
        typer.Argument(
            metavar="LOCK|PREFIX|FILE",
            help="A lockfile, the folder of an installed environment, or an exported environment file.",
        ),
    ],
    *,
    versions: Annotated[
        Versions, typer.Option("--versions", help="How exactly the roots are asked for.")
    ] = Versions.MINOR,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    time_limit: shared.TimeLimit = shared.SECONDS,
) -> None:
    """Write the short environment file that brings in everything of a lock or an installed environment."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.exported import RootSpec
        from envdoctor.report.exported import render_root_spec
        from envdoctor.workflows.export_spec import export_spec as export

        options = shared.explain_options(
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(virtual_package),
            channel_priority=channel_priority,
            offline=offline,
            time_limit=time_limit,
            proof=False,
        )
        found = export(source, versions, options, surroundings())
        if isinstance(found, RootSpec):
            return render_root_spec(found), ExitCode.SOLVES
        return conflict_told(found, as_json=False, verbose=False), ExitCode.CONFLICT

    run(work, None)
