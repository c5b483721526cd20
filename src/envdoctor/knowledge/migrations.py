"""Moves that conda-forge had begun and not ended on the day of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.knowledge.pins import pins_of, version_parts
from envdoctor.knowledge.tables import table

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMigration:
    """A migration that was open on the day `envdoctor.knowledge.pins.pins_as_of()`; it may have ended since.

    `before` is what the pin still said, `after` what feedstocks were being rebuilt for. `opened` is an ISO day.
    """

    package: PackageName
    key: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    opened: str
    paused: bool


def open_migrations_of(package: PackageName) -> tuple[OpenMigration, ...]:
    """Return the open migrations of a package, oldest first."""
    current = {pin.key: pin.versions for pin in pins_of(package)}
    found = [
        OpenMigration(
            package=package,
            key=key,
            name=name,
            before=current.get(key, ()),
            after=tuple(value for value in values if value not in current.get(key, ())),
            opened=opened,
            paused=paused,
        )
        for key, values, name, opened, paused in table("pins")["open"].get(package, [])
    ]
    return tuple(sorted(found, key=lambda migration: (migration.opened, migration.name)))


def open_migration_between(package: PackageName, low: str, high: str) -> OpenMigration | None:
    """Return the open migration whose old side `low` stands on and whose new side `high`; None where there is none."""
    for migration in open_migrations_of(package):
        if _begins(low, migration.before) and _begins(high, migration.after) and not _begins(high, migration.before):
            return migration
    return None


def _begins(version: str, values: tuple[str, ...]) -> bool:
    parts = version_parts(version)
    return any(parts[: len(wanted)] == wanted for wanted in map(version_parts, values))
