"""What `envdoctor fix` prints: the cause in short, the fixes, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.model.outcome import Resolution, Unsatisfiable
from envdoctor.report.fixes import fix_words, fixes_block
from envdoctor.report.fixes_json import fix_json
from envdoctor.report.json import SCHEMA_VERSION, json_text
from envdoctor.report.layout import Line, Role, joined, lay_out
from envdoctor.report.stories import by_reason
from envdoctor.report.words import counted, solves, whole_name

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.fixes import Applied

STEP = 2
MOST_CAUSES = 3


def render_fixes(diagnosis: Diagnosis, *, width: int, colour: bool, verbose: bool) -> str:
    """Return why nothing solves, in a sentence for each cause, and the fixes; or that there is nothing to fix."""
    return lay_out(
        joined(_state(diagnosis), fixes_block(diagnosis, verbose=verbose), _warnings(diagnosis)),
        width=width,
        colour=colour,
    )


def render_applied(applied: Applied, number: int, *, width: int, colour: bool) -> str:
    """Return what was written, and what is left to be stated."""
    fix = applied.fix
    platforms = listed([one.platform for one in fix.verified])
    rest = " ".join(str(setting) for setting in fix.settings)
    lines = [
        Line(text=f"✓ fix {number} is in {listed(applied.files)}: {fix_words(fix)}", role=Role.SUCCESS, hang=STEP),
        Line(text=f"It solves on {platforms}{f', once you state {rest}' if rest else ''}.", indent=STEP, hang=STEP),
    ]
    if applied.backups:
        lines.append(Line(text=f"What was there before: {listed(applied.backups)}.", indent=STEP, hang=STEP))
    return lay_out(lines, width=width, colour=colour)


def render_applied_json(applied: Applied) -> str:
    """Return the same as JSON."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "applied": fix_json(applied.fix),
        "files": list(applied.files),
        "backups": list(applied.backups),
    }
    return json_text(document)


def _state(diagnosis: Diagnosis) -> tuple[Line, ...]:
    name = whole_name(diagnosis.environment)
    if diagnosis.solvable:
        where = listed([one.platform for one in diagnosis.platforms])
        text = f"✓ {name} {solves(diagnosis.environment)}{f' on {where}' if where else ''}: there is nothing to fix"
        return (Line(text=text, role=Role.SUCCESS, hang=STEP),)
    refused = [one for one in diagnosis.platforms if not isinstance(one.outcome, Resolution)]
    where = listed([one.platform for one in refused])
    title = (
        f"✗ {name} {solves(diagnosis.environment, whether=False)} on {where}"
        if refused
        else f"✗ {name} contradicts itself: conda and pip lines that cannot both hold"
    )
    return (Line(text=title, role=Role.FAILURE, hang=STEP), *_causes(diagnosis))


def _causes(diagnosis: Diagnosis) -> tuple[Line, ...]:
    """The headline of each cause, once."""
    conflicts = [
        *diagnosis.pip_conflicts,
        *(
            group[0]
            for one in diagnosis.platforms
            if isinstance(one.outcome, Unsatisfiable)
            for group in by_reason(one.outcome.conflicts)
        ),
    ]
    headlines = tuple(dict.fromkeys(conflict.headline for conflict in conflicts))
    lines = [Line(text=text, indent=STEP, hang=STEP) for text in headlines[:MOST_CAUSES]]
    if len(headlines) > MOST_CAUSES:
        more = counted(len(headlines) - MOST_CAUSES, "more cause")
        lines.append(Line(text=f"and {more} (envdoctor explain tells all).", indent=STEP))
    return tuple(lines)


def _warnings(diagnosis: Diagnosis) -> tuple[Line, ...]:
    texts = dict.fromkeys(str(notice) for notice in diagnosis.notices)
    return tuple(Line(text=text, hang=STEP, role=Role.WARNING) for text in texts)
