"""A diagnosis as text for people: plain first, colour second, wrapped to any width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed, placed
from envdoctor.model.outcome import Check, Resolution, Unsatisfiable
from envdoctor.report.fixes import fixes_block
from envdoctor.report.layout import BLANK, Line, Role, joined, lay_out, wrapped
from envdoctor.report.stories import by_reason, shared_lines, stories
from envdoctor.report.success import success_lines
from envdoctor.report.words import at_place, counted, moment, solves, whole_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import Conflict, PlatformDiagnosis
    from envdoctor.report.stories import Story

MOST_LINES = 12
"""Lines with the same cause that are listed one by one, unless everything is to be told."""

MOST_SHARED = 3
"""Lines told to take part in several conflicts."""

WIDE = 100
"""Columns of the page by which rows are counted at the least."""

STEP = 2
"""Columns of indentation."""


def render_text(diagnosis: Diagnosis, *, width: int, colour: bool, verbose: bool) -> str:
    """Return the diagnosis as text, no line wider than `width` columns unless a single word is.

    `verbose` adds the full proofs, all records of a resolution, and everything that took part unseen.
    """
    told = stories(diagnosis.platforms, apart=verbose)
    blocks = [
        _pip_block(diagnosis, verbose=verbose, width=width),
        *(_story_block(diagnosis, story, verbose=verbose, width=width) for story in told),
        fixes_block(diagnosis, verbose=verbose),
        _nothing_to_solve(diagnosis),
        _notes(diagnosis, verbose=verbose),
    ]
    return lay_out(joined(*blocks), width=width, colour=colour)


def _nothing_to_solve(diagnosis: Diagnosis) -> tuple[Line, ...]:
    if diagnosis.platforms:
        return ()
    name, lines = whole_name(diagnosis.environment), diagnosis.environment.requirements
    if diagnosis.environment.explicit:
        text = f"✓ {name} lists {counted(len(lines), 'package')} by address: there is nothing to solve"
    else:
        text = f"✓ {name} counts on no platform: there is nothing to solve"
    return (Line(text=text, role=Role.SUCCESS, hang=STEP),)


def _pip_block(diagnosis: Diagnosis, *, verbose: bool, width: int) -> tuple[Line, ...]:
    if not diagnosis.pip_conflicts:
        return ()
    title = f"✗ {whole_name(diagnosis.environment)} contradicts itself: conda and pip lines that cannot both hold"
    return joined((_title(title),), _conflicts(diagnosis, diagnosis.pip_conflicts, verbose=verbose, columns=width))


def _story_block(diagnosis: Diagnosis, story: Story, *, verbose: bool, width: int) -> tuple[Line, ...]:
    name, platform = whole_name(diagnosis.environment), story.told
    if isinstance(platform.outcome, Resolution):
        return success_lines(diagnosis, platform, verbose=verbose, width=width)
    title = f"✗ {name} {solves(diagnosis.environment, whether=False)} on {platform.platform}"
    if story.alike:
        title += f"; the same on {listed([other.platform for other in story.alike])}"
    return joined(
        (_title(title),),
        _conflicts(diagnosis, platform.outcome.conflicts, verbose=verbose, columns=width),
        _after_conflicts(story, platform.outcome, hinted=verbose or not _has_fixes(diagnosis)),
    )


def _has_fixes(diagnosis: Diagnosis) -> bool:
    return diagnosis.fixes is not None and bool(diagnosis.fixes.found)


def _title(text: str) -> Line:
    return Line(text=text, role=Role.FAILURE, hang=STEP)


def _conflicts(diagnosis: Diagnosis, conflicts: Sequence[Conflict], *, verbose: bool, columns: int) -> tuple[Line, ...]:
    groups = by_reason(conflicts)
    numbered = len(groups) > 1
    width = len(f"{len(groups)}. ") if numbered else 0
    return joined(
        *(
            _group(
                diagnosis,
                group,
                lead=f"{number}. " if numbered else "",
                indent=width,
                rows=None if verbose else _Rows(columns=columns),
            )
            for number, group in enumerate(groups, start=1)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """How much is told below a headline: so many rows of a page of these columns."""

    columns: int
    most: int = 12


def _group(
    diagnosis: Diagnosis, group: Sequence[Conflict], *, lead: str, indent: int, rows: _Rows | None
) -> tuple[Line, ...]:
    """One cause, with as many rows of chains as there may be; `rows` is None where everything is to be told."""
    first, verbose = group[0], rows is None
    told = [
        Line(text=text, indent=indent, role=Role.HEADLINE, lead="" if number else lead)
        for number, text in enumerate(first.headline.splitlines())
    ]
    if len(diagnosis.environment.sources) > 1 and len(group) == 1:
        told += [Line(text=f"{at_place(line)}: {line.text}", indent=indent + STEP, hang=STEP) for line in first.core]
    if first.listed:
        details = _members(group, indent, verbose=verbose)
    else:
        # The first of a group tells for all of them.
        details = _details([*first.details, *_reasons(first)], indent)
        details = details if rows is None else _cut(details, rows)
    other = [
        Line(text=f"Takes part too: {party}", indent=indent, hang=STEP)
        for party in first.other_parties
        if party not in first.headline
    ]
    # What was proven speaks for itself; without it there are hints.
    hinted = verbose or not _has_fixes(diagnosis)
    hints = [Line(text=hint, indent=indent, role=Role.HINT) for hint in first.way_out if hinted]
    proofs = [line for conflict in group for line in _proof(conflict, indent)] if verbose else []
    return joined(told, details, other, hints, proofs)


def _details(details: Iterable[str], indent: int) -> tuple[Line, ...]:
    return tuple(Line(text=text, indent=indent + STEP, hang=2 * STEP, chain=True) for text in details)


def _cut(details: tuple[Line, ...], rows: _Rows) -> tuple[Line, ...]:
    """The first chains, if all of them take more rows than are wanted; a narrow page does not take any away."""
    taken, kept = 0, 0
    for number, line in enumerate(details, start=1):
        taken += len(wrapped(line, max(rows.columns, WIDE)))
        # The last row is for the word that there is more, unless there is none.
        if taken <= rows.most - (number < len(details)):
            kept = number
    if taken <= rows.most:
        return details
    more = len(details) - max(kept, 1)
    note = Line(text=f"… and {more} more rows (--verbose)", indent=details[0].indent)
    return (*details[: max(kept, 1)], note) if more else details


def _reasons(conflict: Conflict) -> tuple[str, ...]:
    """Why bounds are where they are, as far as it is known and not said yet."""
    said = _said(conflict)
    steps = [step for chain in conflict.chains for step in chain.steps]
    reasons = [f"{step.domain.name}: {step.reason}" for step in steps if step.reason and step.reason not in said]
    return tuple(dict.fromkeys(reasons))


def _said(conflict: Conflict) -> str:
    return "\n".join((conflict.headline, *conflict.details))


def _members(group: Sequence[Conflict], indent: int, *, verbose: bool) -> tuple[Line, ...]:
    """The lines that share one cause, each with what is known of it alone."""
    shown = group if verbose else group[:MOST_LINES]
    lines = [
        Line(
            text=": ".join([listed([placed(line) for line in conflict.core]), *dict.fromkeys(conflict.details)]),
            indent=indent + STEP,
            hang=2 * STEP,
        )
        for conflict in shown
    ]
    if len(shown) < len(group):
        lines.append(Line(text=f"and {len(group) - len(shown)} more (--verbose)", indent=indent + STEP))
    return tuple(lines)


def _proof(conflict: Conflict, indent: int) -> tuple[Line, ...]:
    if not conflict.proof:
        return ()
    title = f"Proof: nothing fulfils all of this ({conflict.kind.value}):"
    lines = [Line(text=text, indent=indent + STEP, hang=2 * STEP, chain=True) for text in conflict.proof]
    return (BLANK, Line(text=title, indent=indent, hang=STEP), *lines)


def _after_conflicts(story: Story, outcome: Unsatisfiable, *, hinted: bool) -> tuple[Line, ...]:
    lines = []
    groups = by_reason(outcome.conflicts)
    for shared in shared_lines([group[0] for group in groups])[:MOST_SHARED]:
        number = len(shared.conflicts)
        every = "both" if number == 2 else f"all {number}"  # noqa: PLR2004
        which = every if number == len(groups) else f"{number} of the {len(groups)}"
        lines.append(Line(text=f"{placed(shared.line)} takes part in {which} conflicts.", hang=STEP))
    if len(outcome.conflicts) > 1 and outcome.corrections and hinted:
        lines.append(Line(text=f"{_leave_out(outcome)} and the rest solves.", hang=STEP, role=Role.HINT))
    if outcome.untold:
        more = f"{len(outcome.untold)} more minimal sets of lines clash (--verbose tells them)."
        lines.append(Line(text=more, hang=STEP))
    if not outcome.complete:
        more = "There may be more conflicts" if groups else "The conflicts are unknown"
        lines.append(Line(text=f"{more}: the search for them was cut short."))
    if story.akin:
        where = listed([other.platform for other in story.akin])
        lines.append(Line(text=f"The same lines clash on {where}, along other versions or packages (--verbose)."))
    return tuple(lines)


def _leave_out(outcome: Unsatisfiable) -> str:
    """Which lines to leave out: the smallest sets there are, up to three."""
    fewest = [lines for lines in outcome.corrections if len(lines) == len(outcome.corrections[0])]
    hopeless = {conflict.core[0] for conflict in outcome.conflicts if len(conflict.core) == 1}
    if len(fewest) == 1 and len(fewest[0]) > MOST_SHARED and hopeless.issuperset(fewest[0]):
        return f"Leave out these {len(fewest[0])} lines"
    if len(fewest[0]) > MOST_LINES:
        return f"Leave out {len(fewest[0])} lines (--format json lists them)"
    return f"Leave out {listed([listed([placed(line) for line in lines]) for lines in fewest[:MOST_SHARED]], 'or')}"


def _notes(diagnosis: Diagnosis, *, verbose: bool) -> tuple[Line, ...]:
    """What took part without being a line of the file, and what the user should know besides."""
    texts = [text for platform in diagnosis.platforms for text in _platform_notes(platform, verbose=verbose)]
    pins: dict[str, None] = {}
    for platform in diagnosis.platforms:
        for pin in platform.outcome.request.pins:
            pins.setdefault(f"The pin {pin.text} took part ({pin.origin}).")
    warnings = [str(notice) for notice in diagnosis.notices]
    return (
        *(Line(text=text, hang=STEP) for text in (*texts, *pins)),
        *(Line(text=text, hang=STEP, role=Role.WARNING) for text in dict.fromkeys(warnings)),
    )


def _platform_notes(platform: PlatformDiagnosis, *, verbose: bool) -> tuple[str, ...]:
    request, notes = platform.outcome.request, []
    packages = request.target.virtual_packages
    for origin in dict.fromkeys(package.origin for package in packages if verbose or package.assumed):
        those = [str(package) for package in packages if package.origin == origin and (verbose or package.assumed)]
        known = f": {origin}" if origin else ""
        notes.append(f"{platform.platform} has {listed(those)}{known}.")
    if verbose:
        channels = [f"{tier.name}" for tier in request.tiers]
        notes.append(
            f"{platform.platform}: channels {listed(channels) or '(none)'}, priority {request.priority.value}."
        )
    if request.exclude_newer is not None:
        notes.append(f"{platform.platform}: only what was built up to {moment(request.exclude_newer)} was looked at.")
    if platform.check is Check.NOT_HEARD:
        notes.append(f"{platform.platform}: the second engine, py-rattler, was {platform.check.value}.")
    return tuple(notes)
