"""A resolution as a value: records in the order of installing, and what each line got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.outcome import Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Choice
    from envdoctor.model.records import Record
    from envdoctor.records.world import RecordId, World


def resolution_of(world: World, records: Sequence[RecordId]) -> Resolution:
    """Return the records of a solution as a resolution, each after what it depends on."""
    return Resolution(request=world.request, records=in_installing_order([world.record(record) for record in records]))


def in_installing_order(records: Sequence[Record]) -> tuple[Record, ...]:
    """Return records each after what it depends on."""
    from envdoctor.graph.dependency import topological_order

    return topological_order(records)


def success_of(
    world: World, resolution: Resolution
) -> tuple[tuple[Choice, ...], tuple[tuple[PackageName, int, int], ...]]:
    """Return what each line got, and the direct packages with the largest subtrees."""
    from envdoctor.graph.choices import choices
    from envdoctor.graph.dependency import largest

    return choices(resolution, world), largest(resolution)
