"""A comparison as Markdown, for a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.report import comparison_words as words
from envdoctor.report.layout import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.comparison import Change, Comparison
    from envdoctor.report.comparison_words import Told

OPEN_AT_MOST = 10
"""Changes of packages that only others need which are shown without a click."""


def render_comparison_markdown(comparison: Comparison) -> str:
    """Return the comparison with a table for each platform; long lists of what only others need are folded."""
    blocks = [f"### {_code(comparison.before.name)} → {_code(comparison.after.name)}"]
    if not comparison.differ:
        blocks.append("Both hold the same packages.")
    blocks += [block for told in words.told_once(comparison) for block in _platform(told)]
    same = words.unchanged(comparison)
    texts = [f"The same on {', '.join(same)}."] if same and comparison.differ else []
    texts += words.platforms_of_one_side(comparison)
    if any(one.changes for one in comparison.platforms):
        texts += words.how_directness_is_known(comparison)
    texts += [str(notice) for notice in comparison.notices]
    blocks += [escaped(text) for text in texts]
    return "\n\n".join(blocks) + "\n"


def _platform(told: Told) -> Iterator[str]:
    yield f"**{', '.join(told.names)}**: {words.counts(told.comparison)}"
    for heading, changes in words.parts_by_directness(told.comparison.changes):
        if not changes:
            continue
        if heading != "Needed by others" or len(changes) <= OPEN_AT_MOST:
            yield f"{heading}:"
            yield _table(changes)
        else:
            yield f"<details><summary>{heading}: {len(changes)} changes</summary>"
            yield _table(changes)
            yield "</details>"


def _table(changes: Sequence[Change]) -> str:
    rows = ["| | package | before | after | who asks for it |", "|---|---|---|---|---|", *map(_row, changes)]
    return "\n".join(rows)


def _row(change: Change) -> str:
    askers = words.few(words.asked_by(change), all_of_them=False)
    cells = (words.mark(change), words.name(change), *words.before_and_after(change))
    return f"| {' | '.join(map(escaped, cells))} | {'<br>'.join(map(escaped, askers))} |"


def escaped(text: str) -> str:
    """The text as Markdown shows it letter by letter."""
    text = shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_|[]~":
        text = text.replace(sign, f"\\{sign}")
    return text


def _code(text: str) -> str:
    return f"`{shown(text).replace('`', chr(39))}`"
