"""Frames around a line: what docker, compose and CI systems put before the text of a tool, and colours and progress."""

from __future__ import annotations

import re

from envdoctor.model.logs import LogLine

ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()][AB012]|[=>78M])")
"""ECMA-48 control sequences, titles and links (OSC) and character sets; none goes over a line's end."""

_TIME = (
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
)
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
    if b"\x1b" in raw:
        raw = ESCAPES.sub(b"", raw)
    raw = raw.rstrip(b"\r")
    raw = raw[raw.rfind(b"\r") + 1 :]
    text = raw.decode("utf-8", "replace")
    step, time = "", ""
    for _ in range(_MOST_FRAMES):
        frame = _FRAMES.match(text)
        if frame is None or frame.end() == 0:
            break
        if frame["service"] and frame["service"] in _NO_SERVICES:
            break
        time = time or (frame["time"] or "").strip("[]")
        step = frame["buildkit"] or frame["service"] or step
        text = text[frame.end() :]
    if recap:
        text = _RECAP.sub("", text, count=1) if _RECAP.match(text) else text
    return LogLine(number=number, text=text.rstrip(), step=step, time=time, recap=recap)


_NO_SERVICES = frozenset({"package", "Name", "Version"})
"""Heads of tables that look like `service | text`."""


def around(window: bytes, start: int, end: int, number: int, count: int, *, after: bool) -> tuple[LogLine, ...]:
    """Return up to `count` whole lines before or after the line `window[start:end]`, which has this number."""
    found: list[LogLine] = []
    if after:
        at = end + 1
        while len(found) < count and at < len(window):
            stop = window.find(b"\n", at)
            stop = len(window) if stop < 0 else stop
            found.append(cleaned(window[at:stop][-_LONGEST:], number + len(found) + 1))
            at = stop + 1
        return tuple(found)
    at = start - 1
    while len(found) < count and at > 0:
        begin = window.rfind(b"\n", 0, at) + 1
        found.append(cleaned(window[begin:at][-_LONGEST:], number - len(found) - 1))
        at = begin - 1
    return tuple(reversed(found))


_LONGEST = 4000
"""Bytes of a line that are looked at: progress bars put megabytes into one."""

