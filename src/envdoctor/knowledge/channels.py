"""Channels that no longer move, as far as a source says so."""

from __future__ import annotations

from dataclasses import dataclass

from envdoctor.knowledge.tables import as_of, table


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedChannel:
    """A channel after its end: `status` is `frozen` (served, nothing new), `dead` or `legacy`. Days are ISO strings."""

    name: str
    status: str
    since: str
    replaced_by: str
    source: str


def ended_channel(name: str) -> EndedChannel | None:
    """Return what is known of a channel's end; None where it moves, or no source says that it does not."""
    row = table("channels")["ended"].get(name)
    if row is None:
        return None
    return EndedChannel(
        name=name,
        status=row["status"],
        since=row.get("since", ""),
        replaced_by=row.get("replaced_by", ""),
        source=row["source"],
    )


def channels_as_of() -> str:
    """Return the day of the newest source of these facts."""
    return as_of("channels")
