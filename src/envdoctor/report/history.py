"""What uploads did to an environment, as text and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import listed
from envdoctor.model.history import Turn
from envdoctor.report.dependencies import way_words
from envdoctor.report.json import document_of
from envdoctor.report.layout import BLANK, Line, Role, lay_out
from envdoctor.report.locking import moved_lines
from envdoctor.report.terminal import render_text
from envdoctor.report.words import iso_moment, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.history import History, Turning
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import Record

MOST_GONE = 8


def render_history(history: History, *, width: int, colour: bool, verbose: bool) -> str:
    """Return what happened as text, platforms with the same story together."""
    alike: dict[Turning, list[Subdir]] = {}
    for one in history.turnings:
        story = replace(one, platform=history.turnings[0].platform, solves=0, undated=0)
        alike.setdefault(story, []).append(one.platform)
    parts = []
    for one, platforms in alike.items():
        parts.append(lay_out(_told(history, one, platforms, verbose=verbose), width=width, colour=colour))
        if one.diagnosis is not None:
            parts.append(render_text(one.diagnosis, width=width, colour=colour, verbose=verbose))
    parts.append(lay_out(_notes(history, verbose=verbose), width=width, colour=colour))
    return "\n".join(part for part in parts if part)


def _told(history: History, one: Turning, platforms: list[Subdir], *, verbose: bool) -> tuple[Line, ...]:
    where = f"{history.name} on {listed(platforms)}"
    what = f"{history.package} of {where}" if history.package else where
    # A day means its end, which is the first moment of the next one.
    good = moment(dict(history.good)[one.platform] - 1)
    match one.turn:
        case Turn.SAME:
            head = Line(text=f"✓ {what} is now what it was on {good}", role=Role.SUCCESS, hang=2)
        case Turn.BROKE:
            head = Line(text=f"✗ {where} solved on {good} and does not any more", role=Role.FAILURE, hang=2)
        case Turn.MENDED:
            head = Line(text=f"✓ {where} did not solve on {good}, and does now", role=Role.SUCCESS, hang=2)
        case Turn.CHANGED:
            head = Line(text=f"✗ {what} is not what it was on {good}", role=Role.FAILURE, hang=2)
        case Turn.NEVER:
            head = Line(text=f"✗ {where} solves neither on {good} nor now", role=Role.FAILURE, hang=2)
    return (head, *_uploads(one), *_consequences(one, platforms, verbose=verbose), *_gone(one, verbose=verbose))


def _uploads(one: Turning) -> list[Line]:
    if one.moment is None or not one.uploads:
        return []
    verb = {Turn.BROKE: "It broke", Turn.MENDED: "It was mended"}.get(one.turn, "It changed")
    rows = [BLANK, Line(text=f"{verb} with what was built on {moment(one.moment)}:")]
    rows += [Line(indent=2, text=_upload(record), hang=2) for record in one.uploads]
    if one.way is not None:
        rows += [BLANK, Line(text="What lets it in:"), Line(indent=2, text=way_words(one.way), hang=4, chain=True)]
    return rows


def _upload(record: Record) -> str:
    return f"{record.name} {record.version} {record.build} ({record.channel}/{record.subdir}, {record.filename})"


def _consequences(one: Turning, platforms: Sequence[Subdir], *, verbose: bool) -> list[Line]:
    rows = []
    if one.moved:
        moved = [(platform, one.moved) for platform in platforms]
        rows += [BLANK, *moved_lines(moved, verbose=verbose, title="With it moved")]
    if one.bound is not None:
        how = "proven by solving with it" if one.bound.proven else "not proven: with it the environment does not solve"
        rows += [BLANK, Line(text=f"`- {one.bound.line}` keeps it out ({how}).", hang=2)]
    if one.turn is Turn.BROKE and one.moment is not None and one.last_good is not None:
        text = f"--exclude-newer {iso_moment(one.last_good)} is the last moment at which it solves."
        rows += [BLANK, Line(text=text, hang=2)]
    if one.turn is Turn.NEVER:
        last = (
            "With the records that are there now it never did."
            if one.last_good is None
            else f"It last did with what was there on {moment(one.last_good)}."
        )
        rows += [BLANK, Line(text=last, hang=2)]
    return rows


def _gone(one: Turning, *, verbose: bool) -> list[Line]:
    if not one.gone:
        return []
    told = one.gone if verbose else one.gone[:MOST_GONE]
    rows = [BLANK, Line(text="Of the good lock:"), *(Line(indent=2, text=text, hang=2) for text in told)]
    if len(told) < len(one.gone):
        rows.append(Line(indent=2, text=f"and {len(one.gone) - len(told)} more (--verbose)"))
    return rows


def _notes(history: History, *, verbose: bool) -> tuple[Line, ...]:
    rows = [
        Line(text=f"{one.platform}: {one.undated:,} records without a time stamp were left out.", hang=2)
        for one in history.turnings
        if one.undated
    ]
    if verbose:
        rows += [Line(text=f"{one.platform}: solved {one.solves} times.", hang=2) for one in history.turnings]
    rows += [Line(text=str(notice), role=Role.WARNING, hang=2) for notice in dict.fromkeys(history.notices)]
    return tuple(rows)


def render_history_json(history: History) -> str:
    """Return what happened as JSON (docs/json.md)."""
    document = {
        "schema_version": 1,
        "name": history.name,
        "package": history.package,
        "bad": iso_moment(history.bad),
        "platforms": [_turning(history, one) for one in history.turnings],
        "notices": [str(notice) for notice in history.notices],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _turning(history: History, one: Turning) -> dict[str, Any]:
    return {
        "platform": one.platform,
        "turn": one.turn.value,
        "good": iso_moment(dict(history.good)[one.platform]),
        "moment": None if one.moment is None else iso_moment(one.moment),
        "last_good": None if one.last_good is None else iso_moment(one.last_good),
        "uploads": [
            {
                "name": record.name,
                "version": record.version,
                "build": record.build,
                "channel": record.channel,
                "subdir": record.subdir,
                "file_name": record.filename,
            }
            for record in one.uploads
        ],
        "let_in_by": None if one.way is None else way_words(one.way),
        "moved": [
            {"name": move.name, "before": move.before, "after": move.after, "reason": move.reason} for move in one.moved
        ],
        "bound": None if one.bound is None else {"line": one.bound.line, "proven": one.bound.proven},
        "diagnosis": None if one.diagnosis is None else document_of(one.diagnosis),
        "gone": list(one.gone),
        "undated": one.undated,
        "solves": one.solves,
    }
