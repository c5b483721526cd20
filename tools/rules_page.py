"""Write docs/rules.md from the registry: `python -m tools.rules_page`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.rules.registry import FAMILIES, RULES

if TYPE_CHECKING:
    from envdoctor.rules.rule import Rule

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
INTRODUCTION = """\
# The rules of `envdoctor check`

One section for each rule: why it is there, an example, what to do, when it is right to ignore it, and the source. The
page is written from the registry (`python -m tools.rules_page`); `envdoctor check --explain CODE` tells the same. How
the command works, and how far its findings can be trusted, is told in [check.md](check.md).
"""


def page() -> str:
    """Return the page."""
    parts = [INTRODUCTION, _overview()]
    for family, title in FAMILIES:
        parts.append(f"## {family}: {title}\n")
        parts += [_section(rule) for rule in RULES if rule.code.startswith(family)]
    return "\n".join(parts).rstrip() + "\n"


def _overview() -> str:
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}-{rule.kind}) | {rule.kind} | {rule.severity.value} |" for rule in RULES
    ]
    return "\n".join(["| code | kind | severity |", "|---|---|---|", *rows]) + "\n"


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.kind}"


def _section(rule: Rule) -> str:
    fixed = f" `--fix{'' if rule.safe else ' --unsafe'}` does it." if rule.fixable else ""
    return (
        f"### {rule.code} {rule.kind}\n\n"
        f"{_sentence(rule.why)}\n\n"
        f"```yaml\n{rule.example}\n```\n\n"
        f"- Severity: {rule.severity.value}.\n"
        f"- To do: {_words(rule.fix)}.{fixed}\n"
        f"- Right to ignore: {rule.ignore}.\n"
        f"- Source: {rule.source}.\n"
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _words(template: str) -> str:
    """A template with its words in italics; one that says nothing by itself."""
    return template.replace("{", "*").replace("}", "*")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
