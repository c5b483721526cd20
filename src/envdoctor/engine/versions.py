"""Versions as far as a number: what of a version stands in a fuzzy spec."""

from __future__ import annotations

from envdoctor.engine.specs import version


def minor(text: str) -> str | None:
    """Return a version as far as its second number (`1.26` of `1.26.4`), None where the text is no version."""
    try:
        whole = version(text)
    except ValueError:
        return None
    return str(whole.with_segments(0, min(2, whole.segment_count)))
