"""Proven fixes in words: what to change, what one gets then, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.model.fixes import Action, FixKind
from envdoctor.report.layout import Line, Role
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.fixes import Edit, Fix, Fixes, Proven, VersionChange
    from envdoctor.model.names import Subdir

STEP = 2
MOST_TOLD = 4
"""Edits of one fix, or packages, that are told one by one."""

_LAST_RESORT = "Last resort: nothing smaller helps."


def fixes_block(diagnosis: Diagnosis, *, verbose: bool) -> tuple[Line, ...]:
    """Return the fixes as lines; none where nobody looked for any."""
    fixes = diagnosis.fixes
    if fixes is None:
        return ()
    platforms = tuple(one.platform for one in diagnosis.platforms)
    lines = [Line(text=_title(fixes, platforms), hang=STEP, role=Role.SUCCESS if fixes.found else Role.WARNING)]
    indent = len(f"{len(fixes.found)}. ")
    for number, fix in enumerate(fixes.found, start=1):
        lines += _fix(fix, f"{number}. ", indent, verbose=verbose)
    return (*lines, *(Line(text=text, hang=STEP) for text in _afterwards(fixes)))


def _afterwards(fixes: Fixes) -> Iterator[str]:
    """What else there is to know and to do."""
    if fixes.further:
        yield f"{counted(fixes.further, 'more change')} may help: envdoctor fix --all proves all of them."
    yield from (f"Hint: {hint}" for hint in fixes.hints)
    if not fixes.complete:
        yield "The search for fixes was cut short, so there may be cheaper ones (--time-limit gives it longer)."
    for number, fix in enumerate(fixes.found, start=1):
        if fix.edits and not fix.refusal and fix.edits[0].place.line is not None:
            yield f"envdoctor fix {fix.edits[0].place.file} --apply {number} makes the edit, --diff shows it."
            return


def _title(fixes: Fixes, platforms: Sequence[Subdir]) -> str:
    if not fixes.found:
        return "No fix was found that could be proven."
    number = len(fixes.found)
    each = "each solved" if number > 1 else "solved"
    where = f" on {listed(platforms)}" if platforms else ""
    return f"{counted(number, 'fix', 'fixes')}, {each} by py-rattler{where} after the edit:"


def _fix(fix: Fix, lead: str, indent: int, *, verbose: bool) -> list[Line]:
    lines = [Line(text=fix_words(fix), indent=indent, lead=lead, hang=STEP, role=Role.HEADLINE)]
    texts = [*_changes(fix, verbose=verbose), *fix.notes, *(setting.warning for setting in fix.settings)]
    if fix.kind is FixKind.DROP:
        texts.append(_LAST_RESORT)
    if fix.refusal:
        texts.append(f"By hand: {fix.refusal}.")
    lines += [Line(text=text, indent=indent + STEP, hang=STEP) for text in texts if text]
    return lines


def fix_words(fix: Fix) -> str:
    """Return what a fix changes, in one line."""
    if fix.kind is FixKind.ROOTS:
        return _roots_words(fix)
    edits = list(fix.edits)
    channels = [edit for edit in edits if _moves_a_channel(edit)]
    words = []
    if len(channels) > 1:
        edits = [edit for edit in edits if edit not in channels]
        first, last = channels[0].place.line, channels[-1].place.line
        where = f"line {first}" if first == last else f"lines {first}–{last}"
        words.append(f"channels in the order {listed([edit.after for edit in channels], 'then')} ({where})")
    words += [_edit_words(edit) for edit in edits] if len(edits) <= MOST_TOLD else _many_words(edits)
    words += [f"{setting}" + (f" ({setting.conda})" if setting.conda else "") for setting in fix.settings]
    return "; ".join(words)


def _many_words(edits: Sequence[Edit]) -> list[str]:
    """Many edits by what they do: builds that go, lines that go, and others."""
    builds = [edit for edit in edits if edit.kind is FixKind.BUILD]
    gone = [edit for edit in edits if edit.action is Action.REMOVE]
    others = [edit for edit in edits if edit not in builds and edit not in gone]
    words = []
    if builds:
        words.append(f"leave out the build string in {counted(len(builds), 'line')}")
    if others:
        words.append(_several([_edit_words(edit) for edit in others]))
    if gone:
        words.append(f"leave out {_several([edit.before for edit in gone])}")
    return words


def _moves_a_channel(edit: Edit) -> bool:
    return edit.kind is FixKind.CHANNEL and edit.action is Action.REPLACE and "::" not in edit.after


def _roots_words(fix: Fix) -> str:
    kept = [edit.after for edit in fix.edits if edit.action is Action.REPLACE]
    gone = sum(edit.action is Action.REMOVE for edit in fix.edits)
    return f"reduce the export to its roots: {_several(kept)}; {counted(gone, 'line')} less"


def _edit_words(edit: Edit) -> str:
    where = "" if edit.place.line is None else f" (line {edit.place.line})"
    match edit.action:
        case Action.REPLACE:
            return f"{edit.before} → {edit.after}{where}"
        case Action.REMOVE:
            return f"leave out {edit.before}{where}"
        case Action.SELECT:
            return f"{edit.before} with the selector {edit.after}{where}"
        case Action.INSERT_BEFORE:
            return f"add {edit.after}{where.replace('(line', '(before line')}"
        case Action.INSERT_AFTER:
            return f"add {edit.after}{where.replace('(line', '(after line')}"


def _changes(fix: Fix, *, verbose: bool) -> list[str]:
    """What the lines get, told once for platforms of which the same is true."""
    told: dict[tuple[str, ...], list[Proven]] = {}
    for proven in fix.verified:
        told.setdefault(_change_words(proven, verbose=verbose), []).append(proven)
    several = len(told) > 1
    return [
        f"{listed([one.platform for one in those])}: {text}" if several else text
        for words, those in told.items()
        for text in words
    ]


def _change_words(proven: Proven, *, verbose: bool) -> tuple[str, ...]:
    touched = [change for change in proven.changes if change.touched and change.after is not None]
    older = [change for change in proven.changes if change.older and not change.touched]
    texts = [f"Then {_several([_moved(change) for change in touched], verbose=verbose)}."] if touched else []
    if older:
        held = _several([_held(change) for change in older], verbose=verbose)
        texts.append(f"Older than the lines allow: {held}.")
    return tuple(texts)


def _several(words: Sequence[str], *, verbose: bool = False) -> str:
    """Some of many, and how many more there are."""
    shown = words if verbose or len(words) <= MOST_TOLD else words[: MOST_TOLD - 1]
    more = len(words) - len(shown)
    return listed([*shown, *([f"{more} more"] if more else [])])


def _moved(change: VersionChange) -> str:
    return f"{change.name} {change.before} → {change.after}" if change.before else f"{change.name} {change.after}"


def _held(change: VersionChange) -> str:
    return f"{change.name} {change.after} instead of {change.before}"
