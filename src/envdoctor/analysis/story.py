"""The story of a core: of all ways to tell why it cannot hold, the one that costs a reader least.

Told are two sides that meet nowhere (`analysis.meeting`), or one narrowing that ends in a contradiction, or, where no
single narrowing does, the cases of one name, each with a narrowing of its own. Every step of all of them is true by
itself, so a story needs no trust in the solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.analysis.familiar import obscurity
from envdoctor.analysis.meeting import meetings
from envdoctor.analysis.narrowing import contradicts, narrow
from envdoctor.model.facts import Constrains, Depends, Missing, VirtualPackageIs, fact_key
from envdoctor.solving.oracle import Oracle, Possible

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from envdoctor.analysis.meeting import Meeting, Side
    from envdoctor.analysis.narrowing import Event, Narrowing
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World

MOST_CASES = 6
"""More cases than this leave the screen; then the facts are told as they are."""

SHORT = 3
"""A story that costs no more than this is not worth the search for a better one."""

MOST_MORE_FACTS = 2
"""A set with more facts than the smallest plus this is not looked at: it could hardly read better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One narrowing of a story, or a side whose end no single narrowing reaches and only the solver can vouch for.

    `other` is what the other side leaves of the meeting point; None where there is no other.
    """

    narrowing: Narrowing | None
    side: Side | None = None
    other: Possible | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A core told: the facts it takes, the name at which it comes to a head, and the narrowings to get there.

    `split` is the name whose cases are told, None for a story without cases. `parts` is empty where nothing but the
    facts can be told: a single line that fails in more ways than a screen holds.
    """

    core: tuple[int, ...]
    facts: frozenset[Fact]
    parts: tuple[Part, ...]
    meeting_point: PackageName | None = None
    split: PackageName | None = None


def best_story(world: World, core: Sequence[int], sets: Sequence[frozenset[Fact]]) -> Story:
    """Return the story of a core that reads best over some minimal sets of facts."""
    ordered = sorted(sets, key=lambda some: (len(some), sorted(map(fact_key, some))))
    fewest = len(ordered[0])
    ordered = [facts for facts in ordered if len(facts) <= fewest + MOST_MORE_FACTS]
    wholes = [story for facts in ordered if (story := _whole(world, core, facts)) is not None]
    short = min(wholes, key=_cost, default=None)
    if short is not None and _cost(short)[1] <= SHORT:
        return short
    found = [meeting for facts in ordered for meeting in meetings(Oracle(world, facts), core, facts)]
    sided = [
        Story(core=tuple(core), facts=meeting.facts, parts=_sides(world, meeting), meeting_point=meeting.name)
        for meeting in found
    ]
    told = [story for story in sided if all(part.narrowing is not None for part in story.parts)]
    if not told and not wholes:
        told = [case for facts in ordered if (case := _by_cases(world, core, facts)) is not None] or sided
    return min([*wholes, *told], key=_cost, default=Story(core=tuple(core), facts=ordered[0], parts=()))


def _whole(world: World, core: Sequence[int], facts: frozenset[Fact]) -> Story | None:
    """The story of one narrowing that ends in a contradiction: where that is two claims on a name, two sides of it."""
    whole = narrow(world, core, facts, _never)
    if whole.end is None:
        return None
    end = whole.events[whole.end]
    if Missing(end.name) in facts or VirtualPackageIs(end.name) in facts or end.before is None or not end.told:
        dead = Missing(end.name) in facts or VirtualPackageIs(end.name) in facts
        part = Part(narrowing=whole, lines=tuple(core))
        return Story(core=tuple(core), facts=facts, parts=(part,), meeting_point=None if dead else end.name)
    before = whole.events[end.before]
    alone = replace(end, before=None, left=end.told)
    sides = (
        _claim(replace(whole, end=before.number), end.told),
        _claim(replace(whole, events=(*whole.events[:-1], alone)), before.left),
    )
    ordered = sorted(sides, key=lambda part: (not part.lines, part.lines))
    return Story(core=tuple(core), facts=facts, parts=tuple(ordered), meeting_point=end.name)


def _claim(narrowing: Narrowing, other: frozenset[RecordId]) -> Part:
    """One of two claims on a name, against what the other leaves of it."""
    lines = sorted(event.line for event in narrowing.needed() if event.line is not None)
    return Part(narrowing=narrowing, other=Possible(records=other, absent=False), lines=tuple(lines))


def _sides(world: World, meeting: Meeting) -> tuple[Part, Part]:
    first, second = sorted(meeting.sides, key=lambda side: (not side.lines, side.lines))
    return (_side(world, meeting, first, second), _side(world, meeting, second, first))


