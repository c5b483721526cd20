"""What a rule is, and how it says what it found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.findings import Finding
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from envdoctor.model.findings import Severity, Subject
    from envdoctor.model.fixes import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place where a rule applies: the words for its template, and the edits that mend it."""

    place: Place
    words: tuple[tuple[str, str], ...] = ()
    edits: tuple[Edit, ...] = ()


def hit(place: Place, *edits: Edit, **words: str) -> Hit:
    """Return a hit with words for the rule's template."""
    return Hit(place=place, words=tuple(words.items()), edits=edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue.

    `message` and `fix` are templates over the words of a hit. `why`, `example`, `source` and `ignore` (when it is right
    to ignore it) make its section of docs/rules.md. `safe` says that its edits do not change what the file means.
    """

    code: str
    kind: str
    severity: Severity
    message: str
    fix: str
    why: str
    example: str
    source: str
    ignore: str
    find: Callable[[Subject], Iterable[Hit]]
    safe: bool = False
    fixable: bool = False

    def findings(self, subject: Subject) -> Iterable[Finding]:
        """Return what the rule finds in a file."""
        for one in self.find(subject):
            words = dict(one.words)
            yield Finding(
                code=self.code,
                kind=self.kind,
                severity=self.severity,
                message=self.message.format(**words),
                place=one.place,
                fix=self.fix.format(**words),
                edits=one.edits,
                safe=self.safe,
            )


def key_place(subject: Subject, key: str) -> Place | None:
    """Return where a top-level key stands, None where it does not."""
    for number, line in enumerate(subject.lines, start=1):
        if re.match(rf"{re.escape(key)}\s*:", line):
            return Place(subject.file, number, 1)
    return None


def place_of_text(subject: Subject, text: str) -> Place:
    """Return where a text stands first, else the beginning of the file."""
    for number, line in enumerate(subject.lines, start=1):
        if text and text in line:
            return Place(subject.file, number, line.index(text) + 1)
    return Place(subject.file, 1, 1)
