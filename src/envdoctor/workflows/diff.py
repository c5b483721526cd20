"""`diff`: in what two lockfiles, or environments as they solve, differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.errors import UsageError
from envdoctor.lockfile.compare import compare
from envdoctor.model.comparison import Side
from envdoctor.workflows.sides import locks_of, side_of_environment, side_of_lock

if TYPE_CHECKING:
    from envdoctor.model.comparison import Comparison
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def diff(before: str, after: str, options: ExplainOptions, surroundings: Surroundings) -> Comparison | Diagnosis:
    """Return the differences, or the diagnosis of the first environment file that does not solve.

    Raises `InputError`, `UsageError` and `RecordsError`.
    """
    paths = (before, after)
    if paths == ("-", "-"):
        raise UsageError("standard input can be one of the two that are compared, not both")
    locks = locks_of(paths)
    sides: list[Side] = []
    for path, lock, other in zip(paths, locks, reversed(locks), strict=True):
        side = (
            side_of_lock(lock, options.platforms) if lock else side_of_environment(path, other, options, surroundings)
        )
        if not isinstance(side, Side):
            return side
        sides.append(side)
    if options.platforms and not any(side.platforms for side in sides):
        raise UsageError(f"neither {before} nor {after} has the platform {', '.join(options.platforms)}")
    return compare(*sides)
