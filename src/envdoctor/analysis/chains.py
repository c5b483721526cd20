"""A side of a conflict as chains: from a line, step by step, to the name where the sides meet.

The domain of each step is exact: what the side's lines and facts together leave of the name, asked of the oracle. A
step that the step before it and its own fact do not yet force is marked as joined: it takes the side as a whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.domains import domain
from envdoctor.model.facts import (
    Constrains,
    Depends,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
    fact_key,
)
from envdoctor.model.names import is_virtual
from envdoctor.model.outcome import Chain, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.analysis.meeting import Meeting, Question, Side
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Domain
    from envdoctor.model.specs import Requirement
    from envdoctor.solving.oracle import Oracle, Possible

Sourced = Depends | Constrains


def chains(oracle: Oracle, question: Question, meeting: Meeting) -> tuple[Chain, ...]:
    """Return the chains of all sides of a meeting, side by side."""
    if len(meeting.sides) == 1:
        return _side_chains(oracle, question, meeting, meeting.sides[0], None)
    first, second = meeting.sides
    return (
        *_side_chains(oracle, question, meeting, first, second.possible),
        *_side_chains(oracle, question, meeting, second, first.possible),
    )


def dependency_texts(oracle: Oracle, fact: Sourced, sources: Iterable[int]) -> tuple[str, ...]:
    """Return the texts by which some records of a fact's source speak of its target, in order, without doubles."""
    world = oracle.world
    texts = {
        text
        for record in sources
        for text, target in (world.depends(record) if isinstance(fact, Depends) else world.constrains(record))
        if target == fact.target
    }
    return tuple(sorted(texts))


class _Teller:
    """Tells one side: which edges are still untold, and what is left of each name."""

    def __init__(
        self, oracle: Oracle, question: Question, meeting: Meeting, side: Side, other: Possible | None
    ) -> None:
        self.oracle = oracle
        self.question = question
        self.meeting = meeting
        self.side = side
        self.other = other
        self.untold: list[Sourced] = sorted(
            (fact for fact in side.facts if isinstance(fact, (Depends, Constrains))), key=fact_key
        )

    def possible(self, name: PackageName) -> Possible:
        return self.oracle.possible(name, self.side.lines, self.side.facts, self.question.within)

    def left(self, name: PackageName, fact: Sourced | None = None) -> Domain:
        world = self.oracle.world
        if name != self.meeting.name or self.other is None:
            return domain(world, name, self.possible(name))
        texts = () if fact is None else dependency_texts(self.oracle, fact, self.possible(fact.source).records)
        return domain(world, name, self.side.possible, self.other, texts)

    def walk(self, name: PackageName, start: Requirement | None) -> Chain:
        steps = [Step(domain=self._first(name, start), joined=self._narrowed(name, start))]
        # A chain ends where the sides meet; what follows from there is told in a chain of its own.
        while (name != self.meeting.name or len(steps) == 1) and (fact := self._next(name)) is not None:
            self.untold.remove(fact)
            steps.append(Step(domain=self.left(fact.target, fact), fact=fact, joined=self._joined(fact)))
            name = fact.target
        return Chain(steps=tuple(steps), start=start, end=self._end(name, steps))

    def _first(self, name: PackageName, start: Requirement | None) -> Domain:
        """What is left of the name a chain begins with; a build that the line asks for says which builds, if needed."""
        found = self.left(name)
        meets = name == self.meeting.name and self.other is not None
        if start is None or start.spec.build is None or not meets or found.builds is not None:
            return found
        return replace(found, builds=start.spec.build)

    def _narrowed(self, name: PackageName, start: Requirement | None) -> bool:
        """Whether the side leaves less of a line's own package than the line alone does."""
        if start is None:
            return False
        index = self.oracle.world.request.requirements.index(start)
        return len(self.possible(name).records) < len(
            self.oracle.possible(name, (index,), frozenset(), self.question.within).records
        )

    def _next(self, name: PackageName) -> Sourced | None:
        """The untold edge that leads farthest, so that chains are long and few."""
        edges = [fact for fact in self.untold if fact.source == name]
        return max(edges, key=lambda fact: (self._depth(fact, frozenset()), fact_key(fact)), default=None)

    def _depth(self, fact: Sourced, seen: frozenset[Fact]) -> int:
        following = (edge for edge in self.untold if edge.source == fact.target and edge not in seen)
        return 1 + max((self._depth(edge, seen | {fact}) for edge in following), default=0)

    def _joined(self, fact: Sourced) -> bool:
        if isinstance(self._dead_end(fact.target), (Missing, VirtualPackageIs)):
            return False
        before, after = self.possible(fact.source), self.possible(fact.target)
        if not before.records:
            return False
        alone = self.oracle.possible(fact.target, (), frozenset([fact]), before.records)
        return not (alone.records <= after.records and alone.absent <= after.absent)

    def _dead_end(self, name: PackageName) -> Fact | None:
        if self.meeting.dead_end is not None and self.meeting.dead_end.target == name:
            return self.meeting.dead_end
        ends = (Missing(name), VirtualPackageIs(name))
        return next((end for end in ends if end in self.side.facts), None)

    def _end(self, name: PackageName, steps: list[Step]) -> str:
        end = self._dead_end(name)
        if end is None:
            return ""
        fact = steps[-1].fact
        texts: tuple[str, ...] = ()
        if isinstance(fact, (Depends, Constrains)):
            texts = dependency_texts(self.oracle, fact, self.possible(fact.source).records)
        return dead_end_words(self.oracle, end, texts)


def dead_end_words(oracle: Oracle, end: Fact, texts: Iterable[str]) -> str:
    """Return in words why a chain ends at what is not there; `texts` are what is asked of it."""
    texts = tuple(texts)
    if not is_virtual(end.target) and not oracle.world.candidates(end.target):
        return f"{end.target}, which none of the channels has"
    asked = " or ".join(texts[:2]) + (" or …" if len(texts) > 2 else "") if texts else end.target  # noqa: PLR2004
    if isinstance(end, VirtualPackageIs) or is_virtual(end.target):
        has = [package for package in oracle.world.request.target.virtual_packages if package.name == end.target]
        return f"{asked}, but the target has {f'{has[0].name} {has[0].version}' if has else f'no {end.target}'}"
    return f"{asked}, which no record fulfils"


def _side_chains(
    oracle: Oracle, question: Question, meeting: Meeting, side: Side, other: Possible | None
) -> tuple[Chain, ...]:
    teller = _Teller(oracle, question, meeting, side, other)
    lines = [oracle.world.request.requirements[index] for index in side.lines]
    told = [teller.walk(line.name, line) for line in lines]
    told += [
        Chain(
            steps=(Step(domain=teller.left(fact.target), fact=fact),),
            pin=fact.pin if isinstance(fact, Pinned) else None,
        )
        for fact in sorted(side.facts, key=fact_key)
        if isinstance(fact, (Pinned, HiddenByPriority, NewerThanCutoff))
    ]
    while teller.untold:
        reached = {step.domain.name for chain in told for step in chain.steps}
        source = next((fact.source for fact in teller.untold if fact.source in reached), teller.untold[0].source)
        told.append(teller.walk(source, None))
    return tuple(told)
