"""Looking at each demand by itself says of any records what the encoding says of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from envdoctor.model.names import is_virtual, package_name
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.solution_check import is_solution
from tests.laws import worlds
from tests.laws.test_laws import laws, lines_of
from tests.laws.worlds import NAMES, Plain, Recipe, recipes


@laws
@given(recipes(), st.data())
def test_any_choice_of_records_is_judged_as_the_encoding_judges_it(recipe: Recipe, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        known = [name for name in map(package_name, NAMES) if world.candidates(name)]
        chosen = [data.draw(st.sampled_from(world.candidates(name))) for name in known if data.draw(st.booleans())]
        natives = [world.native(record) for record in chosen]

        assert is_solution(world.request, natives, world.gateway) == Oracle(world).accepts(chosen)


@laws
@given(recipes())
def test_every_solution_is_one(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        for number, solution in enumerate(Plain(world).solutions(lines_of(world))):
            natives = [world.native(record) for name, record in solution.items() if not is_virtual(name)]
            assert is_solution(world.request, natives, world.gateway)
            if number == 5:
                break
