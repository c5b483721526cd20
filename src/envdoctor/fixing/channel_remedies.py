"""Channels as the cause: another order, another priority, a channel named in a line, or one that is not listed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.proposals import Proposal
from envdoctor.knowledge.names import CONDA_FORGE
from envdoctor.model.facts import HiddenByPriority
from envdoctor.model.fixes import Action, Edit, FixKind, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.fixing.illness import Illness, Refusal
    from envdoctor.model.environment import ChannelLine, EnvironmentSpec
    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement

MOST_CHANNELS = 3
"""Channels that are tried, where several could help."""


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return what could be done about channels that hide or lack what is needed."""
    environment = ill.environment
    found: list[Proposal] = []
    if any(True for refusal in ill.refusals for _ in refusal.facts(HiddenByPriority)):
        found += [_flexible(), *_in_another_order(ill, environment), *_named(ill)]
    found += _added(ill, environment)
    return tuple(found)


def _flexible() -> Proposal:
    setting = Setting(
        option="--channel-priority",
        value="flexible",
        kind=FixKind.PRIORITY,
        conda="conda config --env --set channel_priority flexible",
        warning="Packages of several channels may then be mixed, which were not built for each other.",
    )
    return Proposal(kind=FixKind.PRIORITY, cost=cost_of(FixKind.PRIORITY), settings=(setting,))


def _hidden(refusal: Refusal) -> dict[PackageName, tuple[str, ...]]:
    """The names of which strict priority hides records, and the channels that have them."""
    world = refusal.world
    names = dict.fromkeys(fact.target for _, fact in refusal.facts(HiddenByPriority))
    return {
        name: tuple(
            dict.fromkeys(
                world.channel_of(record)
                for record in world.candidates(name)
                if isinstance(world.hidden(record), HiddenByPriority)
            )
        )
        for name in names
    }


def _in_another_order(ill: Illness, environment: EnvironmentSpec) -> Iterator[Proposal]:
    """Each channel that has what is hidden, moved to the top of the list."""
    lines = environment.channels
    wanted = dict.fromkeys(
        channel for refusal in ill.refusals for channels in _hidden(refusal).values() for channel in channels
    )
    for channel in list(wanted)[:MOST_CHANNELS]:
        moved = [line for line in lines if line.text == channel]
        if not moved or lines[0].text == channel:
            continue
        order = [*moved, *(line for line in lines if line.text != channel)]
        edits = tuple(_rewritten(line, other) for line, other in zip(lines, order, strict=True) if line is not other)
        yield Proposal(kind=FixKind.CHANNEL, cost=cost_of(FixKind.CHANNEL), edits=edits)


def _rewritten(line: ChannelLine, other: ChannelLine) -> Edit:
    return Edit(place=line.place, action=Action.REPLACE, kind=FixKind.CHANNEL, before=line.text, after=other.text)


def _named(ill: Illness) -> Iterator[Proposal]:
    """The channel named for each hidden package: in its line, or in a line of its own."""
    edits: dict[Edit, None] = {}
    for refusal in ill.refusals:
        hidden = _hidden(refusal)
        for conflict, fact in refusal.facts(HiddenByPriority):
            channels = hidden[fact.target]
            if len(channels) != 1:
                return
            edits[_naming(fact.target, channels[0], refusal.world.request.requirements, conflict.core)] = None
    if edits and all(edit.place.line is not None for edit in edits):
        yield Proposal(kind=FixKind.CHANNEL, cost=cost_of(FixKind.CHANNEL, len(edits)) + len(edits), edits=tuple(edits))


def _naming(name: PackageName, channel: str, lines: Sequence[Requirement], core: Sequence[Requirement]) -> Edit:
    own = next((line for line in lines if line.name == name and line.spec.channel is None), None)
    if own is not None:
        return Edit(
            place=own.place,
            action=Action.REPLACE,
            kind=FixKind.CHANNEL,
            before=own.text,
            after=f"{channel}::{own.text}",
        )
    return Edit(place=core[-1].place, action=Action.INSERT_AFTER, kind=FixKind.CHANNEL, after=f"{channel}::{name}")


def _added(ill: Illness, environment: EnvironmentSpec) -> Iterator[Proposal]:
    """Channels in which what is missing was seen."""
    seen = dict.fromkeys(
        sighting.text.rsplit("::", 1)[0]
        for refusal in ill.refusals
        for conflict in refusal.outcome.conflicts
        for sighting in conflict.sightings
        if sighting.what == "channel"
    )
    for channel in list(seen)[:MOST_CHANNELS]:
        yield _with_channel(environment, channel)


def _with_channel(environment: EnvironmentSpec, channel: str) -> Proposal:
    """conda-forge goes to the top, since the others build on it; every other channel to the end."""
    cost, lines = cost_of(FixKind.CHANNEL), environment.channels
    notes = (f"The channel {channel} is then trusted with whatever it has.",)
    if not lines:
        setting = Setting(
            option="--channel", value=channel, kind=FixKind.CHANNEL, conda=f"--channel {channel}", warning=notes[0]
        )
        return Proposal(kind=FixKind.CHANNEL, cost=cost, settings=(setting,))
    top = channel == CONDA_FORGE
    edit = Edit(
        place=(lines[0] if top else lines[-1]).place,
        action=Action.INSERT_BEFORE if top else Action.INSERT_AFTER,
        kind=FixKind.CHANNEL,
        after=channel,
    )
    return Proposal(kind=FixKind.CHANNEL, cost=cost, edits=(edit,), notes=() if top else notes)
