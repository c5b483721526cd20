"""Fixes of an environment that does not solve: looked for in its worlds, proven one by one, the cheapest first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from envdoctor.fixing.half_remedies import with_halves_mended
from envdoctor.fixing.illness import illness
from envdoctor.fixing.joint import Joint
from envdoctor.fixing.name_remedies import hints
from envdoctor.fixing.proposals import loosenings, rank
from envdoctor.fixing.remedies import remedies
from envdoctor.model.fixes import Fixes, FixKind
from envdoctor.workflows.proving import Prover
from envdoctor.workflows.two_steps import in_two_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.fixing.proposals import Proposal
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.fixes import Fix
    from envdoctor.solving.oracle import Oracle
    from envdoctor.workflows.options import ExplainOptions, Surroundings
    from envdoctor.workflows.proving import Started

SEARCH = 0.6
"""The share of the time limit after which the search ends, so that what was found can be proven."""

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
    start = time.monotonic()
    deadline = start + options.time_limit

    def out_of_time() -> bool:
        return time.monotonic() > deadline

    def search_is_over() -> bool:
        return time.monotonic() > start + SEARCH * options.time_limit

    if surroundings.progress:
        surroundings.progress("looking for fixes")
    environment = diagnosis.environment
    joint = Joint(oracles, search_is_over)
    ill = illness(environment, [one.outcome for one in diagnosis.platforms], oracles)
    found = loosenings(joint, ill.meant)
    prover = Prover(
        environment=environment,
        gateway=gateway,
        joint=joint,
        options=options,
        surroundings=surroundings,
        deadline=deadline,
    )
    proposals = with_halves_mended((*found.proposals, *remedies(ill)), environment)
    if surroundings.progress:
        surroundings.progress("proving fixes")
    proven, left = _proven(prover, sorted(proposals, key=rank), options.fixes, out_of_time)
    if all(fix.kind is FixKind.DROP for fix in proven) and ill.refusals:
        further = with_halves_mended(in_two_steps(ill, prover, search_is_over), environment)
        more, _ = _proven(prover, sorted(further, key=rank), options.fixes, out_of_time)
        proven = _together(proven, more)[: options.fixes]
    return Fixes(
        found=tuple(proven),
        further=left,
        complete=found.complete and not out_of_time(),
        hints=hints(ill) if all(fix.kind is FixKind.DROP for fix in proven) else (),
    )


def _together(proven: Sequence[Fix], more: Sequence[Fix]) -> list[Fix]:
    """Fixes of one step and of two, the cheapest first, none that does more than another which is enough."""
    needed = [fix for fix in more if not any(_does_more(fix, other) for other in proven)]
    return sorted((*needed, *proven), key=lambda fix: fix.cost)


def _proven(
    prover: Prover, proposals: Sequence[Proposal], most: int | None, out_of_time: Callable[[], bool]
) -> tuple[list[Fix], int]:
    """The first proven fixes, at most so many, and how many proposals are left; several proofs run at once."""
    waiting = list(proposals)
    under_way: list[Started] = []
    fixes: list[Fix] = []
    settled: set[str] = set()
    while (waiting or under_way) and (most is None or len(fixes) < most) and not out_of_time():
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


def _does_more(fix: Fix, other: Fix) -> bool:
    """Whether a fix does all that another does, and something else which then is not needed."""
    done = {(edit.place, edit.after) for edit in fix.edits} | {str(setting) for setting in fix.settings}
    return done > ({(edit.place, edit.after) for edit in other.edits} | {str(setting) for setting in other.settings})


def _may_start(proposal: Proposal, under_way: Sequence[Started], wanted: int | None) -> bool:
    """Whether a proof may begin now: not too many at once, and of a group only one."""
    if len(under_way) >= AT_ONCE or (wanted is not None and len(under_way) >= wanted):
        return False
    return not proposal.group or all(one.proposal.group != proposal.group for one in under_way)
