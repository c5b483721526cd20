"""The short report of a platform on which an environment solves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import placed
from envdoctor.model.outcome import Resolution
from envdoctor.report.layout import Line, Role, columns, joined, padded, shown
from envdoctor.report.words import counted, size, whole_name

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
    title = f"✓ {whole_name(diagnosis.environment)} solves on {platform.platform}: {_counts(resolution)}"
    return joined(
        (Line(text=title, role=Role.SUCCESS, hang=STEP),),
        _table([_row(choice) for choice in platform.choices], width),
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


def _row(choice: Choice) -> tuple[str, ...]:
    record = choice.record
    return (placed(choice.requirement), str(record), record.channel, _distance(choice))


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