def _side(world: World, meeting: Meeting, side: Side, against: Side) -> Part:
    other = against.possible
    narrowing = narrow(world, side.lines, side.facts, _excludes(meeting.name, other))
    told = narrowing.end is not None and not contradicts(narrowing.events[narrowing.end])
    return Part(narrowing=narrowing if told else None, side=side, other=other, lines=side.lines)


class _excludes:  # noqa: N801 - reads as the predicate it is
    """The goal that nothing is left of a name that another side leaves."""

    def __init__(self, name: PackageName, other: Possible) -> None:
        self.name, self.other = name, other

    def __call__(self, event: Event) -> bool:
        if event.name != self.name or event.left & self.other.records:
            return False
        return event.required or not self.other.absent


def _never(event: Event) -> bool:
    del event
    return False


def _by_cases(world: World, core: Sequence[int], facts: frozenset[Fact]) -> Story | None:
    """The story by cases of the name with the fewest of them; None where no single name decides."""
    whole = narrow(world, core, facts, _never)
    states = {event.name: event for event in whole.events}
    told = []
    for name in sorted(states):
        groups = _groups(world, name, states[name].left, facts)
        if 1 < len(groups) <= MOST_CASES:
            cases = _cases(world, core, facts, name, groups)
            if cases is not None:
                parts = tuple(Part(narrowing=case, lines=tuple(core)) for case in cases)
                told.append(Story(core=tuple(core), facts=facts, parts=parts, split=name))
    return min(told, key=_cost, default=None)


def _cases(
    world: World, core: Sequence[int], facts: frozenset[Fact], name: PackageName, groups: Sequence[tuple[RecordId, ...]]
) -> list[Narrowing] | None:
    """A contradiction for each group, those that fail the same way together; None where some group does not fail."""
    alike: dict[object, list[tuple[RecordId, ...]]] = {}
    single: dict[tuple[RecordId, ...], Narrowing] = {}
    for group in groups:
        single[group] = narrow(world, core, facts, _never, (name, group))
        if single[group].end is None:
            return None
        way = tuple((event.fact, event.line, event.backward) for event in single[group].needed())
        alike.setdefault(way, []).append(group)
    found: list[Narrowing] = []
    for members in alike.values():
        joint = narrow(world, core, facts, _never, (name, [record for group in members for record in group]))
        found += [joint] if joint.end is not None else [single[group] for group in members]
    return found


def _groups(
    world: World, name: PackageName, records: Collection[RecordId], facts: Collection[Fact]
) -> list[tuple[RecordId, ...]]:
    """Records in groups that say the same about the names the facts speak of."""
    targets = {fact.target for fact in facts if isinstance(fact, (Depends, Constrains)) and fact.source == name}
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[RecordId]] = {}
    for record in sorted(records):
        depends = tuple(sorted(text for text, target in world.depends(record) if target in targets))
        constrains = tuple(sorted(text for text, target in world.constrains(record) if target in targets))
        groups.setdefault((depends, constrains), []).append(record)
    return [tuple(group) for group in groups.values()]


def _cost(story: Story) -> tuple[int, int, int, int, str]:
    """What a reader pays: cases, steps with an allowance for known names and a surcharge for backward ones."""
    needed = [part.narrowing.needed() if part.narrowing is not None else () for part in story.parts]
    steps = [[event for event in events if event.cause is not None] for events in needed]
    backward = sum(event.backward for events in steps for event in events)
    rows = sum(_extra_rows(events) for events in needed)
    untold = sum(len(part.side.facts) for part in story.parts if part.narrowing is None and part.side is not None)
    name = story.meeting_point or ""
    obscure = obscurity(story.meeting_point) if story.meeting_point is not None else 0
    total = sum(map(len, steps)) + backward + rows + (obscure + 2) // 3 + _shared(story)
    return (len(story.parts) if story.split else 2 * untold, total, max(map(len, steps), default=0), obscure, name)


def _extra_rows(events: Sequence[Event]) -> int:
    """Rows beyond the first that a narrowing takes: one for each place where its steps part."""
    causes = [event.cause for event in events if event.cause is not None]
    return len(causes) - len(set(causes))


def _shared(story: Story) -> int:
    """Lines that stand on both sides, where there is more than one line: such a story is harder to follow."""
    if len(story.parts) < 2 or story.split is not None or len(story.core) == 1:  # noqa: PLR2004
        return 0
    first, second = (set(part.lines) for part in story.parts)
    return 2 * len(first & second)
