"""Narrowing: what lines and facts leave of each name, one step at a time, each step true by itself.

For each name in play the set of records still possible is kept, its *domain*. A line requires its package and leaves
what matches. If every record left of A needs B, B is required, and only what they accept is left of it (forward). A
record of A for which nothing acceptable is left of B goes out (backward). The same for constraints, which bind only
what is required. An empty domain of a required name is a contradiction. This is constraint propagation (Mackworth's
arc consistency, Artificial Intelligence 8, 1977) over a handful of facts; it knows no case distinction, so it may end
with nothing proven, and then says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.fewest import distances_from
from envdoctor.model.facts import (
    Constrains,
    Depends,
    Fact,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
    fact_key,
)
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World

Sourced = Depends | Constrains
Records = frozenset["RecordId"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of narrowing: because of `fact` (or a line, or a case), of `name` only `told` can be.

    `left` is what remains of the name with all that was said of it before (`before`, an earlier event's number, None
    for the first). `cause` is the event that holds what is left of the name which the step starts from. A backward step
    goes against its fact's direction: from what is left of the target to what that leaves of the source.
    """

    number: int
    name: PackageName
    told: Records
    left: Records
    required: bool
    fact: Fact | None = None
    line: int | None = None
    cause: int | None = None
    before: int | None = None
    backward: bool = False

    def rests_on_before(self, *, must_be_required: bool) -> bool:
        """Whether it takes what was said of the name before to know what is left of it, or that it is required."""
        requires = isinstance(self.fact, Depends) or self.line is not None
        return self.backward or self.told != self.left or (must_be_required and not requires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """All events in order; `end` is the number of the one at which the goal was reached, None if it was not."""

    events: tuple[Event, ...]
    end: int | None

    def needed(self) -> tuple[Event, ...]:
        """The events that the last one rests on, in order; none where the goal was not reached."""
        if self.end is None:
            return ()
        wanted: set[int] = set()
        waiting = [(self.end, True)]
        while waiting:
            number, must_be_required = waiting.pop()
            event = self.events[number]
            wanted.add(number)
            if event.cause is not None:
                limits_only = event.backward and isinstance(event.fact, Depends)
                waiting.append((event.cause, not limits_only))
            if event.before is not None and event.rests_on_before(must_be_required=must_be_required):
                waiting.append((event.before, must_be_required))
        return tuple(event for event in self.events if event.number in wanted)


def narrow(
    world: World,
    lines: Sequence[int],
    facts: Collection[Fact],
    goal: Callable[[Event], bool],
    case: tuple[PackageName, Collection[RecordId]] | None = None,
) -> Narrowing:
    """Narrow until the goal is reached or nothing more follows. A contradiction always counts as the goal.

    `case` begins with some records of a name, as if a line asked for them.
    """
    return _Narrower(world, facts, goal).run(lines, case)


def contradicts(event: Event) -> bool:
    """Whether nothing is left of a name that is required."""
    return event.required and not event.left


def accepted_by(world: World, facts: Collection[Fact], fact: Sourced, record: RecordId) -> Records | None:
    """Return the records of a fact's target that a record of its source accepts; None where it says nothing of it."""
    said = world.depends(record) if isinstance(fact, Depends) else world.constrains(record)
    accepted: Records | None = None
    for text, target in said:
        if target != fact.target:
            continue
        matching = frozenset(world.matching(text))
        if not matching and isinstance(fact, Depends) and not _misses(facts, target):
            continue
        accepted = matching if accepted is None else accepted & matching
    return accepted


def _misses(facts: Collection[Fact], name: PackageName) -> bool:
    """Whether it counts that no record of a name is the one asked for."""
    return (VirtualPackageIs(name) if is_virtual(name) else Missing(name)) in facts


class _Narrower:
    def __init__(self, world: World, facts: Collection[Fact], goal: Callable[[Event], bool]) -> None:
        self.world = world
        self.facts = frozenset(facts)
        self.goal = goal
        self.events: list[Event] = []
        self.last: dict[PackageName, int] = {}
        self.end: int | None = None

    def run(self, lines: Sequence[int], case: tuple[PackageName, Collection[RecordId]] | None) -> Narrowing:
        names = [self.world.request.requirements[index].name for index in lines]
        self._begin(lines, case)
        distances = distances_from(names, self.facts)
        edges = sorted(
            (fact for fact in self.facts if isinstance(fact, (Depends, Constrains))),
            key=lambda fact: (distances.get(fact.source, 0), fact_key(fact)),
        )
        while self.end is None:
            # What follows forward reads best, so a backward step is made only where nothing else is left to do.
            if not any(self._forward(fact) for fact in edges) and not any(self._backward(fact) for fact in edges):
                break
        return Narrowing(events=tuple(self.events), end=self.end)

    def _begin(self, lines: Sequence[int], case: tuple[PackageName, Collection[RecordId]] | None) -> None:
        """Say what lines ask for, and then what the facts that hang on no record leave of it."""
        world = self.world
        for index in lines:
            name = world.request.requirements[index].name
            records = world.matching_line(index)
            if records or self._misses(name):
                self._say(name, records, required=True, line=index)
        if case is not None:
            self._say(case[0], case[1], required=True)
        for fact in sorted(self.facts, key=fact_key):
            if isinstance(fact, (HiddenByPriority, NewerThanCutoff)):
                seen = [record for record in world.candidates(fact.target) if world.hidden(record) != fact]
                self._say(fact.target, seen, required=False, fact=fact)
            elif isinstance(fact, Pinned):
                self._say(fact.target, world.matching_pin(fact.pin), required=False, fact=fact)
            elif isinstance(fact, VirtualPackageIs):
                has = world.candidates(fact.target)
                self._say(fact.target, has, required=bool(has), fact=fact)

    def _misses(self, name: PackageName) -> bool:
        return _misses(self.facts, name)

    def _say(  # noqa: PLR0913 - the parts of an event
        self,
        name: PackageName,
        records: Iterable[RecordId],
        *,
        required: bool,
        fact: Fact | None = None,
        line: int | None = None,
        cause: int | None = None,
        backward: bool = False,
    ) -> bool:
        """Note that only some records of a name can be; False where that is known already."""
        if self.end is not None:
            return False
        told = frozenset(records)
        before = self.last.get(name)
        known = None if before is None else self.events[before]
        left = told & (frozenset(self.world.candidates(name)) if known is None else known.left)
        required = required or (known is not None and known.required)
        if known is not None and left == known.left and required == known.required:
            return False
        event = Event(
            number=len(self.events),
            name=name,
            told=told,
            left=left,
            required=required,
            fact=fact,
            line=line,
            cause=cause,
            before=before,
            backward=backward,
        )
        self.events.append(event)
        self.last[name] = event.number
        if contradicts(event) or self.goal(event):
            self.end = event.number
        return True

    def _state(self, name: PackageName) -> Event | None:
        number = self.last.get(name)
        return None if number is None else self.events[number]

    def _forward(self, fact: Sourced) -> bool:
        source = self._state(fact.source)
        if source is None or not source.required:
            return False
        allowed = [self._accepted(fact, record) for record in sorted(source.left)]
        if not allowed or any(accepted is None for accepted in allowed):
            return False
        union = frozenset(record for accepted in allowed if accepted is not None for record in accepted)
        needed = isinstance(fact, Depends)
        return self._say(fact.target, union, required=needed, fact=fact, cause=source.number)

    def _backward(self, fact: Sourced) -> bool:
        source, target = self._state(fact.source), self._state(fact.target)
        if source is None or target is None or (isinstance(fact, Constrains) and not target.required):
            return False
        kept = [
            record
            for record in sorted(source.left)
            if (accepted := self._accepted(fact, record)) is None or accepted & target.left
        ]
        return self._say(fact.source, kept, required=False, fact=fact, cause=target.number, backward=True)

    def _accepted(self, fact: Sourced, record: RecordId) -> Records | None:
        return accepted_by(self.world, self.facts, fact, record)
