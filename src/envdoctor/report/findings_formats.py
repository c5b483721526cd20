"""Findings for programs: JSON, SARIF, annotations of GitHub, GitLab's code quality, JUnit, Markdown."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

import envdoctor
from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action
from envdoctor.report.comparison_markdown import escaped
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.layout import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.findings import Finding, FindingsReport
    from envdoctor.model.fixes import Edit
    from envdoctor.rules.rule import Rule

RULES_PAGE = "https://github.com/envdoctor/envdoctor/blob/main/docs/rules.md"
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
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
    driver = {
        "name": "envdoctor",
        "version": envdoctor.__version__,
        "informationUri": RULES_PAGE,
        "rules": [_rule_sarif(rule) for rule in spoke],
    }
    index = {rule.code: number for number, rule in enumerate(spoke)}
    results = [_result(finding, index[finding.code], report) for finding in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


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


def _result(finding: Finding, index: int, report: FindingsReport) -> dict[str, Any]:
    region = {"startLine": finding.place.line or 1, "startColumn": finding.place.column or 1}
    location = {"artifactLocation": {"uri": _address(finding.place.file, report)}, "region": region}
    text = finding.message + (f". {finding.fix[0].upper()}{finding.fix[1:]}." if finding.fix else "")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"envdoctor/v1": _fingerprint(finding, report)},
    }
    changes = [_replacement(edit, dict(report.texts).get(edit.place.file, ())) for edit in finding.edits]
    if changes and None not in changes and all(edit.place.file == finding.place.file for edit in finding.edits):
        change = {"artifactLocation": {"uri": _address(finding.place.file, report)}, "replacements": changes}
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


def _uri(file: str) -> str:
    return file.replace("\\", "/").removeprefix("./")


def _address(file: str, report: FindingsReport) -> str:
    """A file as SARIF wants it: relative to the folder of the run where it lies below it, else absolute."""
    path = PurePath(file)
    if not path.is_absolute():
        return quote(_uri(file))
    if report.folder and path.is_relative_to(report.folder):
        return quote(path.relative_to(report.folder).as_posix())
    return path.as_uri()


def _fingerprint(finding: Finding, report: FindingsReport) -> str:
    """What stays the same while a file grows: code, file, and the text of the line."""
    lines = dict(report.texts).get(finding.place.file, ())
    number = finding.place.line or 0
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return hashlib.sha256("\0".join((finding.code, _uri(finding.place.file), line)).encode()).hexdigest()[:32]


def render_github(report: FindingsReport) -> str:
    """Return the findings as workflow commands of GitHub Actions, which annotate the lines."""
    rows = []
    for finding in report.findings:
        place = finding.place
        where = f"file={_property(_uri(place.file))},line={place.line or 1},col={place.column or 1}"
        title = _property(f"{finding.code} {finding.kind}")
        text = f"{finding.message}\n→ {finding.fix}" if finding.fix else finding.message
        rows.append(f"::{_ANNOTATIONS[finding.severity]} {where},title={title}::{_data(text)}\n")
    return "".join(rows)


def _data(text: str) -> str:
    return "\n".join(map(shown, text.split("\n"))).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def render_gitlab(report: FindingsReport) -> str:
    """Return the findings as GitLab's code quality report."""
    rows = [
        {
            "description": f"{finding.code}: {finding.message}",
            "check_name": finding.kind,
            "fingerprint": f"{_fingerprint(finding, report)}-{finding.place.line or 0}",
            "severity": _GITLAB[finding.severity],
            "location": {"path": _uri(finding.place.file), "lines": {"begin": finding.place.line or 1}},
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
