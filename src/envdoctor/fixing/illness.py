"""All that is known of an environment that does not solve, for those who look for remedies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.fixing.weights import Change, weight
from envdoctor.model.outcome import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.facts import Fact
    from envdoctor.model.fixes import FixKind
    from envdoctor.model.names import Subdir
    from envdoctor.model.outcome import Conflict
    from envdoctor.records.world import World
    from envdoctor.solving.oracle import Oracle


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A platform that does not solve, with its world."""

    oracle: Oracle
    outcome: Unsatisfiable

    @property
    def world(self) -> World:
        """The records of the platform."""
        return self.oracle.world

    @property
    def platform(self) -> Subdir:
        """The platform."""
        return self.world.request.target.subdir

    def facts(self, kind: type[Fact]) -> Iterator[tuple[Conflict, Fact]]:
        """Yield the facts of a kind with the conflicts that they take part in."""
        for conflict in self.outcome.conflicts:
            yield from ((conflict, fact) for fact in conflict.facts if isinstance(fact, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """All that is known of an environment that does not solve."""

    diagnosis: Diagnosis
    refusals: tuple[Refusal, ...]
    solved: tuple[Subdir, ...]


def illness(diagnosis: Diagnosis, oracles: Sequence[Oracle]) -> Illness:
    """Return a diagnosis together with the oracles of its platforms, which are in the same order."""
    pairs = tuple(zip(diagnosis.platforms, oracles, strict=True))
    return Illness(
        diagnosis=diagnosis,
        refusals=tuple(
            Refusal(oracle=oracle, outcome=one.outcome)
            for one, oracle in pairs
            if isinstance(one.outcome, Unsatisfiable)
        ),
        solved=tuple(one.platform for one, _ in pairs if one.solvable),
    )


def cost_of(kind: FixKind, changes: int = 1) -> int:
    """Return what so many changes of a kind cost."""
    return changes * weight(Change(kind=kind))
