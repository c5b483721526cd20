"""What came of locking, as text and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import listed
from envdoctor.model.locking import CheckReport, Fate, LockRefusal, LockReport
from envdoctor.model.outcome import Check
from envdoctor.report.layout import BLANK, Line, Role, joined, lay_out
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.locking import LockedPlatform, Moved
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import VirtualPackage
    from envdoctor.model.specs import PipRequirement, Requirement

SCHEMA_VERSION = 1
MOST_MOVED, MOST_GONE = 20, 8
NOTHING_LOCKED = "\nNothing was locked; what was there before stays as it was.\n"


def render_lock(report: LockReport | LockRefusal, *, width: int, colour: bool, verbose: bool) -> str:
    """Return what was locked, or why not, as text."""
    lines = _refused(report) if isinstance(report, LockRefusal) else _locked(report, verbose=verbose)
    return lay_out(lines, width=width, colour=colour)


def render_check(report: CheckReport, *, width: int, colour: bool) -> str:
    """Return whether a lock is up to date, as text: one line a reason."""
    asked = f"what {_named(report.sources)} {'asks' if len(report.sources) == 1 else 'ask'} for"
    if report.reasons:
        head = Line(text=f"✗ {report.lockfile} is not {asked}", role=Role.FAILURE, hang=2)
    else:
        packages = f"{counted(report.packages, 'package')} on {', '.join(report.platforms)}"
        head = Line(text=f"✓ {report.lockfile} is {asked}: {packages}", role=Role.SUCCESS, hang=2)
    reasons = tuple(Line(indent=2, text=f"{_reason(one.platform, one.message)}", hang=2) for one in report.reasons)
    notes = tuple(Line(text=f"Not looked at: {text}.", hang=2) for text in report.unchecked)
    return lay_out(joined((head,), reasons, notes, _notices(report.notices)), width=width, colour=colour)


def _reason(platform: str | None, message: str) -> str:
    return message if platform is None else f"{platform}: {message}"


def _named(sources: Sequence[str]) -> str:
    return " and ".join(sources)


def _locked(report: LockReport, *, verbose: bool) -> tuple[Line, ...]:
    head = [
        Line(text=f"✓ {file.path} {_fate(file.fate)}: locks {_named(report.sources)}", role=Role.SUCCESS, hang=2)
        for file in report.files
    ]
    width = max((len(one.platform) for one in report.platforms), default=0)
    rows = [Line(indent=2, text=f"{one.platform:<{width}}  {_counts(one)}", hang=width + 2) for one in report.platforms]
    assumed = [
        Line(text=f"{listed(platforms)} {'has' if len(platforms) == 1 else 'have'} {texts}.", hang=2)
        for texts, platforms in _machines(report.platforms)
    ]
    moved = moved_lines([(one.platform, one.moved or ()) for one in report.platforms], verbose=verbose)
    left = [Line(text=f"Not locked: {one.place} `{one.text}`: {one.reason}", hang=2) for one in report.not_locked]
    unheard = [
        Line(text=f"{one.platform}: py-rattler was not heard within the time limit", hang=2)
        for one in report.platforms
        if one.check is Check.NOT_HEARD
    ]
    return joined(
        tuple(head + rows), tuple(moved), tuple(assumed), tuple(left), tuple(unheard), _notices(report.notices)
    )


def _fate(fate: Fate) -> str:
    return "written" if fate is Fate.WRITTEN else "is up to date"


def _counts(one: LockedPlatform) -> str:
    text = counted(one.conda, "conda package")
    return f"{text}, {counted(one.pip, 'pip package')}" if one.pip else text


def _machines(platforms: Sequence[LockedPlatform]) -> list[tuple[str, list[str]]]:
    """The machines that were assumed, each with the platforms that it is assumed for."""
    found: dict[str, list[str]] = {}
    for one in platforms:
        found.setdefault(_machine(one.virtual_packages), []).append(one.platform)
    return list(found.items())


def _machine(packages: Sequence[VirtualPackage]) -> str:
    by_origin: dict[str, list[str]] = {}
    for package in packages:
        by_origin.setdefault(package.origin, []).append(str(package))
    return "; ".join(f"{listed(texts)}: {origin}" for origin, texts in by_origin.items()) or "no virtual packages"


def moved_lines(
    platforms: Sequence[tuple[Subdir, tuple[Moved, ...]]], *, verbose: bool, title: str = "Moved"
) -> list[Line]:
    """Return what moved, told once for platforms on which the same did."""
    alike: dict[tuple[Moved, ...], list[str]] = {}
    for platform, moved in platforms:
        if moved:
            alike.setdefault(moved, []).append(platform)
    lines = []
    for moved, names in alike.items():
        staying = [move for move in moved if move.after is not None]
        told = staying if verbose else staying[:MOST_MOVED]
        lines.append(Line(text=f"{title} on {listed(names)}:"))
        lines += [Line(indent=2, text=_move(move), hang=2) for move in told]
        if len(told) < len(staying):
            lines.append(Line(indent=2, text=f"… and {len(staying) - len(told)} more (--verbose)"))
        lines += _gone([move for move in moved if move.after is None], verbose=verbose)
    return lines


def _move(move: Moved) -> str:
    what = f"+ {move.name} {move.after}" if move.before is None else f"{move.name} {move.before} → {move.after}"
    return f"{what}: {move.reason}" if move.reason else what


def _gone(moved: Sequence[Moved], *, verbose: bool) -> list[Line]:
    """What is not there any more, in one line."""
    names = [f"{move.name} {move.before}" for move in moved]
    told = names if verbose else names[:MOST_GONE]
    more = [] if len(told) == len(names) else [f"{len(names) - len(told)} more"]
    needs = "needs it" if len(names) == 1 else "needs them"
    return [Line(indent=2, text=f"- {listed([*told, *more])}: nothing {needs} any more", hang=2)] if names else []


def _refused(refusal: LockRefusal) -> tuple[Line, ...]:
    title = f"✗ {_named(refusal.sources)} cannot be locked for {refusal.platform}; nothing was written"
    return (
        Line(text=title, role=Role.FAILURE, hang=2),
        BLANK,
        Line(text=refusal.headline, role=Role.HEADLINE),
        *((BLANK,) if refusal.details else ()),
        *(Line(indent=2, text=f"{text}", hang=2) for text in refusal.details),
    )


def _notices(notices: Sequence[object]) -> tuple[Line, ...]:
    return tuple(Line(text=str(notice), role=Role.WARNING, hang=2) for notice in notices)


def render_lock_json(report: LockReport | LockRefusal) -> str:
    """Return what was locked, or why not, as JSON (docs/json.md)."""
    return _text(_refusal_json(report) if isinstance(report, LockRefusal) else _lock_json(report))


def render_check_json(report: CheckReport) -> str:
    """Return whether a lock is up to date as JSON (docs/json.md)."""
    return _text(
        {
            "schema_version": SCHEMA_VERSION,
            "lockfile": report.lockfile,
            "sources": list(report.sources),
            "platforms": list(report.platforms),
            "packages": report.packages,
            "up_to_date": not report.reasons,
            "reasons": [{"kind": one.kind, "platform": one.platform, "message": one.message} for one in report.reasons],
            "unchecked": list(report.unchecked),
            "notices": [str(notice) for notice in report.notices],
        }
    )


def _lock_json(report: LockReport) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "sources": list(report.sources),
        "files": [{"path": one.path, "fate": one.fate.value} for one in report.files],
        "platforms": [_platform_json(one) for one in report.platforms],
        "not_locked": [{"text": one.text, "place": one.place, "reason": one.reason} for one in report.not_locked],
        "notices": [str(notice) for notice in report.notices],
    }


def _platform_json(one: LockedPlatform) -> dict[str, Any]:
    return {
        "platform": one.platform,
        "conda_packages": one.conda,
        "pip_packages": one.pip,
        "virtual_packages": [
            {"name": package.name, "version": package.version, "build": package.build, "origin": package.origin}
            for package in one.virtual_packages
        ],
        "second_engine": None if one.check is None else one.check.value,
        "moved": None
        if one.moved is None
        else [
            {"name": move.name, "before": move.before, "after": move.after, "reason": move.reason} for move in one.moved
        ],
    }


def _refusal_json(refusal: LockRefusal) -> dict[str, Any]:
    lines: list[Requirement | PipRequirement] = [*refusal.requirements, *refusal.pip_lines]
    return {
        "schema_version": SCHEMA_VERSION,
        "sources": list(refusal.sources),
        "refused": {
            "kind": refusal.kind,
            "platform": refusal.platform,
            "headline": refusal.headline,
            "details": list(refusal.details),
            "lines": [{"requirement": line.text, "file": line.place.file, "line": line.place.line} for line in lines],
        },
    }


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
