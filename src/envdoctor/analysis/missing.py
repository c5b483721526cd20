"""Several lines that ask for what is not there are listed below one headline, each with what is known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.headlines import channels_of
from envdoctor.analysis.wording import listed
from envdoctor.model.outcome import Conflict, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.analysis.headlines import Told

FEWEST = 3
"""Fewer lines are told one by one, with all that is known of them."""

_WORDS = {
    Kind.MISSING_VERSION: "ask for versions that do not exist in {channels} for {platform}",
    Kind.MISSING_PACKAGE: "name packages that are not in {channels} for {platform}",
    Kind.MISSING_BUILD: "ask for builds that {channels} does not have for {platform}",
}


def list_missing(conflicts: Sequence[Conflict], told: Told) -> tuple[Conflict, ...]:
    """Return the conflicts with those of one kind of missing line put together; `told` is of the same world."""
    counts = {kind: sum(_fits(conflict, kind) for conflict in conflicts) for kind in _WORDS}
    return tuple(
        _as_listed(conflict, counts[conflict.kind], told)
        if conflict.kind in _WORDS and _fits(conflict, conflict.kind) and counts[conflict.kind] >= FEWEST
        else conflict
        for conflict in conflicts
    )


def _fits(conflict: Conflict, kind: Kind) -> bool:
    return (
        conflict.kind is kind
        and len(conflict.core) == 1
        and not conflict.reason
        and conflict.core[0].spec.channel is None
    )


def _as_listed(conflict: Conflict, count: int, told: Told) -> Conflict:
    words = _WORDS[conflict.kind].format(channels=channels_of(told.world), platform=told.platform)
    return replace(
        conflict,
        reason=conflict.kind.value,
        headline=f"{count} lines {words}.",
        details=_detail(conflict),
        way_out=(),
        listed=True,
    )


def _detail(conflict: Conflict) -> tuple[str, ...]:
    """The most useful that was sighted: the nearest version, a name that may be meant, where else it is."""
    seen = {sighting.what: sighting for sighting in conflict.sightings}
    meant = [
        sighting.text for sighting in conflict.sightings if sighting.what in {"spelling", "renamed", "pypi", "import"}
    ]
    if meant:
        return (f"did you mean {listed(meant[:2], 'or')}?",)
    best = next((seen[what] for what in ("version", "channel", "platform", "build") if what in seen), None)
    return () if best is None else (best.detail,)
