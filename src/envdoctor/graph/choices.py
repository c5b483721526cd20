"""What each line got, and how far that is from the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.specs import version
from envdoctor.graph.held_back import why_not
from envdoctor.model.facts import HiddenByPriority
from envdoctor.model.outcome import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Resolution
    from envdoctor.records.world import RecordId, World


def choices(resolution: Resolution, world: World) -> tuple[Choice, ...]:
    """Return for every line its record, the newest visible version, and what holds the record back from that.

    A line on a virtual package gets the virtual package.
    """
    chosen = _chosen(resolution, world)
    return tuple(
        _choice(world, chosen, index)
        for index, line in enumerate(resolution.request.requirements)
        if line.name in chosen
    )


def _choice(world: World, chosen: dict[PackageName, RecordId], index: int) -> Choice:
    line = world.request.requirements[index]
    record, newest = chosen[line.name], _newest(world, world.visible(line.name))
    held_back_by = _hidden_newer(world, record) if record in newest else why_not(world, chosen, index, newest)
    return Choice(
        requirement=line, record=world.record(record), newest=world.version_of(newest[0]), held_back_by=held_back_by
    )


def _chosen(resolution: Resolution, world: World) -> dict[PackageName, RecordId]:
    """The number of each record of the resolution, and of the target's virtual packages."""
    found = {package.name: world.visible(package.name)[0] for package in resolution.request.target.virtual_packages}
    for record in resolution.records:
        for candidate in world.candidates(record.name):
            same = (world.version_of(candidate), world.build_of(candidate)) == (record.version, record.build)
            if same and world.record(candidate) == record:
                found[record.name] = candidate
    return found


def _newest(world: World, records: Iterable[RecordId]) -> tuple[RecordId, ...]:
    """The records of the highest version, all builds."""
    versions = {record: version(world.version_of(record)) for record in records}
    highest = max(versions.values())
    return tuple(record for record, of_record in versions.items() if of_record == highest)


def _hidden_newer(world: World, record: RecordId) -> str:
    """Which newer version is out of sight, for a record that is the newest of those in sight."""
    own = version(world.version_of(record))
    hidden = [other for other in world.candidates(world.name_of(record)) if world.hidden(other)]
    newer = [other for other in hidden if version(world.version_of(other)) > own]
    if not newer:
        return ""
    first = _newest(world, newer)[0]
    why = "strict channel priority" if isinstance(world.hidden(first), HiddenByPriority) else "--exclude-newer"
    return f"{why} hides {world.version_of(first)} of {world.channel_of(first)}"
