"""Conflicts with one cause are told once: their lines together, their chains under one headline.

Each minimal core stays a conflict of its own; those of a group share a `reason`, and the first of them tells for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.analysis.exported import group_exported
from envdoctor.analysis.headlines import Told, asking_line, headline
from envdoctor.analysis.missing import list_missing
from envdoctor.analysis.wording import chain_lines, listed, placed
from envdoctor.model.facts import HiddenByPriority, Missing, NewerThanCutoff, VirtualPackageIs
from envdoctor.model.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.outcome import Chain, Conflict

MOST_CHAINS = 11
"""Chains told for a group; more would leave the screen."""

_SHARED_FACTS: dict[Kind, type] = {
    Kind.VIRTUAL_PACKAGE: VirtualPackageIs,
    Kind.STRICT_PRIORITY: HiddenByPriority,
    Kind.EXCLUDE_NEWER: NewerThanCutoff,
    Kind.BROKEN_PACKAGE: Missing,
    Kind.NOT_ON_PLATFORM: Missing,
}


@dataclass(frozen=True, slots=True)
class Telling:
    """A conflict, and what its headline was made of."""

    told: Told
    conflict: Conflict


def tell_together(tellings: Sequence[Telling]) -> tuple[Conflict, ...]:
    """Return the conflicts in the order of the tellings, those with one cause told together."""
    grouped: dict[str, list[Telling]] = {}
    for telling in tellings:
        grouped.setdefault(_reason(telling), []).append(telling)
    conflicts = {id(telling): telling.conflict for telling in tellings}
    for reason, members in grouped.items():
        if reason and len(members) > 1:
            first, *others = members
            conflicts[id(first)] = _joint(reason, members)
            for telling in others:
                conflicts[id(telling)] = replace(telling.conflict, reason=reason)
    ordered = [conflicts[id(telling)] for telling in tellings]
    return list_missing(group_exported(tellings[0].told.world, ordered), tellings[0].told) if tellings else ()


def _reason(telling: Telling) -> str:
    """What a conflict has in common with others of its cause; empty where it stands alone."""
    told = telling.told
    shared = _SHARED_FACTS.get(told.kind)
    if shared is not None:
        if len(told.lines) != 1:
            return ""
        names = sorted(fact.target for fact in told.facts if isinstance(fact, (shared, VirtualPackageIs)))
        if told.kind is Kind.NOT_ON_PLATFORM and names == [told.lines[0].name]:
            seen = [sighting.text for sighting in told.sightings if sighting.what == "platform"]
            return f"only on {seen[0]}" if seen and not told.world.candidates(names[0]) else ""
        return f"{told.kind.value}: {', '.join(names)}"
    asking = asking_line(told)
    # A third line takes part in its conflict without needing another of what is asked for.
    return f"another {asking.name}: {placed(asking)}" if asking is not None and len(told.lines) == 2 else ""  # noqa: PLR2004


def _joint(reason: str, members: Sequence[Telling]) -> Conflict:
    first = members[0]
    chains = _chains(members)
    # Lines that nothing matches are named in the headline, and there is no way to tell.
    details = chain_lines(chains[:MOST_CHAINS]) if any(len(chain.steps) > 1 for chain in chains) else ()
    if len(chains) > MOST_CHAINS:
        details = (*details, f"and {len(chains) - MOST_CHAINS} more of the same kind")
    return replace(first.conflict, reason=reason, headline=_headline(members), details=details)


def _headline(members: Sequence[Telling]) -> str:
    first = members[0].told
    every = dict.fromkeys(line for telling in members for line in telling.told.lines)
    lines = tuple(sorted(every, key=lambda line: (line.place.file, line.place.line or 0)))
    asking = asking_line(first)
    if first.kind not in _SHARED_FACTS and asking is not None:
        others = [placed(line) for line in lines if line != asking]
        return f"{listed(others)} need another {asking.name} than {placed(asking)}."
    facts = frozenset(fact for telling in members for fact in telling.told.facts)
    return headline(replace(first, lines=lines, facts=facts, chains=_chains(members)))


def _chains(members: Sequence[Telling]) -> tuple[Chain, ...]:
    """All chains, each once; what hides records comes after the lines that want them."""
    chains = dict.fromkeys(chain for telling in members for chain in telling.told.chains)
    return tuple(sorted(chains, key=lambda chain: isinstance(chain.steps[0].fact, (HiddenByPriority, NewerThanCutoff))))
