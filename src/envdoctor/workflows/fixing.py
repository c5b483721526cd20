"""Fixes of an environment that does not solve: looked for in its worlds, proven one by one, the cheapest first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from envdoctor.analysis.ways_out import NAMES_MEANT
from envdoctor.fixing.half_remedies import with_halves_mended
from envdoctor.fixing.illness import illness
from envdoctor.fixing.joint import Joint
from envdoctor.fixing.proposals import OtherName, loosenings, rank
from envdoctor.fixing.remedies import remedies
from envdoctor.model.fixes import Fixes
from envdoctor.model.names import package_name
from envdoctor.model.outcome import Unsatisfiable
from envdoctor.workflows.proving import Prover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.fixing.proposals import Proposal
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.fixes import Fix
    from envdoctor.solving.oracle import Oracle
    from envdoctor.workflows.options import ExplainOptions, Surroundings
    from envdoctor.workflows.proving import Started

AT_ONCE = 5
"""Proofs under way at one time."""


def find_fixes(
    diagnosis: Diagnosis,
    oracles: Sequence[Oracle],
    gateway: Gateway,
    options: ExplainOptions,
    surroundings: Surroundings,
) -> Fixes:
    """Return the proven fixes of a file that does not solve, as many as the options want.

    `oracles` are those of the diagnosis' platforms. Raises `RecordsError`.
    """
    deadline = time.monotonic() + options.time_limit

    def out_of_time() -> bool:
        return time.monotonic() > deadline

    if surroundings.progress:
        surroundings.progress("looking for fixes")
    joint = Joint(oracles)
    found = loosenings(joint, _names_meant(diagnosis), out_of_time)
    proposals = (*found.proposals, *remedies(illness(diagnosis, oracles)))
    whole = sorted(with_halves_mended(proposals, diagnosis.pip_conflicts), key=rank)
    prover = Prover(
        environment=diagnosis.environment, gateway=gateway, joint=joint, options=options, surroundings=surroundings
    )
    proven, left = _proven(prover, whole, options.fixes)
    return Fixes(found=tuple(proven), further=left, complete=found.complete)


def _proven(prover: Prover, proposals: Sequence[Proposal], most: int | None) -> tuple[list[Fix], int]:
    """The first proven fixes, at most so many, and how many proposals are left; several proofs run at once."""
    waiting = list(proposals)
    under_way: list[Started] = []
    fixes: list[Fix] = []
    settled: set[str] = set()
    while (waiting or under_way) and (most is None or len(fixes) < most):
        while waiting and _may_start(waiting[0], under_way, None if most is None else most - len(fixes)):
            proposal = waiting.pop(0)
            started = None if proposal.group in settled else prover.start(proposal)
            under_way += [started] if started is not None else []
        if under_way:
            finished = under_way.pop(0)
            fix = prover.finish(finished)
            if fix is not None:
                fixes.append(fix)
                settled |= {finished.proposal.group} - {""}
    return fixes, len(waiting)


def _may_start(proposal: Proposal, under_way: Sequence[Started], wanted: int | None) -> bool:
    """Whether a proof may begin now: not too many at once, and of a group only one."""
    if len(under_way) >= AT_ONCE or (wanted is not None and len(under_way) >= wanted):
        return False
    return not proposal.group or all(one.proposal.group != proposal.group for one in under_way)


def _names_meant(diagnosis: Diagnosis) -> tuple[OtherName, ...]:
    """Other names that may have been meant by lines whose package nobody has."""
    found: dict[OtherName, None] = {}
    for platform in diagnosis.platforms:
        if isinstance(platform.outcome, Unsatisfiable):
            for conflict in platform.outcome.conflicts:
                if len(conflict.core) == 1:
                    names = [package_name(seen.text) for seen in conflict.sightings if seen.what in NAMES_MEANT]
                    found |= dict.fromkeys(OtherName(line=conflict.core[0], name=name) for name in names)
    return tuple(found)
