"""Addresses of packages and channels as they may stand in a value: without credentials."""

from __future__ import annotations

from envdoctor.channels.secrets import redact, split_credential


def bare(url: str) -> str:
    """Return an address without user, password and token; what is no address at all is only redacted."""
    try:
        return redact(split_credential(url)[0])
    except ValueError:
        return redact(url)
