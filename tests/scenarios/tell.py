"""Print all that is found and told in all scenarios: the same bytes in every run.

python -m tests.scenarios.tell
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.outcome import Resolution
from tests.scenarios.scenario import scenarios

if TYPE_CHECKING:
    from envdoctor.model.outcome import PlatformDiagnosis


def all_of(diagnosed: PlatformDiagnosis) -> str:
    """Return everything but addresses, which lie in a new folder each time."""
    if isinstance(diagnosed.outcome, Resolution):
        return " ".join(map(str, diagnosed.outcome.records))
    return "\n".join(map(repr, diagnosed.outcome.conflicts))


if __name__ == "__main__":
    for scenario in scenarios():
        diagnosis = scenario.explain()
        told = [f"{diagnosed.platform}: {all_of(diagnosed)}" for diagnosed in diagnosis.platforms]
        print(scenario.name, *told, diagnosis.pip_conflicts, sep="\n")  # noqa: T201 - a script
