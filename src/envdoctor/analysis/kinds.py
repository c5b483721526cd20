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

    from envdoctor.analysis.story import Story
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.records.elsewhere import Elsewhere
    from envdoctor.records.world import World


def kind_of(
    world: World,
    elsewhere: Elsewhere,
    core: Sequence[int],
    story: Story,
) -> Kind:
    """Return the kind of a conflict. The party that is no line of the file decides, where there is one."""
    facts = story.facts
    present = {type(fact) for fact in facts}
    if lacks_system(world, facts):
        return Kind.NOT_ON_PLATFORM
    for fact_type, kind in _OTHER_PARTIES:
        if fact_type in present:
            return kind
    missing = sorted(fact.target for fact in facts if isinstance(fact, Missing))
    if missing:
        direct = present == {Missing} and len(core) == 1 and world.request.requirements[core[0]].name == missing[0]
        return (
            missing_line_kind(world, elsewhere, core[0]) if direct else _missing_below_kind(world, elsewhere, missing)
        )
    return _clash_kind(core, facts, story.meeting_point)


_OTHER_PARTIES = (
    (Pinned, Kind.PIN),
    (NewerThanCutoff, Kind.EXCLUDE_NEWER),
    (HiddenByPriority, Kind.STRICT_PRIORITY),
    (VirtualPackageIs, Kind.VIRTUAL_PACKAGE),
)
"""Facts that are a party of their own, the one that the user can move most easily first."""

PYTHONS = ("python", "python_abi")
"""Where builds for different pythons meet: at python itself, or at the package that stands for its ABI."""

SYSTEMS = {"__win": "Windows", "__osx": "macOS", "__linux": "Linux", "__unix": "Linux and macOS"}
"""Virtual packages that stand for a whole system: lacking one is a matter of platform, not of its equipment."""


def lacks_system(world: World, facts: Collection[Fact]) -> str | None:
    """Return the system that the facts ask for and the target is not; None where it is no matter of that."""
    has = {package.name for package in world.request.target.virtual_packages}
    asked = sorted(fact.target for fact in facts if isinstance(fact, VirtualPackageIs) and fact.target not in has)
    return SYSTEMS.get(asked[0]) if asked else None


def missing_line_kind(world: World, elsewhere: Elsewhere, index: int) -> Kind:
    """Return which part of a line has no record: its name, version or build, or all of it on this platform."""
    line = world.request.requirements[index]
    name, spec = line.name, line.spec
    if not world.from_wanted_channels(index, world.candidates(name)):
        return Kind.NOT_ON_PLATFORM if elsewhere.platforms_with(name) else Kind.MISSING_PACKAGE
    text = name if spec.version is None else f"{name} {spec.version}"
    if not world.from_wanted_channels(index, world.matching(text)):
        return Kind.NOT_ON_PLATFORM if elsewhere.platforms_with(name, text) else Kind.MISSING_VERSION
    return Kind.MISSING_BUILD


def _missing_below_kind(world: World, elsewhere: Elsewhere, missing: Sequence[PackageName]) -> Kind:
    """The kind where a dependency is missing: of a package for other platforms, or of a broken one."""
    gone = [name for name in missing if not world.candidates(name)]
    if gone and all(elsewhere.platforms_with(name) for name in gone):
        return Kind.NOT_ON_PLATFORM
    return Kind.BROKEN_PACKAGE


def _clash_kind(core: Sequence[int], facts: Collection[Fact], meeting_point: PackageName | None) -> Kind:
    if not facts:
        return Kind.DIRECT_CLASH
    if meeting_point in PYTHONS:
        return Kind.PYTHON
    if any(isinstance(fact, Constrains) and fact.target == meeting_point for fact in facts):
        return Kind.CONSTRAINS
    return Kind.TRANSITIVE_CLASH if len(core) > 1 else Kind.BROKEN_PACKAGE
