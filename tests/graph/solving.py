"""Small requests, solved for real, for the tests of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.gateway import Gateway
from envdoctor.engine.specs import parse_spec
from envdoctor.model.channels import Channel, ChannelPriority, ChannelTier, Origin
from envdoctor.model.names import Subdir, package_name
from envdoctor.model.outcome import Resolution
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage
from envdoctor.model.specs import Requirement
from envdoctor.model.target import Pin, Request, Target
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.verdict import SecondOpinion, Solved, decide

if TYPE_CHECKING:
    from collections.abc import Sequence


def solved(
    urls: Sequence[str],
    *specs: str,
    pins: Sequence[str] = (),
    virtual: Sequence[str] = (),
    priority: ChannelPriority = ChannelPriority.STRICT,
    exclude_newer: int | None = None,
) -> tuple[World, Resolution]:
    """The world of a request, and what it solves to. The specs are lines 1, 2, … of a file."""
    request = Request(
        target=Target(
            subdir=Subdir("linux-64"),
            virtual_packages=tuple(
                VirtualPackage(name=package_name(name), version=version)
                for name, version in (text.split("=") for text in virtual)
            ),
        ),
        requirements=tuple(
            Requirement(text=text, spec=parse_spec(text), place=Place("environment.yml", number, 5))
            for number, text in enumerate(specs, start=1)
        ),
        pins=tuple(Pin(text=text, spec=parse_spec(text), origin=Origin(text="--pin")) for text in pins),
        tiers=tuple(
            ChannelTier(name=name, members=(Channel(name=name, url=url),))
            for name, url in ((url.rstrip("/").rsplit("/", 1)[-1], url) for url in urls)
        ),
        priority=priority,
        exclude_newer=exclude_newer,
    )
    world = World(request, Gateway())
    verdict = decide(Oracle(world), SecondOpinion(world.request, world.gateway, 60))
    assert isinstance(verdict, Solved)
    return world, Resolution(request=request, records=tuple(world.record(record) for record in verdict.records))
