"""A conda line and a `pip:` line that contradict each other, as a conflict like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import placed
from envdoctor.environment.pip_conflicts import clashes_of_halves
from envdoctor.knowledge.names import conda_names_of
from envdoctor.model.outcome import Conflict, Kind

if TYPE_CHECKING:
    from envdoctor.environment.pip_conflicts import ClashOfHalves
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import PipRequirement


def _headline(clash: ClashOfHalves) -> str:
    return (
        f"{placed(clash.requirement)} and {_pip_words(clash.pip_requirement)} exclude each other: "
        f"conda installs the one version of {clash.requirement.name}, then pip replaces it by the other."
    )


def _pip_words(line: PipRequirement) -> str:
    where = "" if line.place.line is None else f" (line {line.place.line})"
    return f"the pip line {line.text}{where}"


def conflicts_of_halves(environment: EnvironmentSpec) -> tuple[Conflict, ...]:
    """Return one conflict for every conda line and pip line of one package that certainly contradict each other."""
    return tuple(
        Conflict(
            kind=Kind.CONDA_VS_PIP,
            core=(clash.requirement,),
            pip_lines=(clash.pip_requirement,),
            facts=(),
            chains=(),
            meeting_point=clash.requirement.name,
            other_parties=(_pip_words(clash.pip_requirement),),
            headline=_headline(clash),
            way_out=("Ask for the package in one half only, or for ranges that overlap.",),
        )
        for clash in clashes_of_halves(environment, conda_names_of)
    )
