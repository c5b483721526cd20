"""Lines of a report before they are text: what they say, how far they are indented, and what kind of line they are.

Wrapping and colour are decided here and nowhere else. Colour only repeats what the words say; without it the text is
the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ARROW = " → "
NARROWEST = 20
"""Columns below which wrapping makes nothing more readable."""

_WORDS = re.compile(r"\(lines? \d+\)\S*|\S+")
"""A place in parentheses stays on one line."""


class Role(Enum):
    """What a line is. The values are rich's styles."""

    PLAIN = ""
    FAILURE = "bold red"
    SUCCESS = "bold green"
    HEADLINE = "bold"
    HINT = "green"
    WARNING = "yellow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a report, before wrapping.

    `indent` counts the columns before the first line, `hang` those that the following ones get on top of it. `lead`
    stands in the indentation's last columns (`1. `). A line with `chain` breaks before its arrows if it can.
    """

    text: str = ""
    indent: int = 0
    hang: int = 0
    role: Role = Role.PLAIN
    lead: str = ""
    chain: bool = False


BLANK = Line()


def lay_out(lines: Iterable[Line], *, width: int, colour: bool) -> str:
    """Return the text of the lines, none wider than `width` columns unless a single word is; ends with a line feed."""
    paint = _painter() if colour else _plain
    rows: list[str] = []
    for line in lines:
        if line == BLANK and (not rows or not rows[-1]):
            continue
        rows += [paint(row, line.role) for row in wrapped(line, max(width, NARROWEST))]
    while rows and not rows[-1]:
        rows.pop()
    return "".join(f"{row}\n" for row in rows)


def wrapped(line: Line, width: int) -> list[str]:
    """Return the rows of one line, without colour."""
    first = " " * (line.indent - len(line.lead)) + line.lead
    rest = " " * (line.indent + line.hang)
    text = shown(line.text)
    rows = _by_steps(text, first, rest, width) if line.chain else _by_words(text, first, rest, width)
    return [row.rstrip() for row in rows]


def shown(text: str) -> str:
    """Return a text as it may stand on a terminal: no credentials, no control characters, no line breaks."""
    text = redact(" ".join(text.splitlines()))
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def padded(text: str, width: int) -> str:
    """Return the text filled with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _by_words(text: str, first: str, rest: str, width: int) -> list[str]:
    rows, row, end = [], first, 0
    for word in _WORDS.finditer(text):
        gap = text[end : word.start()]
        if end and columns(row) + columns(gap) + columns(word.group()) > width:
            rows.append(row)
            row, gap = rest, ""
        row += gap + word.group()
        end = word.end()
    return [*rows, row]


def _by_steps(text: str, first: str, rest: str, width: int) -> list[str]:
    """Rows that break before arrows; a step that is too wide for a row of its own breaks between its words."""
    begin, *steps = text.split(ARROW)
    rows: list[str] = []
    row = first + begin
    for step in steps:
        if columns(row) + columns(ARROW) + columns(step) <= width:
            row += ARROW + step
            continue
        rows += _fitted(row, first if not rows else rest, rest, width)
        row = f"{rest}{ARROW.lstrip()}{step}"
    return [*rows, *_fitted(row, first if not rows else rest, rest, width)]


def _fitted(row: str, begin: str, rest: str, width: int) -> list[str]:
    if columns(row.rstrip()) <= width:
        return [row]
    return _by_words(row[len(begin) :], begin, f"{rest}  ", width)


def _plain(row: str, _role: Role) -> str:
    return row


class _Painter:
    """Rich's styles, for one row after the other."""

    def __init__(self) -> None:
        # Colours cost start-up time, which a pipe need not pay.
        from rich.color import ColorSystem  # noqa: PLC0415
        from rich.style import Style  # noqa: PLC0415

        self._system = ColorSystem.STANDARD
        self._styles = {role: Style.parse(role.value) for role in Role}
        self._arrow = Style(dim=True)

    def __call__(self, row: str, role: Role) -> str:
        """Return a row in its role's style, its indentation left alone."""
        text = row.lstrip(" ")
        if not text:
            return row
        indent = row[: len(row) - len(text)]
        if role is not Role.PLAIN:
            return indent + self._styles[role].render(text, color_system=self._system)
        arrow = self._arrow.render("→", color_system=self._system)
        return indent + text.replace("→", arrow)


def _painter() -> _Painter:
    return _Painter()


def joined(*blocks: Sequence[Line]) -> tuple[Line, ...]:
    """Return blocks of lines with a blank line between those that have any."""
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [*([BLANK] if lines else []), *block]
    return tuple(lines)
