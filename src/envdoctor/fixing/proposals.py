"""From the worlds of a file to edits that mend it, cheapest first, not yet proven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.engine.specs import version
from envdoctor.engine.versions import truncated
from envdoctor.fixing.corrections import corrections
from envdoctor.fixing.joint import OutOfTimeError
from envdoctor.fixing.loosening import PYTHON, alternatives, removal, renaming
from envdoctor.fixing.nearest import nearest
from envdoctor.fixing.weights import Change, largest, weight
from envdoctor.fixing.written import written
from envdoctor.knowledge.platforms import only_on
from envdoctor.model.fixes import Action, Edit, FixKind, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.corrections import GivingWay
    from envdoctor.fixing.joint import Joint
    from envdoctor.fixing.loosening import Alternative
    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement

ENOUGH = 5
"""With so many proposals of one number of lines no larger sets of lines are looked into."""

MOST_SETS = 40
"""Sets of lines that are looked into at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Edits and settings that may mend a file."""

    kind: FixKind
    cost: int
    edits: tuple[Edit, ...] = ()
    settings: tuple[Setting, ...] = ()
    notes: tuple[str, ...] = ()
    group: str = ""
    """Of proposals of one group, which are tried in their order, the first that is proven is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherName:
    """A name that may have been meant by a line."""

    line: Requirement
    name: PackageName


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Proposals, the cheapest first; `complete` is false where the search was cut short."""

    proposals: tuple[Proposal, ...]
    complete: bool = True


def loosenings(joint: Joint, meant: Sequence[OtherName]) -> Found:
    """Return edits of lines after which everything holds: for each minimal set of lines the cheapest choice."""
    found: list[Proposal] = []
    try:
        whole = _search(joint, meant, found)
    except OutOfTimeError:
        whole = False
    return Found(proposals=_ranked(found), complete=whole)


def _search(joint: Joint, meant: Sequence[OtherName], found: list[Proposal]) -> bool:
    """Add what is found; return whether all was looked into that is to be. Raises `OutOfTimeError`."""
    if joint.clash(joint.lines) is None:
        # Nothing has to give way for the channels' sake.
        found.append(Proposal(kind=FixKind.DUPLICATE, cost=0))
        return True
    search = _Loosening(joint, meant)
    size = None
    for number, giving_way in enumerate(corrections(joint)):
        if size is not None and giving_way.lines > size and len(found) >= ENOUGH:
            return True
        if number == MOST_SETS:
            return False
        size = giving_way.lines
        found += search.cheapest(giving_way)
    return True


def merged(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits of two steps as those of one.

    What both change goes from the first's old to the second's new text.
    """
    again = {(edit.place, edit.before): edit for edit in second}
    found: list[Edit] = []
    for edit in first:
        later = again.pop((edit.place, edit.after), None)
        found.append(edit if later is None else replace(later, before=edit.before))
    return (*found, *again.values())


def renamings(meant: Sequence[OtherName]) -> tuple[Proposal, ...]:
    """Return each name that may have been meant in the place of a line's, with the line's version."""
    found = []
    for number, other in enumerate(meant):
        text = str(written(other.line).with_name(other.name))
        edit = Edit(
            place=other.line.place,
            action=Action.REPLACE,
            kind=FixKind.NAME,
            before=other.line.text,
            after=text,
        )
        cost = weight(Change(kind=FixKind.NAME)) + number
        found.append(Proposal(kind=FixKind.NAME, cost=cost, edits=(edit,)))
    return tuple(found)


