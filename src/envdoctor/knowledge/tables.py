"""The embedded tables: read on first use, one file a table, by the modules of this room only.

`tools/embed_knowledge.py` makes them. Each says by `as_of` the day of its newest source; nothing in them is live.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent / "data"


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return an embedded table. Its modules turn rows into typed values; no other room reads it."""
    content: Mapping[str, Any] = json.loads((_FOLDER / f"{name}.json").read_bytes())
    return content


def as_of(name: str) -> str:
    """Return the day, as an ISO string, of the newest source of a table."""
    return str(table(name)["as_of"])


def names_in(value: str | list[str]) -> tuple[str, ...]:
    """Return one name or several, as the tables write them, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)
