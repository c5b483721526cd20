"""A story as chains: rows of steps, each true by itself, from the lines to where it comes to a head.

A row goes on as long as the next step starts from just what the step before says. Where a name is narrowed from several
sides, each row says its own part, and what follows from all of them begins a new row with what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.domains import domain, same_versions
from envdoctor.analysis.narrowing import accepted_by, contradicts
from envdoctor.analysis.wording import listed, placed
from envdoctor.model.facts import Constrains, Depends, Missing, Pinned, VirtualPackageIs, fact_key
from envdoctor.model.names import is_virtual
from envdoctor.model.outcome import Chain, Step
from envdoctor.solving.oracle import Possible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from envdoctor.analysis.meeting import Side
    from envdoctor.analysis.narrowing import Event, Narrowing, Records
    from envdoctor.analysis.story import Part, Story
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Domain
    from envdoctor.records.world import RecordId, World

Sourced = Depends | Constrains


def chains(world: World, story: Story, elsewhere: Collection[PackageName] = ()) -> tuple[Chain, ...]:
    """Return the rows of a story, part by part. `elsewhere` are names that other platforms have."""
    found: list[Chain] = []
    for part in story.parts:
        if part.narrowing is not None:
            found += _Teller(world, story, part, part.narrowing, elsewhere).rows()
        elif part.side is not None:
            found.append(_in_one_step(world, story, part, part.side))
    return tuple(found)


def _in_one_step(world: World, story: Story, part: Part, side: Side) -> Chain:
    """A side that takes all combinations of some names: its lines, those names, and where they lead."""
    first, *others = [world.request.requirements[index] for index in side.lines]
    names = {fact.target for fact in side.facts} | {fact.source for fact in side.facts if isinstance(fact, Sourced)}
    through = names - {first.name, story.meeting_point, *(line.name for line in others)}
    end = domain(world, story.meeting_point or first.name, side.possible, part.other, _last_texts(world, story, side))
    return Chain(
        steps=(Step(domain=end, joined=True),), start=first, also=tuple(others), through=tuple(sorted(through))
    )


def _last_texts(world: World, story: Story, side: Side) -> tuple[str, ...]:
    edges = [fact for fact in sorted(side.facts, key=fact_key) if fact.target == story.meeting_point]
    return tuple(
        text
        for fact in edges
        if isinstance(fact, (Depends, Constrains))
        for text in dependency_texts(world, fact, world.candidates(fact.source))
    )


def dependency_texts(world: World, fact: Sourced, sources: Iterable[RecordId]) -> tuple[str, ...]:
    """Return the texts by which some records of a fact's source speak of its target, in order, without doubles."""
    texts = {
        text
        for record in sources
        for text, target in (world.depends(record) if isinstance(fact, Depends) else world.constrains(record))
        if target == fact.target
    }
    return tuple(sorted(texts))


def dead_end_words(world: World, end: Fact, texts: Iterable[str], elsewhere: Collection[PackageName] = ()) -> str:
    """Return in words why a chain ends at what is not there; `texts` are what is asked of it."""
    # A pattern of builds is nothing to read; that another one is there says enough.
    texts = tuple(dict.fromkeys(f"another {end.target}" if "^" in text else text for text in texts))
    if not is_virtual(end.target) and not world.candidates(end.target):
        where = (
            f"is not built for {world.request.target.subdir}" if end.target in elsewhere else "none of the channels has"
        )
        return f"{end.target}, which {where}"
    asked = " or ".join(texts[:2]) + (" or …" if len(texts) > 2 else "") if texts else end.target  # noqa: PLR2004
    if is_virtual(end.target):
        has = [package for package in world.request.target.virtual_packages if package.name == end.target]
        return f"{asked}, but the target has {f'{has[0].name} {has[0].version}' if has else f'no {end.target}'}"
    return f"{asked}, which no record fulfils"


