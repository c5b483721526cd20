"""`explain`: from what the user wrote to a diagnosis of every platform."""

from __future__ import annotations

import importlib
import tempfile
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from envdoctor.engine.gateway import Gateway
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.records.world import World
from envdoctor.solving.verdict import SecondOpinion
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import Conflict
    from envdoctor.model.target import Request
    from envdoctor.solving.oracle import Oracle
    from envdoctor.workflows.judging import Judged
    from envdoctor.workflows.options import ExplainOptions, Surroundings

WANTED_SOON = "envdoctor.workflows.judging"
"""What is needed once records are read."""


def explain_environment(options: ExplainOptions, surroundings: Surroundings) -> Diagnosis:
    """Return why the environment does not solve, or how it does, for each of its platforms.

    Raises `InputError`, `UsageError`, `RecordsError`, and `DisagreementError` with the name of a saved case.
    """
    if options.case is not None:
        return _explain_case(options.case, options, surroundings)
    return explain_read(read_environment_of(options, surroundings), options, surroundings)


def explain_read(environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings) -> Diagnosis:
    """Return the same for an environment that was read already. Raises as `explain_environment` does."""
    return explain_asked(environment, options, surroundings)[0]


def explain_asked(
    environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings
) -> tuple[Diagnosis, tuple[Oracle, ...]]:
    """Return the same, and for each platform the oracle that can be asked further questions."""
    gateway = gateway_for(environment, options, surroundings)
    asked = requests(environment, options, surroundings)
    # py-rattler reads records outside Python's lock, for about as long as this import takes (docs/performance.md).
    Thread(target=importlib.import_module, args=(WANTED_SOON,), daemon=True).start()
    judged = tuple(judged_of(request, gateway, options, surroundings) for request in asked)
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.workflows.bearing import bearing_on

    platforms = tuple(one.diagnosis for one in judged)
    diagnosis = Diagnosis(
        environment=environment,
        platforms=platforms,
        pip_conflicts=_conflicts_of_halves(environment),
        notices=(*environment.notices, *gateway.notices, *bearing_on(environment, platforms)),
    )
    oracles = tuple(one.oracle for one in judged)
    if diagnosis.solvable or options.fixes == 0:
        return diagnosis, oracles
    from envdoctor.workflows.fixing import find_fixes

    fixes = find_fixes(diagnosis, oracles, gateway, options, surroundings)
    return replace(diagnosis, fixes=fixes), oracles


def _explain_case(case: Path, options: ExplainOptions, surroundings: Surroundings) -> Diagnosis:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.records.case import read_case

    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        request = read_case(case, Path(folder))
        gateway = Gateway()
        diagnosed = judged_of(request, gateway, replace(options, save_case=None), surroundings).diagnosis
    environment = EnvironmentSpec(sources=(str(case),), requirements=request.requirements)
    return Diagnosis(environment=environment, platforms=(diagnosed,))


def _conflicts_of_halves(environment: EnvironmentSpec) -> tuple[Conflict, ...]:
    if not environment.pip:
        return ()
    from envdoctor.analysis.halves import conflicts_of_halves

    return conflicts_of_halves(environment)


def judged_of(request: Request, gateway: Gateway, options: ExplainOptions, surroundings: Surroundings) -> Judged:
    """Return what comes of one request. Raises `RecordsError`, and `DisagreementError` that names a saved case."""
    if surroundings.progress:
        surroundings.progress(f"reading records for {request.target.subdir}")
    opinion = SecondOpinion(request, gateway, options.time_limit)
    world = World(request, gateway)
    if options.save_case is not None:
        from envdoctor.records.case import write_case

        write_case(options.save_case, request, world.all_records())
    if surroundings.progress:
        surroundings.progress(f"solving for {request.target.subdir}")
    from envdoctor.workflows.judging import judge

    return judge(world, opinion, surroundings.folder, proof=options.proof)
