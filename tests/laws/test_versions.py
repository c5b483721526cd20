"""The laws of `python` and `outdated`, on small random worlds, against the plain solver."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import assume, given

from envdoctor.analysis import python_support
from envdoctor.analysis.outdated import outdated_on_platform
from envdoctor.engine.specs import version
from envdoctor.engine.versions import truncated
from envdoctor.model.names import is_virtual, package_name
from envdoctor.solving.oracle import Oracle
from tests.laws import worlds
from tests.laws.test_laws import laws, lines_of
from tests.laws.worlds import Plain, Recipe, recipes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import RecordId, World

SNAKE = package_name("a")
"""The package that plays python here."""


def solvable(world: World, lines: Collection[int], name: PackageName, records: Sequence[RecordId]) -> bool:
    """Whether the lines hold together with one of the records."""
    return any(Plain(world).solvable(lines, {name: record}) for record in records)


def indices(world: World, lines: Collection[Requirement]) -> set[int]:
    requirements = world.request.requirements
    return {next(index for index in lines_of(world) if requirements[index] is line) for line in lines}


@laws
@given(recipes())
def test_a_package_is_held_back_by_a_smallest_set_of_lines_or_can_be_had(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        oracle = Oracle(world)
        chosen = oracle.chosen(lines_of(world))
        assume(chosen is not None)
        assert chosen is not None
        versions = {name: world.version_of(record) for name, record in chosen.items() if not is_virtual(name)}
        found = {one.name: one for one in outdated_on_platform(oracle, versions, chosen, whole=True).outdated}

        for name, present in versions.items():
            highest = max(version(world.version_of(record)) for record in world.visible(name))
            newest = [record for record in world.visible(name) if version(world.version_of(record)) == highest]
            assert (name in found) == (version(present) < highest)
            if name not in found:
                continue
            blockers = indices(world, found[name].blockers)
            assert found[name].possible == solvable(world, lines_of(world), name, newest)
            assert found[name].possible or not solvable(world, blockers, name, newest)
            assert all(solvable(world, blockers - {index}, name, newest) for index in blockers)


@laws
@given(recipes())
def test_each_python_is_supported_or_excluded_by_smallest_sets_of_lines(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(python_support, "PYTHON", SNAKE):
        world = worlds.build(recipe, Path(folder))
        others = {index for index in lines_of(world) if world.request.requirements[index].name != SNAKE}
        found = python_support.python_on_platform(Oracle(world))

        assert (found is None) == (not Plain(world).solvable(others))
        assume(found is not None)
        assert found is not None
        known = {truncated(world.version_of(record), 2) for record in world.visible(SNAKE)}
        assert [one.series for one in found.series] == sorted(known, key=version, reverse=True)
        for one in found.series:
            records = [
                record for record in world.visible(SNAKE) if truncated(world.version_of(record), 2) == one.series
            ]
            assert one.supported == solvable(world, others, SNAKE, records)
            for exclusion in one.excluded_by:
                lines = indices(world, exclusion.lines)
                assert not solvable(world, lines, SNAKE, records)
                assert all(solvable(world, lines - {index}, SNAKE, records) for index in lines)
