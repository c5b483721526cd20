"""`envdoctor since`: options in, exit code out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import UsageError

if TYPE_CHECKING:
    from envdoctor.model.history import History


def since(  # noqa: PLR0913 - these are the options of the command
    good: Annotated[
        str, typer.Argument(metavar="GOOD", help="When all was well: a day (2025-01-31), a time, or the lock of then.")
    ],
    bad: Annotated[str | None, typer.Argument(metavar="[BAD]", help="When it was not any more; else now.")] = None,
    *,
    file: Annotated[
        list[str] | None,
        typer.Option("--file", "-f", help="An environment file; else the folder's. Repeatable."),
    ] = None,
    package: Annotated[str | None, typer.Option("--package", help="Look at what became of this package alone.")] = None,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    time_limit: shared.TimeLimit = shared.SECONDS,
    output: Annotated[shared.TextOrJson, typer.Option("--format", help="What to print.")] = shared.TextOrJson.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """Find the upload that broke an environment, or changed what it solves to."""
    as_json = output is shared.TextOrJson.JSON

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.history import Turn
        from envdoctor.workflows.since import Span, is_lock
        from envdoctor.workflows.since import since as search

        lock = good if is_lock(good) else None
        span = Span(
            good=None if lock else shared.moment_of(good, "GOOD"),
            bad=None if bad is None else shared.moment_of(bad, "BAD"),
            lock=lock,
            package=package,
        )
        if span.good is not None and span.bad is not None and span.good >= span.bad:
            raise UsageError(f"GOOD ({good}) lies after BAD ({bad}); give the earlier moment first")
        options = shared.explain_options(
            arguments=file,
            channel=channel,
            override_channels=override_channels,
            platform=platform,
            target=shared.target_options(virtual_package),
            channel_priority=channel_priority,
            offline=offline,
            time_limit=time_limit,
            proof=verbose or as_json,
        )
        history = search(span, options, surroundings())
        fine = all(one.turn in {Turn.SAME, Turn.MENDED} for one in history.turnings)
        return _render(history, as_json=as_json, verbose=verbose), ExitCode.SOLVES if fine else ExitCode.CONFLICT

    run(work, shared.error_as_json if as_json else None)


def _render(history: History, *, as_json: bool, verbose: bool) -> str:
    from envdoctor.report.history import render_history, render_history_json

    if as_json:
        return render_history_json(history)
    return render_history(history, width=shared.width(), colour=shared.wants_colour(), verbose=verbose)
