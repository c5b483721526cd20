"""One pass over a log: lines with signatures, found by their literals in whole blocks, and what stands around them.

Only lines that hold a literal are decoded and cleaned. Memory is bounded: a window of the log, and of each signature
the first and the last sightings.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from envdoctor.logs.catalogue import catalogue
from envdoctor.logs.framing import ESCAPES, cleaned, lines_after, lines_before, unframed, without_recap_time
from envdoctor.model.logs import LogLine, Sighting

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from envdoctor.logs.catalogue import Catalogue
    from envdoctor.model.logs import Signature

MARGIN = 1 << 15
"""Bytes kept on both sides of the part of a window that is searched, so that lines around a hit are there."""
FIRST = 100
LAST = 30
"""Sightings of one signature that are kept: so many from the front, so many from the end."""
AFTER = 40
BEFORE = 2
BYTES_AFTER = {AFTER: 6000, BEFORE: 1500}
BYTES_BEFORE = 1500
LONGEST_LINE = 1 << 20
TAIL = 40


@dataclass(slots=True)
class Scan:
    """What one pass found. `tail` holds the last lines that say anything."""

    lines: int = 0
    first_day: str = ""
    kept: dict[str, tuple[list[_Seen], deque[_Seen]]] = field(default_factory=dict)
    tail: tuple[LogLine, ...] = ()

    def sightings(self) -> list[Sighting]:
        """Return the sightings in the order of the log."""
        found = [one.sighting() for first, last in self.kept.values() for one in (*first, *last)]
        found.sort(key=lambda one: one.line.number)
        return found

    def keep(self, name: str, seen: _Seen) -> None:
        """Keep a sighting, if it is among the first or the last with its signature."""
        entry = self.kept.get(name)
        if entry is None:
            entry = self.kept[name] = ([], deque(maxlen=LAST))
        (entry[0] if len(entry[0]) < FIRST else entry[1]).append(seen)


class _Seen(NamedTuple):
    """A sighting before it is worked out: most of those in a log with many are thrown away."""

    signature: Signature
    line: LogLine
    found: re.Match[str]
    before: bytes
    after: bytes
    wanted: int

    def sighting(self) -> Sighting:
        words = tuple((name, word) for name, word in self.found.groupdict().items() if word)
        number = self.line.number
        return Sighting(
            signature=self.signature,
            line=self.line,
            words=words,
            before=tuple(lines_before(self.before, number, BEFORE)),
            after=tuple(lines_after(self.after, number, self.wanted)),
        )


def scanned(blocks: Iterable[bytes], signatures: Catalogue | None = None) -> Scan:
    """Search a log for signatures in one pass."""
    scanner = _Scanner(signatures or catalogue())
    for window, begin, end, number in _windows(blocks, scanner.scan):
        scanner.search(window, begin, end, number)
    return scanner.scan


def _windows(blocks: Iterable[bytes], scan: Scan) -> Iterator[tuple[bytes, int, int, int]]:
    """Windows of the log: the bytes, the part to search (whole lines), and the number of its first line."""
    window, begin, number = b"", 0, 1
    last_line_open = False
    for block in blocks:
        window += ESCAPES.sub(b"", block) if b"\x1b" in block else block
        last_line_open = not block.endswith(b"\n")
        limit = window.rfind(b"\n", begin, max(begin, len(window) - MARGIN)) + 1
        if limit <= begin:
            if len(window) - begin > 2 * LONGEST_LINE and window.find(b"\n", begin) < 0:
                # One endless line, as a progress bar makes it: only its end can be seen.
                window, begin = window[-MARGIN:], 0
            continue
        yield window, begin, limit, number
        number += window.count(b"\n", begin, limit)
        cut = max(0, limit - MARGIN)
        cut = window.find(b"\n", cut, limit) + 1 if cut else 0
        window, begin = window[cut:], limit - cut
    if begin < len(window):
        yield window, begin, len(window), number
    scan.lines = number + window.count(b"\n", begin) - (0 if last_line_open else 1)
    scan.tail = tuple(_tail(window, scan.lines))


def _tail(window: bytes, lines: int) -> Iterator[LogLine]:
    raw = window.removesuffix(b"\n").split(b"\n")
    for index, one in enumerate(raw[-TAIL:]):
        line = cleaned(one[-LONGEST_LINE:], lines - min(TAIL, len(raw)) + 1 + index)
        if line.text.strip():
            yield line


class _Scanner:
    def __init__(self, signatures: Catalogue) -> None:
        self.catalogue = signatures
        self.scan = Scan()
        self.recap = False

    def search(self, window: bytes, begin: int, end: int, number: int) -> None:
        """Look at the lines of `window[begin:end]` that hold a literal; the first of them has this number."""
        part = window[begin:end]
        if not self.scan.first_day:
            self.scan.first_day = cleaned(part[: part.find(b"\n")][:400], number).time[:10]
        line_start, line_end = 0, -1
        literals: set[int] = set()
        for literal, start, _ in self.catalogue.hits(part):
            if start > line_end:
                if literals:
                    self._look(window, (begin + line_start, begin + line_end, number), literals)
                    literals = set()
                before, line_start = line_start, part.rfind(b"\n", 0, start) + 1
                number += part.count(b"\n", before, line_start)
                line_end = part.find(b"\n", start)
                line_end = len(part) if line_end < 0 else line_end
            literals.add(literal)
        if literals:
            self._look(window, (begin + line_start, begin + line_end, number), literals)

    def _look(self, window: bytes, place: tuple[int, int, int], literals: set[int]) -> None:
        """Try the signatures that want one of these literals on a line: its start, its end, and its number."""
        start, end, number = place
        text, step, time = unframed(window[max(start, end - LONGEST_LINE) : end])
        if self.recap:
            text = without_recap_time(text)
        wanted = {one for literal in literals for one in self.catalogue.wanted_by[literal]}
        matches = [(one, found) for one in sorted(wanted) if (found := self.catalogue.regex(one).search(text))]
        if not matches:
            return
        names = {self.catalogue.signatures[one].name for one, _ in matches}
        if names & _RECAP_MARKS:
            self.recap = "mark-recap" in names
        line = LogLine(number=number, text=text, step=step, time=time, recap=self.recap)
        before = window[max(0, start - BYTES_BEFORE) : start]
        for one, found in matches:
            signature = self.catalogue.signatures[one]
            count = AFTER if signature.kind in _LISTS or signature.name == "mark-conda-channels" else BEFORE
            after = window[end + 1 : end + 1 + BYTES_AFTER[count]]
            self.scan.keep(signature.name, _Seen(signature, line, found, before, after, count))


_RECAP_MARKS = frozenset({"mark-recap", "mark-recap-end"})
_LISTS = frozenset({"package-missing", "foreign-build-strings", "conflict", "tos", "hidden-pin", "pip-resolution"})
"""Classes whose messages go on with a list below."""
