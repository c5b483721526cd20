"""`explain`: from what the user wrote to a diagnosis of every platform."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.engine.gateway import Gateway
from envdoctor.errors import DisagreementError
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.outcome import PlatformDiagnosis, Resolution
from envdoctor.records.case import read_case, write_case
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import Refused, SecondOpinion, confirm, decide
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests
from envdoctor.workflows.success import resolution_of, success_of

if TYPE_CHECKING:
    from envdoctor.model.target import Request
    from envdoctor.solving.verdict import Solved
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def explain_environment(options: ExplainOptions, surroundings: Surroundings) -> Diagnosis:
    """Return why the environment does not solve, or how it does, for each of its platforms.

    Raises `InputError`, `UsageError`, `RecordsError`, and `DisagreementError` with the name of a saved case.
    """
    if options.case is not None:
        return _explain_case(options.case, options, surroundings)
    environment = read_environment_of(options, surroundings)
    gateway = gateway_for(environment, options, surroundings)
    asked = requests(environment, options, surroundings)
    platforms = tuple(diagnose(request, gateway, options, surroundings) for request in asked)
    return Diagnosis(
        environment=environment,
        platforms=platforms,
        pip_conflicts=conflicts_of_halves(environment),
        notices=(*environment.notices, *gateway.notices),
    )


def _explain_case(case: Path, options: ExplainOptions, surroundings: Surroundings) -> Diagnosis:
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        request = read_case(case, Path(folder))
        gateway = Gateway()
        diagnosed = diagnose(request, gateway, replace(options, save_case=None), surroundings)
    environment = EnvironmentSpec(sources=(str(case),), requirements=request.requirements)
    return Diagnosis(environment=environment, platforms=(diagnosed,))


def diagnose(
    request: Request, gateway: Gateway, options: ExplainOptions, surroundings: Surroundings
) -> PlatformDiagnosis:
    """Return what comes of one request. Raises `RecordsError`, and `DisagreementError` that names a saved case."""
    if surroundings.progress:
        surroundings.progress(f"reading records for {request.target.subdir}")
    world = World(request, gateway)
    if options.save_case is not None:
        write_case(options.save_case, request, world.all_records())
    opinion = SecondOpinion(world, options.time_limit)
    oracle = Oracle(world)
    if surroundings.progress:
        surroundings.progress(f"solving for {request.target.subdir}")
    try:
        return _judge(world, oracle, opinion)
    except DisagreementError as error:
        raise _with_case(error, world, surroundings) from error


def _judge(world: World, oracle: Oracle, opinion: SecondOpinion) -> PlatformDiagnosis:
    request = world.request
    verdict = decide(oracle, opinion)
    if isinstance(verdict, Refused):
        outcome = explain(Tools(oracle=oracle, elsewhere=Elsewhere(world)))
        return PlatformDiagnosis(platform=request.target.subdir, outcome=outcome, check=confirm(opinion))
    return _solved(world, verdict)


def _solved(world: World, verdict: Solved) -> PlatformDiagnosis:
    resolution: Resolution = resolution_of(world, verdict.records)
    choices, largest = success_of(world, resolution)
    return PlatformDiagnosis(
        platform=world.request.target.subdir,
        outcome=resolution,
        check=verdict.check,
        choices=choices,
        largest=largest,
    )


def _with_case(error: DisagreementError, world: World, surroundings: Surroundings) -> DisagreementError:
    """The error with a saved case: a bug report that anyone can replay."""
    name = "\n".join([world.request.target.subdir, *(line.text for line in world.request.requirements)])
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    path = surroundings.folder / f"envdoctor-case-{digest}.json"
    write_case(path, world.request, world.all_records())
    return DisagreementError(
        f"envdoctor's two engines contradict each other on {world.request.target.subdir}: {error.message}. "
        f"This is a bug of envdoctor: the case was saved as {path}; please send it in "
        f"(replay: envdoctor explain --case {path.name})"
    )
