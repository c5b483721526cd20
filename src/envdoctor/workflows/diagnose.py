"""`diagnose`: a log is read in one pass, its causes are told, and what it says of the request goes to `explain`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.errors import EnvdoctorError, UsageError
from envdoctor.files import write_whole
from envdoctor.logs.causes import judged
from envdoctor.logs.informative import informative_lines
from envdoctor.logs.kinds import SOLVE
from envdoctor.logs.reading import log_blocks
from envdoctor.logs.redacting import redacted
from envdoctor.logs.requests import request_in
from envdoctor.logs.scanning import scanned
from envdoctor.model.logs import LogDiagnosis

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from envdoctor.model.logs import SpecsInLog
    from envdoctor.workflows.options import ExplainOptions, Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnoseOptions:
    """The options of `diagnose`. `environment` is the file behind the build; `explain` how to ask the channels."""

    source: str
    environment: str | None = None
    write_env: Path | None = None
    explain: ExplainOptions | None = None
    at_the_time: bool = False
    """Whether `explain` leaves out what was built after the day of the log."""


def diagnose(options: DiagnoseOptions, surroundings: Surroundings | None = None) -> LogDiagnosis:
    """Return what went wrong in a log. Raises `InputError`, `UsageError`, `OutputError`."""
    diagnosis = diagnosed(log_blocks(options.source), options.source)
    if options.write_env is not None:
        write_whole(options.write_env, written_environment(diagnosis.request, options.source).encode())
    if options.explain is not None and surroundings is not None and any(one.kind in SOLVE for one in diagnosis.causes):
        diagnosis = replace(diagnosis, story=_story(diagnosis.request, options, options.explain, surroundings))
    return diagnosis


def diagnosed(blocks: Iterable[bytes], source: str, *, failed: bool | None = None) -> LogDiagnosis:
    """Return what went wrong in a log that comes in blocks of whole lines; `failed` where its end is known."""
    scan = scanned(blocks)
    sightings = scan.sightings()
    verdict = judged(sightings, failed=failed)
    commands = [
        one.word("step") or one.word("cmd") or one.line.text for one in sightings if _is_command(one.signature.name)
    ]
    return LogDiagnosis(
        source=redacted(source),
        outcome=verdict.outcome,
        lines=scan.lines,
        causes=tuple(verdict.causes),
        consequences=tuple(verdict.consequences),
        informative=informative_lines(sightings, scan.tail) if verdict.unknown_failure else (),
        request=request_in(sightings, dict.fromkeys(commands), scan.first_day),
        unknown_failure=verdict.unknown_failure,
    )


def _is_command(name: str) -> bool:
    return name in {"mark-gitlab-command", "mark-gha-run", "mark-jenkins-sh", "mark-bk-step", "bk-process-failed",
                    "classic-nonzero", "mark-classic-step", "bk-executor-failed"}  # fmt: skip


def written_environment(request: SpecsInLog, source: str) -> str:
    """Return what the log echoes as an environment file. Raises `UsageError` where it echoes no specs."""
    if not request.specs:
        raise UsageError("the log echoes no specs, so there is no environment to write; give the file with --env")
    day = f" of {request.day}" if request.day else ""
    lines = [f"# recovered by envdoctor from the log {redacted(source)}{day}"]
    if request.channels:
        lines += ["channels:", *(f"  - {channel}" for channel in request.channels)]
    else:
        lines += ["# the log names no channel", "channels:", "  - conda-forge"]
    if request.platform:
        lines += ["platforms:", f"  - {request.platform}"]
    lines += ["dependencies:", *(f"  - {_quoted(redacted(spec))}" for spec in request.specs)]
    return "\n".join(lines) + "\n"


def _quoted(spec: str) -> str:
    return f'"{spec}"' if spec[0] in "*&!%@`" or ": " in spec else spec


def _story(
    request: SpecsInLog, options: DiagnoseOptions, explain: ExplainOptions, surroundings: Surroundings
) -> tuple[str, ...]:
    """What `explain` says of the environment; why it cannot say it, where it cannot."""
    from envdoctor.model.names import Subdir
    from envdoctor.report.brief import headline_lines
    from envdoctor.workflows.explain import explain_environment

    asked = replace(
        explain,
        arguments=(options.environment,) if options.environment else request.specs,
        channels=explain.channels or (() if options.environment else request.channels),
        platforms=explain.platforms or ((Subdir(request.platform),) if request.platform else ()),
        exclude_newer=_end_of(request.day) if options.at_the_time and request.day else explain.exclude_newer,
        proof=False,
    )
    if not asked.arguments:
        return ()
    try:
        return headline_lines(explain_environment(asked, surroundings))
    except EnvdoctorError as error:
        return (f"explain could not be asked: {redacted(str(error))}",)


def _end_of(day: str) -> int:
    """The end of an ISO day in milliseconds since 1970."""
    from envdoctor.workflows.moments import milliseconds

    return milliseconds(day)
