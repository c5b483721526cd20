"""The first sentence of a conflict, and its ways out, for each kind of cause."""

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
    from collections.abc import Collection, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Chain, Domain, Sighting
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import World


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

    @property
    def platform(self) -> str:
        """The target's platform."""
        return self.world.request.target.subdir


def headline(told: Told) -> str:
    """Return one sentence that names the lines with their places, and the cause."""
    match told.kind:
        case Kind.MISSING_PACKAGE | Kind.MISSING_VERSION | Kind.MISSING_BUILD | Kind.NOT_ON_PLATFORM:
            return _missing(told)
        case Kind.STRICT_PRIORITY:
            return _hidden(told)
        case Kind.EXCLUDE_NEWER:
            return _too_new(told)
        case Kind.VIRTUAL_PACKAGE:
            return _virtual(told)
        case Kind.PIN:
            return _pinned(told)
        case _:
            return _clash(told) if told.split is None else _case_by_case(told, told.split)


def way_out(told: Told, single_corrections: Collection[Requirement]) -> tuple[str, ...]:
    """Return hints at what could be done, one sentence each. Nothing here is proven but what is said to solve."""
    hints: list[str] = []
    spelling = [
        sighting.text for sighting in told.sightings if sighting.what in ("spelling", "renamed", "pypi", "import")
    ]
    if spelling:
        hints.append(f"Did you mean {listed(spelling[:3], 'or')}?")
    elsewhere = [sighting.text for sighting in told.sightings if sighting.what == "channel"]
    if elsewhere:
        hints.append(f"Another channel has it: {listed(elsewhere[:2], 'or')}.")
    match told.kind:
        case Kind.STRICT_PRIORITY:
            hints.append(_priority_hint(told))
        case Kind.VIRTUAL_PACKAGE:
            hints.append(_virtual_hint(told))
        case Kind.PIN:
            pins = sorted({fact.pin.origin.text for fact in told.facts if isinstance(fact, Pinned)})
            hints.append(f"The pin comes from {listed(pins)}: change it there, or the line here.")
        case Kind.EXCLUDE_NEWER:
            hints.append("A later --exclude-newer date lets in what fits.")
        case Kind.MISSING_BUILD:
            hints.append("Leave out the build string: builds differ between platforms and channels, and are withdrawn.")
        case _:
            pass
    free = [line for line in told.lines if line in single_corrections]
    if free and len(free) == len(told.lines) > 1:
        which = "either line" if len(free) == 2 else "any one of these lines"  # noqa: PLR2004
        hints.append(f"Leave out {which} and the rest solves.")
    elif free:
        hints.append(f"Leave out {listed([line.text for line in free], 'or')} and the rest solves.")
    return tuple(hints)


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


def _asked_otherwise(told: Told) -> str | None:
    """The headline where one line asks for the meeting point itself, and the others need another: None elsewhere."""
    pythons = told.meeting_point in PYTHONS
    asking = [line for line in told.lines if line.name == ("python" if pythons else told.meeting_point)]
    others = [line for line in told.lines if line not in asking]
    needed = _last_domain(told, told.meeting_point, but=asking)
    if len(asking) != 1 or not others or needed is None or not versions(needed):
        return None
    subject = listed([placed(line) for line in others])
    return f"{subject} {_wants(needed, len(others))}; {placed(asking[0])} asks otherwise."


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
    if limiting is None or needing is None:
        return None
    allowed = f"only {limit.domain.name} {versions(limit.domain)}" if limit.domain.ranges else f"no {limit.domain.name}"
    wanted = f"{need.domain.name} {versions(need.domain)}".strip() if limit.domain.ranges else "it"
    return f"{placed(limiting)} allows {allowed}; {placed(needing)} needs {wanted}."


def _missing(told: Told) -> str:
    (line, *_), world = told.lines, told.world
    channels = listed([tier.name for tier in world.request.tiers]) or "no channel"
    system = lacks_system(world, told.facts)
    if system is not None:
        lines = listed([placed(line) for line in told.lines])
        return f"{lines} {'is' if len(told.lines) == 1 else 'are'} for {system} only; the target is {told.platform}."
    if told.kind is Kind.NOT_ON_PLATFORM:
        platforms = [sighting.text for sighting in told.sightings if sighting.what == "platform"]
        there = f"only on {platforms[0]}" if platforms else "on other platforms only"
        missing = sorted(fact.target for fact in told.facts if isinstance(fact, Missing))
        if missing and missing != [line.name]:
            needs = "needs" if len(told.lines) == 1 else "need"
            lines = listed([placed(line) for line in told.lines])
            return f"{lines} {needs} {listed(missing)}, which exists {there}, not on {told.platform}."
        return f"{placed(line)} exists {there}, not on {told.platform}{_instead(told)}."
    if told.kind is Kind.MISSING_VERSION:
        asked = line.spec.version or line.spec.text
        has = "has" if len(world.request.tiers) == 1 else "have"
        gap = f"{channels} {has} no {line.name} {asked}{_instead(told)}"
        return f"{placed(line)} asks for a version that does not exist: {gap}."
    if told.kind is Kind.MISSING_BUILD:
        build = line.spec.build or line.spec.text
        return f"{placed(line)} asks for build {build}, which {channels} does not have on {told.platform}."
    where = line.spec.channel or channels
    return f"{placed(line)} names a package that is not in {where} on {told.platform}."


def _instead(told: Told) -> str:
    found = [sighting.detail for sighting in told.sightings if sighting.what == "version"]
    return f" ({'; '.join(found)})" if found else ""


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
    return f"{higher} has {name} too and stands higher, so {which} of {_hidden_in(told.world, name)} is out of sight"


def _hidden_in(world: World, name: PackageName) -> str:
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
    day = day_of(cutoff) if cutoff is not None else ""
    lines = listed([placed(line) for line in told.lines])
    first = [
        f"{name} (first built {day_of(min(times))})" if (times := _hidden_times(told.world, name)) else name
        for name in names
    ]
    return f"{lines} cannot be had with --exclude-newer {day}: what fits of {listed(first)} is newer."


def _hidden_times(world: World, name: PackageName) -> list[int]:
    return [time for record in world.candidates(name) if (time := world.record(record).timestamp) is not None]


def _virtual(told: Told) -> str:
    names = sorted(fact.target for fact in told.facts if isinstance(fact, VirtualPackageIs))
    has = {package.name: package for package in told.world.request.target.virtual_packages}
    states = [f"{name} {has[name].version}" if name in has else f"no {name}" for name in names]
    lines = listed([placed(line) for line in told.lines])
    verb = "do" if len(told.lines) > 1 else "does"
    return f"{lines} {verb} not fit the machine: the target {told.platform} has {listed(states)}."


def _virtual_hint(told: Told) -> str:
    name = min(fact.target for fact in told.facts if isinstance(fact, VirtualPackageIs))
    assumed = any(package.assumed for package in told.world.request.target.virtual_packages if package.name == name)
    known = " than is assumed here" if assumed else ""
    return (
        f"If the machine that will run this has another {name}{known}, say so with --virtual-package {name}=VERSION "
        f"or CONDA_OVERRIDE_{name.removeprefix('__').upper()}."
    )


def _priority_hint(told: Told) -> str:
    names = sorted(fact.target for fact in told.facts if isinstance(fact, HiddenByPriority))
    channels = _hidden_in(told.world, names[0])
    return (
        f"Put {channels} higher, name it in the line ({channels.split(', ')[0]}::{names[0]}), "
        "or set channel_priority: flexible."
    )


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
