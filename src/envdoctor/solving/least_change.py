"""Solving with the least change from records that were chosen before.

As many of them as possible stay, which is MaxSAT over one soft wish for each name: that it has the record it had, or
none. It is solved by implicit hitting sets (Moreno-Centeno, Karp: The implicit hitting set approach, Operations
Research 61, 2013; Davies, Bacchus: Solving MAXSAT by solving a sequence of simpler SAT instances, CP 2011): cores of
wishes are collected, a smallest set of wishes that meets all of them is given up, and the rest is tried. What has to
change is then chosen by py-rattler, with all that stays pinned.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pysat.examples.hitman import Hitman

from envdoctor.engine import solver
from envdoctor.engine.specs import version
from envdoctor.errors import DisagreementError
from envdoctor.model.outcome import Check
from envdoctor.solving.verdict import expressible, ids_of, single_channels

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.encoding import Literal
    from envdoctor.solving.oracle import Oracle


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastChange:
    """A solution; `kept` are the names that have the record they had, `given_up` those that could not keep it."""

    records: tuple[RecordId, ...]
    kept: frozenset[PackageName]
    given_up: frozenset[PackageName]
    check: Check


def least_change(
    oracle: Oracle, locked: Mapping[PackageName, RecordId], update: Collection[PackageName] = ()
) -> LeastChange | None:
    """Return a solution in which as few names as possible have another record than the `locked` one.

    Each name to `update` first gets the newest version that the request allows, in the order of the names. What
    nothing needs any more goes away, and that counts as no change. None where the request cannot be fulfilled at all.
    Raises `DisagreementError` where py-rattler does not accept what the encoding found.
    """
    if oracle.refused_with(()) is not None:
        return None
    wanted: list[Literal] = []
    for name in update:
        wanted += _newest(oracle, name, wanted)
    keeps = {oracle.only(record): name for name, record in sorted(locked.items()) if name not in update}
    stays = _most_kept(oracle, wanted, keeps)
    found = oracle.chosen_with([*wanted, *stays])
    if found is None:  # pragma: no cover - `_most_kept` ends with a solution
        raise DisagreementError("the encoding takes back what it found")
    kept = {keeps[literal] for literal in stays}
    records, check = _as_py_rattler_chooses(oracle, locked, kept, update, found)
    names = {oracle.world.name_of(record) for record in records}
    return LeastChange(
        records=records,
        kept=frozenset(name for name in locked if locked[name] in records),
        given_up=frozenset(name for name in locked if name in names and locked[name] not in records),
        check=check,
    )


def _newest(oracle: Oracle, name: PackageName, wanted: Sequence[Literal]) -> list[Literal]:
    """A wish for the newest version and build number of a name that is allowed; none where it cannot be there."""
    world = oracle.world
    records = sorted(world.visible(name), key=lambda record: _age(world, record), reverse=True)
    for _, alike in groupby(records, key=lambda record: _age(world, record)):
        wish = oracle.one_of(alike)
        if oracle.refused_with([*wanted, wish]) is None:
            return [wish]
    return []


def _age(world: World, record: RecordId) -> tuple[object, int]:
    return version(world.version_of(record)), world.native(record).build_number


def _most_kept(oracle: Oracle, wanted: Sequence[Literal], keeps: Mapping[Literal, PackageName]) -> list[Literal]:
    """The largest set of wishes that can hold beside what is wanted."""
    with Hitman(solver="m22", htype="sorted") as smallest:
        given_up: frozenset[Literal] = frozenset()
        while True:
            cores = _disjoint_cores(oracle, wanted, keeps, given_up)
            if not cores:
                return [literal for literal in keeps if literal not in given_up]
            for core in cores:
                smallest.hit(sorted(core))
            given_up = frozenset(smallest.get() or ())


def _disjoint_cores(
    oracle: Oracle, wanted: Sequence[Literal], keeps: Iterable[Literal], given_up: frozenset[Literal]
) -> list[frozenset[Literal]]:
    """Cores of wishes that have none in common; many at once spare many smallest sets."""
    left = [literal for literal in keeps if literal not in given_up]
    found: list[frozenset[Literal]] = []
    while True:
        core = oracle.refused_with([*wanted, *left])
        if core is None:
            return found
        core = _smaller(oracle, wanted, core.difference(wanted))
        found.append(core)
        left = [literal for literal in left if literal not in core]


def _smaller(oracle: Oracle, wanted: Sequence[Literal], core: frozenset[Literal]) -> frozenset[Literal]:
    """A minimal core within a core: each wish is left out in turn, and stays out if the rest is still refused."""
    needed = sorted(core)
    for literal in list(needed):
        if literal not in needed:
            continue
        smaller = oracle.refused_with([*wanted, *(other for other in needed if other != literal)])
        if smaller is not None:
            needed = sorted(smaller.difference(wanted))
    return frozenset(needed)


def _as_py_rattler_chooses(
    oracle: Oracle,
    locked: Mapping[PackageName, RecordId],
    kept: Collection[PackageName],
    update: Collection[PackageName],
    found: Mapping[PackageName, RecordId],
) -> tuple[tuple[RecordId, ...], Check]:
    """The solution that py-rattler chooses beside what stays; the encoding's own where it cannot be asked exactly."""
    world, request = oracle.world, oracle.world.request
    own = tuple(found.values())
    if not expressible(request):
        return own, Check.NOT_HEARD
    further = [f"{name} =={world.version_of(found[name])}" for name in sorted(update) if name in found]
    natives = solver.solve(
        world.gateway,
        request,
        single_channels(request),
        further=further,
        pinned=[world.native(locked[name]) for name in sorted(kept)],
    )
    if natives is None:
        raise DisagreementError("the encoding finds a solution with the least change, py-rattler finds none")
    records = ids_of(world, natives)
    if not oracle.accepts(records):
        raise DisagreementError("py-rattler changes what the encoding does not accept")
    there = {world.name_of(record) for record in records}
    moved = [name for name in kept if name in there and locked[name] not in records]
    if moved:
        raise DisagreementError(f"py-rattler moves {', '.join(sorted(moved))}, which can stay")
    return records, Check.AGREED
