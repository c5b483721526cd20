"""The laws of solving with the least change, on small random worlds, against the plain solver."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from envdoctor.engine.specs import version
from envdoctor.model.names import is_virtual, package_name
from envdoctor.solving.least_change import least_change
from envdoctor.solving.oracle import Oracle
from tests.laws import worlds
from tests.laws.test_laws import laws, lines_of
from tests.laws.worlds import NAMES, Plain, Recipe, recipes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World

    Chosen = Mapping[PackageName, RecordId]


few = settings(laws, max_examples=max(30, laws.max_examples // 5))
"""Each example asks py-rattler once more; a run by hand takes as many as are wanted."""


def real(solution: Chosen) -> dict[PackageName, RecordId]:
    return {name: record for name, record in solution.items() if not is_virtual(name)}


def changes(solution: Chosen, locked: Chosen) -> int:
    return sum(1 for name, record in locked.items() if name in solution and solution[name] != record)


def lock_of(world: World, data: st.DataObject) -> dict[PackageName, RecordId]:
    """Any record for any name: what an old lock may hold."""
    known = [name for name in map(package_name, NAMES) if world.candidates(name)]
    return {name: data.draw(st.sampled_from(world.candidates(name))) for name in known if data.draw(st.booleans())}


@few
@given(recipes(), st.data())
def test_no_solution_keeps_more(recipe: Recipe, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        solutions = [real(one) for one in Plain(world).solutions(lines_of(world))]
        locked = lock_of(world, data)
        found = least_change(Oracle(world), locked)

        assert (found is None) == (not solutions)
        assume(found is not None and solutions)
        assert found is not None
        chosen = {world.name_of(record): record for record in found.records if not is_virtual(world.name_of(record))}
        assert chosen in solutions
        assert changes(chosen, locked) == min(changes(one, locked) for one in solutions)
        assert found.kept == {name for name in locked if chosen.get(name) == locked[name]}


@few
@given(recipes(), st.data())
def test_without_an_edit_nothing_moves(recipe: Recipe, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        solutions = [real(one) for one in Plain(world).solutions(lines_of(world))]
        assume(solutions)
        before = data.draw(st.sampled_from(solutions))
        found = least_change(Oracle(world), before)

        assert found is not None
        assert changes({world.name_of(record): record for record in found.records}, before) == 0
        assert not found.given_up


@few
@given(recipes(), st.data())
def test_an_updated_package_gets_the_newest_version_that_is_allowed(recipe: Recipe, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        solutions = [real(one) for one in Plain(world).solutions(lines_of(world))]
        assume(solutions)
        before = data.draw(st.sampled_from(solutions))
        assume(before)
        name = data.draw(st.sampled_from(sorted(before)))
        found = least_change(Oracle(world), before, (name,))

        assert found is not None
        chosen = {world.name_of(record): record for record in found.records}
        newest = max(version(world.version_of(one[name])) for one in solutions if name in one)
        assert version(world.version_of(chosen[name])) == newest
        others = {other: record for other, record in before.items() if other != name}
        allowed = [one for one in solutions if name in one and version(world.version_of(one[name])) == newest]
        assert changes(chosen, others) == min(changes(one, others) for one in allowed)
