"""Two engines, one verdict: py-rattler solves while the SAT encoding decides, and they must agree.

py-rattler runs in a thread of its own, outside Python's lock. A resolution that it finds is checked against the
encoding record by record, which is quicker than searching for one; where it finds none, the encoding must find none.
"""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine import solver
from envdoctor.engine.records import native_name as name_of
from envdoctor.errors import DisagreementError
from envdoctor.model.outcome import Check

if TYPE_CHECKING:
    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.model.target import Request
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.oracle import Oracle


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """The request can be fulfilled, by these records of the world."""

    records: tuple[RecordId, ...]
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request cannot be fulfilled. The second engine may still be at work: `confirm` waits for it."""


class SecondOpinion:
    """py-rattler at work on one request, with a limit in seconds from the start.

    It needs no world, so it can begin while that is still being loaded: the gateway fetches for both.
    """

    def __init__(self, request: Request, gateway: Gateway, time_limit: float) -> None:
        """Begin to solve."""
        self._request = request
        self._deadline = time.monotonic() + time_limit
        channels = single_channels(request)
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="py-rattler")
        self._future: Future[tuple[NativeRecord, ...] | None] = executor.submit(
            solver.solve, gateway, request, channels
        )
        executor.shutdown(wait=False)

    @property
    def heard(self) -> bool:
        """Whether it has answered."""
        return self._future.done()

    @property
    def expressible(self) -> bool:
        """Whether py-rattler was asked exactly what the encoding was: it knows no subdirs in specs, and one channel."""
        return expressible(self._request)

    def wait(self, seconds: float) -> None:
        """Wait for the answer for a while."""
        with contextlib.suppress(StillRunning):
            self._future.result(timeout=min(seconds, max(self._deadline - time.monotonic(), 0)))

    def answer(self) -> tuple[tuple[NativeRecord, ...] | None] | None:
        """Wait for the answer up to the limit: `(records,)`, `(None,)` for a refusal, or None where it is not heard."""
        try:
            return (self._future.result(timeout=max(self._deadline - time.monotonic(), 0)),)
        except StillRunning:
            return None


def expressible(request: Request) -> bool:
    """Whether py-rattler can be asked exactly what the encoding is: it knows no subdirs in specs, and one channel."""
    return all(line.spec.subdir is None for line in request.requirements) and all(
        urls is None or len(urls) == 1 for urls in request.wanted_channels
    )


def single_channels(request: Request) -> tuple[str | None, ...]:
    """Return for each requirement the one channel that its spec asks for; None for any, or for several."""
    wanted = (request.channels_wanted_by(index) for index in range(len(request.requirements)))
    return tuple(urls[0] if urls is not None and len(urls) == 1 else None for urls in wanted)


def decide(oracle: Oracle, opinion: SecondOpinion) -> Solved | Refused:
    """Return whether the request can be fulfilled. Raises `DisagreementError` where the engines contradict."""
    lines = range(len(oracle.world.request.requirements))
    found = oracle.satisfiable_unless(lines, lambda: opinion.heard and opinion.answer() != (None,))
    if found is False:
        return Refused()
    answer = opinion.answer()
    if answer is None:
        return Solved(records=tuple((oracle.chosen(lines) or {}).values()), check=Check.NOT_HEARD)
    (natives,) = answer
    records = None if natives is None else ids_of(oracle.world, natives)
    if records is not None and oracle.accepts(records):
        return Solved(records=records, check=Check.AGREED)
    if opinion.expressible:
        said = "finds none" if natives is None else "finds one that the encoding does not accept"
        raise DisagreementError(f"the encoding finds a solution, py-rattler {said}")
    chosen = oracle.chosen(lines)
    return Refused() if chosen is None else Solved(records=tuple(chosen.values()), check=Check.NOT_HEARD)


def confirm(opinion: SecondOpinion) -> Check:
    """Return what the second engine says of a refusal. Raises `DisagreementError` where it found a resolution."""
    answer = opinion.answer()
    if answer is None:
        return Check.NOT_HEARD
    if answer == (None,):
        return Check.AGREED
    if not opinion.expressible:
        return Check.NOT_HEARD
    raise DisagreementError("the encoding finds no solution, py-rattler finds one")


def ids_of(world: World, natives: tuple[NativeRecord, ...]) -> tuple[RecordId, ...]:
    """Return the numbers of records that py-rattler chose. Raises `KeyError` for one that is not of this world."""
    world.load(name_of(native) for native in natives)
    return tuple(world.id_of(native) for native in natives)
