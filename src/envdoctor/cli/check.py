"""`envdoctor check`: options in, exit code out."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.errors import UsageError
from envdoctor.model.findings import Severity

if TYPE_CHECKING:
    from envdoctor.model.findings import FindingsReport


class CheckFormat(Enum):
    """What findings can be printed as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"


Codes = list[str] | None


def check(  # noqa: PLR0913 - these are the options of the command
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files, or folders to look for environment files in; else this one."),
    ] = None,
    *,
    select: Annotated[Codes, typer.Option("--select", help="Only rules of this code, or its beginning.")] = None,
    ignore: Annotated[Codes, typer.Option("--ignore", help="No rules of this code, or its beginning.")] = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help="The least severity that is told.", show_default="info")
    ] = None,
    platform: shared.Platforms = None,
    resolve: Annotated[bool, typer.Option("--resolve", help="Ask the channels too: what each line would get.")] = False,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    virtual_package: shared.VirtualPackages = None,
    image: shared.Image = None,
    dockerfile: shared.Dockerfile = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day for rules with dates; else today.")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="Findings that are accepted already.")] = None,
    write_baseline: Annotated[bool, typer.Option("--write-baseline", help="Accept today's findings.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Make the edits that do not change what a file means.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="With --fix: make the other edits too.")] = False,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE", help="Tell all about a rule.")] = None,
    list_rules: Annotated[bool, typer.Option("--list-rules", help="List all rules.")] = False,
    output: Annotated[CheckFormat, typer.Option("--format", help="What to print.")] = CheckFormat.TEXT,
) -> None:
    """Find what is wrong or doubtful in environment files, without solving anything."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.workflows.check_settings import read_settings
        from envdoctor.workflows.checking import CheckOptions, mended, written_baseline
        from envdoctor.workflows.checking import check as find

        if list_rules or explain is not None:
            return _rules(explain), ExitCode.SOLVES
        if unsafe and not fix:
            raise UsageError("--unsafe belongs to --fix")
        settings = read_settings(Path())
        accepted = baseline or settings.baseline
        options = CheckOptions(
            paths=tuple(paths or ()),
            as_of=_day(as_of),
            select=tuple(select or settings.select),
            ignore=(*settings.ignore, *(ignore or ())),
            least=severity or settings.severity or Severity.INFO,
            platforms=tuple(shared.platform_of(name) for name in platform or settings.platforms),
            baseline=None if write_baseline else accepted,
            target=shared.target_options(virtual_package, image=image, dockerfile=dockerfile),
            resolve=shared.explain_options(
                channel=channel,
                override_channels=override_channels,
                channel_priority=channel_priority,
                offline=offline,
                fixes=0,
            )
            if resolve
            else None,
        )
        report = find(options, surroundings())
        if write_baseline:
            from envdoctor.files import write_whole

            if accepted is None:
                raise UsageError("--write-baseline needs --baseline FILE to write to")
            write_whole(accepted, written_baseline(report).encode())
            return f"{len(report.findings)} findings are accepted in {accepted}\n", ExitCode.SOLVES
        if fix:
            files, number = mended(report, unsafe=unsafe)
            typer.echo(f"mended {number} findings in {len(files)} files", err=True)
            report = find(options, surroundings())
        failing = any(finding.severity is not Severity.INFO for finding in report.findings)
        return _told(report, output), ExitCode.CONFLICT if failing else ExitCode.SOLVES

    run(work, shared.error_as_json if output is CheckFormat.JSON else None)


def _day(text: str | None) -> str:
    if text is None:
        return dt.datetime.now(dt.UTC).date().isoformat()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is no day; write it as 2026-11-25") from error


def _rules(code: str | None) -> str:
    from envdoctor.report.findings import render_rule, render_rules
    from envdoctor.rules.registry import RULES

    if code is None:
        return render_rules(RULES)
    found = next((rule for rule in RULES if code in {rule.code, rule.kind}), None)
    if found is None:
        raise UsageError(f"no rule has the code {code!r}; --list-rules shows them")
    return render_rule(found, width=shared.width(), colour=shared.wants_colour())


def _told(report: FindingsReport, output: CheckFormat) -> str:  # noqa: PLR0911 - one for each format
    from envdoctor.report import findings_formats as formats
    from envdoctor.report.findings import render_findings
    from envdoctor.rules.registry import RULES

    match output:
        case CheckFormat.TEXT:
            return render_findings(report, width=shared.width(), colour=shared.wants_colour())
        case CheckFormat.JSON:
            return formats.render_findings_json(report)
        case CheckFormat.SARIF:
            return formats.render_sarif(report, RULES)
        case CheckFormat.GITHUB:
            return formats.render_github(report)
        case CheckFormat.GITLAB:
            return formats.render_gitlab(report)
        case CheckFormat.JUNIT:
            return formats.render_junit(report)
        case CheckFormat.MARKDOWN:
            return formats.render_findings_markdown(report)
