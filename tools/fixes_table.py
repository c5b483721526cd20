"""Fix every case of ../shared/cases that was fixed in its thread, and write the table of docs/fixing-cases.md.

    python -m tools.fixes_table CHANNELS

`CHANNELS` is a folder with the channels of ../shared/channels, unpacked. What the thread accepted is prose;
`accepted_fixes.yaml` says it in values. The tests of `tests/cases` compare each row with a run of its own.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from envdoctor.fixing.weights import KIND, LINE
from envdoctor.model.fixes import Action, FixKind
from envdoctor.report.fixes import fix_words
from tools.field_cases import field_case, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.fixes import Fix, Fixes
    from tools.field_cases import FieldCase

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "cases"
PAGE = ROOT / "docs" / "fixing-cases.md"
ACCEPTED = Path(__file__).with_name("accepted_fixes.yaml")
BEGIN, END = "<!-- table: python -m tools.fixes_table CHANNELS -->", "<!-- end of table -->"
HEAD = ("case", "kind there", "accepted in the thread", "the first fix of envdoctor", "place", "judgement")
FIRST = 3
"""An accepted fix has to be among so many."""

MISSES = {
    "C036": "the channel nvidia has no such package in the snapshot, so this could not be proven",
    "C042": "one platform is asked for, on which a selector would do the same as leaving the line out",
}
"""Why a fix is neither the accepted one nor cheaper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a thread accepted: lines by their packages with the kind of change, a setting, or nothing of a file."""

    case: str
    lines: frozenset[str] = frozenset()
    kind: FixKind | None = None
    setting: str = ""
    outside: str = ""

    @property
    def cost(self) -> int | None:
        """What it costs by the weights of the project; None where it is no change of the file."""
        if self.kind is None:
            return LINE + KIND[FixKind.PRIORITY] if self.setting else None
        # A channel is one change, however many lines an order takes.
        changes = 1 if self.kind is FixKind.CHANNEL else max(len(self.lines), 1)
        return changes * (LINE + KIND[self.kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table, in words."""

    cells: tuple[str, ...]

    def __str__(self) -> str:
        """Return the row as Markdown has it."""
        return f"| {' | '.join(self.cells)} |"


def accepted_fixes() -> tuple[Accepted, ...]:
    """Read what was accepted."""
    table = yaml.safe_load(ACCEPTED.read_text("utf-8"))
    return tuple(
        Accepted(
            case=case,
            lines=frozenset(row.get("lines", ())),
            kind=FixKind(row["kind"]) if "kind" in row else None,
            setting=row.get("setting", ""),
            outside=row.get("outside", ""),
        )
        for case, row in table.items()
    )


def row_of(case: FieldCase, accepted: Accepted, fixes: Fixes) -> Row:
    """Return how the fixes of a case compare with what was accepted."""
    first = fixes.found[:FIRST]
    place = next((number for number, fix in enumerate(first, start=1) if _is_it(fix, accepted)), None)
    cheaper = bool(first) and (accepted.cost is None or first[0].cost < accepted.cost)
    if place is not None:
        judgement = "the accepted one"
    elif cheaper:
        judgement = f"cheaper: {accepted.outside}" if accepted.outside else "cheaper"
    else:
        judgement = f"MISS: {MISSES.get(case.name, 'none of the first three')}"
    shown = _cell(fix_words(first[0])) if first else "–"
    text = _cell(str(case.fields["accepted_fix"]))
    return Row(cells=(case.name, case.kind, text, shown, str(place or "–"), judgement))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def _is_it(fix: Fix, accepted: Accepted) -> bool:
    """Whether a fix changes the same lines, no more than was accepted, or states the same setting."""
    if accepted.setting:
        return not fix.edits and [setting.option for setting in fix.settings] == [accepted.setting]
    if accepted.kind is None or fix.settings or KIND[fix.kind] > KIND[accepted.kind]:
        return False
    names = {_name_of(edit.before or edit.after) for edit in fix.edits}
    # A line that was loosened in the thread may be moved here, and a channel be put above or below.
    return names == accepted.lines and all(edit.action is not Action.REMOVE or _may_go(accepted) for edit in fix.edits)


def _may_go(accepted: Accepted) -> bool:
    return accepted.kind in {FixKind.DROP, FixKind.DUPLICATE, FixKind.ELSEWHERE}


def _name_of(text: str) -> str:
    bare = text.rsplit("::", 1)[-1]
    end = next((number for number, character in enumerate(bare) if character in " =<>!~["), len(bare))
    return bare[:end]


def tables(rows: Sequence[Row]) -> str:
    """Return the summary and the table as Markdown."""
    misses = sum("MISS" in row.cells[-1] for row in rows)
    same = sum(row.cells[-1] == "the accepted one" for row in rows)
    hit = len(rows) - misses
    summary = (
        f"Of {len(rows)} cases, {hit} ({hit / len(rows):.0%}) have the accepted fix ({same}) or a cheaper proven one "
        f"({hit - same}) among the first three; {misses} {'misses' if misses == 1 else 'miss'} it."
    )
    head = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
    return "\n\n".join((summary, "\n".join([*head, *map(str, rows)])))


def rows_on(page: str) -> tuple[Row, ...]:
    """Return the rows that a page holds."""
    inside = page.partition(BEGIN)[2].partition(END)[0]
    return tuple(
        Row(cells=tuple(line.strip().removeprefix("| ").removesuffix(" |").split(" | ")))
        for line in inside.splitlines()
        if line.startswith("| C")
    )


def with_tables(page: str, text: str) -> str:
    """Return the page with another table."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Fix all cases and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("channels", type=Path)
    channels = parser.parse_args().channels.resolve()
    rows = []
    for accepted in accepted_fixes():
        case = field_case(CASES / f"{accepted.case}.yaml")
        rows.append(row_of(case, accepted, fixed(case, channels)))
        sys.stderr.write(f"{rows[-1]}\n")
    PAGE.write_text(with_tables(PAGE.read_text("utf-8"), tables(rows)), "utf-8")


if __name__ == "__main__":
    main()
