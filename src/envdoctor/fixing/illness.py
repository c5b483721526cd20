"""All that is known of an environment that does not solve, for those who look for remedies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.ways_out import NAMES_MEANT
from envdoctor.fixing.proposals import OtherName
from envdoctor.fixing.weights import Change, weight
from envdoctor.model.names import package_name
from envdoctor.model.outcome import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.environment import EnvironmentSpec
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
    """All that is known of an environment that does not solve: the platforms that do not, and those that do."""

    environment: EnvironmentSpec
    platforms: tuple[Subdir, ...]
    oracles: tuple[Oracle, ...]
    refusals: tuple[Refusal, ...]

    @property
    def solved(self) -> tuple[Subdir, ...]:
        """The platforms on which it solves."""
        refused = {refusal.platform for refusal in self.refusals}
        return tuple(platform for platform in self.platforms if platform not in refused)

    @property
    def meant(self) -> tuple[OtherName, ...]:
        """Names that may have been meant by lines whose package nobody has.

        Near spellings count only where nothing better is known.
        """
        found: dict[OtherName, None] = {}
        for refusal in self.refusals:
            for conflict in refusal.outcome.conflicts:
                if len(conflict.core) == 1:
                    found |= dict.fromkeys(_meant(conflict))
        return tuple(found)


def _meant(conflict: Conflict) -> Iterator[OtherName]:
    seen = [sighting for sighting in conflict.sightings if sighting.what in NAMES_MEANT]
    certain = [sighting for sighting in seen if sighting.what != "spelling"]
    for sighting in certain or seen:
        yield OtherName(line=conflict.core[0], name=package_name(sighting.text))


def illness(environment: EnvironmentSpec, outcomes: Sequence[object], oracles: Sequence[Oracle]) -> Illness:
    """Return what came of an environment together with the oracles of its platforms, which are in the same order."""
    return Illness(
        environment=environment,
        oracles=tuple(oracles),
        platforms=tuple(oracle.world.request.target.subdir for oracle in oracles),
        refusals=tuple(
            Refusal(oracle=oracle, outcome=outcome)
            for outcome, oracle in zip(outcomes, oracles, strict=True)
            if isinstance(outcome, Unsatisfiable)
        ),
    )


def cost_of(kind: FixKind, changes: int = 1) -> int:
    """Return what so many changes of a kind cost."""
    return changes * weight(Change(kind=kind))
