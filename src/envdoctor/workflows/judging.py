"""From a world with its records to what comes of its request: two engines, and the analysis where they refuse.

A module of its own, so that it can be imported while records are read (`explain`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.errors import DisagreementError
from envdoctor.model.outcome import PlatformDiagnosis, Resolution
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import Refused, confirm, decide
from envdoctor.workflows.success import resolution_of, success_of

if TYPE_CHECKING:
    from pathlib import Path

    from envdoctor.records.world import World
    from envdoctor.solving.verdict import SecondOpinion, Solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a request, and the oracle that can be asked further questions."""

    diagnosis: PlatformDiagnosis
    oracle: Oracle


def judge(world: World, opinion: SecondOpinion, folder: Path, *, proof: bool = True, brief: bool = False) -> Judged:
    """Return what comes of the world's request.

    `opinion` is the second engine at work on the same request; `proof` says whether the full proof is wanted, `brief`
    that of a resolution nothing but its records is. Raises `DisagreementError` that names a case saved in the folder.
    """
    oracle = Oracle(world)
    try:
        diagnosis = _judged(world, oracle, opinion, proof=proof, brief=brief)
    except DisagreementError as error:
        raise with_case(error, world, folder) from error
    return Judged(diagnosis=diagnosis, oracle=oracle)


def _judged(world: World, oracle: Oracle, opinion: SecondOpinion, *, proof: bool, brief: bool) -> PlatformDiagnosis:
    request = world.request
    verdict = decide(oracle, opinion)
    if isinstance(verdict, Refused):
        outcome = explain(Tools(oracle=oracle, elsewhere=Elsewhere(world), proof=proof))
        return PlatformDiagnosis(platform=request.target.subdir, outcome=outcome, check=confirm(opinion))
    return _solved(world, verdict, brief=brief)


def _solved(world: World, verdict: Solved, *, brief: bool) -> PlatformDiagnosis:
    resolution: Resolution = resolution_of(world, verdict.records)
    choices, largest = ((), ()) if brief else success_of(world, resolution)
    return PlatformDiagnosis(
        platform=world.request.target.subdir,
        outcome=resolution,
        check=verdict.check,
        choices=choices,
        largest=largest,
    )


def with_case(error: DisagreementError, world: World, folder: Path) -> DisagreementError:
    """Return the error with a saved case: a bug report that anyone can replay."""
    from envdoctor.records.case import write_case

    name = "\n".join([world.request.target.subdir, *(line.text for line in world.request.requirements)])
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    path = folder / f"envdoctor-case-{digest}.json"
    write_case(path, world.request, world.all_records())
    return DisagreementError(
        f"envdoctor's two engines contradict each other on {world.request.target.subdir}: {error.message}. "
        f"This is a bug of envdoctor: the case was saved as {path}; please send it in "
        f"(replay: envdoctor explain --case {path.name})"
    )
