"""Lines worth reading in a log whose failure no signature explains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.logs.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.logs import LogLine, Sighting

MOST = 12
_TELLING = re.compile(
    r"\b(?:error|fatal|failed|failure|exception|traceback|cannot|can't|could not|couldn't|unable|denied|refused"
    r"|not found|no such|missing|invalid|abort(?:ed)?|unsupported|erreur|fehler|错误|失败)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\b(?:0 errors?|no errors?|0 failed|continue-on-error|error[-_]?(?:handling|prone))\b", re.IGNORECASE
)


def informative_lines(sightings: Iterable[Sighting], tail: Sequence[LogLine]) -> tuple[LogLine, ...]:
    """Return the lines that tell most: those near the first bad end, then the last ones with words of failure."""
    found: dict[int, LogLine] = {}
    for one in sightings:
        if one.signature.role.value == "consequence" and not one.line.recap:
            for line in (*one.before, one.line):
                found.setdefault(line.number, line)
            if len(found) >= MOST:
                break
    telling = [line for line in tail if _TELLING.search(line.text) and not _EMPTY.search(line.text)]
    for line in telling or tail[-3:]:
        found.setdefault(line.number, line)
    lines = [line for _, line in sorted(found.items()) if line.text.strip()]
    return tuple(clean_line(line) for line in lines[-MOST:])
