"""Frames around a line: what docker, compose and CI systems put before the text of a tool, and colours and progress."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.model.logs import LogLine

if TYPE_CHECKING:
    from collections.abc import Iterator


ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()][AB012]|[=>78M])")
"""ECMA-48 control sequences, titles and links (OSC) and character sets; none goes over a line's end."""

_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
_FRAMES = re.compile(
    rf"(?:\ufeff"
    rf"|(?P<time>\[?{_TIME}\]?)(?: \d{{2}}[OE]\+?)?\s?"  # GitHub, Azure, CircleCI, Jenkins; GitLab with stream numbers
    rf"|\[\d{{2}}:\d{{2}}:\d{{2}}\] "
    rf"|section_(?:start|end):\d+:\S*"
    rf"|(?P<buildkit>\#\d+)(?: (?P<since>\d+\.\d+))?(?: |$)"
    rf"|(?P<service>[A-Za-z][\w.-]*) +\| "  # docker compose
    rf"|[\w.-]+/[\w .-]+\t[^\t]+\t)"  # gh run view --log
)
_RECAP = re.compile(r"\d{1,5}\.\d{1,3} ")
_MOST_FRAMES = 6


def cleaned(raw: bytes, number: int, *, recap: bool = False) -> LogLine:
    """Return a raw line without LF as a tool wrote it: text after the last CR, without escapes and frames."""
    text, step, time = unframed(raw)
    if recap:
        text = without_recap_time(text)
    return LogLine(number=number, text=text, step=step, time=time, recap=recap)


def without_recap_time(text: str) -> str:
    """Return a line of a recap without the seconds that BuildKit puts before it there."""
    found = _RECAP.match(text)
    return text if found is None else text[found.end() :]


def unframed(raw: bytes) -> tuple[str, str, str]:
    """Return the text of a raw line, the step that its frame names, and its time stamp."""
    if b"\x1b" in raw:
        raw = ESCAPES.sub(b"", raw)
    if b"\r" in raw:
        raw = raw.rstrip(b"\r")
        raw = raw[raw.rfind(b"\r") + 1 :]
    text = raw.decode("utf-8", "replace").rstrip()
    step, time = "", ""
    for _ in range(_MOST_FRAMES):
        # Most lines have no frame: what begins none, and has no bar or tab, needs no look.
        if text[:1] not in _FIRST and "| " not in text and "\t" not in text:
            break
        frame = _FRAMES.match(text)
        if frame is None or frame.end() == 0 or (frame["service"] and frame["service"] in _NO_SERVICES):
            break
        time = time or (frame["time"] or "").strip("[]")
        step = frame["buildkit"] or frame["service"] or step
        text = text[frame.end() :]
    return text, step, time


_FIRST = frozenset("\ufeff0123456789[#s")
"""Letters with which frames begin that need no bar behind them."""
_NO_SERVICES = frozenset({"package", "Name", "Version"})
"""Heads of tables that look like `service | text`."""


def lines_before(raw: bytes, number: int, count: int) -> Iterator[LogLine]:
    """Return the last whole lines of what stands before the line with this number."""
    lines = raw.split(b"\n")[:-1][-count:]
    for index, line in enumerate(lines):
        yield cleaned(line, number - len(lines) + index)


def lines_after(raw: bytes, number: int, count: int) -> Iterator[LogLine]:
    """Return the first lines of what stands behind the line with this number."""
    lines = raw.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for index, line in enumerate(lines[:count]):
        yield cleaned(line, number + 1 + index)
