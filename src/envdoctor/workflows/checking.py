"""`check`: files are found, read, and looked at by every rule that is wanted."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from envdoctor.engine.detect import current_subdir
from envdoctor.environment.decoding import decode
from envdoctor.environment.edits import EditRefusedError
from envdoctor.environment.read import raw_file, read_environment
from envdoctor.errors import InputError, UsageError
from envdoctor.files import write_whole
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.model.findings import FindingsReport, Severity, Subject, Unread
from envdoctor.model.place import Place
from envdoctor.rules.registry import RULES
from envdoctor.workflows.check_circumstances import in_circumstances
from envdoctor.workflows.options import TargetOptions
from envdoctor.workflows.proving import edited_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from envdoctor.model.findings import Finding
    from envdoctor.model.fixes import Edit
    from envdoctor.model.names import Subdir
    from envdoctor.rules.rule import Rule
    from envdoctor.workflows.options import ExplainOptions, Surroundings

_NAMED_LIKE_ONE = re.compile(r"(?:^|[-_.])(?:conda|envs?|environments?)(?:[-_.].*)?\.ya?ml$", re.IGNORECASE)
_NAMED_LIKE_A_LOCK = re.compile(r"(?:^|[-_.])conda-lock\.ya?ml$|^pixi\.lock$|^conda-(?:linux|osx|win)-\w+\.lock$")
_SECTION_OF_CONDA_LOCK = re.compile(r"^\[tool\.conda-lock", re.MULTILINE)
_LISTS_DEPENDENCIES = re.compile(r"^dependencies\s*:", re.MULTILINE)
_IGNORE = re.compile(r"#\s*envdoctor:\s*(?P<what>ignore(?:-file)?)(?:\[(?P<codes>[\w, ]*)\])?")
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})
FILES_WORTH_A_PROCESS = 150
"""Files that take longer than a further process needs to start."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The options of `check`; `select` and `ignore` hold codes or their beginnings (`ES`), `as_of` an ISO day."""

    paths: tuple[str, ...]
    as_of: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    least: Severity = Severity.INFO
    platforms: tuple[Subdir, ...] = ()
    baseline: Path | None = None
    target: TargetOptions = TargetOptions()  # noqa: RUF009 - it is frozen
    """What is stated of the machines that the files are for."""
    resolve: ExplainOptions | None = None
    """How to ask the channels; None where nothing is to be resolved."""


