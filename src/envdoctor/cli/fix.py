"""`envdoctor fix`: options in, exit code out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import InputError, UsageError

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.fixes import Fixes


def fix(  # noqa: PLR0913 - these are the options of the command
    *,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|SPEC]...",
            help="Environment files or specs such as 'numpy=2.2'; without any, the environment.yml of this folder.",
        ),
    ] = None,
    apply: Annotated[int | None, typer.Option("--apply", metavar="N", help="Make the edits of fix N.")] = None,
    interactive: Annotated[bool, typer.Option("--interactive", "-i", help="List, pick, show the diff, ask.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print a fix as a patch for git apply.")] = False,
    pick: Annotated[int, typer.Option("--pick", metavar="N", help="The fix that --diff prints.")] = 1,
    backup: Annotated[bool, typer.Option("--backup", help="Keep a copy of each file that is edited.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Prove and list all fixes, not only five.")] = False,
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
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="Seconds to look for fixes.")] = (
        shared.SECONDS
    ),
    output: Annotated[shared.TextOrJson, typer.Option("--format", help="What to print.")] = shared.TextOrJson.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """List the smallest edits after which an environment solves, each proven, and make one."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.workflows.explain import explain_environment

        if sum([apply is not None, interactive, diff]) > 1:
            raise UsageError("--apply, --interactive and --diff exclude each other; give one of them")
        if interactive and not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("--interactive needs a terminal to ask on; use --apply N")
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
            proof=False,
            fixes=None if all_ else max(shared.FIXES, apply or 0, pick if diff else 0),
        )
        diagnosis = explain_environment(options, surroundings())
        fixes = diagnosis.fixes
        if fixes is None or not (apply is not None or interactive or diff):
            return _listed(diagnosis, output, verbose=verbose)
        if diff:
            from envdoctor.workflows.apply_fix import chosen, patch

            return patch(chosen(fixes, pick)), ExitCode.CONFLICT
        number = _asked(diagnosis, fixes) if interactive else apply
        if number is None:
            return "Nothing was changed.\n", ExitCode.CONFLICT
        return _applied(diagnosis, number, output, backup=backup)

    run(work, shared.error_as_json if output is shared.TextOrJson.JSON else None)


def _listed(diagnosis: Diagnosis, output: shared.TextOrJson, *, verbose: bool) -> tuple[str, ExitCode]:
    code = ExitCode.SOLVES if diagnosis.solvable else ExitCode.CONFLICT
    if output is shared.TextOrJson.JSON:
        from envdoctor.report.json import render_json

        return render_json(diagnosis), code
    from envdoctor.report.fix_report import render_fixes

    return render_fixes(diagnosis, width=shared.width(), colour=shared.wants_colour(), verbose=verbose), code


def _applied(diagnosis: Diagnosis, number: int, output: shared.TextOrJson, *, backup: bool) -> tuple[str, ExitCode]:
    from envdoctor.report.fix_report import render_applied, render_applied_json
    from envdoctor.workflows.apply_fix import apply_fix, chosen

    fixes = diagnosis.fixes
    if fixes is None:  # pragma: no cover - asked for by those who have some
        return "", ExitCode.SOLVES
    done = apply_fix(chosen(fixes, number), backup=backup)
    if output is shared.TextOrJson.JSON:
        return render_applied_json(done), ExitCode.SOLVES
    return render_applied(done, number, width=shared.width(), colour=shared.wants_colour()), ExitCode.SOLVES


def _asked(diagnosis: Diagnosis, fixes: Fixes) -> int | None:
    """Which fix the user picks, after having seen its patch; None for none of them."""
    from envdoctor.report.fix_report import render_fixes
    from envdoctor.workflows.apply_fix import chosen, patch

    typer.echo(
        render_fixes(diagnosis, width=shared.width(), colour=shared.wants_colour(), verbose=False), nl=False, err=True
    )
    if not fixes.found:
        return None
    while True:
        answer = _typed("Which fix (0 for none) [1]? ")
        if answer is None or answer == "0":
            return None
        if answer and not answer.isdecimal():
            typer.echo("type the number of a fix", err=True)
            continue
        number = int(answer or "1")
        try:
            picked = chosen(fixes, number)
        except UsageError as error:
            typer.echo(str(error), err=True)
            continue
        try:
            typer.echo(patch(picked), nl=False, err=True)
        except InputError as error:
            # A patch that cannot be shown does not mean that the edit cannot be made.
            typer.echo(str(error), err=True)
        agreed = _typed("Make this edit [Y/n]? ")
        if agreed is not None and agreed.lower() in {"", "y", "yes"}:
            return number


def _typed(question: str) -> str | None:
    """What is typed after a question on standard error; None at the end of the input."""
    typer.echo(question, nl=False, err=True)
    answer = sys.stdin.readline()
    return answer.strip() if answer else None
