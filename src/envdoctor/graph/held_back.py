"""What holds a record back from being the newest one, everything else staying as it was chosen.

Only what is certain is said: a reason is a line, a pin or a package beside which no record of the newest version can
be installed, or something that all of these need and do not find. A package that is there only because of the record
itself is no reason, for it would go with it. What nothing so simple explains stays unexplained.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import RecordId, World

MOST_NAMED = 2
"""Packages that are named where several hold a record back alike."""

NO_SINGLE = "no single line or package: its builds fail for different reasons"


_OWN_LINE, _OTHER_LINE, _PIN, _PACKAGE, _UNMET_BESIDE_LINE, _UNMET_BESIDE_PACKAGE = range(6)
"""The kinds of reason, the plainest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Something beside which the `excluded` records cannot be installed; `rank` is its kind."""

    rank: int
    words: str
    excluded: frozenset[RecordId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The line that got a record, the newer records that it did not get, and what other lines need `beside` it."""

    world: World
    beside: Mapping[PackageName, RecordId]
    index: int
    newest: tuple[RecordId, ...]

    @property
    def line(self) -> Requirement:
        """The line."""
        return self.world.request.requirements[self.index]

    @property
    def title(self) -> str:
        """What is held back: `numpy 2.3.1`."""
        return f"{self.line.name} {self.world.version_of(self.newest[0])}"

    def but(self, allowed: Sequence[RecordId]) -> frozenset[RecordId]:
        """The newest records that are not among those allowed."""
        return frozenset(self.newest) - frozenset(allowed)


def why_not(world: World, chosen: Mapping[PackageName, RecordId], index: int, newest: tuple[RecordId, ...]) -> str:
    """Return the plainest reasons for which the line at `index` got none of the `newest` records; empty if unknown.

    `chosen` holds the record of each name of the resolution, virtual packages included.
    """
    case = _Case(world=world, beside=_needed_beside(world, chosen, index), index=index, newest=newest)
    reasons = [*_lines(case), *_pins(case), *_packages(case), *_own_words(case)]
    whole = [reason for reason in reasons if reason.excluded == frozenset(newest)]
    if whole:
        rank = min(reason.rank for reason in whole)
        return _named([reason.words for reason in whole if reason.rank == rank], one=rank > _PACKAGE)
    excluded: set[RecordId] = set()
    return NO_SINGLE if excluded.union(*(reason.excluded for reason in reasons)) == set(newest) else ""


def _needed_beside(world: World, chosen: Mapping[PackageName, RecordId], index: int) -> dict[PackageName, RecordId]:
    """What the resolution has for the sake of other packages' lines, and the virtual packages."""
    own = world.request.requirements[index].name
    waiting = [line.name for line in world.request.requirements]
    waiting += [name for name in chosen if is_virtual(name)]
    beside: dict[PackageName, RecordId] = {}
    while waiting:
        name = waiting.pop()
        if name in beside or name == own or name not in chosen:
            continue
        beside[name] = chosen[name]
        waiting += [about for _, about in world.depends(chosen[name])]
    return beside


def _lines(case: _Case) -> Iterator[_Reason]:
    for index, line in enumerate(case.world.request.requirements):
        if line.name == case.line.name:
            own = index == case.index
            excluded = case.but(case.world.matching_line(index))
            yield _Reason(rank=_OWN_LINE if own else _OTHER_LINE, words=_asks(line, own=own), excluded=excluded)


def _pins(case: _Case) -> Iterator[_Reason]:
    for pin in case.world.request.pins:
        if pin.spec.name == case.line.name:
            words = f"the pin {pin.text} ({pin.origin})"
            yield _Reason(rank=_PIN, words=words, excluded=case.but(case.world.matching_pin(pin)))


