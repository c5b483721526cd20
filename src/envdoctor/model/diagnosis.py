"""The value that reports render: complete without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Fixes
    from envdoctor.model.outcome import Conflict, PlatformDiagnosis
    from envdoctor.model.place import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that `explain` found out about one environment.

    `pip_conflicts` are those between a conda line and a `pip:` line; they hold whatever the platform and count as
    conflicts of the file. `notices` are warnings of reading and of fetching records.
    """

    environment: EnvironmentSpec
    platforms: tuple[PlatformDiagnosis, ...]
    pip_conflicts: tuple[Conflict, ...] = ()
    notices: tuple[Notice, ...] = ()
    fixes: Fixes | None = None
    """What would make everything solve; None where nobody looked for it."""

    @property
    def solvable(self) -> bool:
        """Whether the file solves on all its platforms and its two halves do not contradict each other."""
        return not self.pip_conflicts and all(platform.solvable for platform in self.platforms)
