"""A file exported on another system is one cause, not forty: its hopeless lines are told together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.kinds import SYSTEMS
from envdoctor.analysis.wording import placed
from envdoctor.model.names import is_virtual
from envdoctor.model.outcome import Conflict, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.records.world import World

FEWEST = 3
"""With fewer exact builds than this lines are told singly: two strange builds do not make an export."""

REASON = "exported"


def group_exported(world: World, conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
    """Return the conflicts with those of an export given one reason and one headline, in the order they came."""
    members = [conflict for conflict in conflicts if _fits(conflict)]
    if sum(_is_exact(conflict) for conflict in members) < FEWEST:
        return tuple(conflicts)
    headline, way_out = _headline(world, members), (_WAY_OUT,)
    return tuple(
        replace(
            conflict,
            kind=Kind.EXPORTED,
            reason=REASON,
            headline=headline,
            way_out=way_out,
            details=_detail(conflict),
            listed=True,
        )
        if conflict in members
        else conflict
        for conflict in conflicts
    )


_WAY_OUT = (
    "Export again with `conda env export --from-history`, or drop the build strings and the lines of packages that "
    "nobody asked for."
)


def _fits(conflict: Conflict) -> bool:
    """Whether a line by itself is for another system: its build or name is not there, or it asks for that system."""
    if len(conflict.core) != 1:
        return False
    exact = conflict.kind is Kind.MISSING_VERSION and _is_exact(conflict)
    if not exact and conflict.kind not in {Kind.MISSING_BUILD, Kind.NOT_ON_PLATFORM}:
        return False
    name = conflict.core[0].name
    return all(fact.target == name or is_virtual(fact.target) for fact in conflict.facts)


def _is_exact(conflict: Conflict) -> bool:
    """Whether the line asks for one exact build, as exports do and people do not."""
    build = conflict.core[0].spec.build
    return build is not None and not set(build) & set("*^$")


def _headline(world: World, members: Sequence[Conflict]) -> str:
    seen = Counter(
        platform
        for conflict in members
        for sighting in conflict.sightings
        if sighting.what == "platform"
        for platform in sighting.text.replace(" and ", ", ").split(", ")
    )
    here = world.request.target.subdir
    first, last = placed(members[0].core[0]), placed(members[-1].core[0])
    lines = f"{len(members)} lines, from {first} to {last}, ask for builds or packages"
    if not seen:
        return f"{lines} that these channels do not have on {here}: the file was exported elsewhere."
    platform, count = min(seen.items(), key=lambda pair: (-pair[1], pair[0]))
    how_many = "all of them" if count == len(members) else f"{count} of them"
    return (
        f"{lines} that do not exist on {here}: the file was exported on another system ({how_many} are on {platform})."
    )


def _detail(conflict: Conflict) -> tuple[str, ...]:
    seen = tuple(sighting.detail for sighting in conflict.sightings if sighting.what == "platform")
    systems = (SYSTEMS.get(fact.target) for fact in conflict.facts)
    return seen or tuple(f"is for {system} only" for system in systems if system is not None)
