"""What is told of small random worlds is true of their records, as it is of the scenarios.

`ENVDOCTOR_LAW_EXAMPLES=20000 pytest tests/scenarios` tries as many as wanted.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import assume, given

from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.solving.oracle import Oracle
from tests.laws import worlds
from tests.laws.test_laws import laws, lines_of
from tests.laws.worlds import Recipe, recipes
from tests.scenarios.truth import broken_promises, untrue_steps, wrong_corrections


@laws
@given(recipes())
def test_every_step_is_true_and_every_promise_is_kept(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = worlds.build(recipe, Path(folder))
        oracle = Oracle(world)
        assume(not oracle.satisfiable(lines_of(world)))
        outcome = explain(Tools(oracle=oracle, elsewhere=Elsewhere(world)))

        assert [step for conflict in outcome.conflicts for step in untrue_steps(world, conflict)] == []
        assert [line for conflict in outcome.conflicts for line in broken_promises(oracle, conflict)] == []
        assert wrong_corrections(oracle, outcome) == ()
