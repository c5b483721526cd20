"""Fixes of two steps: a change that mends part of an environment, and what mends the rest of it then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.conflicts import Tools, explain
from envdoctor.environment.edited_values import with_edits
from envdoctor.errors import InputError, UsageError
from envdoctor.fixing.illness import illness
from envdoctor.fixing.joint import Joint
from envdoctor.fixing.proposals import Proposal, loosenings, merged, rank, renamings
from envdoctor.fixing.remedies import remedies
from envdoctor.fixing.weights import largest
from envdoctor.model.fixes import FixKind
from envdoctor.records.elsewhere import Elsewhere
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.workflows.requests import requests
from envdoctor.workflows.stating import with_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from envdoctor.fixing.illness import Illness
    from envdoctor.workflows.proving import Prover

MOST_STEPS = 10
"""First steps that are looked into."""


def in_two_steps(ill: Illness, prover: Prover, out_of_time: Callable[[], bool]) -> tuple[Proposal, ...]:
    """Return proposals of two steps, for an environment that no single step but giving up packages mends."""
    found: list[Proposal] = []
    settled: set[str] = set()
    firsts = sorted((*remedies(ill), *renamings(ill.meant)), key=rank)
    for first in firsts[:MOST_STEPS]:
        if out_of_time():
            break
        if first.group in settled:
            continue
        left = _after(first, prover)
        if left is None or not _is_better(left, ill):
            continue
        settled |= {first.group} - {""}
        joint = Joint(left.oracles, out_of_time)
        seconds = (*loosenings(joint, left.meant).proposals, *remedies(left))
        found += [_joined(first, second) for second in seconds if second.kind is not FixKind.DROP]
    return tuple(found)


def _after(first: Proposal, prover: Prover) -> Illness | None:
    """What is left after a first step; None where it cannot be made, or nothing is left."""
    options = with_settings(prover.options, first.settings)
    try:
        environment = with_edits(prover.environment, first.edits)
        asked = requests(environment, options, prover.surroundings)
    except (InputError, UsageError):
        return None
    oracles = [Oracle(World(request, prover.gateway_to(environment, options))) for request in asked]
    outcomes = [_outcome(oracle) for oracle in oracles]
    left = illness(environment, outcomes, oracles)
    return left if left.refusals else None


def _outcome(oracle: Oracle) -> object:
    if oracle.satisfiable(range(len(oracle.world.request.requirements))):
        return None
    return explain(Tools(oracle=oracle, elsewhere=Elsewhere(oracle.world), proof=False))


def _is_better(left: Illness, ill: Illness) -> bool:
    """Whether other causes are left than before, and on no more platforms."""
    causes = [
        {(conflict.kind, conflict.headline) for refusal in one.refusals for conflict in refusal.outcome.conflicts}
        for one in (left, ill)
    ]
    return causes[0] != causes[1] and len(left.refusals) <= len(ill.refusals)


def _joined(first: Proposal, second: Proposal) -> Proposal:
    return Proposal(
        kind=largest([first.kind, second.kind]),
        cost=first.cost + second.cost,
        edits=merged(first.edits, second.edits),
        settings=(*first.settings, *second.settings),
        notes=(*first.notes, *second.notes),
        group=f"{first.group} {second.group}".strip() if second.group else "",
    )
