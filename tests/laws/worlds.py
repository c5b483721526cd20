"""Small random worlds, and a solver so plain that it can be believed: it tries every record in turn.

The plain solver shares nothing with the encoding but `World.matching`, which asks py-rattler what a spec matches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from envdoctor.engine.gateway import Gateway
from envdoctor.engine.specs import parse_spec
from envdoctor.model.channels import Channel, ChannelPriority, ChannelTier, Origin
from envdoctor.model.facts import (
    Constrains,
    Depends,
    Missing,
    Pinned,
    VirtualPackageIs,
)
from envdoctor.model.names import PackageName, Subdir, is_virtual, package_name
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage
from envdoctor.model.specs import Requirement
from envdoctor.model.target import Pin, Request, Target
from envdoctor.records.world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from envdoctor.model.facts import Fact
    from envdoctor.records.world import RecordId

NAMES = ("a", "b", "c", "d", "e")
CHANNELS = ("first", "second")
CUTOFF = 1_600_000_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """A world as hypothesis draws and shrinks it."""

    records: tuple[tuple[str, Mapping[str, Any]], ...]
    lines: tuple[tuple[str, str | None], ...]
    pins: tuple[str, ...]
    virtual: str | None
    priority: ChannelPriority
    cutoff: bool


def specs(names: Sequence[str]) -> st.SearchStrategy[str]:
    """A spec on one of the names: bare, a range, an exact version, or one with a build."""
    forms = ("{}", "{} >=2", "{} <2", "{} 1.*", "{} ==2", "{} >=2,<3", "{} 2.* x*", "{} * y*", "{} !=2", "{} 3|1.*")
    return st.builds(lambda form, name: form.format(name), st.sampled_from(forms), st.sampled_from(names))


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Up to three versions and two builds of five names in two channels, and one to four lines."""
    asked = specs((*NAMES, *NAMES, "__v", "ghost"))
    records: dict[tuple[str, str, str, str], Mapping[str, Any]] = {}
    for _ in range(draw(st.integers(1, 14))):
        name, channel = draw(st.sampled_from(NAMES)), draw(st.sampled_from((*CHANNELS, "first")))
        version, build = draw(st.sampled_from(("1.0", "1.1", "2", "3"))), draw(st.sampled_from(("x0", "y0")))
        records[(channel, name, version, build)] = {
            "name": name,
            "version": version,
            "build": build,
            "build_number": 0,
            "depends": draw(st.lists(asked, max_size=3)),
            "constrains": draw(st.lists(asked, max_size=1)),
            "timestamp": draw(st.sampled_from((CUTOFF - 10, CUTOFF + 10))),
        }
    line = st.tuples(specs((*NAMES, *NAMES, "ghost", "__v")), st.sampled_from((None, None, None, *CHANNELS)))
    return Recipe(
        records=tuple((channel, record) for (channel, *_), record in sorted(records.items())),
        lines=tuple(draw(st.lists(line, min_size=1, max_size=4))),
        pins=tuple(draw(st.lists(specs(NAMES), max_size=1))),
        virtual=draw(st.sampled_from((None, "1", "2", "3"))),
        priority=draw(st.sampled_from((ChannelPriority.STRICT, ChannelPriority.DISABLED))),
        cutoff=draw(st.booleans()),
    )


def build(recipe: Recipe, folder: Path) -> World:
    """Write the channels below a folder and load the world."""
    for channel in CHANNELS:
        mine = [record for place, record in recipe.records if place == channel]
        for subdir in ("linux-64", "noarch"):
            packages = {
                f"{record['name']}-{record['version']}-{record['build']}.conda": {**record, "subdir": subdir}
                for record in mine
                if subdir == "linux-64"
            }
            target = folder / channel / subdir / "repodata.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps({"info": {"subdir": subdir}, "packages": {}, "packages.conda": packages}))
    return World(request(recipe, folder), Gateway())


def request(recipe: Recipe, folder: Path) -> Request:
    """The recipe's request, with a place for every line."""
    urls = {channel: f"{(folder / channel).as_uri()}/" for channel in CHANNELS}
    virtual = () if recipe.virtual is None else (VirtualPackage(name=package_name("__v"), version=recipe.virtual),)
    return Request(
        target=Target(subdir=Subdir("linux-64"), virtual_packages=virtual),
        requirements=tuple(
            Requirement(text=text, spec=parse_spec(text), place=Place("environment.yml", number, 5))
            for number, (text, _) in enumerate(recipe.lines, start=3)
        ),
        pins=tuple(Pin(text=text, spec=parse_spec(text), origin=Origin(text="--pin")) for text in recipe.pins),
        wanted_channels=tuple(
            None if channel is None or text.startswith("__") else (urls[channel],) for text, channel in recipe.lines
        ),
        tiers=tuple(
            ChannelTier(name=channel, members=(Channel(name=channel, url=urls[channel]),)) for channel in CHANNELS
        ),
        priority=recipe.priority,
        exclude_newer=CUTOFF if recipe.cutoff else None,
    )


