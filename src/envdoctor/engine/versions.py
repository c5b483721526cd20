"""Versions by their segments: as far as a number, the next one, and where two of them begin to differ."""

from __future__ import annotations

import re
from functools import lru_cache

from envdoctor.engine.specs import version

_LAST_NUMBER = re.compile(r"(?P<before>(?:.*[.!_-])?)(?P<number>\d+)[^.!_-]*$")


def minor(text: str) -> str | None:
    """Return a version as far as its second number (`1.26` of `1.26.4`), None where the text is no version."""
    try:
        return truncated(text, 2)
    except ValueError:
        return None


def depth(text: str) -> int:
    """Return how many segments a version has: 3 for `1.26.4`. Raises `ValueError`."""
    return int(version(text).segment_count)


@lru_cache(maxsize=65536)
def truncated(text: str, segments: int) -> str:
    """Return a version as far as some of its segments: `1.26` of `1.26.4` for 2. Raises `ValueError`."""
    whole = version(text)
    return str(whole.with_segments(0, min(segments, whole.segment_count)))


def next_after(text: str, segments: int) -> str:
    """Return the first version beyond a series: `1.27` after `1.26.4` for 2 segments. Raises `ValueError`."""
    series = truncated(text, segments)
    number = _LAST_NUMBER.match(series)
    if number is None:
        return str(version(series).bump_segment(depth(series) - 1))
    # What stands behind the number, such as `rc1`, makes a version earlier, never later.
    return f"{number['before']}{int(number['number']) + 1}"


def first_difference(one: str, other: str) -> int:
    """Return the segment from 0 in which two versions differ first; the number of segments where they are equal."""
    most = max(depth(one), depth(other))
    for number in range(most):
        if version(truncated(one, number + 1)) != version(truncated(other, number + 1)):
            return number
    return most
