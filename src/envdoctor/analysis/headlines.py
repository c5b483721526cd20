"""The first sentence of a conflict, for each kind of cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.kinds import PYTHONS, lacks_system
from envdoctor.analysis.sightings import day_of
from envdoctor.analysis.wording import PYTHON_ABI, cannot_be_together, listed, placed, versions
from envdoctor.model.facts import (
    Constrains,
    Depends,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
)
from envdoctor.model.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Chain, Domain, Sighting
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import RecordId, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a headline is made of: the world, the kind, the lines of the core, facts, chains, and what was sighted.

    `meeting_point` is None for a story that ends where something is not there; `split` is the name of its cases.
    """

    world: World
    kind: Kind
    lines: tuple[Requirement, ...]
    facts: frozenset[Fact]
    chains: tuple[Chain, ...]
    meeting_point: PackageName | None
    split: PackageName | None
    sightings: tuple[Sighting, ...]
    wanted: tuple[RecordId, ...] = ()
    """Hidden and too new records that the lines would take."""

    @property
    def platform(self) -> str:
        """The target's platform."""
        return self.world.request.target.subdir


def headline(told: Told) -> str:
    """Return one sentence that names the lines with their places, and the cause."""
    if told.kind in _HEADLINES:
        return _HEADLINES[told.kind](told)
    return _clash(told) if told.split is None else _case_by_case(told, told.split)


def _clash(told: Told) -> str:
    point = told.meeting_point
    if told.kind is Kind.DIRECT_CLASH:
        return cannot_be_together(told.lines, f"no {told.lines[0].name} is both")
    missing = sorted({chain.end for chain in told.chains if chain.end})
    if len(told.lines) > 1 and missing and told.kind is Kind.BROKEN_PACKAGE:
        names = sorted(fact.target for fact in told.facts if isinstance(fact, Missing))
        lines = listed([placed(line) for line in told.lines])
        here = f"from these channels on {told.platform}"
        return f"{lines} can never be installed {here}: no {listed(names)} there fits them."
    if len(told.lines) > 1:
        why = f"they need different {point}" if point else "taken together nothing fits"
        return _asked_otherwise(told) or _allowed_otherwise(told) or cannot_be_together(told.lines, why)
    line = placed(told.lines[0])
    if missing:
        return f"{line} can never be installed from these channels on {told.platform}: it needs {listed(missing)}."
    if point and point != told.lines[0].name:
        return f"{line} can never be installed here: its own dependencies need different {point}."
    return f"{line} can never be installed here: its own dependencies contradict each other."


def _case_by_case(told: Told, split: PackageName) -> str:
    cases = f"each version or build of {split} fails, for a reason of its own"
    if len(told.lines) > 1:
        return cannot_be_together(told.lines, cases)
    return f"{placed(told.lines[0])} can never be installed from these channels on {told.platform}: {cases}."


def asking_line(told: Told) -> Requirement | None:
    """Return the one line that asks for the meeting point itself, where others need another; None elsewhere."""
    names = PYTHONS if told.meeting_point in PYTHONS else (told.meeting_point,)
    asking = [line for line in told.lines if line.name in names]
    return asking[0] if len(asking) == 1 and told.facts else None


def _asked_otherwise(told: Told) -> str | None:
    """The headline of what others need and one line asks for otherwise; None where no line asks for it."""
    asking = asking_line(told)
    others = [line for line in told.lines if line != asking]
    if asking is None or not others:
        return None
    needed = _last_domain(told, told.meeting_point, but=[asking])
    if needed is None or not versions(needed):
        return None
    subject = listed([placed(line) for line in others])
    return f"{subject} {_wants(needed, len(others))}; {placed(asking)} asks otherwise."


def _wants(needed: Domain, lines: int) -> str:
    if needed.name == PYTHON_ABI:
        return f"{'is' if lines == 1 else 'are'} built for python {versions(needed)}"
    builds = f" (build {needed.builds})" if needed.builds else ""
    verb = ("allows only", "allow only") if needed.may_be_absent else ("needs", "need")
    return f"{verb[0] if lines == 1 else verb[1]} {needed.name} {versions(needed)}{builds}"


def _allowed_otherwise(told: Told) -> str | None:
    """The headline of two lines where one only limits what the other needs; None elsewhere."""
    ends = [
        (chain.start, chain.steps[-1]) for chain in told.chains if chain.steps[-1].domain.name == told.meeting_point
    ]
    limits = [(line, step) for line, step in ends if isinstance(step.fact, Constrains)]
    needs = [(line, step) for line, step in ends if isinstance(step.fact, Depends)]
    if len(told.lines) != 2 or len(limits) != 1 or len(needs) != 1:  # noqa: PLR2004
        return None
    (limiting, limit), (needing, need) = limits[0], needs[0]
    if limiting is None or needing is None or limiting == needing:
        return None
    allowed = f"only {limit.domain.name} {versions(limit.domain)}" if limit.domain.ranges else f"no {limit.domain.name}"
    wanted = f"{need.domain.name} {versions(need.domain)}".strip() if limit.domain.ranges else "it"
    return f"{placed(limiting)} allows {allowed}; {placed(needing)} needs {wanted}."


def _missing_package(told: Told) -> str:
    (line, *_), world = told.lines, told.world
    where = line.spec.channel or channels_of(world)
    others = sorted({world.channel_of(record) for record in world.candidates(line.name)})
    but = f", but in {listed(others)}" if others else ""
    return f"{placed(line)} names a package that is not in {where} on {told.platform}{but}."


