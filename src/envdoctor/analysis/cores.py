"""All minimal cores of the user's lines, and all minimal correction sets.

Cores by deletion with refinement (Marques-Silva, ISMVL 2010), all of them by MARCO (see `solving.subsets`). Lines that
match no visible record are found first and left out of the rest: each is a core by itself, and an exported file has
dozens. The bounds count questions, not seconds, so that the same input gives the same answer on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.solving.subsets import Unexplored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.solving.oracle import Oracle

MOST_CORES = 60
MOST_QUESTIONS = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Minimal cores, smallest first, and minimal correction sets, each a rising tuple of line indices.

    `complete` is false where a bound cut the enumeration; then there may be more of both.
    """

    cores: tuple[tuple[int, ...], ...]
    corrections: tuple[tuple[int, ...], ...]
    complete: bool = True


def minimal_cores(
    oracle: Oracle, lines: Iterable[int], *, most: int = MOST_CORES, questions: int = MOST_QUESTIONS
) -> Cores:
    """Return the minimal cores of the lines; none where the lines can hold together."""
    lines = sorted(lines)
    world = oracle.world
    hopeless = [line for line in lines if all(world.hidden(record) for record in world.matching_line(line))]
    rest = [line for line in lines if line not in set(hopeless)]
    found = _enumerate(oracle, rest, most=max(most - len(hopeless), 1), last=oracle.calls + questions)
    cores = sorted([(line,) for line in hopeless] + list(found.cores), key=lambda core: (len(core), core))
    corrections = (tuple(sorted([*hopeless, *correction])) for correction in found.corrections)
    return Cores(
        cores=tuple(cores),
        corrections=tuple(sorted(corrections, key=lambda correction: (len(correction), correction))),
        complete=found.complete,
    )


def shrink(oracle: Oracle, lines: Iterable[int]) -> tuple[int, ...] | None:
    """Return a minimal core among the lines; None where they can hold together."""
    refusal = oracle.refusal(lines)
    if refusal is None:
        return None
    core = sorted(refusal.lines)
    for line in reversed(tuple(core)):
        if line in core:
            smaller = oracle.refusal([other for other in core if other != line])
            if smaller is not None:
                core = sorted(smaller.lines)
    return tuple(core)


def _enumerate(oracle: Oracle, lines: list[int], *, most: int, last: int) -> Cores:
    cores: list[tuple[int, ...]] = []
    corrections: list[tuple[int, ...]] = []
    with Unexplored(lines) as unexplored:
        while (seed := unexplored.next()) is not None:
            if len(cores) >= most or oracle.calls > last:
                return Cores(cores=tuple(cores), corrections=tuple(corrections), complete=False)
            core = shrink(oracle, seed)
            if core is not None:
                cores.append(core)
                unexplored.block_up(core)
                continue
            satisfiable = _grow(oracle, seed, lines)
            corrections.append(tuple(line for line in lines if line not in satisfiable))
            unexplored.block_down(satisfiable)
    return Cores(cores=tuple(cores), corrections=tuple(corrections))


def _grow(oracle: Oracle, seed: Iterable[int], lines: list[int]) -> set[int]:
    """Return a largest satisfiable set that holds the seed."""
    held = set(seed)
    for line in lines:
        if line not in held and oracle.satisfiable([*sorted(held), line]):
            held.add(line)
    return held