class Plain:
    """The plain solver. `facts` None: all that is true; else only these hold, and everything else is waved through."""

    def __init__(self, world: World, facts: Collection[Fact] | None = None) -> None:
        self.world = world
        self.facts = facts

    def holds(self, fact: Fact) -> bool:
        return self.facts is None or fact in self.facts

    def solvable(self, lines: Collection[int], within: Mapping[PackageName, RecordId] | None = None) -> bool:
        """Whether the lines can hold together (with these records chosen)."""
        return any(True for _ in self.solutions(lines, within))

    def solutions(
        self, lines: Collection[int], within: Mapping[PackageName, RecordId] | None = None
    ) -> Iterator[Mapping[PackageName, RecordId]]:
        """Every solution without superfluous records, some more than once."""
        world = self.world
        needs = [
            (world.request.requirements[line].name, frozenset(world.matching_line(line))) for line in sorted(lines)
        ]
        chosen: dict[PackageName, RecordId] = {}
        for package in world.request.target.virtual_packages:
            if self.holds(VirtualPackageIs(package.name)):
                chosen[package.name] = world.candidates(package.name)[0]
        fixed = within or {}
        needs += [(name, frozenset([record])) for name, record in fixed.items()]
        yield from self._extend(chosen, needs)

    def possible(self, name: PackageName, lines: Collection[int]) -> tuple[frozenset[RecordId], bool]:
        """Which records of a name some solution holds, and whether some solution does without it."""
        candidates = self.world.candidates(name)
        records = frozenset(record for record in candidates if self.solvable(lines, {name: record}))
        return records, any(name not in solution for solution in self.solutions(lines))

    def _extend(
        self, chosen: dict[PackageName, RecordId], needs: list[tuple[PackageName, frozenset[RecordId]]]
    ) -> Iterator[Mapping[PackageName, RecordId]]:
        if not needs:
            if self._respects_limits(chosen):
                yield dict(chosen)
            return
        (name, wanted), rest = needs[0], needs[1:]
        if not wanted and not self.holds(VirtualPackageIs(name) if is_virtual(name) else Missing(name)):
            yield from self._extend(chosen, rest)
            return
        if name in chosen:
            if chosen[name] in wanted:
                yield from self._extend(chosen, rest)
            return
        for record in sorted(wanted):
            if self._usable(name, record):
                yield from self._extend({**chosen, name: record}, [*rest, *self._needs_of(name, record)])

    def _usable(self, name: PackageName, record: RecordId) -> bool:
        hidden = self.world.hidden(record)
        return hidden is None or not self.holds(hidden) or is_virtual(name)

    def _needs_of(self, name: PackageName, record: RecordId) -> list[tuple[PackageName, frozenset[RecordId]]]:
        return [
            (target, frozenset(self.world.matching(text)))
            for text, target in self.world.depends(record)
            if self.holds(Depends(name, target))
        ]

    def _respects_limits(self, chosen: Mapping[PackageName, RecordId]) -> bool:
        world = self.world
        for name, record in chosen.items():
            for text, target in world.constrains(record):
                if (
                    target in chosen
                    and self.holds(Constrains(name, target))
                    and chosen[target] not in world.matching(text)
                ):
                    return False
        return all(
            pin.spec.name not in chosen
            or not self.holds(Pinned(pin))
            or chosen[pin.spec.name] in world.matching_pin(pin)
            for pin in world.request.pins
        )


def minimal_cores(world: World) -> set[tuple[int, ...]]:
    """Every minimal core, by trying all subsets of the lines."""
    plain, lines = Plain(world), range(len(world.request.requirements))
    found: set[tuple[int, ...]] = set()
    for size in range(1, len(lines) + 1):
        for subset in combinations(lines, size):
            if not any(set(core) <= set(subset) for core in found) and not plain.solvable(subset):
                found.add(subset)
    return found


def minimal_corrections(world: World) -> set[tuple[int, ...]]:
    """Every minimal set of lines without which the rest can hold, by trying all subsets."""
    plain, lines = Plain(world), range(len(world.request.requirements))
    found: set[tuple[int, ...]] = set()
    for size in range(len(lines) + 1):
        for subset in combinations(lines, size):
            rest = [line for line in lines if line not in subset]
            if not any(set(known) <= set(subset) for known in found) and plain.solvable(rest):
                found.add(subset)
    return found