def _missing_version(told: Told) -> str:
    line = told.lines[0]
    asked = f"{line.name} {line.spec.version or line.spec.text}"
    has = "has" if len(told.world.request.tiers) == 1 else "have"
    return f"{placed(line)} asks for a version that does not exist: {channels_of(told.world)} {has} no {asked}."


def _missing_build(told: Told) -> str:
    line = told.lines[0]
    build = line.spec.build or line.spec.text
    return f"{placed(line)} asks for build {build}, which {channels_of(told.world)} does not have on {told.platform}."


def _not_on_platform(told: Told) -> str:
    lines, one = listed([placed(line) for line in told.lines]), len(told.lines) == 1
    system = lacks_system(told.world, told.facts)
    if system is not None:
        return f"{lines} {'is' if one else 'are'} for {system} only; the target is {told.platform}."
    platforms = [sighting.text for sighting in told.sightings if sighting.what == "platform"]
    there = f"only on {platforms[0]}" if platforms else "on other platforms only"
    missing = sorted(fact.target for fact in told.facts if isinstance(fact, Missing))
    if not {line.name for line in told.lines}.issuperset(missing):
        needs = f"{'needs' if one else 'need'} {listed(missing)}, which exists {there}"
        return f"{lines} {needs}, not on {told.platform}."
    return f"{lines} {'exists' if one else 'exist'} {there}, not on {told.platform}."


def channels_of(world: World) -> str:
    """Return the channels of a world in words."""
    return listed([tier.name for tier in world.request.tiers]) or "no channel"


def _hidden(told: Told) -> str:
    lines = listed([placed(line) for line in told.lines])
    names = sorted(fact.target for fact in told.facts if isinstance(fact, HiddenByPriority))
    reasons = [_out_of_sight(told, name) for name in names]
    return f"{lines} cannot be had under strict channel priority: {'; '.join(reasons)}."


def _out_of_sight(told: Told, name: PackageName) -> str:
    wanted = [
        step.domain
        for chain in told.chains
        if not isinstance(chain.steps[0].fact, HiddenByPriority)
        for step in chain.steps[-1:]
        if step.domain.name == name
    ]
    which = f"{name} {versions(wanted[0])}" if wanted else name
    higher = _seen_in(told.world, name)
    return f"{higher} has {name} too and stands higher, so {which} of {hidden_in(told.world, name)} is out of sight"


def hidden_in(world: World, name: PackageName) -> str:
    """Return the channels whose records of a name strict priority hides."""
    return listed(
        sorted({world.channel_of(r) for r in world.candidates(name) if isinstance(world.hidden(r), HiddenByPriority)})
    )


def _seen_in(world: World, name: PackageName) -> str:
    seen = sorted({world.channel_of(record) for record in world.visible(name)})
    first = min((world.tier_of(record) for record in world.candidates(name)), default=0)
    return listed(seen) or world.request.tiers[first].name


def _too_new(told: Told) -> str:
    names = sorted(fact.target for fact in told.facts if isinstance(fact, NewerThanCutoff))
    cutoff = told.world.request.exclude_newer
    # The end of a day is the beginning of the next; what the user wrote is the day.
    day = day_of(cutoff - 1) if cutoff is not None else ""
    lines = listed([placed(line) for line in told.lines])
    return (
        f"{lines} cannot be had with --exclude-newer {day}: what fits of {listed(names)} is newer{_first_built(told)}."
    )


def _first_built(told: Told) -> str:
    times = [time for record in told.wanted if (time := told.world.record(record).timestamp) is not None]
    return f", first built on {day_of(min(times))}" if times else ""


def _virtual(told: Told) -> str:
    names = sorted(fact.target for fact in told.facts if isinstance(fact, VirtualPackageIs))
    has = {package.name: package for package in told.world.request.target.virtual_packages}
    states = [f"{name} {has[name].version}" if name in has else f"no {name}" for name in names]
    lines = listed([placed(line) for line in told.lines])
    verb = "do" if len(told.lines) > 1 else "does"
    return f"{lines} {verb} not fit the machine: the target {told.platform} has {listed(states)}."


def _pinned(told: Told) -> str:
    pins = sorted({(fact.pin.text, fact.pin.origin.text) for fact in told.facts if isinstance(fact, Pinned)})
    lines = listed([placed(line) for line in told.lines])
    said = listed([f"{text} ({origin})" for text, origin in pins])
    return f"{lines} cannot hold beside the pin{'s' if len(pins) > 1 else ''} {said}."


def _last_domain(told: Told, name: PackageName | None, but: Sequence[Requirement]) -> Domain | None:
    """What the chains of the other lines leave of a name."""
    found = [
        step.domain
        for chain in told.chains
        if chain.start not in but
        for step in chain.steps
        if step.domain.name == name and step.fact is not None
    ]
    return found[-1] if found else None


_HEADLINES: dict[Kind, Callable[[Told], str]] = {
    Kind.MISSING_PACKAGE: _missing_package,
    Kind.MISSING_VERSION: _missing_version,
    Kind.MISSING_BUILD: _missing_build,
    Kind.NOT_ON_PLATFORM: _not_on_platform,
    Kind.STRICT_PRIORITY: _hidden,
    Kind.EXCLUDE_NEWER: _too_new,
    Kind.VIRTUAL_PACKAGE: _virtual,
    Kind.PIN: _pinned,
}
"""Kinds whose headline is their own; all others are told as clashes."""
