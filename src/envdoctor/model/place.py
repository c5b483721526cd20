"""Where something was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A file with line and column, both counted from 1. What is no file has a word for a name: `<command line>`."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return `file:line:column`, as far as known."""
        parts = [self.file, *(str(number) for number in (self.line, self.column) if number is not None)]
        return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A warning about what was read: it does not stop the work, but the user should know.

    `kind` is a stable slug, `message` one sentence without the place.
    """

    kind: str
    message: str
    place: Place | None = None

    def __str__(self) -> str:
        """Return the sentence, led by its place."""
        return f"{self.place}: {self.message}" if self.place else self.message
