"""A file that was exported from another machine: reduced to the packages that somebody wanted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from envdoctor.engine.versions import minor
from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.loosening import PYTHON
from envdoctor.fixing.proposals import Proposal
from envdoctor.fixing.written import written
from envdoctor.knowledge.platforms import is_transitive
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.names import is_virtual
from envdoctor.records.elsewhere import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.illness import Illness
    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import World

FEWEST = 8
"""Lines below which a file is not taken for an export."""

SHARE = 0.5
"""At least this share of an export's lines has a build string."""


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return the file as its roots, with their minor versions and without; nothing for a file written by hand."""
    lines = ill.environment.requirements
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
    """The lines that are there on this platform and whose package no other line's package needs.

    What a package needs is looked up where the file was exported: on the platform that has most of its lines.
    """
    elsewhere = Elsewhere(world)
    elsewhere.prepare(tuple(dict.fromkeys(line.name for line in lines if not is_virtual(line.name))))
    home = _home(elsewhere, lines)
    needed = {name for line in lines for name in _needs(world, elsewhere, home, line) if name != line.name}
    return tuple(
        line
        for line in lines
        if world.visible(line.name)
        and not is_transitive(line.name)
        and (line.name not in needed or line.name == PYTHON)
    )


def _home(elsewhere: Elsewhere, lines: Sequence[Requirement]) -> Subdir | None:
    """The other platform that has most of the lines; None where none has any."""
    counts = Counter(platform for line in lines for platform in elsewhere.platforms_with(line.name, line.spec.text))
    return min(counts, key=lambda platform: (-counts[platform], platform), default=None)


def _needs(world: World, elsewhere: Elsewhere, home: Subdir | None, line: Requirement) -> Iterator[PackageName]:
    """The names that a line's package needs: of the very build where it is known, else of any build here."""
    there = () if home is None else elsewhere.records_on(home, line.name, line.spec.text)
    if there:
        for text in there[0].depends:
            name = world.spec_name(text)
            if name is not None:
                yield name
        return
    exact = [record for record in world.matching(line.spec.text) if world.hidden(record) is None]
    for record in exact or world.visible(line.name):
        yield from (about for _, about in world.depends(record))