def _ranked(found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    unique = {(proposal.edits, proposal.settings): proposal for proposal in found}
    return tuple(sorted(unique.values(), key=rank))


def rank(proposal: Proposal) -> tuple[int, tuple[tuple[str, int, str], ...], str]:
    """Return what orders proposals the same way in every run: the cost, then where and what is changed."""
    places = tuple((edit.place.file, edit.place.line or 0, edit.after) for edit in proposal.edits)
    return proposal.cost, places, " ".join(str(setting) for setting in proposal.settings)


class _Loosening:
    """What each line could become, worked out once."""

    def __init__(self, joint: Joint, meant: Sequence[OtherName]) -> None:
        self._joint = joint
        self._meant = meant
        self._known: dict[Requirement, tuple[Alternative, ...]] = {}

    def cheapest(self, giving_way: GivingWay) -> Iterator[Proposal]:
        """The cheapest edit of the lines that give way, if there is one."""
        touched = (*giving_way.loosened, *giving_way.given_up)
        written = [line for line in self._joint.lines if line not in touched]
        groups = [self._alternatives(line) for line in giving_way.loosened]
        groups += [self._in_its_place(line) for line in giving_way.given_up]
        chosen = nearest(self._joint, written, groups)
        if chosen is not None:
            yield Proposal(
                kind=largest(one.kind for one in chosen),
                cost=sum(one.cost for one in chosen),
                edits=tuple(_edit(one) for one in chosen),
                notes=(*self._of_python(chosen, written), *_of_variants(chosen)),
            )

    def _of_python(self, chosen: Sequence[Alternative], written: Sequence[Requirement]) -> tuple[str, ...]:
        """Which pythons would do, where python is what has to change."""
        (only,) = chosen if len(chosen) == 1 else (None,)
        if only is None or only.name != PYTHON or not only.wanted:
            return ()
        fitting = {
            truncated(one, 2)
            for other in self._known[only.line]
            if other.wanted and self._joint.clash(written, chosen=[(other,)]) is None
            for one in other.versions
        }
        series = sorted(fitting, key=version)
        if len(series) < 2:  # noqa: PLR2004 - the one is the fix itself
            return (f"Only python {series[0]} satisfies every other line.",) if series else ()
        return (f"python {listed(series, 'or')} satisfies every other line.",)

    def _alternatives(self, line: Requirement) -> tuple[Alternative, ...]:
        if line not in self._known:
            found = alternatives(line, self._joint.shelf(line))
            twice = any(other.name == line.name and other != line for other in self._joint.lines)
            if twice:
                found = (removal(line, FixKind.DUPLICATE), *found)
            self._known[line] = found
        return self._known[line]

    def _in_its_place(self, line: Requirement) -> tuple[Alternative, ...]:
        """What could stand for a package that cannot be had: other names, in the end nothing."""
        names = [one.name for one in self._meant if one.line == line]
        found = [
            # The likelier name comes first.
            replace(alternative, cost=alternative.cost + number)
            for number, name in enumerate(names)
            for alternative in renaming(line, name, self._joint.shelf(line, name))
        ]
        last = removal(line, FixKind.ELSEWHERE if self._is_for_others(line) else FixKind.DROP)
        return tuple(sorted((*found, last), key=lambda one: one.cost))

    def _is_for_others(self, line: Requirement) -> bool:
        """Whether a package belongs to other platforms: it is known to, or is not here and came with an export."""
        bound = only_on(line.name)
        if bound is not None:
            return not any(bound.is_on(platform) for platform in self._joint.platforms)
        exported = line.spec.build is not None and not set(line.spec.build) & set("*^")
        return exported and not self._joint.is_there(line)


def _of_variants(chosen: Sequence[Alternative]) -> Iterator[str]:
    for one in chosen:
        build = one.line.spec.build
        if (
            one.wanted
            and build is not None
            and (one.kind is FixKind.VARIANT or (one.builds is None and set(build) & set("*^")))
        ):
            yield f"Any build of {one.name} will do then, also one that {build} was to keep out."


def _edit(one: Alternative) -> Edit:
    return Edit(
        place=one.line.place,
        action=Action.REPLACE if one.text else Action.REMOVE,
        kind=one.kind,
        before=one.line.text,
        after=one.text,
    )
