"""Conflicts with one cause are told once: their lines together, their chains under one headline.

Each minimal core stays a conflict of its own; those of a group share a `reason`, and the first of them tells for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.analysis.exported import group_exported
from envdoctor.analysis.headlines import Told, headline
from envdoctor.analysis.wording import chain_lines, listed, placed
from envdoctor.model.facts import HiddenByPriority, Missing, NewerThanCutoff, VirtualPackageIs
from envdoctor.model.outcome import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.outcome import Chain, Conflict
    from envdoctor.model.specs import Requirement

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
    return group_exported(tellings[0].told.world, ordered) if tellings else ()


def _reason(telling: Telling) -> str:
    """What a conflict has in common with others of its cause; empty where it stands alone."""
    told = telling.told
    shared = _SHARED_FACTS.get(told.kind)
    if shared is not None:
        if len(told.lines) != 1:
            return ""
        names = sorted(fact.target for fact in told.facts if isinstance(fact, (shared, VirtualPackageIs)))
        own = told.kind is Kind.NOT_ON_PLATFORM and names == [told.lines[0].name]
        return "" if own else f"{told.kind.value}: {', '.join(names)}"
    asking = _asking(told)
    return f"{told.meeting_point}: {placed(asking)}" if asking is not None and len(told.lines) > 1 else ""


def _asking(told: Told) -> Requirement | None:
    """The one line that asks for the meeting point itself, where the others need another."""
    asking = [line for line in told.lines if line.name == told.meeting_point]
    return asking[0] if len(asking) == 1 and told.facts else None


def _joint(reason: str, members: Sequence[Telling]) -> Conflict:
    first = members[0]
    chains = _chains(members)
    details = chain_lines(chains[:MOST_CHAINS])
    if len(chains) > MOST_CHAINS:
        details = (*details, f"and {len(chains) - MOST_CHAINS} more of the same kind")
    return replace(first.conflict, reason=reason, headline=_headline(members), details=details)


def _headline(members: Sequence[Telling]) -> str:
    first = members[0].told
    lines = tuple(dict.fromkeys(line for telling in members for line in telling.told.lines))
    asking = _asking(first)
    if first.kind not in _SHARED_FACTS and asking is not None:
        others = [placed(line) for line in lines if line != asking]
        return f"{listed(others)} need another {asking.name} than {placed(asking)}."
    facts = frozenset(fact for telling in members for fact in telling.told.facts)
    return headline(replace(first, lines=lines, facts=facts, chains=_chains(members)))


def _chains(members: Sequence[Telling]) -> tuple[Chain, ...]:
    """All chains, each once; what hides records comes after the lines that want them."""
    chains = dict.fromkeys(chain for telling in members for chain in telling.told.chains)
    return tuple(sorted(chains, key=lambda chain: isinstance(chain.steps[0].fact, (HiddenByPriority, NewerThanCutoff))))
