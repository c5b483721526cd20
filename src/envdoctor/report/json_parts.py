"""The parts of the JSON report, each a value of the model as JSON holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import step_words
from envdoctor.model.facts import (
    Constrains,
    Depends,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
)

if TYPE_CHECKING:
    from envdoctor.model.channels import ChannelTier
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Chain, Choice, Conflict, Domain, Sighting, Step
    from envdoctor.model.place import Notice, Place
    from envdoctor.model.records import Record, VirtualPackage
    from envdoctor.model.specs import PipRequirement, Requirement
    from envdoctor.model.target import Pin
    from envdoctor.report.stories import Shared

Json = dict[str, Any]

_FACTS: dict[type[Fact], str] = {
    Depends: "depends",
    Constrains: "constrains",
    Pinned: "pinned",
    Missing: "missing",
    HiddenByPriority: "hidden-by-priority",
    NewerThanCutoff: "newer-than-cutoff",
    VirtualPackageIs: "virtual-package",
}


def place_json(place: Place | None) -> Json:
    """Return file, line and column, null where unknown."""
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def line_json(line: Requirement | PipRequirement) -> Json:
    """Return a line of the user with its place."""
    return {"requirement": line.text, **place_json(line.place)}


def conflict_json(conflict: Conflict) -> Json:
    """Return one conflict, whole."""
    return {
        "kind": conflict.kind.value,
        "core": [line_json(line) for line in conflict.core],
        "pip_lines": [line_json(line) for line in conflict.pip_lines],
        "meeting_point": conflict.meeting_point,
        "headline": conflict.headline,
        "details": list(conflict.details),
        "way_out": list(conflict.way_out),
        "reason": conflict.reason or None,
        "listed": conflict.listed,
        "chains": [_chain(chain) for chain in conflict.chains],
        "facts": [fact_json(fact) for fact in conflict.facts],
        "other_parties": list(conflict.other_parties),
        "sightings": [_sighting(sighting) for sighting in conflict.sightings],
        "proof": list(conflict.proof),
    }


def shared_json(shared: Shared) -> Json:
    """Return a line that takes part in several conflicts, with their places in `conflicts`, from 0."""
    return {**line_json(shared.line), "conflicts": list(shared.conflicts)}


def fact_json(fact: Fact) -> Json:
    """Return a fact; `fact` says which kind it is."""
    said: Json = {"fact": _FACTS[type(fact)]}
    if isinstance(fact, (Depends, Constrains)):
        said["source"] = fact.source
    said["target"] = fact.target
    if isinstance(fact, Pinned):
        said |= pin_json(fact.pin)
    return said


def pin_json(pin: Pin) -> Json:
    """Return a pin and where it was set."""
    return {"pin": pin.text, "origin": str(pin.origin)}


def virtual_json(package: VirtualPackage) -> Json:
    """Return a virtual package of the target."""
    return {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "origin": package.origin,
        "assumed": package.assumed,
    }


def channel_json(tier: ChannelTier) -> Json:
    """Return a channel, or a multichannel with its members, and the line that brings it in."""
    members = [{"name": channel.name, "url": channel.url} for channel in tier.members]
    return {"name": tier.name, "members": members, **place_json(tier.place)}


def notice_json(notice: Notice) -> Json:
    """Return a warning."""
    return {"kind": notice.kind, "message": notice.message, **place_json(notice.place)}


def choice_json(choice: Choice) -> Json:
    """Return what a line got."""
    record = choice.record
    return {
        **line_json(choice.requirement),
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "channel": record.channel,
        "subdir": record.subdir,
        "newest": choice.newest,
        "is_newest": record.version == choice.newest,
        "held_back_by": choice.held_back_by or None,
    }


def largest_json(name: PackageName, packages: int, bytes_: int) -> Json:
    """Return a package with the size of its subtree; null for an unknown size."""
    return {"name": name, "packages": packages, "download_size": bytes_ or None}


def package_json(record: Record) -> Json:
    """Return a record of a resolution."""
    return {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "build_number": record.build_number,
        "channel": record.channel,
        "subdir": record.subdir,
        "filename": record.filename,
        "url": record.url or None,
        "size": record.size,
        "md5": record.md5,
        "sha256": record.sha256,
        "depends": list(record.depends),
        "constrains": list(record.constrains),
    }


def _chain(chain: Chain) -> list[Json]:
    """A chain as its steps in order: the line or pin that it begins with, packages, and the end if it is a dead one."""
    steps: list[Json] = []
    if chain.start is not None:
        steps.append({"step": "line", **line_json(chain.start)})
    steps += [{"step": "line", **line_json(line)} for line in chain.also]
    if chain.through:
        steps.append({"step": "through", "names": list(chain.through)})
    if chain.pin is not None:
        steps.append({"step": "pin", **pin_json(chain.pin)})
    steps += [_step(step) for step in chain.steps]
    if chain.end:
        steps.append({"step": "end", "text": chain.end})
    return steps


def _step(step: Step) -> Json:
    return {
        "step": "package",
        "text": step_words(step),
        **_domain(step.domain),
        "fact": None if step.fact is None else fact_json(step.fact),
        "joined": step.joined,
        "backward": step.backward,
        "reason": step.reason,
    }


def _domain(domain: Domain) -> Json:
    return {
        "name": domain.name,
        "bound": domain.bound,
        "versions": [
            {"low": versions.low, "high": versions.high, "series": versions.series} for versions in domain.ranges
        ],
        "builds": domain.builds,
        "may_be_absent": domain.may_be_absent,
        "records": domain.records,
    }


def _sighting(sighting: Sighting) -> Json:
    return {"what": sighting.what, "text": sighting.text, "detail": sighting.detail}
