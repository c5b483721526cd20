"""What `explain` found out, in a few lines, for reports that are about something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.outcome import Unsatisfiable
from envdoctor.report.fixes import fix_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.diagnosis import Diagnosis


def headline_lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return the headlines of the conflicts, each once, and the proven fixes; one line where everything solves."""
    if diagnosis.solvable:
        return ("with the channels as they are today the environment solves",)
    return tuple(dict.fromkeys(_lines(diagnosis)))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    for platform in diagnosis.platforms:
        if isinstance(platform.outcome, Unsatisfiable):
            yield from (" ".join(conflict.headline.split()) for conflict in platform.outcome.conflicts)
    yield from (" ".join(conflict.headline.split()) for conflict in diagnosis.pip_conflicts)
    if diagnosis.fixes is not None:
        yield from (f"fix: {fix_words(fix)}" for fix in diagnosis.fixes.found)
