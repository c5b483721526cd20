"""The diagnosis of a log as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.logs import Outcome
from envdoctor.report.layout import BLANK, Line, Role, lay_out, shown
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.logs import Cause, LogDiagnosis, LogLine

STEP = 2
MOST_CONSEQUENCES = 8
_WIDEST = 400


def headline(diagnosis: LogDiagnosis) -> str:
    """Return in one line how the log ended and how many causes there are."""
    where = f"{diagnosis.source} ({counted(diagnosis.lines, 'line')})"
    if diagnosis.unknown_failure:
        return f"{where}: it failed, and no signature of the catalogue says why."
    number = counted(len(diagnosis.causes), "cause")
    if diagnosis.outcome is Outcome.FAILED:
        return f"{where}: it failed; {number}."
    if diagnosis.causes:
        return f"{where}: it ended well, and yet something failed; {number}."
    return f"{where}: nothing failed."


def render_log_text(diagnosis: LogDiagnosis, *, width: int, colour: bool) -> str:
    """Return causes with their lines, reasons and fixes, then what only follows from them."""
    good = diagnosis.outcome is Outcome.SUCCEEDED and not diagnosis.causes
    lines = [Line(text=headline(diagnosis), hang=STEP, role=Role.SUCCESS if good else Role.FAILURE)]
    for number, cause in enumerate(diagnosis.causes, start=1):
        lines += [BLANK, *_cause(cause, f"{number}. " if len(diagnosis.causes) > 1 else "", width)]
    if diagnosis.unknown_failure:
        lines += [BLANK, Line(text="The lines that tell most:"), *_excerpt(diagnosis.informative, 0, width)]
        lines.append(Line(text="It would be a guess to name a cause.", role=Role.WARNING))
    lines += _story(diagnosis)
    lines += _consequences(diagnosis)
    return lay_out(lines, width=width, colour=colour)


def _cause(cause: Cause, lead: str, width: int) -> list[Line]:
    indent = len(lead)
    lines = [
        Line(text=cause.sentence, indent=indent, lead=lead, hang=STEP, role=Role.HEADLINE),
        Line(
            text=f"[{cause.kind}, line {cause.line.number}, {cause.confidence.value}: {cause.because}]",
            indent=indent,
            hang=STEP,
        ),
        *_excerpt(cause.excerpt, cause.line.number, width),
        Line(text=f"Why: {cause.reason}.", indent=indent, hang=STEP),
    ]
    lines += [Line(text=f"→ {fix}", indent=indent, hang=STEP, role=Role.HINT) for fix in cause.fixes]
    return lines


def _excerpt(lines: Sequence[LogLine], marked: int, width: int) -> list[Line]:
    """Lines of the log with their numbers, the one that counts marked; each takes one row."""
    columns = len(str(max((line.number for line in lines), default=0)))
    room = max(width - columns - 2 * STEP - 3, 20)
    return [
        Line(
            text=f"{'>' if line.number == marked else ' '} {line.number:>{columns}} | {_cut(shown(line.text), room)}",
            indent=STEP,
            hang=columns + 5,
        )
        for line in lines
    ]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _story(diagnosis: LogDiagnosis) -> list[Line]:
    if not diagnosis.story:
        return []
    told = [Line(text=text, indent=STEP, hang=STEP) for text in diagnosis.story]
    return [BLANK, Line(text="What explain says about the environment:", role=Role.HEADLINE), *told]


def _consequences(diagnosis: LogDiagnosis) -> list[Line]:
    if not diagnosis.consequences or not diagnosis.causes:
        return []
    numbers = [str(one.line.number) for one in diagnosis.consequences]
    shown_ones = ", ".join(numbers[:MOST_CONSEQUENCES])
    more = f" and {len(numbers) - MOST_CONSEQUENCES} more" if len(numbers) > MOST_CONSEQUENCES else ""
    word = "line" if len(numbers) == 1 else "lines"
    verb = "follows" if len(numbers) == 1 else "follow"
    return [BLANK, Line(text=f"Only {verb} from that: {word} {shown_ones}{more}.", hang=STEP)]
