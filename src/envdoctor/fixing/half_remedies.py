"""Conda and pip lines that contradict each other: the package is asked for in one half only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.environment.edited_values import with_edits
from envdoctor.errors import InputError
from envdoctor.fixing.proposals import Proposal, merged
from envdoctor.fixing.weights import Change, largest, weight
from envdoctor.model.fixes import Action, Edit, FixKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import PipRequirement, Requirement

_IN_CONDA = "conda installs the package, and pip leaves it as it is."
_IN_PIP = "pip alone installs the package, out of the solver's sight."


def with_halves_mended(proposals: Sequence[Proposal], environment: EnvironmentSpec) -> tuple[Proposal, ...]:
    """Return the proposals, each whose edits leave lines of the two halves that contradict each other in two ways.

    In the one the pip lines go, in the other the conda lines.
    """
    return tuple(mended for one in proposals for mended in _mended(one, environment))


def _mended(proposal: Proposal, environment: EnvironmentSpec) -> Iterator[Proposal]:
    try:
        conflicts = conflicts_of_halves(with_edits(environment, proposal.edits))
    except InputError:
        conflicts = ()
    if not conflicts:
        yield proposal
        return
    pip_lines = dict.fromkeys(line for conflict in conflicts for line in conflict.pip_lines)
    conda_lines = dict.fromkeys(line for conflict in conflicts for line in conflict.core)
    yield _joined(proposal, _left_out(tuple(pip_lines)), _IN_CONDA, 0)
    yield _joined(proposal, _left_out(tuple(conda_lines)), _IN_PIP, 1)


def _left_out(lines: Sequence[PipRequirement] | Sequence[Requirement]) -> tuple[Edit, ...]:
    return tuple(Edit(place=line.place, action=Action.REMOVE, kind=FixKind.PIP, before=line.text) for line in lines)


def _joined(proposal: Proposal, edits: Sequence[Edit], note: str, later: int) -> Proposal:
    return replace(
        proposal,
        kind=largest([proposal.kind, FixKind.PIP]),
        cost=proposal.cost + len(edits) * weight(Change(kind=FixKind.PIP)) + later,
        edits=merged(proposal.edits, edits),
        notes=(*proposal.notes, note),
    )