def check(options: CheckOptions, surroundings: Surroundings | None = None) -> FindingsReport:
    """Return all findings in the files, in order. A file that cannot be read is a finding.

    Raises `UsageError` for a path that is not there and a code that no rule has, and where something is resolved, in
    the `surroundings`, `RecordsError`.
    """
    _check_codes((*options.select, *options.ignore))
    files = tuple(_files(options.paths))
    looked = _looked_at_each(files, options, surroundings)
    found = [finding for one in looked for finding in one.findings]
    ignored = sum(one.ignored for one in looked)
    texts = [(one.file, one.lines) for one in looked]
    found.sort(key=lambda finding: finding.sort_key)
    if options.baseline is not None and options.baseline.exists():
        new = _beyond(found, options.baseline)
        ignored += len(found) - len(new)
        found = new
    return FindingsReport(
        files=files,
        findings=tuple(found),
        texts=tuple(texts),
        ignored=ignored,
        as_of=options.as_of,
        folder=str(Path.cwd()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What comes of one file."""

    file: str
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    ignored: int


def _looked_at_each(
    files: Sequence[str], options: CheckOptions, surroundings: Surroundings | None
) -> Sequence[_Looked]:
    """Look at all files, side by side on all cores where they are many and no channel is asked."""
    cores = os.cpu_count() or 1
    if len(files) < FILES_WORTH_A_PROCESS or cores == 1 or options.resolve is not None:
        return [_looked_at(file, options, surroundings) for file in files]
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forking would copy py-rattler's threads half; what is watched by a function cannot be sent to another process.
    quiet = (
        None
        if surroundings is None
        else replace(surroundings, environ=dict(surroundings.environ), stdin=None, progress=None)
    )
    workers = min(cores, len(files) // FILES_WORTH_A_PROCESS + 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        work = partial(_looked_at, options=options, surroundings=quiet)
        return list(pool.map(work, files, chunksize=max(1, len(files) // (workers * 8))))


def _looked_at(file: str, options: CheckOptions, surroundings: Surroundings | None) -> _Looked:
    subject = subject_of(file, options.as_of, options.platforms)
    if surroundings is not None:
        subject = in_circumstances(subject, options.target, options.resolve, surroundings)
    own = [finding for rule in _wanted(options) for finding in rule.findings(subject)]
    kept = tuple(finding for finding in own if not _is_ignored(finding, subject))
    return _Looked(file=file, lines=subject.lines, findings=kept, ignored=len(own) - len(kept))


def subject_of(file: str, today: str, platforms: tuple[Subdir, ...] = ()) -> Subject:
    """Read a file for the rules."""
    lines: tuple[str, ...] = ()
    try:
        lines = tuple(decode(raw_file(file), file).split("\n"))
        if looks_like_lockfile(file):
            lock = read_lockfile(file, (*platforms, current_subdir())[0])
            return Subject(file=file, lines=lines, today=today, lock=lock, platforms=platforms)
        environment = read_environment([file])
    except InputError as error:
        unread = Unread(message=error.message, place=error.place or Place(file))
        return Subject(file=file, lines=lines, today=today, unread=unread, platforms=platforms)
    return Subject(
        file=file, lines=lines, today=today, environment=environment, platforms=platforms or environment.platforms
    )


def mended(report: FindingsReport, *, unsafe: bool) -> tuple[tuple[str, ...], int]:
    """Make the edits of the findings; return the files that changed, and how many findings were mended.

    Only `safe` edits are made, unless `unsafe` ones are wanted too. Of edits at one place the first counts; an edit
    that cannot be made leaves its finding as it is. Raises `OutputError`.
    """
    changed: dict[str, None] = {}
    number = 0
    for file in report.files:
        taken: set[Place] = set()
        edits: list[Edit] = []
        for finding in report.findings:
            wanted = finding.edits and finding.place.file == file and (finding.safe or unsafe)
            if not wanted or taken.intersection(edit.place for edit in finding.edits) or not _can_be_made(finding):
                continue
            taken.update(edit.place for edit in finding.edits)
            edits += finding.edits
            number += 1
        if edits:
            for name, content in edited_files(edits).items():
                write_whole(Path(name), content)
            changed[file] = None
    return tuple(changed), number


def _can_be_made(finding: Finding) -> bool:
    try:
        edited_files(finding.edits)
    except (EditRefusedError, InputError):
        return False
    return True


def written_baseline(report: FindingsReport) -> str:
    """Return today's findings as a baseline: how often each kind stands in each file."""
    counts = Counter((finding.place.file, finding.code) for finding in report.findings)
    rows = [{"file": file, "code": code, "count": count} for (file, code), count in sorted(counts.items())]
    return json.dumps({"schema_version": 1, "accepted": rows}, indent=2) + "\n"


def _beyond(found: Sequence[Finding], baseline: Path) -> list[Finding]:
    """The findings beyond those that a baseline accepts, by file and code: the last ones of a file count as new."""
    try:
        rows = json.loads(baseline.read_text("utf-8"))["accepted"]
        left = Counter({(row["file"], row["code"]): int(row["count"]) for row in rows})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{baseline} is no baseline; make it anew with --write-baseline") from error
    new = []
    for finding in found:
        key = (finding.place.file, finding.code)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new


def _check_codes(codes: Iterable[str]) -> None:
    for code in codes:
        if not any(rule.code.startswith(code) or rule.kind == code for rule in RULES):
            raise UsageError(f"no rule has the code {code!r}; --list-rules shows them")


@cache
def _wanted(options: CheckOptions) -> tuple[Rule, ...]:
    """The rules that are asked for; the same for all files of a run."""

    def named(rule: Rule, codes: Collection[str]) -> bool:
        return any(rule.code.startswith(one) or rule.kind == one for one in codes)

    return tuple(
        rule
        for rule in RULES
        if _RANK[rule.severity] <= _RANK[options.least]
        and (not options.select or named(rule, options.select))
        and not named(rule, options.ignore)
    )


def _is_ignored(finding: Finding, subject: Subject) -> bool:
    """Whether a comment of the file accepts a finding: behind its line, or `ignore-file` anywhere."""
    number = finding.place.line
    for index, line in enumerate(subject.lines, start=1):
        if "envdoctor:" not in line:
            continue
        for match in _IGNORE.finditer(line):
            here = match["what"] == "ignore-file" or index == number
            codes = [code.strip() for code in (match["codes"] or "").split(",") if code.strip()]
            if here and (not codes or any(finding.code.startswith(code) for code in codes)):
                return True
    return False


def _files(paths: Sequence[str]) -> Iterator[str]:
    """The files to check, each once: those named, and the environment files of folders."""
    seen: set[str] = set()
    for path in paths or (".",):
        for file in _files_of(path):
            if file not in seen:
                seen.add(file)
                yield file


def _files_of(path: str) -> Iterable[str]:
    place = Path(path)
    if place.is_dir():
        return sorted(file for file in _listed(place) if _is_environment_file(Path(file)))
    if not place.exists():
        raise UsageError(f"there is no file or folder `{path}`; check the name")
    return (path,)


def _listed(folder: Path) -> Iterator[str]:
    """All files below a folder that git would not ignore; without git, those in no hidden folder."""
    git = which("git")
    if git is not None:
        words = (git, "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - git itself
        if done.returncode == 0:
            names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
            yield from (str(folder / name) for name in names if name and (folder / name).is_file())
            return
    for file in folder.rglob("*"):
        inside = file.relative_to(folder).parts
        if file.is_file() and not any(part.startswith(".") or part in _SKIPPED for part in inside[:-1]):
            yield str(file)


def _is_environment_file(path: Path) -> bool:
    if _NAMED_LIKE_A_LOCK.search(path.name):
        return True
    is_project = path.name == "pyproject.toml"
    if not is_project and not _NAMED_LIKE_ONE.search(path.name):
        return False
    telling = _SECTION_OF_CONDA_LOCK if is_project else _LISTS_DEPENDENCIES
    try:
        return bool(telling.search(path.read_text("utf-8", "replace")))
    except OSError:
        return False


def with_severity(report: FindingsReport, least: Severity) -> FindingsReport:
    """Return the report without findings below a severity."""
    kept = tuple(finding for finding in report.findings if _RANK[finding.severity] <= _RANK[least])
    return replace(report, findings=kept)
