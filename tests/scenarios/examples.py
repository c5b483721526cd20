"""The examples of docs/kinds.md: scenarios as a user sees them, with command, file and report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.report.terminal import render_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.scenarios.scenario import Scenario

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kinds.md"
WIDTH = 100
_EXAMPLE = re.compile(r"(<!-- scenario: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def scenarios_on(page: str) -> tuple[str, ...]:
    """Return the names of the scenarios that a page shows."""
    return tuple(match.group(2) for match in _EXAMPLE.finditer(page))


def with_examples(page: str, by_name: Mapping[str, Scenario]) -> str:
    """Return the page with its examples as they are now."""
    return _EXAMPLE.sub(lambda match: f"{match[1]}{example(by_name[match[2]])}{match[3]}", page)


def example(scenario: Scenario) -> str:
    """Return a scenario as Markdown: the file, the command, and what it prints."""
    report = render_text(scenario.explain(), width=WIDTH, colour=False, verbose=False)
    environment = scenario.written["request"]["environment"].strip("\n")
    return f"```yaml\n{environment}\n```\n```\n$ {command(scenario)}\n{report}```\n"


def command(scenario: Scenario) -> str:
    """Return the command that a user would type."""
    request = scenario.written["request"]
    words = ["envdoctor explain"]
    words += [f"-p {name}" for name in request.get("platforms", ())]
    words += [f"--virtual-package {text}" for text in request.get("virtual_packages", ())]
    words += [f"--pin '{text}'" for text in request.get("pins", ())]
    if "exclude_newer" in request:
        words.append(f"--exclude-newer {request['exclude_newer']}")
    if len(scenario.written["channels"]) > 1:
        words.append(f"--channel-priority {request.get('priority', 'strict')}")
    return " ".join(words)
