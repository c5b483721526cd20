"""Write the stories of scenarios and the examples of docs/kinds.md anew, from what envdoctor says now.

    python -m tests.scenarios.accept [NAME...]

Nothing is written for a scenario whose verdict, cores, kinds or meeting points are not those that are expected of it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.scenarios.examples import PAGE, with_examples
from tests.scenarios.scenario import Scenario, found_of, scenarios, stories_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = "\n[story]\n"


def accept(scenario: Scenario) -> str:
    """Write the story if what was found is right. Return a word about what was done."""
    diagnosis = scenario.explain()
    found = found_of(diagnosis)
    if found != scenario.expected:
        return f"WRONG: found {found}\n" + "".join(stories_of(diagnosis).values())
    stories = stories_of(diagnosis)
    before = scenario.path.read_text("utf-8").partition(HEADER)[0].rstrip("\n")
    texts = "".join(f"{platform} = '''\n{story}'''\n" for platform, story in stories.items())
    new = f"{before}\n{HEADER}{texts}" if texts else f"{before}\n"
    if scenario.known_bug:
        return f"not written, for it is known to be untrue: {scenario.written['known_bug']}\n" + "".join(
            stories.values()
        )
    if new == scenario.path.read_text("utf-8"):
        return "as it was"
    scenario.path.write_text(new, "utf-8")
    return "written\n" + "".join(stories.values())


def main(names: Sequence[str]) -> int:
    """Accept the named scenarios, all if none is named."""
    wrong = 0
    for scenario in scenarios():
        if not names or scenario.name in names:
            word = accept(scenario)
            wrong += word.startswith("WRONG")
            print(f"{scenario.name}: {word}")  # noqa: T201 - a script
    by_name = {scenario.name: scenario for scenario in scenarios()}
    PAGE.write_text(with_examples(PAGE.read_text("utf-8"), by_name), "utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
