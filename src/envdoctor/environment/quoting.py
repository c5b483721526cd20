"""What the user wrote, quoted in a sentence: short, on one line, and without secrets."""

from __future__ import annotations

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_TOKEN = re.compile(r"/t/[^/\s]+")
_VALUE = re.compile(r"([\w.\"'-]+\s*:)\s+\S.*")


def quote(text: str, limit: int = 80) -> str:
    """Return the text in backquotes. Credentials in addresses are masked, blanks and controls become one space."""
    return f"`{masked(text, limit)}`"


def masked(text: str, limit: int = 80) -> str:
    """Return the text as `quote` has it, without the backquotes."""
    plain = "".join(character if character.isprintable() else " " for character in without_secrets(text))
    one_line = " ".join(plain.split())
    return one_line if len(one_line) <= limit else f"{one_line[: limit - 1]}…"


def without_secrets(text: str) -> str:
    """Return the text with credentials and tokens in addresses masked."""
    return _TOKEN.sub("/t/***", _CREDENTIALS.sub("***@", text))


def quote_line(line: str, limit: int = 60) -> str:
    """Return a line of a file in backquotes. The value behind a key may be a secret (`variables:`) and is left out."""
    return f"`{masked_line(line, limit)}`"


def masked_line(line: str, limit: int = 60) -> str:
    """Return the line as `quote_line` has it, without the backquotes."""
    entry = _VALUE.fullmatch(line.strip())
    return masked(f"{entry.group(1)} …" if entry else line, limit)