class _Teller:
    """Tells one part of a story."""

    def __init__(
        self, world: World, story: Story, part: Part, narrowing: Narrowing, elsewhere: Collection[PackageName]
    ) -> None:
        self.world = world
        self.elsewhere = elsewhere
        self.story = story
        self.part = part
        self.needed = narrowing.needed()
        self.events = narrowing.events
        self.untold = {event.number for event in self.needed if event.cause is not None}
        end = narrowing.end
        self.end = None if end is None else self.events[end]

    def rows(self) -> tuple[Chain, ...]:
        told = [self._row(root) for root in self._roots()]
        while self.untold:
            told.append(self._row(self.events[self.events[min(self.untold)].cause or 0]))
        return tuple(told)

    def _roots(self) -> list[Event]:
        """Events that nothing causes: lines, pins, what hides records, and the machine if anything follows from it."""
        roots = [
            event
            for event in self.needed
            if event.cause is None and (not isinstance(event.fact, VirtualPackageIs) or self._followed(event))
        ]
        if self.story.split is not None:
            case = [event for event in roots if event.line is None and event.fact is None]
            return [*case, *(event for event in roots if event not in case and self._followed(event))]
        return sorted(roots, key=lambda event: (event.line is None, event.number))

    def _followed(self, event: Event) -> bool:
        return any(self.events[number].cause == event.number for number in self.untold)

    def _row(self, first: Event) -> Chain:
        following = self._next(first)
        steps = [self._first_step(first, following)]
        event = first
        while following is not None:
            self.untold.discard(following.number)
            # What follows rests on more than this row says where a name is narrowed from elsewhere too.
            event, following = following, self._next(following) if following.left == following.told else None
            steps.append(self._step(event, following))
        requirement = None if first.line is None else self.world.request.requirements[first.line]
        pin = first.fact.pin if isinstance(first.fact, Pinned) else None
        return Chain(steps=tuple(steps), start=requirement, pin=pin, end=self._end(event))

    def _next(self, event: Event) -> Event | None:
        """The untold step from here that leads farthest, so that rows are long and few."""
        following = [self.events[number] for number in self.untold if self.events[number].cause == event.number]
        return max(following, key=lambda step: (self._depth(step), -step.number), default=None)

    def _depth(self, event: Event) -> int:
        following = (self.events[number] for number in self.untold if self.events[number].cause == event.number)
        return 1 + max((self._depth(step) for step in following), default=0)

    def _first_step(self, event: Event, following: Event | None) -> Step:
        # What follows starts from all that is left; where nothing does, the event's own part is what it has to say.
        left = event.told if following is None and event.cause is None else event.left
        found = self._domain(left, event, following)
        return Step(domain=found, fact=event.fact if event.cause is None else None)

    def _step(self, event: Event, following: Event | None) -> Step:
        at_end = event is self.end
        excludes = at_end and self.part.other is not None and not event.told & self.part.other.records
        told = event.told if not at_end or excludes or contradicts(event) else event.left
        return Step(
            domain=self._domain(told, event, following),
            fact=event.fact,
            joined=told != event.told,
            backward=event.backward,
        )

    def _domain(self, records: Records, event: Event, following: Event | None) -> Domain:
        possible = Possible(records=records, absent=not event.required)
        if event is self.end:
            return domain(self.world, event.name, possible, self._against(event), self._texts(event))
        decide = following is not None and self._builds_decide(records, following)
        return domain(self.world, event.name, possible, tell_builds=decide)

    def _builds_decide(self, records: Records, following: Event) -> bool:
        """Whether the next step would not follow from all builds of the same versions."""
        fact, world = following.fact, self.world
        others = same_versions(world, records) - records
        if following.backward or not isinstance(fact, (Depends, Constrains)):
            return bool(others)
        accepted = [accepted_by(world, self.story.facts, fact, record) for record in sorted(others)]
        return any(one is None or not one <= following.told for one in accepted)

    def _against(self, event: Event) -> Possible | None:
        """What the last step is held against: the other side, or what was left of the name before it."""
        if self.part.other is not None:
            return self.part.other
        before = None if event.before is None else self.events[event.before]
        return None if before is None else Possible(records=before.left, absent=False)

    def _texts(self, event: Event) -> tuple[str, ...]:
        if event.cause is None or event.backward or not isinstance(event.fact, (Depends, Constrains)):
            return ()
        return dependency_texts(self.world, event.fact, self._sources(event))

    def _sources(self, event: Event) -> Collection[RecordId]:
        return () if event.cause is None else self.events[event.cause].left

    def _end(self, event: Event) -> str:
        """Why nothing comes after the last step of a contradiction, where the step itself does not say so."""
        if event is not self.end or not contradicts(event):
            return ""
        facts = self.story.facts
        dead = next((end for end in (Missing(event.name), VirtualPackageIs(event.name)) if end in facts), None)
        if dead is not None:
            return dead_end_words(self.world, dead, self._texts(event), self.elsewhere)
        if self.story.split is None:
            return ""
        return self._but(event)

    def _but(self, event: Event) -> str:
        """What a case runs into, where that is a line, a pin or what was said of the name before."""
        before = None if event.before is None else self.events[event.before]
        if before is None:
            return ""
        if before.line is not None:
            return f"but {placed(self.world.request.requirements[before.line])}"
        if isinstance(before.fact, Pinned):
            return f"but the pin {before.fact.pin.text}"
        left = domain(self.world, event.name, Possible(records=before.left, absent=False))
        return f"but only {event.name} {listed([str(run) for run in left.ranges])} is left"
