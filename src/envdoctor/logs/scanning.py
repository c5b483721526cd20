"""One pass over a log: lines with signatures, found by their literals in whole blocks, and what stands around them.

Only lines that hold a literal are decoded and cleaned. Memory is bounded: a window of the log, and of each signature
the first and the last sightings.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from envdoctor.logs.catalogue import catalogue
from envdoctor.logs.framing import ESCAPES, around, cleaned
from envdoctor.model.logs import LogLine, Role, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envdoctor.logs.catalogue import Catalogue

MARGIN = 1 << 15
"""Bytes kept on both sides of the part of a window that is searched, so that lines around a hit are there."""
FIRST = 200
LAST = 50
AFTER = 40
BEFORE = 2
LONGEST_LINE = 1 << 20
TAIL = 40


@dataclass(slots=True)
class Scan:
    """What one pass found. `tail` holds the last lines that say anything."""

    lines: int = 0
    first_day: str = ""
    kept: dict[str, tuple[list[Sighting], deque[Sighting]]] = field(default_factory=dict)
    tail: tuple[LogLine, ...] = ()

    def sightings(self) -> list[Sighting]:
        """Return the sightings in the order of the log."""
        found = [one for first, last in self.kept.values() for one in (*first, *last)]
        found.sort(key=lambda one: one.line.number)
        return found

    def keep(self, sighting: Sighting) -> None:
        """Keep a sighting, if it is among the first or the last with its signature."""
        first, last = self.kept.setdefault(sighting.signature.name, ([], deque(maxlen=LAST)))
        (first if len(first) < FIRST else last).append(sighting)


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
        counted, done = 0, -1
        if not self.scan.first_day:
            self.scan.first_day = cleaned(part[: part.find(b"\n")][:400], number).time[:10]
        for _, start, _ in self.catalogue.in_bytes.find_matches_as_indexes(part):
            if start < done:
                continue
            line_start = part.rfind(b"\n", 0, start) + 1
            line_end = part.find(b"\n", start)
            line_end = len(part) if line_end < 0 else line_end
            number += part.count(b"\n", counted, line_start)
            counted, done = line_start, line_end
            self._look(window, begin + line_start, begin + line_end, number)

    def _look(self, window: bytes, start: int, end: int, number: int) -> None:
        line = cleaned(window[max(start, end - LONGEST_LINE) : end], number, recap=self.recap)
        for index in self.catalogue.candidates(line.text):
            found = self.catalogue.regex(index).search(line.text)
            if found is None:
                continue
            signature = self.catalogue.signatures[index]
            if signature.name in _RECAP_MARKS:
                self.recap = signature.name == "mark-recap"
            words = tuple((name, text) for name, text in found.groupdict().items() if text)
            sighting = Sighting(signature=signature, line=line, words=words)
            if signature.role in {Role.CAUSE, Role.CONTEXT, Role.CONSEQUENCE}:
                sighting = replace(
                    sighting,
                    before=around(window, start, end, number, BEFORE, after=False),
                    after=around(window, start, end, number, AFTER if _has_list(sighting) else BEFORE, after=True),
                )
            self.scan.keep(sighting)


_RECAP_MARKS = frozenset({"mark-recap", "mark-recap-end"})
_LISTS = frozenset({"package-missing", "foreign-build-strings", "conflict", "tos", "hidden-pin", "pip-resolution"})


def _has_list(sighting: Sighting) -> bool:
    """Whether the lines that follow belong to the message."""
    return sighting.signature.kind in _LISTS or sighting.signature.name == "mark-conda-channels"
