"""What is there in place of what is missing: near spellings, other names, other platforms, near versions and builds."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from envdoctor.analysis.domains import ordered_versions, version_ranges
from envdoctor.analysis.wording import listed
from envdoctor.engine.specs import version
from envdoctor.knowledge.names import (
    CONDA_FORGE,
    conda_names_of,
    conda_names_of_import,
    in_other_channels,
    is_known_conda_forge_name,
)
from envdoctor.knowledge.renames import renamed
from envdoctor.knowledge.spelling import closest_names
from envdoctor.model.names import PackageName, pypi_name
from envdoctor.model.outcome import Sighting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.specs import MatchSpec
    from envdoctor.records.elsewhere import Elsewhere
    from envdoctor.records.world import RecordId, World


def sightings_of_name(world: World, elsewhere: Elsewhere, name: PackageName) -> tuple[Sighting, ...]:
    """Return where a name that no channel has here was seen, and what may have been meant instead of it.

    A name that another platform has is no mistake, so nothing is proposed in its place; nor is what a line asks for
    already, nor python, which merely has the module.
    """
    platforms = elsewhere.platforms_with(name)
    if platforms:
        return (Sighting(what="platform", text=listed(platforms), detail=f"{name} exists on {listed(platforms)}"),)
    asked = {line.name for line in world.request.requirements} | {PackageName("python")}
    known = world.names - asked
    found: list[Sighting] = []
    change = renamed(name)
    if change is not None and change.to in known:
        found.append(Sighting(what="renamed", text=change.to, detail=f"{name} was {change.kind}"))
    found += [
        Sighting(what="pypi", text=other, detail=f"the PyPI project {name} is {other} in conda")
        for other in conda_names_of(pypi_name(name))
        if other in known
    ]
    found += [
        Sighting(what="import", text=other, detail=f"the module {name} comes with {other}")
        for other in conda_names_of_import(name)
        if other in known
    ]
    found += [
        Sighting(what="channel", text=f"{channel}::{other}", detail=f"the channel {channel} has it")
        for channel, other in (*_on_conda_forge(world, name), *in_other_channels(name))
    ]
    found += [
        Sighting(what="spelling", text=other, detail="a name close to it") for other in closest_names(name, known)
    ]
    return _without_doubles(found)


def _on_conda_forge(world: World, name: PackageName) -> tuple[tuple[str, PackageName], ...]:
    """conda-forge with the name, if it is known to have it and is none of the channels."""
    listed_already = any(member.name == CONDA_FORGE for tier in world.request.tiers for member in tier.members)
    return () if listed_already or not is_known_conda_forge_name(name) else ((CONDA_FORGE, name),)


def sightings_of_version(world: World, name: PackageName, spec: MatchSpec | None) -> tuple[Sighting, ...]:
    """Return the versions that exist, and the nearest to the one asked for, if one is."""
    visible = world.visible(name) or world.candidates(name)
    runs = version_ranges(world, name, visible)
    span = runs[0].low if len(runs) == 1 and runs[0].low == runs[0].high else f"{runs[0].low}–{runs[-1].high}"
    found = [
        Sighting(what="version", text=span, detail=f"{name} {span} {_is_in(world, visible)}{_built(world, visible)}")
    ]
    near = () if spec is None else nearest_versions(world, visible, spec)
    if near:
        found.append(Sighting(what="version", text=listed(near), detail=f"nearest: {listed(near)}"))
    return tuple(found)


def sightings_of_build(world: World, elsewhere: Elsewhere, name: PackageName, spec: MatchSpec) -> tuple[Sighting, ...]:
    """Return other platforms that have the build, and builds of the same version that exist here."""
    found: list[Sighting] = []
    platforms = elsewhere.platforms_with(name, spec.text)
    if platforms:
        found.append(
            Sighting(what="platform", text=listed(platforms), detail=f"this build exists on {listed(platforms)}")
        )
    same = world.matching(f"{name} {spec.version}" if spec.version else name)
    builds = sorted({world.build_of(record) for record in same})
    if builds:
        some = builds if len(builds) <= 3 else [*builds[:3], f"{len(builds) - 3} more"]  # noqa: PLR2004
        shown = listed(ordered_versions(world, same)[-1:])
        found.append(Sighting(what="build", text=listed(some), detail=f"builds of {name} {shown} here: {listed(some)}"))
    return tuple(found)


def nearest_versions(world: World, records: Sequence[RecordId], spec: MatchSpec) -> tuple[str, ...]:
    """Return the existing versions next to the first one that a spec names; at most one below and one from it up."""
    named = re.search(r"\d[^,|*\s]*", spec.version or "")
    if named is None:
        return ()
    asked = version(named.group().rstrip("."))
    known = ordered_versions(world, records)
    below = [text for text in known if version(text) < asked]
    above = [text for text in known if version(text) >= asked]
    return (*below[-1:], *above[:1])


def day_of(milliseconds: int) -> str:
    """Return a moment as a day (UTC)."""
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC).date().isoformat()


def _is_in(world: World, records: Sequence[RecordId]) -> str:
    channels = sorted({world.channel_of(record) for record in records})
    return f"is in {listed(channels)}"


def _built(world: World, records: Sequence[RecordId]) -> str:
    times = [time for record in records if (time := world.record(record).timestamp) is not None]
    return f", built {day_of(min(times))} to {day_of(max(times))}" if times else ""


def _without_doubles(found: Sequence[Sighting]) -> tuple[Sighting, ...]:
    first: dict[str, Sighting] = {}
    for sighting in found:
        first.setdefault(sighting.text, sighting)
    return tuple(first.values())
