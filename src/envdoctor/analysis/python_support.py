"""Which python series the other lines leave, which lines exclude the rest, and since when their packages do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.sightings import day_of
from envdoctor.engine.records import built_at
from envdoctor.engine.specs import version
from envdoctor.engine.versions import truncated
from envdoctor.model.names import package_name
from envdoctor.model.python_support import Exclusion, PythonOnPlatform, PythonSeries
from envdoctor.solving.hitting_sets import shrunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.encoding import Literal
    from envdoctor.solving.oracle import Oracle

PYTHON = package_name("python")
PYTHON_ABI = package_name("python_abi")


def python_on_platform(oracle: Oracle) -> PythonOnPlatform | None:
    """Return what is known of python on the oracle's platform; None where the other lines clash by themselves."""
    world = oracle.world
    lines = range(len(world.request.requirements))
    others = [index for index in lines if world.request.requirements[index].name != PYTHON]
    own = [index for index in lines if index not in others]
    if not oracle.satisfiable(others):
        return None
    return PythonOnPlatform(
        platform=world.request.target.subdir,
        series=tuple(_series(oracle, series, records, others, own) for series, records in _series_of(world).items()),
    )


def _series_of(world: World) -> Mapping[str, tuple[RecordId, ...]]:
    """The visible records of python by series, the newest series first."""
    found: dict[str, list[RecordId]] = {}
    for record in sorted(world.visible(PYTHON), key=lambda one: version(world.version_of(one)), reverse=True):
        found.setdefault(truncated(world.version_of(record), 2), []).append(record)
    return {series: tuple(records) for series, records in found.items()}


def _series(
    oracle: Oracle, series: str, records: Sequence[RecordId], others: Sequence[int], own: Sequence[int]
) -> PythonSeries:
    world = oracle.world
    wish = oracle.one_of(records)
    asked = all(set(records) & set(world.matching_line(index)) for index in own)
    return PythonSeries(
        series=series,
        newest=world.version_of(records[0]),
        asked=asked,
        excluded_by=tuple(_exclusions(oracle, wish, records, others)),
    )


def _exclusions(
    oracle: Oracle, wish: Literal, records: Sequence[RecordId], others: Sequence[int]
) -> Iterable[Exclusion]:
    """Every line that excludes a series by itself; where none does, one smallest set that does."""
    core = _refused(oracle, wish, others)
    if core is None:
        return
    alone = [index for index in others if _refused(oracle, wish, [index]) is not None]
    requirements = oracle.world.request.requirements
    if _refused(oracle, wish, []) is not None:
        yield Exclusion(lines=())
    elif alone:
        for index in alone:
            yield Exclusion(lines=(requirements[index],), since=_since(oracle.world, index, records))
    else:
        smallest = shrunk(sorted(core), lambda lines: _refused(oracle, wish, tuple(lines)))
        yield Exclusion(lines=tuple(requirements[index] for index in smallest))


def _refused(oracle: Oracle, wish: Literal, lines: Sequence[int]) -> frozenset[int] | None:
    found = oracle.clash(lines, (wish,), (PYTHON,))
    return None if found is None else found.lines


def _since(world: World, index: int, series: Sequence[RecordId]) -> str:
    """When a line's package came to go with a series, or ceased to; empty where its own records do not tell."""
    line = world.request.requirements[index]
    known = [record for record in world.visible(line.name) if _names_python(world, record)]
    wanted = [record for record in known if record in set(world.matching_line(index))]
    if not wanted or any(_goes_with(world, record, series) for record in wanted):
        return ""
    going = [record for record in known if _goes_with(world, record, series)]
    name = truncated(world.version_of(series[0]), 2)
    if not going:
        return f"no {line.name} of these channels goes with {name}"
    first, last = min(going, key=lambda one: _age(world, one)), max(going, key=lambda one: _age(world, one))
    if _age(world, first) > max(_age(world, one) for one in wanted):
        return f"{line.name} goes with {name} since {_version_and_day(world, first)}"
    if _age(world, last) < min(_age(world, one) for one in wanted):
        return f"{line.name} went with {name} up to {_version_and_day(world, last)}"
    return ""


def _age(world: World, record: RecordId) -> tuple[object, int]:
    return version(world.version_of(record)), built_at(world.native(record)) or 0


def _version_and_day(world: World, record: RecordId) -> str:
    moment = built_at(world.native(record))
    return world.version_of(record) + (f" ({day_of(moment)})" if moment else "")


def _names_python(world: World, record: RecordId) -> bool:
    return any(about in {PYTHON, PYTHON_ABI} for _, about in world.depends(record))


def _goes_with(world: World, record: RecordId, series: Sequence[RecordId]) -> bool:
    """Whether what a record says of python and its ABI is true of some python of a series."""
    name = truncated(world.version_of(series[0]), 2)
    for text, about in world.depends(record):
        if about == PYTHON and not set(series) & set(world.matching(text)):
            return False
        if about == PYTHON_ABI and all(truncated(world.version_of(one), 2) != name for one in world.matching(text)):
            return False
    return True
