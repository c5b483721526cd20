"""Conda and pip lines that contradict each other: the package is asked for in one half only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.fixing.weights import Change, largest, weight
from envdoctor.model.fixes import Action, Edit, FixKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.fixing.proposals import Proposal
    from envdoctor.model.outcome import Conflict
    from envdoctor.model.specs import PipRequirement, Requirement

_IN_CONDA = "conda installs the package, and pip leaves it as it is."
_IN_PIP = "pip alone installs the package, out of the solver's sight."


def with_halves_mended(proposals: Sequence[Proposal], conflicts: Sequence[Conflict]) -> tuple[Proposal, ...]:
    """Return each proposal twice: with the pip lines that clash left out, and with the conda lines left out."""
    if not conflicts:
        return tuple(proposals)
    pip_lines = dict.fromkeys(line for conflict in conflicts for line in conflict.pip_lines)
    conda_lines = dict.fromkeys(line for conflict in conflicts for line in conflict.core)
    ways = ((_left_out(tuple(pip_lines)), _IN_CONDA, 0), (_left_out(tuple(conda_lines)), _IN_PIP, 1))
    return tuple(_joined(one, edits, note, later) for one in proposals for edits, note, later in ways)


def _left_out(lines: Sequence[PipRequirement] | Sequence[Requirement]) -> tuple[Edit, ...]:
    return tuple(Edit(place=line.place, action=Action.REMOVE, kind=FixKind.PIP, before=line.text) for line in lines)


def _joined(proposal: Proposal, edits: Sequence[Edit], note: str, later: int) -> Proposal:
    touched = {edit.place for edit in proposal.edits}
    further = tuple(edit for edit in edits if edit.place not in touched)
    return replace(
        proposal,
        kind=largest([proposal.kind, FixKind.PIP]),
        cost=proposal.cost + len(further) * weight(Change(kind=FixKind.PIP)) + later,
        edits=(*proposal.edits, *further),
        notes=(*proposal.notes, note),
    )
