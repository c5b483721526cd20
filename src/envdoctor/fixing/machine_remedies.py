"""What could be stated of the machine or the day: a virtual package, a later cut-off date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.analysis.sightings import day_of
from envdoctor.engine.specs import version
from envdoctor.fixing.illness import cost_of
from envdoctor.fixing.proposals import Proposal
from envdoctor.model.facts import NewerThanCutoff, VirtualPackageIs
from envdoctor.model.fixes import FixKind, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.fixing.illness import Illness, Refusal
    from envdoctor.model.names import PackageName

MOST_TRIED = 6
"""Versions of a virtual package, and days, that are tried one after the other until one helps."""

_BOUND = re.compile(r"(?:>=|>|==|=|~=)?\s*(\d[\d.]*)")

_WARNINGS = {
    "__cuda": "True only if the machine that runs this has a driver for that CUDA; without one the packages install "
    "and find no GPU.",
    "__glibc": "True only if the machine that runs this has that glibc; on an older one the programs do not start.",
    "__osx": "True only if the Mac that runs this has that macOS; on an older one the programs do not start.",
}
_WARNING = "True only if the machine that runs this is like that."


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return what could be stated beside the file."""
    return (*_machines(ill), *_days(ill))


def _machines(ill: Illness) -> Iterator[Proposal]:
    names = dict.fromkeys(fact.target for refusal in ill.refusals for _, fact in refusal.facts(VirtualPackageIs))
    for name in names:
        asked = {text for refusal in ill.refusals for text in _texts_about(refusal, name)}
        has = next(
            (
                package.version
                for package in ill.refusals[0].world.request.target.virtual_packages
                if package.name == name
            ),
            None,
        )
        for number in _versions_in(asked, has)[:MOST_TRIED]:
            yield _machine(name, number)


def _machine(name: PackageName, number: str) -> Proposal:
    variable = f"CONDA_OVERRIDE_{name.removeprefix('__').upper()}={number}"
    setting = Setting(
        option="--virtual-package",
        value=f"{name}={number}",
        kind=FixKind.VIRTUAL_PACKAGE,
        conda=variable,
        warning=_WARNINGS.get(name, _WARNING),
    )
    cost = cost_of(FixKind.VIRTUAL_PACKAGE)
    return Proposal(kind=FixKind.VIRTUAL_PACKAGE, cost=cost, settings=(setting,), group=f"machine {name}")


def _texts_about(refusal: Refusal, name: PackageName) -> frozenset[str]:
    lines = {line.spec.text for line in refusal.world.request.requirements if line.name == name}
    return refusal.oracle.encoding.said_about(name) | lines


def _versions_in(texts: set[str], has: str | None) -> list[str]:
    """The versions that specs name, in rising order, above the one that the machine has."""
    named = {match.group(1).rstrip(".") for text in texts for match in _BOUND.finditer(text.partition(" ")[2])}
    above = [one for one in named if has is None or version(one) > version(has)]
    return sorted(above, key=version)


def _days(ill: Illness) -> Iterator[Proposal]:
    """The first days on which something was built that is too new."""
    days: set[str] = set()
    for refusal in ill.refusals:
        world = refusal.world
        names = {fact.target for _, fact in refusal.facts(NewerThanCutoff)}
        moments = [
            moment
            for name in names
            for record in world.candidates(name)
            if isinstance(world.hidden(record), NewerThanCutoff)
            and (moment := world.record(record).timestamp) is not None
        ]
        days.update(day_of(moment) for moment in moments)
    for day in sorted(days)[:MOST_TRIED]:
        setting = Setting(
            option="--exclude-newer",
            value=day,
            kind=FixKind.EXCLUDE_NEWER,
            warning="Lets in all that was built up to that day.",
        )
        cost = cost_of(FixKind.EXCLUDE_NEWER)
        yield Proposal(kind=FixKind.EXCLUDE_NEWER, cost=cost, settings=(setting,), group="day")
