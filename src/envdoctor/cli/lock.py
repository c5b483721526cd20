"""`envdoctor lock`: options in, exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import UsageError
from envdoctor.model.lockfile import LockFormat
from envdoctor.workflows.options import LockOptions

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import CheckReport, LockRefusal, LockReport

DEFAULT_LOCKFILE = "conda-lock.yml"


def lock(  # noqa: PLR0913 - these are the options of the command
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Environment files, meta.yaml or pyproject.toml (- for standard input); without any, the "
            "environment.yml of this folder.",
        ),
    ] = None,
    lockfile: Annotated[Path, typer.Option("--lockfile", help="Where the lock stands.")] = Path(DEFAULT_LOCKFILE),
    kind: Annotated[
        list[LockFormat] | None,
        typer.Option("--kind", "-k", help="A format to write. Repeatable.", show_default="lock"),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether the lock is what the files ask for.")
    ] = False,
    update: Annotated[
        list[str] | None,
        typer.Option("--update", help="Bring this package to its newest version that fits. Repeatable."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Solve anew, whatever the lock holds.")] = False,
    solver: Annotated[
        str | None, typer.Option("--solver", help="Your own conda, mamba or micromamba in place of envdoctor's engine.")
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
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
    time_limit: shared.TimeLimit = shared.SECONDS,
    output: Annotated[shared.TextOrJson, typer.Option("--format", help="What to print.")] = shared.TextOrJson.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """Write a lockfile that is the same on every machine, or check one."""

    def work() -> tuple[str, ExitCode]:
        if check and (update or fresh or solver):
            raise UsageError("--check writes nothing, so --update, --fresh and --solver do not go with it")
        if update and fresh:
            raise UsageError("--update moves as little as it can, --fresh solves anew: give one of them")
        cuda = (with_cuda, without_cuda)
        options = LockOptions(
            explain=shared.explain_options(
                arguments=files,
                channel=channel,
                override_channels=override_channels,
                platform=platform,
                target=shared.target_options(virtual_package, virtual_package_spec, cuda, image, dockerfile),
                channel_priority=channel_priority,
                offline=offline,
                exclude_newer=exclude_newer,
                time_limit=time_limit,
                proof=verbose or output is shared.TextOrJson.JSON,
            ),
            lockfile=lockfile,
            kinds=tuple(dict.fromkeys(kind or [LockFormat.CONDA_LOCK])),
            solver=solver,
            update=tuple(update or ()),
            fresh=fresh,
        )
        if check:
            from envdoctor.workflows.check_lock import check_lock

            return _told(check_lock(options, surroundings()), output, verbose=verbose)
        from envdoctor.workflows.lock import lock_environment

        return _told(lock_environment(options, surroundings()), output, verbose=verbose)

    run(work, shared.error_as_json if output is shared.TextOrJson.JSON else None)


def _told(
    found: LockReport | LockRefusal | CheckReport | Diagnosis, output: shared.TextOrJson, *, verbose: bool
) -> tuple[str, ExitCode]:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import CheckReport, LockReport
    from envdoctor.report import json, locking, terminal

    as_json, width, colour = output is shared.TextOrJson.JSON, shared.width(), shared.wants_colour()
    if isinstance(found, Diagnosis):
        text = (
            json.render_json(found)
            if as_json
            else terminal.render_text(found, width=width, colour=colour, verbose=verbose) + locking.NOTHING_LOCKED
        )
        return text, ExitCode.CONFLICT
    if isinstance(found, CheckReport):
        text = locking.render_check_json(found) if as_json else locking.render_check(found, width=width, colour=colour)
        return text, ExitCode.CONFLICT if found.reasons else ExitCode.SOLVES
    text = (
        locking.render_lock_json(found)
        if as_json
        else locking.render_lock(found, width=width, colour=colour, verbose=verbose)
    )
    return text, ExitCode.SOLVES if isinstance(found, LockReport) else ExitCode.CONFLICT
