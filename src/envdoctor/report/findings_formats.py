"""Findings for programs: JSON, SARIF, annotations of GitHub, GitLab's code quality, JUnit, Markdown."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action
from envdoctor.report.comparison_markdown import escaped
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.layout import shown
from envdoctor.report.services import annotation, plain_path, sarif, sarif_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.findings import Finding, FindingsReport
    from envdoctor.model.fixes import Edit
    from envdoctor.rules.rule import Rule

RULES_PAGE = "https://github.com/envdoctor/envdoctor/blob/main/docs/rules.md"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_findings_json(report: FindingsReport) -> str:
    """Return the findings as JSON (docs/json.md)."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "as_of": report.as_of,
        "files": list(report.files),
        "accepted": report.ignored,
        "findings": [_finding_json(finding) for finding in report.findings],
    }
    return json_text(document)


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "kind": finding.kind,
        "severity": finding.severity.value,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "fix": finding.fix or None,
        "fixable": ("safe" if finding.safe else "unsafe") if finding.edits else None,
    }


def render_sarif(report: FindingsReport, rules: Sequence[Rule]) -> str:
    """Return the findings as SARIF 2.1.0 (OASIS), with the rules that spoke and a fingerprint for each."""
    spoke = [rule for rule in rules if any(finding.code == rule.code for finding in report.findings)]
    index = {rule.code: number for number, rule in enumerate(spoke)}
    texts = dict(report.texts)
    results = [
        _result(finding, index[finding.code], texts.get(finding.place.file, ()), report.folder)
        for finding in report.findings
    ]
    return sarif([_rule_sarif(rule) for rule in spoke], results, RULES_PAGE)


def _rule_sarif(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.kind.split("-")),
        "shortDescription": {"text": rule.kind.replace("-", " ")},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.fix}. Right to ignore: {rule.ignore}. Source: {rule.source}"},
        "helpUri": f"{RULES_PAGE}#{rule.code.lower()}-{rule.kind}",
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: int, lines: Sequence[str], folder: str) -> dict[str, Any]:
    region = {"startLine": finding.place.line or 1, "startColumn": finding.place.column or 1}
    file = {"uri": sarif_address(finding.place.file, folder)}
    text = finding.message + (f". {finding.fix[0].upper()}{finding.fix[1:]}." if finding.fix else "")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
        "partialFingerprints": {"envdoctor/v1": _fingerprint(finding, lines)},
    }
    own = all(edit.place.file == finding.place.file for edit in finding.edits)
    changes = [_replacement(edit, lines) for edit in finding.edits] if own else []
    if changes and None not in changes:
        change = {"artifactLocation": file, "replacements": changes}
        result["fixes"] = [{"description": {"text": finding.fix}, "artifactChanges": [change]}]
    return result


def _replacement(edit: Edit, lines: Sequence[str]) -> dict[str, Any] | None:
    """An edit as SARIF has it; None where it takes more than the text of one line to say it (`--fix` makes it)."""
    number, column = edit.place.line, edit.place.column
    if number is None or column is None or number > len(lines) or not edit.before:
        return None
    line = lines[number - 1]
    if not line.startswith(edit.before, column - 1):
        return None
    if edit.action is Action.REPLACE:
        end = {"endLine": number, "endColumn": column + len(edit.before)}
        return {
            "deletedRegion": {"startLine": number, "startColumn": column, **end},
            "insertedContent": {"text": edit.after},
        }
    alone = line[: column - 1].strip() == "-" and not line[column - 1 + len(edit.before) :].strip()
    if edit.action is Action.REMOVE and alone and number < len(lines):
        return {"deletedRegion": {"startLine": number, "startColumn": 1, "endLine": number + 1, "endColumn": 1}}
    return None


def _fingerprint(finding: Finding, lines: Sequence[str]) -> str:
    """What stays the same while a file grows: code, file, and the text of the line."""
    number = finding.place.line or 0
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return hashlib.sha256("\0".join((finding.code, plain_path(finding.place.file), line)).encode()).hexdigest()[:32]


def render_github(report: FindingsReport) -> str:
    """Return the findings as workflow commands of GitHub Actions, which annotate the lines."""
    rows = []
    for finding in report.findings:
        place = finding.place
        where = {"file": plain_path(place.file), "line": place.line or 1, "col": place.column or 1}
        title = {"title": f"{finding.code} {finding.kind}"}
        text = f"{finding.message}\n→ {finding.fix}" if finding.fix else finding.message
        rows.append(annotation(_ANNOTATIONS[finding.severity], text, where | title))
    return "".join(rows)


def render_gitlab(report: FindingsReport) -> str:
    """Return the findings as GitLab's code quality report."""
    texts = dict(report.texts)
    rows = [
        {
            "description": f"{finding.code}: {finding.message}",
            "check_name": finding.kind,
            "fingerprint": f"{_fingerprint(finding, texts.get(finding.place.file, ()))}-{finding.place.line or 0}",
            "severity": _GITLAB[finding.severity],
            "location": {"path": plain_path(finding.place.file), "lines": {"begin": finding.place.line or 1}},
        }
        for finding in report.findings
    ]
    return json_text(rows)


def render_junit(report: FindingsReport) -> str:
    """Return the findings as JUnit's XML: a test case for each file, which fails with its errors and warnings."""
    failing = [finding for finding in report.findings if finding.severity is not Severity.INFO]
    cases = []
    for file in report.files:
        own = [finding for finding in failing if finding.place.file == file]
        text = "\n".join(f"{finding.place}: {finding.code} {finding.message}" for finding in own)
        failure = (
            f"<failure message={quoteattr(_xml(own[0].message))}>{xml_escape(_xml(text))}</failure>" if own else ""
        )
        cases.append(f'  <testcase classname="envdoctor" name={quoteattr(_xml(file))}>{failure}</testcase>\n')
    failed = len({finding.place.file for finding in failing})
    head = f'<testsuite name="envdoctor check" tests="{len(report.files)}" failures="{failed}">\n'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{"".join(cases)}</testsuite>\n'


def _xml(text: str) -> str:
    return "\n".join(map(shown, text.split("\n")))


def render_findings_markdown(report: FindingsReport) -> str:
    """Return the findings as a Markdown table, for a job's summary."""
    if not report.findings:
        return f"envdoctor check: nothing to say about {len(report.files)} files.\n"
    rows = [
        f"| {finding.severity.value} | [{finding.code}]({RULES_PAGE}#{finding.code.lower()}-{finding.kind}) | "
        f"{escaped(str(finding.place))} | {escaped(finding.message)} | {escaped(finding.fix)} |"
        for finding in report.findings
    ]
    return "\n".join(["| | rule | where | what | to do |", "|---|---|---|---|---|", *rows]) + "\n"
