"""The short report of a platform on which an environment solves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import placed
from envdoctor.model.outcome import Resolution
from envdoctor.report.layout import Line, Role, columns, joined, padded, shown
from envdoctor.report.words import counted, size, solves, whole_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import Choice, PlatformDiagnosis

STEP = 2
GAP = "  "
LEAST_FOR_NOTES = 24
"""Columns that the last column of a table needs; with less, each requirement gets rows of its own."""


def success_lines(diagnosis: Diagnosis, platform: PlatformDiagnosis, *, verbose: bool, width: int) -> tuple[Line, ...]:
    """Return what the platform gets: counts, each line's record, the largest subtrees, and on `verbose` all records."""
    resolution = platform.outcome
    if not isinstance(resolution, Resolution):
        return ()
    name = whole_name(diagnosis.environment)
    alone = ": the conda lines alone solve" if diagnosis.pip_conflicts else f" {solves(diagnosis.environment)}"
    title = f"✓ {name}{alone} on {platform.platform}: {_counts(resolution)}"
    return joined(
        (Line(text=title, role=Role.SUCCESS, hang=STEP),),
        _choices(platform.choices, width),
        _largest(platform, width),
        _all_records(resolution, width) if verbose else (),
    )


def _counts(resolution: Resolution) -> str:
    sizes = [record.size for record in resolution.records]
    known = [bytes_ for bytes_ in sizes if bytes_ is not None]
    text = counted(len(sizes), "package")
    if known:
        text += f", {size(sum(known))} to download"
    if len(known) < len(sizes):
        unknown = len(sizes) - len(known)
        text += f" (size of {unknown} unknown)" if known else ", sizes unknown"
    return text


def _choices(choices: Sequence[Choice], width: int) -> tuple[Line, ...]:
    """What each line got, in columns; what keeps a record from being the newest stands beside it, or else below."""
    rows = [
        tuple(map(shown, (placed(choice.requirement), record.version, record.build, record.channel)))
        for choice in choices
        for record in (choice.record,)
    ]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    if STEP + sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return tuple(line for row, choice in zip(rows, choices, strict=True) for line in _stacked_choice(row, choice))
    lines: list[Line] = []
    for row, choice in zip(rows, choices, strict=True):
        text, distance = GAP.join(map(padded, row, widths)), shown(_distance(choice))
        beside = STEP + columns(text) + len(GAP)
        if beside + min(columns(distance), LEAST_FOR_NOTES) <= width:
            lines.append(Line(text=f"{text}{GAP}{distance}", indent=STEP, hang=beside - STEP))
        else:
            below = STEP + widths[0] + len(GAP)
            lines += [Line(text=text, indent=STEP), Line(text=distance, indent=below, hang=STEP)]
    return tuple(lines)


def _stacked_choice(row: Sequence[str], choice: Choice) -> tuple[Line, ...]:
    line, version, build, channel = row
    record = f"{version} {build} of {channel}" if channel else f"{version} {build}"
    return tuple(
        Line(text=text, indent=indent, hang=STEP)
        for text, indent in ((line, STEP), (record, 2 * STEP), (_distance(choice), 2 * STEP))
        if text
    )


def _distance(choice: Choice) -> str:
    """How far a record is from the newest, and why."""
    if choice.record.version == choice.newest:
        return f"newest; {choice.held_back_by}" if choice.held_back_by else "newest"
    if not choice.newest:
        return choice.held_back_by
    return f"newest is {choice.newest}" + (f": {choice.held_back_by}" if choice.held_back_by else "")


def _largest(platform: PlatformDiagnosis, width: int) -> tuple[Line, ...]:
    rows = [
        (name, counted(packages, "package"), size(bytes_) if bytes_ else "size unknown")
        for name, packages, bytes_ in platform.largest
    ]
    if not rows:
        return ()
    return (Line(text="Largest, with all that they need:"), *_table(rows, width))


def _all_records(resolution: Resolution, width: int) -> tuple[Line, ...]:
    rows = [
        (str(record), record.channel, "" if record.size is None else size(record.size)) for record in resolution.records
    ]
    return (Line(text="All packages, each after what it depends on:"), *_table(rows, width))


def _table(rows: Sequence[tuple[str, ...]], width: int) -> tuple[Line, ...]:
    """Rows with their cells in columns; where that is too wide, the cells of a row below each other."""
    rows = [tuple(shown(cell) for cell in row) for row in rows]
    if not rows:
        return ()
    widths = [max(columns(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    before_last = STEP + sum(widths) + len(GAP) * len(widths)
    last = max(columns(row[-1]) for row in rows)
    if before_last + min(last, LEAST_FOR_NOTES) > width:
        return tuple(line for row in rows for line in _stacked(row))
    return tuple(
        Line(
            text=GAP.join([*map(padded, row, widths), row[-1]]),
            indent=STEP,
            hang=before_last - STEP,
        )
        for row in rows
    )


def _stacked(row: Sequence[str]) -> tuple[Line, ...]:
    first, *rest = row
    return (
        Line(text=first, indent=STEP, hang=2 * STEP),
        *(Line(text=cell, indent=2 * STEP, hang=STEP) for cell in rest if cell),
    )
