"""A resolution as a value: records in the order of installing, and what each line got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.outcome import Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Choice
    from envdoctor.records.world import RecordId, World


def resolution_of(world: World, records: Sequence[RecordId]) -> Resolution:
    """Return the records of a solution as a resolution, each after what it depends on."""
    from envdoctor.graph.dependency import topological_order

    frozen = tuple(world.record(record) for record in records)
    return Resolution(request=world.request, records=topological_order(frozen))


def success_of(
    world: World, resolution: Resolution
) -> tuple[tuple[Choice, ...], tuple[tuple[PackageName, int, int], ...]]:
    """Return what each line got, and the direct packages with the largest subtrees."""
    from envdoctor.graph.choices import choices
    from envdoctor.graph.dependency import largest

    return choices(resolution, world), largest(resolution)
