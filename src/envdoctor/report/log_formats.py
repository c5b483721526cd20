"""The diagnosis of a log for programs: JSON, Markdown, annotations of GitHub, SARIF."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from envdoctor.model.logs import Confidence
from envdoctor.report.comparison_markdown import escaped
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.layout import shown
from envdoctor.report.log_text import headline
from envdoctor.report.services import annotation, sarif, sarif_address

if TYPE_CHECKING:
    from envdoctor.model.logs import Cause, LogDiagnosis, LogLine

PAGE = "https://github.com/envdoctor/envdoctor/blob/main/docs/diagnose.md"
_LEVELS = {Confidence.CERTAIN: "error", Confidence.LIKELY: "error", Confidence.POSSIBLE: "warning"}


def render_log_json(diagnosis: LogDiagnosis) -> str:
    """Return the diagnosis as JSON (docs/json.md)."""
    request = diagnosis.request
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "outcome": diagnosis.outcome.value,
        "causes": [_cause_json(cause) for cause in diagnosis.causes],
        "consequences": [
            {"line": one.line.number, "text": one.line.text, "explanation": one.explanation}
            for one in diagnosis.consequences
        ],
        "log": diagnosis.source,
        "lines": diagnosis.lines,
        "unknown_failure": diagnosis.unknown_failure,
        "informative": [_line_json(line) for line in diagnosis.informative],
        "request": {
            "specs": list(request.specs),
            "channels": list(request.channels),
            "platform": request.platform or None,
            "day": request.day or None,
        },
        "explained": list(diagnosis.story),
    }
    return json_text(document)


def _cause_json(cause: Cause) -> dict[str, Any]:
    return {
        "class": cause.kind,
        "line": cause.line.number,
        "confidence": cause.confidence.value,
        "confidence_reason": cause.because,
        "sentence": cause.sentence,
        "reason": cause.reason,
        "fixes": list(cause.fixes),
        "signature": cause.signature,
        "step": cause.line.step or None,
        "swallowed": cause.swallowed,
        "facts": dict(cause.facts),
        "excerpt": [_line_json(line) for line in cause.excerpt],
        "references": list(cause.references),
    }


def _line_json(line: LogLine) -> dict[str, Any]:
    return {"line": line.number, "text": line.text}


def render_log_markdown(diagnosis: LogDiagnosis) -> str:
    """Return the diagnosis as Markdown, for a job's summary or a comment."""
    parts = [f"**envdoctor diagnose** {escaped(headline(diagnosis))}", ""]
    for cause in diagnosis.causes:
        parts += [
            f"### {escaped(cause.sentence)}",
            "",
            f"`{cause.kind}`, line {cause.line.number}, {cause.confidence.value}: {escaped(cause.because)}",
            "",
            *_fenced(cause.excerpt),
            "",
            f"Why: {escaped(cause.reason)}.",
            "",
            *(f"- {escaped(fix)}" for fix in cause.fixes),
            "",
        ]
    if diagnosis.informative:
        parts += ["The lines that tell most:", "", *_fenced(diagnosis.informative), ""]
    if diagnosis.story:
        parts += ["What explain says about the environment:", "", *(f"- {escaped(one)}" for one in diagnosis.story), ""]
    if diagnosis.consequences and diagnosis.causes:
        numbers = ", ".join(str(one.line.number) for one in diagnosis.consequences)
        parts += [f"Only consequences: lines {numbers}.", ""]
    return "\n".join(parts)


def _fenced(lines: tuple[LogLine, ...]) -> list[str]:
    """Lines of the log as a code block, with a fence that no line of it closes."""
    fence = "```"
    while any(fence in line.text for line in lines):
        fence += "`"
    return [f"{fence}text", *(f"{line.number}: {shown(line.text)}" for line in lines), fence]


def render_log_github(diagnosis: LogDiagnosis) -> str:
    """Return the causes as workflow commands of GitHub Actions, which show them on the run's page."""
    rows = []
    for cause in diagnosis.causes:
        text = "\n".join((cause.sentence, *(f"→ {fix}" for fix in cause.fixes)))
        title = f"{cause.kind} (line {cause.line.number} of the log, {cause.confidence.value})"
        rows.append(annotation(_LEVELS[cause.confidence], text, {"title": title}))
    if diagnosis.unknown_failure:
        rows.append(annotation("warning", headline(diagnosis), {"title": "envdoctor diagnose"}))
    return "".join(rows)


def render_log_sarif(diagnosis: LogDiagnosis) -> str:
    """Return the causes as SARIF 2.1.0 (OASIS), at their lines of the log."""
    kinds = sorted({cause.kind for cause in diagnosis.causes})
    rules = [{"id": kind, "shortDescription": {"text": kind.replace("-", " ")}, "helpUri": PAGE} for kind in kinds]
    results = [_result(cause, kinds.index(cause.kind), diagnosis.source) for cause in diagnosis.causes]
    return sarif(rules, results, PAGE)


def _result(cause: Cause, index: int, source: str) -> dict[str, Any]:
    uri = "build.log" if source == "-" else sarif_address(source)
    text = " ".join((cause.sentence, *(f"{fix[0].upper()}{fix[1:]}." for fix in cause.fixes if fix)))
    return {
        "ruleId": cause.kind,
        "ruleIndex": index,
        "level": _LEVELS[cause.confidence],
        "message": {"text": text},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": cause.line.number}}}
        ],
        "partialFingerprints": {
            "envdoctor/v1": hashlib.sha256(f"{cause.signature}\0{cause.line.text}".encode()).hexdigest()[:32]
        },
    }
