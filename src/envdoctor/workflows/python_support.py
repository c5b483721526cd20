"""`python`: which python versions the lines of a file support."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.python_support import PYTHON, python_on_platform
from envdoctor.model.python_support import PythonReport
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.workflows.explain import explain_read
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def python_support(options: ExplainOptions, surroundings: Surroundings) -> PythonReport | Diagnosis:
    """Return the python versions of an environment; or its diagnosis without any line on python, if that clashes.

    Raises `InputError`, `UsageError` and `RecordsError`.
    """
    environment = read_environment_of(options, surroundings)
    gateway = gateway_for(environment, options, surroundings)
    found = []
    for request in requests(environment, options, surroundings):
        if surroundings.progress:
            surroundings.progress(f"trying every python on {request.target.subdir}")
        one = python_on_platform(Oracle(World(request, gateway)))
        if one is None:
            others = tuple(line for line in environment.requirements if line.name != PYTHON)
            return explain_read(replace(environment, requirements=others), replace(options, fixes=0), surroundings)
        found.append(one)
    return PythonReport(
        name=" and ".join(environment.sources),
        asked=tuple(line for line in environment.requirements if line.name == PYTHON),
        platforms=tuple(found),
        notices=(*environment.notices, *gateway.notices),
    )
