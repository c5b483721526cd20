"""The channels that come with envdoctor: small slices of real ones, for trying things out with no network."""

from __future__ import annotations

from pathlib import Path

SAMPLE = "envdoctor-sample"
SAMPLE_EXTRA = "envdoctor-sample-extra"
BUILT_IN_NAMES = (SAMPLE, SAMPLE_EXTRA)


def built_in_channel_url(name: str = SAMPLE) -> str:
    """Return the file:// address, with a final slash, of a channel that comes with envdoctor."""
    if name not in BUILT_IN_NAMES:
        raise ValueError(f"{name!r} is no channel that comes with envdoctor")
    return f"{(Path(__file__).parent / 'sample_channel' / name).as_uri()}/"
