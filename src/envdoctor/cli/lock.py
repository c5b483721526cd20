"""`envdoctor lock`: options in, exit code out."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.explain import _error_as_json, _moment, _platform, _wants_colour, _width
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import UsageError
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.lockfile import LockFormat
from envdoctor.workflows.options import ExplainOptions, LockOptions

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import CheckReport, LockRefusal, LockReport

DEFAULT_LOCKFILE = "conda-lock.yml"


class Format(Enum):
    """What `lock` can print."""

    TEXT = "text"
    JSON = "json"


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
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Everything, however long.")] = False,
) -> None:
    """Write a lockfile that is the same on every machine, or check one."""

    def work() -> tuple[str, ExitCode]:
        if check and (update or fresh or solver):
            raise UsageError("--check writes nothing, so --update, --fresh and --solver do not go with it")
        if update and fresh:
            raise UsageError("--update moves as little as it can, --fresh solves anew: give one of them")
        options = LockOptions(
            explain=ExplainOptions(
                arguments=tuple(files or ()),
                channels=tuple(channel or ()),
                override_channels=override_channels,
                platforms=tuple(_platform(name) for name in platform or ()),
                virtual_packages=tuple(virtual_package or ()),
                priority=channel_priority,
                offline=offline,
                exclude_newer=None if exclude_newer is None else _moment(exclude_newer),
                time_limit=time_limit,
                proof=verbose or output is Format.JSON,
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

    run(work, _error_as_json if output is Format.JSON else None)


def _told(
    found: LockReport | LockRefusal | CheckReport | Diagnosis, output: Format, *, verbose: bool
) -> tuple[str, ExitCode]:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import CheckReport, LockReport
    from envdoctor.report import json, locking, terminal

    as_json, width, colour = output is Format.JSON, _width(), _wants_colour()
    if isinstance(found, Diagnosis):
        text = (
            json.render_json(found)
            if as_json
            else terminal.render_text(found, width=width, colour=colour, verbose=verbose)
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
