"""What is not the newest, grouped by what holds it back, as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envdoctor.analysis.sightings import day_of
from envdoctor.analysis.wording import listed, placed
from envdoctor.report.comparison_markdown import escaped
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.json_parts import line_json, notice_json
from envdoctor.report.layout import BLANK, Line, Role, columns, lay_out, padded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.outdated import Outdated, OutdatedOnPlatform, OutdatedReport

STEP = 2
GAP = "  "


def render_outdated(report: OutdatedReport, *, width: int, colour: bool) -> str:
    """Return for each platform what holds which packages back."""
    lines: list[Line] = []
    for one in report.platforms:
        lines += [BLANK] if lines else []
        lines.append(Line(text=_title(report, one), role=Role.HEADLINE if one.outdated else Role.SUCCESS, hang=STEP))
        for heading, packages in _groups(report, one):
            lines += [BLANK, Line(text=f"{heading}:", hang=STEP)]
            left = max(columns(_versions(package)) for package in packages)
            lines += [
                Line(text=f"{padded(_versions(each), left)}{GAP}{_when(each)}".rstrip(), indent=STEP, hang=STEP)
                for each in packages
            ]
    lines += [Line(text=str(notice), role=Role.WARNING, hang=STEP) for notice in report.notices]
    return lay_out(lines, width=width, colour=colour)


def render_outdated_markdown(report: OutdatedReport) -> str:
    """Return the same as Markdown."""
    blocks = []
    for one in report.platforms:
        blocks.append(f"### {escaped(_title(report, one))}")
        for heading, packages in _groups(report, one):
            head = ["| package | now | newest | built | |", "|---|---|---|---|---|"]
            rows = ["| " + " | ".join(escaped(cell) for cell in _cells(each)) + " |" for each in packages]
            blocks.append(f"{escaped(heading[0].upper() + heading[1:])}:\n\n" + "\n".join([*head, *rows]))
    return "\n\n".join(blocks) + "\n"


def render_outdated_json(report: OutdatedReport) -> str:
    """Return the same as JSON (docs/json.md)."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": report.name,
        "locked": report.locked,
        "whole": report.whole,
        "platforms": [
            {
                "platform": one.platform,
                "looked_at": one.looked_at,
                "outdated": [_package_json(package) for package in one.outdated],
            }
            for one in report.platforms
        ],
        "notices": [notice_json(notice) for notice in report.notices],
    }
    return json_text(document)


def _package_json(one: Outdated) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "newest": one.newest,
        "built": None if one.built is None else day_of(one.built),
        "asked_by": None if one.asked_by is None else line_json(one.asked_by),
        "blockers": [line_json(line) for line in one.blockers],
        "possible": one.possible,
        "words": one.words or None,
    }


def _title(report: OutdatedReport, one: OutdatedOnPlatform) -> str:
    whose = "packages" if report.whole else "packages that lines ask for"
    if not one.outdated:
        return f"✓ {report.name} on {one.platform}: all {one.looked_at} {whose} are the newest"
    number = len(one.outdated)
    verb = "is" if number == 1 else "are"
    return f"{report.name} on {one.platform}: {number} of {one.looked_at} {whose} {verb} not the newest"


def _groups(report: OutdatedReport, one: OutdatedOnPlatform) -> list[tuple[str, list[Outdated]]]:
    """The packages by what holds them back: foreign lines first, the largest group first, own lines, the rest."""
    found: dict[str, list[Outdated]] = {}
    for package in one.outdated:
        found.setdefault(_heading(report, package), []).append(package)
    return sorted(found.items(), key=lambda group: (_order(group[1][0]), -len(group[1]), group[0]))


def _order(one: Outdated) -> int:
    if one.blockers:
        return 1 if one.is_held_by_itself else 0
    return 2 if not one.possible else 3


def _heading(report: OutdatedReport, one: Outdated) -> str:
    if one.is_held_by_itself:
        return "held back by their own lines"
    if one.blockers:
        return f"held back by {listed([placed(line) for line in one.blockers])}"
    if not one.possible:
        return "held back by the machine, a pin, or what the channels lack"
    if report.locked:
        return "can be had beside all lines: envdoctor lock --update NAME brings one"
    return "can be had beside all lines, but not together with the rest as it was chosen"


def _versions(one: Outdated) -> str:
    return f"{one.name} {one.version} → {one.newest}"


def _when(one: Outdated) -> str:
    built = "" if one.built is None else f"built {day_of(one.built)}"
    own = placed(one.asked_by) if one.asked_by is not None and one.is_held_by_itself else one.words
    return ": ".join(part for part in (built, own) if part)


def _cells(one: Outdated) -> Sequence[str]:
    own = placed(one.asked_by) if one.asked_by is not None and one.is_held_by_itself else one.words
    return (one.name, one.version, one.newest, "" if one.built is None else day_of(one.built), own)
