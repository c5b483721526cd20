"""Fixes of an environment that does not solve: looked for in its worlds, proven one by one, the cheapest first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from envdoctor.analysis.ways_out import NAMES_MEANT
from envdoctor.fixing.joint import Joint
from envdoctor.fixing.proposals import OtherName, loosenings, rank
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
    proposals = sorted(found.proposals, key=rank)
    proofs = _Proofs(Prover(diagnosis.environment, options, surroundings), gateway, joint)
    proven, left = proofs.proven(proposals, options.fixes)
    return Fixes(found=tuple(proven), further=left, complete=found.complete)


class _Proofs:
    """Proposals proven in order, several at once."""

    def __init__(self, prover: Prover, gateway: Gateway, joint: Joint) -> None:
        self._prover = prover
        self._gateway = gateway
        self._joint = joint

    def proven(self, proposals: Sequence[Proposal], most: int | None) -> tuple[list[Fix], int]:
        """Return the first proven fixes, at most so many, and how many proposals are left unproven."""
        waiting = list(proposals)
        under_way: list[Started] = []
        fixes: list[Fix] = []
        while (waiting or under_way) and (most is None or len(fixes) < most):
            while waiting and len(under_way) < AT_ONCE and (most is None or len(fixes) + len(under_way) < most):
                started = self._prover.start(waiting.pop(0), self._gateway)
                under_way += [started] if started is not None else []
            if under_way:
                fix = self._prover.finish(under_way.pop(0), self._gateway, self._joint)
                fixes += [fix] if fix is not None else []
        return fixes, len(waiting)


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
