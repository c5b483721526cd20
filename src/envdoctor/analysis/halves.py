"""A conda line and a `pip:` line that contradict each other, as a conflict like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.environment.pip_conflicts import clashes_of_halves
from envdoctor.knowledge.names import conda_names_of
from envdoctor.model.outcome import Conflict, Kind

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec


def conflicts_of_halves(environment: EnvironmentSpec) -> tuple[Conflict, ...]:
    """Return one conflict for every conda line and pip line of one package that certainly contradict each other."""
    return tuple(
        Conflict(
            kind=Kind.CONDA_VS_PIP,
            core=(clash.requirement,),
            facts=(),
            chains=(),
            meeting_point=clash.requirement.name,
            other_parties=(f"pip: {clash.pip_requirement.text} ({clash.pip_requirement.place})",),
            headline=clash.sentence,
            details=(
                f"{clash.requirement.text} ({clash.requirement.place})",
                f"pip: {clash.pip_requirement.text} ({clash.pip_requirement.place})",
            ),
            way_out=("Ask for the package in one half only, or for ranges that overlap.",),
        )
        for clash in clashes_of_halves(environment, conda_names_of)
    )
