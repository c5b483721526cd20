"""What could be done about a conflict: hints, one sentence each. Only "and the rest solves" has been checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.headlines import hidden_in
from envdoctor.analysis.sightings import day_of
from envdoctor.analysis.wording import listed
from envdoctor.model.facts import HiddenByPriority, Pinned, VirtualPackageIs
from envdoctor.model.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from envdoctor.analysis.headlines import Told
    from envdoctor.model.specs import Requirement


def way_out(told: Told, single_corrections: Collection[Requirement]) -> tuple[str, ...]:
    """Return hints at what could be done, one sentence each. Nothing here is proven but what is said to solve."""
    party = _PARTY_HINTS.get(told.kind)
    hints = [*_names_meant(told), *([party(told)] if party is not None else [])]
    hints = [hint for hint in hints if hint]
    free = [line for line in told.lines if line in single_corrections]
    if free and len(free) == len(told.lines) > 1:
        which = "either line" if len(free) == 2 else "any one of these lines"  # noqa: PLR2004
        hints.append(f"Leave out {which} and the rest solves.")
    elif free:
        hints.append(f"Leave out {listed([line.text for line in free], 'or')} and the rest solves.")
    return tuple(hints)


NAMES_MEANT = ("spelling", "renamed", "pypi", "import")
"""Sightings that are names which may have been meant."""


def _names_meant(told: Told) -> list[str]:
    hints: list[str] = []
    spelling = [sighting.text for sighting in told.sightings if sighting.what in NAMES_MEANT]
    if spelling:
        hints.append(f"Did you mean {listed(spelling[:3], 'or')}?")
    elsewhere = [sighting.text for sighting in told.sightings if sighting.what == "channel"]
    if elsewhere:
        hints.append(f"Another channel has it: {listed(elsewhere[:2], 'or')}.")
    return hints


def _virtual_hint(told: Told) -> str:
    name = min(fact.target for fact in told.facts if isinstance(fact, VirtualPackageIs))
    assumed = any(package.assumed for package in told.world.request.target.virtual_packages if package.name == name)
    known = " than is assumed here" if assumed else ""
    has = any(package.name == name for package in told.world.request.target.virtual_packages)
    which = f"another {name}{known}" if has else name
    return (
        f"If the machine that will run this has {which}, say so with --virtual-package {name}=VERSION "
        f"or CONDA_OVERRIDE_{name.removeprefix('__').upper()}."
    )


def _priority_hint(told: Told) -> str:
    names = sorted(fact.target for fact in told.facts if isinstance(fact, HiddenByPriority))
    channels = hidden_in(told.world, names[0])
    spec = f"{channels.split(', ')[0]}::{names[0]}"
    own = any(line.name == names[0] for line in told.world.request.requirements)
    say = f"name it in the line ({spec})" if own else f"add the line {spec}"
    return f"Put {channels} higher, {say}, or set channel_priority: flexible."


def _pin_hint(told: Told) -> str:
    pins = sorted({fact.pin.origin.text for fact in told.facts if isinstance(fact, Pinned)})
    return f"The pin comes from {listed(pins)}: change it there, or the line here."


def _newer_hint(told: Told) -> str:
    times = [time for record in told.wanted if (time := told.world.record(record).timestamp) is not None]
    return f"--exclude-newer {day_of(min(times))} or later lets it in." if times else ""


def _build_hint(told: Told) -> str:
    build = told.lines[0].spec.build
    if build is not None and set(build) & set("*^"):
        return "Ask for another variant, or leave out the build."
    return "Leave out the build string: builds differ between platforms and channels, and are withdrawn."


def _version_hint(told: Told) -> str:
    line = told.lines[0]
    if line.spec.build is None or "==" in line.text:
        return ""
    return "Where a build string follows, = asks for exactly that version; write =VERSION.* for all of a series."


_PARTY_HINTS: dict[Kind, Callable[[Told], str]] = {
    Kind.STRICT_PRIORITY: _priority_hint,
    Kind.VIRTUAL_PACKAGE: _virtual_hint,
    Kind.PIN: _pin_hint,
    Kind.EXCLUDE_NEWER: _newer_hint,
    Kind.MISSING_BUILD: _build_hint,
    Kind.MISSING_VERSION: _version_hint,
}
"""What could be done about the party that is no line, for the kinds that have one."""
