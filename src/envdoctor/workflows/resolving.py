"""All platforms of an environment side by side: worlds, verdicts, resolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.records.world import World
from envdoctor.solving.verdict import SecondOpinion
from envdoctor.workflows.judging import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.outcome import PlatformDiagnosis
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import ExplainOptions, Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What came of one platform, with the world that it came of."""

    world: World
    diagnosis: PlatformDiagnosis


def resolve_all(
    requests: Sequence[Request], gateway: Gateway, options: ExplainOptions, surroundings: Surroundings
) -> tuple[Resolved, ...]:
    """Return what comes of each request; py-rattler solves all of them at once, outside Python's lock.

    Raises `RecordsError`, and `DisagreementError` that names a saved case.
    """
    opinions = [SecondOpinion(request, gateway, options.time_limit) for request in requests]
    found: list[Resolved] = []
    for request, opinion in zip(requests, opinions, strict=True):
        if surroundings.progress:
            surroundings.progress(f"solving for {request.target.subdir} ({len(found) + 1} of {len(requests)})")
        world = World(request, gateway)
        diagnosis = judge(world, opinion, surroundings.folder, proof=options.proof, brief=True)
        found.append(Resolved(world=world, diagnosis=diagnosis))
    return tuple(found)
