"""What conda-forge built against, and when it moved on: the reason behind most bounds between its libraries.

A pin is a version prefix (`1.10`, `3`, `20250127`), or several at once (numpy, python). A version belongs to a pin when
the pin's dotted parts begin it, or when they differ in the last part alone: lz4-c 1.9.4 was built against while the pin
said 1.9.3. That is no order of versions: moves are ordered by their days.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from envdoctor.knowledge.tables import as_of, table
from envdoctor.model.names import Subdir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.names import PackageName

_BOUND_BY_MAJOR = ("numpy",)
"""Packages whose pinned minor is only the smallest that a build works with: moving it parts nobody."""

_ENOUGH = 2
"""Parts that a version must share with a pin whose last part it does not share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What one key of conda-forge's build configuration said about a package from a day on.

    `versions` is empty from the day on which the key was removed. `elsewhere` holds the platforms that differ: a
    platform without the key has no versions. `migration` is the migration that ended in this pin, `opened` the day on
    which it began; both are None where the pin was changed by itself. Days are ISO strings.
    """

    package: PackageName
    key: str
    day: str
    versions: tuple[str, ...]
    elsewhere: tuple[tuple[Subdir, tuple[str, ...]], ...] = ()
    migration: str | None = None
    opened: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinMove:
    """conda-forge went from building a package against `before` to building against `after`.

    `left` is the day on which it left `before`, `day` that on which it came to `after`; they are equal unless other
    versions came between. `exceptions` are the platforms on which the pin differed at either end.
    """

    package: PackageName
    key: str
    before: str
    after: str
    left: str
    day: str
    migration: str | None = None
    opened: str | None = None
    exceptions: tuple[Subdir, ...] = ()

    @property
    def is_direct(self) -> bool:
        """Whether no other version came between."""
        return self.left == self.day


def pins_of(package: PackageName) -> tuple[Pin, ...]:
    """Return every pin that a package has had, oldest first, key by key; empty where it was never pinned."""
    keys = table("pins")["pins"].get(package, {})
    return tuple(_pin(package, key, row) for key in sorted(keys) for row in keys[key])


def moves_of(package: PackageName) -> tuple[PinMove, ...]:
    """Return the moves of a package from one pin to the next, oldest first; changes on single platforms are none."""
    pins = pins_of(package)
    pairs = [
        (old, new)
        for old, new in itertools.pairwise(pins)
        if old.key == new.key and old.versions and new.versions and old.versions != new.versions
    ]
    moves = [_move(old, new, new.day, ", ".join(old.versions), ", ".join(new.versions)) for old, new in pairs]
    return tuple(sorted(moves, key=lambda move: (move.day, move.key)))


def move_between(package: PackageName, low: str, high: str) -> PinMove | None:
    """Return the move that has version `low` on its old side and `high` on its new one; None where there is none."""
    return move_between_sides(package, (low,), (high,))


def move_between_sides(package: PackageName, lows: Sequence[str], highs: Sequence[str]) -> PinMove | None:
    """Return the move that has all versions `lows` on its old side and all `highs` on its new one.

    None where a version belongs to no pin, where a pin allowed both sides at once, and where the pin went back and
    forth: then the pins do not explain why the sides stand apart.
    """
    if not lows or not highs:
        return None
    for eras in _histories(package):
        old, new = _eras_of(eras, lows), _eras_of(eras, highs)
        if not old or not new or max(old) >= min(new):
            continue
        last, first = max(old), min(new)
        before, after = _shown(eras[last], lows), _shown(eras[first], highs)
        if before != after:
            return _move(eras[last], eras[first], eras[last + 1].day, before, after)
    return None


def version_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a version that prefixes are made of: `1.1.1w` has 1, 1, 1 and w."""
    return tuple(re.findall(r"\d+|[a-z]+", text.lower()))


def pins_as_of() -> str:
    """Return the day of the newest source of the pins and migrations."""
    return as_of("pins")


def _pin(package: PackageName, key: str, row: Sequence[Any]) -> Pin:
    # The table leaves out what is empty at the end of a row.
    day, versions, *rest = row
    elsewhere = rest[0] if rest else {}
    name, opened = rest[1] if len(rest) > 1 else (None, None)
    return Pin(
        package=package,
        key=key,
        day=day,
        versions=tuple(versions),
        elsewhere=tuple((Subdir(platform), tuple(other)) for platform, other in sorted(elsewhere.items())),
        migration=name,
        opened=opened,
    )


def _move(old: Pin, new: Pin, left: str, before: str, after: str) -> PinMove:
    return PinMove(
        package=new.package,
        key=new.key,
        before=before,
        after=after,
        left=left,
        day=new.day,
        migration=new.migration,
        opened=new.opened,
        exceptions=tuple(sorted({platform for platform, _ in (*old.elsewhere, *new.elsewhere)})),
    )


def _histories(package: PackageName) -> tuple[tuple[Pin, ...], ...]:
    """Return the pins of each key, without those that repeat the versions before them."""
    histories: dict[str, list[Pin]] = {}
    for whole in pins_of(package):
        pin = _by_major(whole) if package in _BOUND_BY_MAJOR else whole
        eras = histories.setdefault(pin.key, [])
        if eras and eras[-1].versions == pin.versions:
            # What differs on single platforms differs in the whole era, but for numpy's minors, which bind nobody.
            elsewhere = tuple(sorted({*eras[-1].elsewhere, *pin.elsewhere}))
            eras[-1] = replace(eras[-1], elsewhere=elsewhere)
        else:
            eras.append(pin)
    return tuple(tuple(eras) for eras in histories.values())


def _by_major(pin: Pin) -> Pin:
    return replace(pin, versions=tuple(dict.fromkeys(value.split(".")[0] for value in pin.versions)), elsewhere=())


def _eras_of(eras: Sequence[Pin], versions: Sequence[str]) -> frozenset[int]:
    """Return the eras to which the versions belong; none where one of the versions belongs to none."""
    found: set[int] = set()
    for version in versions:
        own = {index for index, pin in enumerate(eras) if _pinned_value(pin, version) is not None}
        if not own:
            return frozenset()
        found |= own
    return frozenset(found)


def _pinned_value(pin: Pin, version: str) -> str | None:
    """Return as much of the pin as the version shares; None where it does not belong to the pin."""
    parts = version_parts(version)
    near: str | None = None
    for value in pin.versions:
        wanted = version_parts(value)
        if parts[: len(wanted)] == wanted:
            return value
        if len(wanted) > _ENOUGH and parts[: len(wanted) - 1] == wanted[:-1]:
            near = ".".join(wanted[:-1])
    return near


def _shown(pin: Pin, versions: Sequence[str]) -> str:
    """Return the pin as far as it holds for all those of the versions that belong to it."""
    values = dict.fromkeys(value for version in versions if (value := _pinned_value(pin, version)) is not None)
    return min(values, key=lambda value: len(version_parts(value)))
