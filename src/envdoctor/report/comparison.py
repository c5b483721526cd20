"""A comparison as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.report import comparison_words as words
from envdoctor.report.layout import Line, Role, columns, joined, lay_out, padded, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.comparison import Change, Comparison
    from envdoctor.report.comparison_words import Told

STEP = 2
MOST_INDIRECT = 40
"""Changes of packages that only others need which are listed, unless everything is to be told."""


def render_comparison(comparison: Comparison, *, width: int, colour: bool, verbose: bool) -> str:
    """Return the comparison as text: platform by platform, what is asked for directly first."""
    blocks = [_platform(told, verbose=verbose) for told in words.told_once(comparison)]
    return lay_out(joined(_head(comparison), *blocks, _tail(comparison)), width=width, colour=colour)


def _head(comparison: Comparison) -> tuple[Line, ...]:
    before, after = comparison.before.name, comparison.after.name
    if not comparison.differ:
        same = sum(one.same for one in comparison.platforms)
        where = ", ".join(one.platform for one in comparison.platforms)
        text = f"{before} and {after} hold the same: {same} packages on {where}"
        return (Line(text=text, role=Role.SUCCESS, hang=STEP),)
    return (Line(text=f"{before} → {after}", role=Role.HEADLINE, hang=STEP),)


def _platform(told: Told, *, verbose: bool) -> tuple[Line, ...]:
    title = f"{', '.join(told.names)}: {words.counts(told.comparison)}"
    parts = [
        _part(heading, changes, verbose=verbose)
        for heading, changes in words.parts_by_directness(told.comparison.changes)
        if changes
    ]
    return joined((Line(text=title, role=Role.HEADLINE, hang=STEP),), *parts)


def _part(heading: str, changes: Sequence[Change], *, verbose: bool) -> tuple[Line, ...]:
    told = changes if verbose or heading != words.INDIRECT else changes[:MOST_INDIRECT]
    width = max(columns(shown(words.name(change))) for change in told)
    lines = [line for change in told for line in _change(change, width, verbose=verbose)]
    if len(told) < len(changes):
        lines.append(Line(text=f"… and {len(changes) - len(told)} more (--verbose)", indent=2 * STEP))
    return (Line(text=f"{heading}:", indent=STEP), *lines)


def _change(change: Change, width: int, *, verbose: bool) -> tuple[Line, ...]:
    before, after = words.before_and_after(change)
    text = f"{before} → {after}" if before and after else before or after
    first = f"{words.mark(change)} {padded(shown(words.name(change)), width)}  {text}"
    askers = words.few(words.asked_by(change), all_of_them=verbose)
    return (
        Line(text=first, indent=2 * STEP, hang=STEP, chain=True),
        *(Line(text=asker, indent=4 * STEP, hang=STEP) for asker in askers),
    )


def _tail(comparison: Comparison) -> tuple[Line, ...]:
    same = words.unchanged(comparison)
    texts = [f"The same on {', '.join(same)}."] if same and comparison.differ else []
    texts += words.platforms_of_one_side(comparison)
    if any(one.changes for one in comparison.platforms):
        texts += words.how_directness_is_known(comparison)
    notices = (Line(text=str(notice), role=Role.WARNING, hang=STEP) for notice in comparison.notices)
    return (*(Line(text=text, hang=STEP) for text in texts), *notices)
