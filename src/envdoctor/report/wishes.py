"""What came of a wish, as text and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import listed, placed
from envdoctor.report.json import document_of
from envdoctor.report.layout import BLANK, Line, Role, lay_out
from envdoctor.report.locking import moved_lines
from envdoctor.report.terminal import render_text

if TYPE_CHECKING:
    from envdoctor.model.wishes import Granted, WishReport


def render_wish(report: WishReport, *, width: int, colour: bool, verbose: bool) -> str:
    """Return what came of a wish as text; a conflict is told as `explain` tells it."""
    parts = [lay_out(_granted(report, verbose=verbose), width=width, colour=colour)] if report.granted else []
    if report.refused is not None:
        head = Line(text=f"✗ {report.wish} beside {report.name}:", role=Role.FAILURE)
        parts.append(lay_out((head,), width=width, colour=colour))
        parts.append(render_text(report.refused, width=width, colour=colour, verbose=verbose))
    if report.beyond is not None:
        lines = listed([placed(line) for line in report.giving_way])
        way = "gave way" if len(report.giving_way) == 1 else "all gave way"
        solves = report.beyond.solvable
        mark = "✓" if solves else "✗"
        text = f"{mark} If {lines} {way}, " + ("it would solve." if solves else "more would stand in the way:")
        line = Line(text=text, role=Role.SUCCESS if solves else Role.FAILURE, hang=2)
        parts.append(lay_out((line,), width=width, colour=colour))
        if not solves:
            parts.append(render_text(report.beyond, width=width, colour=colour, verbose=verbose))
    return "\n".join(parts)


def _granted(report: WishReport, *, verbose: bool) -> tuple[Line, ...]:
    platforms = listed([one.platform for one in report.granted])
    head = Line(text=f"✓ {report.wish} would solve beside {report.name} on {platforms}", role=Role.SUCCESS, hang=2)
    rows = moved_lines([(one.platform, one.moved) for one in report.granted], verbose=verbose, title="It would move")
    still = [one.platform for one in report.granted if not one.moved]
    if still:
        rows.append(Line(text=f"Nothing would move on {listed(still)}."))
    return (head, BLANK, *rows)


def render_wish_json(report: WishReport) -> str:
    """Return what came of a wish as JSON (docs/json.md); diagnoses have the form of `explain`."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "wish": report.wish,
        "name": report.name,
        "granted": [_platform(one) for one in report.granted],
        "refused": None if report.refused is None else document_of(report.refused),
        "giving_way": [
            {"requirement": line.text, "file": line.place.file, "line": line.place.line} for line in report.giving_way
        ],
        "beyond": None if report.beyond is None else document_of(report.beyond),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _platform(one: Granted) -> dict[str, Any]:
    return {
        "platform": one.platform,
        "moved": [
            {"name": move.name, "before": move.before, "after": move.after, "reason": move.reason} for move in one.moved
        ],
    }
