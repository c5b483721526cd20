"""A file that was exported from another machine: reduced to the packages that somebody wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.versions import minor
from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.proposals import Proposal
from envdoctor.fixing.written import written
from envdoctor.knowledge.platforms import is_transitive
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.illness import Illness
    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import World

FEWEST = 8
"""Lines below which a file is not taken for an export."""

SHARE = 0.5
"""At least this share of an export's lines has a build string."""


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return the file as its roots, with their minor versions and without; nothing for a file written by hand."""
    lines = ill.diagnosis.environment.requirements
    exact = [line for line in lines if line.spec.build is not None and not set(line.spec.build) & set("*^")]
    if not ill.refusals or len(lines) < FEWEST or len(exact) < SHARE * len(lines):
        return ()
    roots = _roots(ill.refusals[0].world, lines)
    if not roots or len(roots) == len(lines):
        return ()
    return tuple(_reduced(lines, roots))


def _reduced(lines: Sequence[Requirement], roots: Sequence[Requirement]) -> Iterator[Proposal]:
    note = f"Keeps the {len(roots)} of {len(lines)} packages that no other one needs; the rest comes by itself."
    for number, pinned in enumerate((True, False)):
        edits = tuple(edit for line in lines if (edit := _edit(line, kept=line in roots, pinned=pinned)) is not None)
        cost = cost_of(FixKind.ROOTS) + number
        yield Proposal(kind=FixKind.ROOTS, cost=cost, edits=edits, notes=(note,), group="roots")


def _edit(line: Requirement, *, kept: bool, pinned: bool) -> Edit | None:
    if not kept:
        return Edit(place=line.place, action=Action.REMOVE, kind=FixKind.ROOTS, before=line.text)
    series = minor((line.spec.version or "").lstrip("=").removesuffix(".*")) if pinned else None
    head = written(line).head
    text = f"{head}={series}" if series else head
    if text == line.text:
        return None
    return Edit(place=line.place, action=Action.REPLACE, kind=FixKind.ROOTS, before=line.text, after=text)


def _roots(world: World, lines: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """The lines whose package no other line's package may need, as far as its records on this platform tell."""
    names = {line.name for line in lines}
    needed: set[PackageName] = set()
    for name in names:
        if not is_virtual(name):
            needed |= {about for record in world.visible(name) for _, about in world.depends(record)} - {name}
    return tuple(line for line in lines if line.name not in needed - {"python"} and not is_transitive(line.name))