def _packages(case: _Case) -> Iterator[_Reason]:
    """The other packages of the resolution that do not bear the newest records."""
    world = case.world
    for name, record in sorted(case.beside.items()):
        for verb, said in (("needs", world.depends(record)), ("allows only", world.constrains(record))):
            for text, about in said:
                if about == case.line.name:
                    words = f"{name} {world.version_of(record)} {verb} {text}"
                    yield _Reason(rank=_PACKAGE, words=words, excluded=case.but(world.matching(text)))


def _own_words(case: _Case) -> Iterator[_Reason]:
    """What the newest records themselves need, or allow, and the other lines do not leave."""
    world = case.world
    for verb, said in (("needs", world.depends), ("allows only", world.constrains)):
        unmet: dict[PackageName, dict[RecordId, str]] = defaultdict(dict)
        for record in case.newest:
            for text, about in said(record):
                if not _met(case, text, about, needed=verb == "needs"):
                    unmet[about].setdefault(record, text)
        for about, texts in sorted(unmet.items()):
            yield _unmet(case, verb, about, texts)


def _met(case: _Case, text: str, about: PackageName, *, needed: bool) -> bool:
    """Whether what a text asks for is there, or could be put there."""
    world, matching = case.world, case.world.matching(text)
    if about in case.beside:
        return case.beside[about] in matching
    return not needed or any(world.hidden(record) is None for record in matching)


def _unmet(case: _Case, verb: str, about: PackageName, texts: Mapping[RecordId, str]) -> _Reason:
    different = sorted(set(texts.values()))
    record, line = case.beside.get(about), _line_against(case, about, different)
    said = f"{case.title} {verb} {different[0]}"
    there = f"{about} {case.world.version_of(record)}" if record is not None else ""
    match line, len(different) == 1:
        case None, True:
            words = f"{said}, beside {there}" if there else f"{said}, which is not to be had"
        case None, False if there:
            words = f"no build of {case.title} goes with {there}"
        case None, _:
            words = f"each build of {case.title} needs a {about} that is not to be had"
        case _, True:
            words = f"{said}, against {_placed(line)}"
        case _:
            words = f"no build of {case.title} goes with {_placed(line)}"
    rank = _UNMET_BESIDE_PACKAGE if line is None else _UNMET_BESIDE_LINE
    return _Reason(rank=rank, words=words, excluded=frozenset(texts))


def _line_against(case: _Case, about: PackageName, texts: Sequence[str]) -> Requirement | None:
    """The first line that none of the texts goes with: it asks for others, or none of those bears what it asks for."""
    world = case.world
    allowed = {record for text in texts for record in world.matching(text) if world.hidden(record) is None}
    for index, line in enumerate(world.request.requirements):
        asked = frozenset(world.matching_line(index))
        if line.name == about and allowed.isdisjoint(asked):
            return line
        if allowed and line.name != about and all(_bars(world, record, line.name, asked) for record in allowed):
            return line
    return None


def _bars(world: World, record: RecordId, name: PackageName, asked: frozenset[RecordId]) -> bool:
    """Whether what a record says of a name leaves none of the records asked for, as each python_abi does of python."""
    said = (*world.depends(record), *world.constrains(record))
    return any(about == name and asked.isdisjoint(world.matching(text)) for text, about in said)


def _asks(line: Requirement, *, own: bool) -> str:
    spec = "the spec" if own else "another spec"
    who = spec if line.place.line is None else f"line {line.place.line}"
    version = line.spec.version if own and line.spec.version != "*" else None
    return f"{who} asks for {version or line.text}"


def _placed(line: Requirement) -> str:
    return line.text if line.place.line is None else f"{line.text} (line {line.place.line})"


def _named(reasons: Sequence[str], *, one: bool) -> str:
    """The first reasons of several that say as much each."""
    reasons = tuple(dict.fromkeys(reasons))
    if one or len(reasons) == 1:
        return reasons[0]
    rest = len(reasons) - MOST_NAMED
    return "; ".join(reasons[:MOST_NAMED]) + (f"; and {rest} more" if rest > 0 else "")
