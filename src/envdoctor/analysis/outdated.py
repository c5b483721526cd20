"""A why-not for each package that is not the newest, all asked of one oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.records import built_at
from envdoctor.engine.specs import version
from envdoctor.graph.held_back import why_not
from envdoctor.model.names import is_virtual
from envdoctor.model.outdated import Outdated, OutdatedOnPlatform
from envdoctor.solving.hitting_sets import shrunk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.encoding import Literal
    from envdoctor.solving.oracle import Oracle


def outdated_on_platform(
    oracle: Oracle, versions: Mapping[PackageName, str], chosen: Mapping[PackageName, RecordId], *, whole: bool
) -> OutdatedOnPlatform:
    """Return what of some packages is not the newest, and why; the lines of the oracle's world hold together.

    `versions` is what there is, `chosen` the records of it, as far as the channels have them. Only packages that lines
    name are looked at, unless the `whole` is asked for.
    """
    world = oracle.world
    named = dict.fromkeys(line.name for line in world.request.requirements)
    names = sorted(versions) if whole else [name for name in named if name in versions]
    names = [name for name in names if not is_virtual(name)]
    found = [one for name in names if (one := _outdated(oracle, name, versions[name], chosen)) is not None]
    return OutdatedOnPlatform(platform=world.request.target.subdir, looked_at=len(names), outdated=tuple(found))


def _outdated(
    oracle: Oracle, name: PackageName, present: str, chosen: Mapping[PackageName, RecordId]
) -> Outdated | None:
    world = oracle.world
    newest = _newest(world, name)
    if not newest or version(present) >= version(world.version_of(newest[0])):
        return None
    lines = world.request.requirements
    own = next((index for index, line in enumerate(lines) if line.name == name), None)
    wish = oracle.one_of(newest)
    core = _refused(oracle, wish, name, range(len(lines)))
    blockers = () if core is None else tuple(lines[index] for index in _shrunk(oracle, wish, name, core))
    foreign = bool(blockers) and any(line.name != name for line in blockers)
    moments = [moment for record in newest if (moment := built_at(world.native(record))) is not None]
    return Outdated(
        name=name,
        version=present,
        newest=world.version_of(newest[0]),
        built=min(moments, default=None),
        asked_by=None if own is None else lines[own],
        blockers=blockers,
        possible=core is None,
        words=why_not(world, chosen, own, newest) if foreign and own is not None and name in chosen else "",
    )


def _newest(world: World, name: PackageName) -> tuple[RecordId, ...]:
    """The visible records of the highest version, all builds."""
    visible = world.visible(name)
    highest = max((version(world.version_of(record)) for record in visible), default=None)
    return tuple(record for record in visible if version(world.version_of(record)) == highest)


def _refused(oracle: Oracle, wish: Literal, name: PackageName, lines: Sequence[int]) -> frozenset[int] | None:
    found = oracle.clash(lines, (wish,), (name,))
    return None if found is None else found.lines


def _shrunk(oracle: Oracle, wish: Literal, name: PackageName, core: Collection[int]) -> list[int]:
    """A smallest set of lines beside which the wish cannot be had: the package's own line alone, if that does."""
    requirements = oracle.world.request.requirements
    if _refused(oracle, wish, name, []) is not None:
        return []
    for index in sorted(core):
        if requirements[index].name == name and _refused(oracle, wish, name, [index]) is not None:
            return [index]
    return shrunk(sorted(core), lambda lines: _refused(oracle, wish, name, tuple(lines)))
