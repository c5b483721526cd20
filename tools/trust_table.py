"""Count the findings over the real files and write the table of trust in docs/check.md: `python -m tools.trust_table`.

What was read and judged by hand stands in `judged_findings.yaml`; the counts are those of today's rules.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from envdoctor.model.findings import Severity
from envdoctor.rules.registry import RULES
from envdoctor.workflows.checking import CheckOptions, check

ROOT = Path(__file__).resolve().parents[1]
ENVS = ROOT.parent / "shared" / "envs"
PAGE = ROOT / "docs" / "check.md"
JUDGED = Path(__file__).with_name("judged_findings.yaml")
DAY = "2026-11-25"
BEGIN, END = "<!-- table: python -m tools.trust_table -->", "<!-- end of table -->"


def real_files() -> tuple[str, ...]:
    """Return the real environment files, in order."""
    suffixes = {".yml", ".yaml", ".txt"}
    return tuple(sorted(str(path) for path in ENVS.rglob("*") if path.suffix in suffixes))


def counts() -> Counter[str]:
    """Return how often each rule speaks over the real files."""
    return Counter(finding.code for finding in check(CheckOptions(paths=real_files(), as_of=DAY)).findings)


def table(found: Counter[str]) -> str:
    """Return the table, the summary and the rules that never spoke."""
    judged = yaml.safe_load(JUDGED.read_text("utf-8"))
    rows = ["| rule | severity | findings | read | wrong | what was wrong |", "|---|---|---|---|---|---|"]
    for rule in RULES:
        if found[rule.code]:
            row = judged.get(rule.code, {"read": 0, "wrong": 0})
            cells = (f"{rule.code} {rule.kind}", rule.severity.value, found[rule.code], row["read"], row["wrong"])
            rows.append(f"| {' | '.join(map(str, cells))} | {row.get('what', '')} |")
    read, wrong = (sum(row[key] for row in judged.values()) for key in ("read", "wrong"))
    failing = {rule.code for rule in RULES if rule.severity is not Severity.INFO}
    among = sum(row["wrong"] for code, row in judged.items() if code in failing)
    silent = [rule.code for rule in RULES if not found[rule.code]]
    summary = (
        f"{sum(found.values()):,} findings in {len(real_files())} files; {read} were read, {wrong} of them are wrong "
        f"({wrong / read:.1%}), {among} at severity error or warning. These rules never spoke and rest on their tests "
        f"alone: {', '.join(silent)}."
    )
    return "\n\n".join((summary, "\n".join(rows)))


def with_table(page: str, text: str) -> str:
    """Return the page with another table."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), table(counts())), "utf-8")
