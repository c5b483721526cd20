"""What kind of cause a conflict has, read off its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.facts import (
    Constrains,
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
    from envdoctor.model.specs import Requirement
    from envdoctor.records.elsewhere import Elsewhere
    from envdoctor.records.world import World


def kind_of(
    world: World,
    elsewhere: Elsewhere,
    core: Sequence[int],
    facts: Collection[Fact],
    meeting_point: PackageName | None,
) -> Kind:
    """Return the kind of a conflict. The party that is no line of the file decides, where there is one."""
    present = {type(fact) for fact in facts}
    if lacks_system(world, facts):
        return Kind.NOT_ON_PLATFORM
    for fact_type, kind in (
        (Pinned, Kind.PIN),
        (NewerThanCutoff, Kind.EXCLUDE_NEWER),
        (HiddenByPriority, Kind.STRICT_PRIORITY),
        (VirtualPackageIs, Kind.VIRTUAL_PACKAGE),
    ):
        if fact_type in present:
            return kind
    missing = sorted(fact.target for fact in facts if isinstance(fact, Missing))
    if missing:
        lines = [world.request.requirements[index] for index in core]
        return _missing_kind(world, elsewhere, lines, missing, direct=present == {Missing})
    if not facts:
        return Kind.DIRECT_CLASH
    if meeting_point == "python":
        return Kind.PYTHON
    if any(isinstance(fact, Constrains) and fact.target == meeting_point for fact in facts):
        return Kind.CONSTRAINS
    return Kind.TRANSITIVE_CLASH if len(core) > 1 else Kind.BROKEN_PACKAGE


SYSTEMS = {"__win": "Windows", "__osx": "macOS", "__linux": "Linux", "__unix": "Linux and macOS"}
"""Virtual packages that stand for a whole system: lacking one is a matter of platform, not of its equipment."""


def lacks_system(world: World, facts: Collection[Fact]) -> str | None:
    """Return the system that the facts ask for and the target is not; None where it is no matter of that."""
    has = {package.name for package in world.request.target.virtual_packages}
    asked = sorted(fact.target for fact in facts if isinstance(fact, VirtualPackageIs) and fact.target not in has)
    return SYSTEMS.get(asked[0]) if asked else None


def missing_line_kind(world: World, elsewhere: Elsewhere, line: Requirement) -> Kind:
    """Return which part of a line has no record: its name, version or build, or all of it on this platform."""
    name, spec = line.name, line.spec
    known = world.candidates(name)
    if not known:
        return Kind.NOT_ON_PLATFORM if elsewhere.platforms_with(name) else Kind.MISSING_PACKAGE
    if spec.channel is not None and not any(world.channel_of(record) for record in known):
        return Kind.MISSING_PACKAGE
    if spec.version is not None and not world.matching(f"{name} {spec.version}"):
        text = f"{name} {spec.version}"
        return Kind.NOT_ON_PLATFORM if elsewhere.platforms_with(name, text) else Kind.MISSING_VERSION
    if spec.build is not None or spec.build_number is not None or spec.extra is not None:
        return Kind.MISSING_BUILD
    return Kind.MISSING_PACKAGE


def _missing_kind(
    world: World, elsewhere: Elsewhere, lines: Sequence[Requirement], missing: Sequence[PackageName], *, direct: bool
) -> Kind:
    if direct and len(lines) == 1 and lines[0].name == missing[0]:
        return missing_line_kind(world, elsewhere, lines[0])
    gone = [name for name in missing if not world.candidates(name)]
    if gone and all(elsewhere.platforms_with(name) for name in gone):
        return Kind.NOT_ON_PLATFORM
    return Kind.BROKEN_PACKAGE
