"""Days and times as conda's tools take them."""

from __future__ import annotations

import datetime as dt


def milliseconds(text: str) -> int:
    """Return a day or time in milliseconds since 1970; a day means its end, as pixi and uv have it for whole days.

    Raises `ValueError`.
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    if len(text) <= len("2025-01-31"):
        moment += dt.timedelta(days=1)
    return round(moment.timestamp() * 1000)
