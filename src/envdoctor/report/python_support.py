"""The python versions of an environment, as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envdoctor.analysis.wording import listed, placed
from envdoctor.report.comparison_markdown import escaped
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.json_parts import line_json, notice_json
from envdoctor.report.layout import BLANK, Line, Role, lay_out, padded

if TYPE_CHECKING:
    from envdoctor.model.python_support import Exclusion, PythonOnPlatform, PythonReport, PythonSeries

STEP = 2
GAP = "  "


def render_python(report: PythonReport, *, width: int, colour: bool) -> str:
    """Return a table for each platform, those of which the same is true together, and what follows for the file."""
    lines: list[Line] = [_verdict(report)]
    for platforms, told in _told_once(report):
        rows = _rows(told)
        lines += [BLANK, Line(text=f"{listed(platforms)}:")]
        left = max((len(series) for series, _ in rows), default=0)
        lines += [
            Line(text=f"{padded(series, left)}{GAP}{text}", indent=STEP, hang=left + len(GAP), role=_role(text))
            for series, text in rows
        ]
    lines += [Line(text=str(notice), role=Role.WARNING, hang=STEP) for notice in report.notices]
    return lay_out(lines, width=width, colour=colour)


def render_python_markdown(report: PythonReport) -> str:
    """Return the same as Markdown."""
    blocks = [escaped(_verdict(report).text)]
    for platforms, told in _told_once(report):
        rows = "\n".join(f"| {escaped(series)} | {escaped(text)} |" for series, text in _rows(told))
        blocks.append(f"**{', '.join(platforms)}**\n\n| python | |\n|---|---|\n{rows}")
    return "\n\n".join(blocks) + "\n"


def render_python_json(report: PythonReport) -> str:
    """Return the same as JSON (docs/json.md)."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "name": report.name,
        "fits": report.fits,
        "asked": [line_json(line) for line in report.asked],
        "platforms": [
            {"platform": one.platform, "pythons": [_series_json(series) for series in one.series]}
            for one in report.platforms
        ],
        "notices": [notice_json(notice) for notice in report.notices],
    }
    return json_text(document)


def _series_json(one: PythonSeries) -> dict[str, Any]:
    return {
        "series": one.series,
        "newest": one.newest,
        "supported": one.supported,
        "asked": one.asked,
        "excluded_by": [
            {"lines": [line_json(line) for line in each.lines], "since": each.since or None} for each in one.excluded_by
        ],
    }


def _verdict(report: PythonReport) -> Line:
    """What the file's own line on python gets, and what else it could ask for."""
    supported = _on_all(report)
    asks = f"; {listed([placed(line) for line in report.asked])} asks for {_asked(report)}" if report.asked else ""
    rest = "every other line" if report.asked else "every line"
    several = len(report.platforms) > 1
    where = " on all platforms" if several else ""
    if not supported:
        text = f"no python satisfies {rest} of {report.name}{where}{asks}"
    else:
        verb = "satisfies" if len(supported) == 1 else "satisfy"
        text = f"python {listed(supported)} {verb} {rest} of {report.name}{where}{asks}"
    mark = "✓" if report.fits else "✗"
    return Line(text=f"{mark} {text}", role=Role.SUCCESS if report.fits else Role.FAILURE, hang=STEP)


def _asked(report: PythonReport) -> str:
    asked = [one.series for one in report.platforms[0].series if one.asked] if report.platforms else []
    if len(asked) > 2:  # noqa: PLR2004 - a span reads better than a list
        return f"{asked[-1]} to {asked[0]}"
    return listed(asked[::-1], "or") or "none that there is"


def _on_all(report: PythonReport) -> list[str]:
    """The series that all other lines support on all platforms, the oldest first."""
    each = [[one.series for one in platform.series if one.supported] for platform in report.platforms]
    return [series for series in reversed(each[0]) if all(series in others for others in each)] if each else []


def _told_once(report: PythonReport) -> list[tuple[list[str], PythonOnPlatform]]:
    """The platforms with those of which the same is to be told."""
    found: list[tuple[list[str], PythonOnPlatform]] = []
    for one in report.platforms:
        for names, told in found:
            if _rows(told) == _rows(one):
                names.append(one.platform)
                break
        else:
            found.append(([one.platform], one))
    return found


def _rows(one: PythonOnPlatform) -> list[tuple[str, str]]:
    """A row for each series; neighbours of which the same is true share one."""
    rows: list[tuple[list[str], str]] = []
    for series in one.series:
        text = _text(series)
        if rows and rows[-1][1] == text:
            rows[-1][0].append(series.series)
        else:
            rows.append(([series.series], text))
    return [(names[0] if len(names) == 1 else f"{names[-1]}–{names[0]}", text) for names, text in rows]


def _text(one: PythonSeries) -> str:
    if one.supported:
        return "yes" if one.asked else "yes, but no line on python asks for it"
    return f"no: {'; '.join(_exclusion(each) for each in one.excluded_by)}"


def _exclusion(each: Exclusion) -> str:
    if not each.lines:
        return "neither python nor what it needs is to be had, whatever the lines"
    together = " together" if len(each.lines) > 1 else ""
    return f"{_several(each)}{together}" + (f", {each.since}" if each.since else "")


def _several(each: Exclusion) -> str:
    return listed([placed(line) for line in each.lines])


def _role(text: str) -> Role:
    return Role.SUCCESS if text == "yes" else Role.PLAIN
