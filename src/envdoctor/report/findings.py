"""Findings as text: grouped by file, with the source line and a caret, and the rules behind them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from envdoctor.model.findings import Severity
from envdoctor.report.layout import BLANK, Line, Role, columns, lay_out, shown
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.findings import Finding, FindingsReport
    from envdoctor.rules.rule import Rule

STEP = 2
_ROLES = {Severity.ERROR: Role.FAILURE, Severity.WARNING: Role.WARNING, Severity.INFO: Role.PLAIN}


def render_findings(report: FindingsReport, *, width: int, colour: bool) -> str:
    """Return the findings of each file with their lines, and how many there are."""
    texts = dict(report.texts)
    lines: list[Line] = []
    for file, group in groupby(report.findings, key=lambda finding: finding.place.file):
        lines += [Line(text=file, role=Role.HEADLINE)]
        for finding in group:
            lines += _finding(finding, texts.get(file, ()), width)
        lines.append(BLANK)
    lines.append(
        Line(text=_summary(report), hang=STEP, role=Role.PLAIN if report.findings or not report.files else Role.SUCCESS)
    )
    return lay_out(lines, width=width, colour=colour)


def _finding(finding: Finding, text: Sequence[str], width: int) -> list[Line]:
    place, number = finding.place, finding.place.line
    where = "" if number is None else f"{number}:{place.column or 1} "
    head = f"{where}{finding.severity.value} {finding.code}: {finding.message}"
    lines = [Line(text=head, indent=STEP, hang=STEP, role=_ROLES[finding.severity])]
    if number is not None and number <= len(text) and text[number - 1].strip():
        line = shown(text[number - 1])
        before = columns(shown(text[number - 1][: (place.column or 1) - 1]))
        if 2 * STEP + columns(line) <= width:
            lines.append(Line(text=line, indent=2 * STEP))
            lines.append(Line(text="^", indent=2 * STEP + before))
    if finding.fix:
        lines.append(Line(text=f"→ {finding.fix}", indent=2 * STEP, hang=STEP, role=Role.HINT))
    return lines


def _summary(report: FindingsReport) -> str:
    files = counted(len(report.files), "file")
    ignored = f"; {report.ignored} accepted" if report.ignored else ""
    if not report.files:
        return "no environment file or lock was found; name the file, whatever it is called"
    if not report.findings:
        return f"✓ nothing to say about {files} (as of {report.as_of}){ignored}"
    counts = Counter(finding.severity for finding in report.findings)
    told = ", ".join(counted(counts[severity], severity.value) for severity in Severity if counts[severity])
    mends = sum(bool(finding.edits) for finding in report.findings)
    safe = sum(bool(finding.edits) and finding.safe for finding in report.findings)
    fixes = f"; --fix mends {safe}, --fix --unsafe {mends}" if mends else ""
    return f"{told} in {files} (as of {report.as_of}){ignored}{fixes}"


def render_rules(rules: Sequence[Rule]) -> str:
    """Return the list of rules."""
    width = max(len(rule.kind) for rule in rules)
    return "".join(f"{rule.code}  {rule.severity.value:<7}  {rule.kind:<{width}}  {_short(rule)}\n" for rule in rules)


def _short(rule: Rule) -> str:
    return rule.why.split(".", 1)[0].split("\n", 1)[0]


def render_rule(rule: Rule, *, width: int, colour: bool) -> str:
    """Return all that there is to say about a rule."""
    fixed = "--fix" if rule.safe else "--fix --unsafe"
    lines = [
        Line(text=f"{rule.code} {rule.kind} ({rule.severity.value})", role=Role.HEADLINE),
        BLANK,
        Line(text=rule.why),
        BLANK,
        Line(text="For example:"),
        *(Line(text=text, indent=STEP) for text in rule.example.split("\n")),
        BLANK,
        Line(text=f"To do: {rule.fix}" + (f" ({fixed} does it)" if rule.fixable else "")),
        Line(text=f"Right to ignore: {rule.ignore}"),
        Line(text=f"Source: {rule.source}"),
    ]
    return lay_out(lines, width=width, colour=colour)
