"""All platforms of an environment side by side: worlds, verdicts, resolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.records import frozen
from envdoctor.errors import DisagreementError
from envdoctor.lockfile.in_channels import in_channels, out_of_sight, record_of
from envdoctor.lockfile.moves import Change, moves
from envdoctor.model.lockfile import Manager
from envdoctor.model.outcome import Check, PlatformDiagnosis, Resolution
from envdoctor.records.world import World
from envdoctor.solving.least_change import least_change
from envdoctor.solving.oracle import Oracle
from envdoctor.solving.solution_check import is_solution
from envdoctor.solving.verdict import SecondOpinion
from envdoctor.workflows.judging import judge, with_case
from envdoctor.workflows.success import in_installing_order, resolution_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.lockfile import LockedPackage, Lockfile
    from envdoctor.model.locking import Moved
    from envdoctor.model.names import PackageName
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import ExplainOptions, Surroundings


PATIENCE = 2.0
"""Seconds for which py-rattler is waited for before the encoding searches beside it; most files solve much sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What came of one platform."""

    diagnosis: PlatformDiagnosis
    moved: tuple[Moved, ...] | None = None
    """What is not as it was in the lock before; None where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Solves requests from one gateway. Its methods raise `RecordsError`, and `DisagreementError` with a saved case."""

    gateway: Gateway
    options: ExplainOptions
    surroundings: Surroundings

    def anew(self, requests: Sequence[Request]) -> tuple[Resolved, ...]:
        """Return what comes of each request; py-rattler solves all of them at once, outside Python's lock."""
        opinions = [self._opinion(request) for request in requests]
        found: list[Resolved] = []
        for request, opinion in zip(requests, opinions, strict=True):
            self._say(request, len(found), len(requests))
            found.append(Resolved(diagnosis=self._checked(request, opinion) or self._judge(request, opinion)))
        return tuple(found)

    def moving_little(
        self, requests: Sequence[Request], lock: Lockfile, update: Sequence[PackageName]
    ) -> tuple[Resolved, ...]:
        """Return what comes of each request if as little as possible moves from the lock; `update` is to move."""
        found: list[Resolved] = []
        for request in requests:
            locked = lock.packages_on(request.target.subdir, Manager.CONDA)
            self._say(request, len(found), len(requests))
            found += [self._moving_little(request, locked, update)] if locked else self.anew([request])
        return tuple(found)

    def _moving_little(
        self, request: Request, locked: Sequence[LockedPackage], update: Sequence[PackageName]
    ) -> Resolved:
        world = World(request, self.gateway)
        packages = in_channels(world, locked)
        unusable = {one.name: why for one in packages if (why := out_of_sight(world, one)) is not None}
        usable = {one.name: one.record for one in packages if one.record is not None and one.name not in unusable}
        try:
            change = least_change(Oracle(world), usable, [name for name in update if world.visible(name)])
        except DisagreementError as error:
            raise with_case(error, world, self.surroundings.folder) from error
        if change is None:
            # The explanation is that of every refused request.
            return Resolved(diagnosis=self._judge(request, self._opinion(request)))
        resolution = resolution_of(world, change.records)
        told = Change(
            request=request,
            before={one.name: record_of(one, world) for one in packages},
            after={record.name: record for record in resolution.records},
            update=update,
            unusable=unusable,
        )
        diagnosis = PlatformDiagnosis(platform=request.target.subdir, outcome=resolution, check=change.check)
        return Resolved(diagnosis=diagnosis, moved=moves(told))

    def _opinion(self, request: Request) -> SecondOpinion:
        return SecondOpinion(request, self.gateway, self.options.time_limit)

    def _checked(self, request: Request, opinion: SecondOpinion) -> PlatformDiagnosis | None:
        """What py-rattler found, if it did so soon and each demand holds: no world is loaded for that. Else None."""
        opinion.wait(PATIENCE)
        natives = opinion.answer() if opinion.heard else None
        if natives is None or natives[0] is None or not is_solution(request, natives[0], self.gateway):
            return None
        members = {member.url.rstrip("/"): member.name for tier in request.tiers for member in tier.members}
        records = [frozen(native, members.get((native.channel or "").rstrip("/"), "")) for native in natives[0]]
        resolution = Resolution(request=request, records=in_installing_order(records))
        return PlatformDiagnosis(platform=request.target.subdir, outcome=resolution, check=Check.AGREED)

    def _judge(self, request: Request, opinion: SecondOpinion) -> PlatformDiagnosis:
        world = World(request, self.gateway)
        return judge(world, opinion, self.surroundings.folder, proof=self.options.proof, brief=True).diagnosis

    def _say(self, request: Request, number: int, of: int) -> None:
        if self.surroundings.progress:
            self.surroundings.progress(f"solving for {request.target.subdir} ({number + 1} of {of})")
