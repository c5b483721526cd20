"""Another package in the place of one that brings too much: `matplotlib-base`, which needs no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.proposals import Proposal
from envdoctor.fixing.written import written
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.names import package_name
from envdoctor.model.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.fixing.illness import Illness
    from envdoctor.model.specs import Requirement

BASE = "-base"
"""How conda-forge calls the part of a package that the whole is built around (matplotlib, vtk, ambertools, …)."""


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return the base of each package that takes part in a conflict and has one."""
    return tuple(_based(line) for line in _lines_with_a_base(ill))


def hints(ill: Illness) -> tuple[str, ...]:
    """Return what could be done about names that no channel has, though nothing here can prove it."""
    missing = {
        conflict.core[0].name: conflict.core[0]
        for refusal in ill.refusals
        for conflict in refusal.outcome.conflicts
        if conflict.kind is Kind.MISSING_PACKAGE and len(conflict.core) == 1
    }
    return tuple(
        f"If {name} is a project of PyPI, it can stand below `pip:` (no index was asked whether it is)."
        for name in sorted(missing)
    )


def _lines_with_a_base(ill: Illness) -> Iterator[Requirement]:
    seen: dict[Requirement, None] = {}
    for refusal in ill.refusals:
        for conflict in refusal.outcome.conflicts:
            for line in conflict.core:
                base = package_name(f"{line.name}{BASE}")
                if line.spec.channel is None and refusal.world.visible(base):
                    seen[line] = None
    yield from seen


def _based(line: Requirement) -> Proposal:
    base = f"{line.name}{BASE}"
    edit = Edit(
        place=line.place,
        action=Action.REPLACE,
        kind=FixKind.NAME,
        before=line.text,
        after=str(written(line).with_name(base)),
    )
    note = f"{line.name} is {base} and more, which is then not installed."
    return Proposal(kind=FixKind.NAME, cost=cost_of(FixKind.NAME), edits=(edit,), notes=(note,))
