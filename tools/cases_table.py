"""Explain every case of ../shared/cases and write the table of docs/cases.md.

    python -m tools.cases_table [--check] CHANNELS

`CHANNELS` is a folder with the channels of ../shared/channels, unpacked (`../shared/tools/unpack_channels.py`). With
`--check` nothing is written, and a table that is out of date is an error. The tests of `tests/cases` compare each row
with a run of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from envdoctor.engine.gateway import Gateway
from envdoctor.errors import InputError
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.outcome import Unsatisfiable
from envdoctor.report.terminal import render_text
from tools.field_cases import UNDECIDED, cores_of, environment_of, field_cases, run, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.outcome import PlatformDiagnosis
    from tools.field_cases import FieldCase

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "cases"
PAGE = ROOT / "docs" / "cases.md"
BEGIN, END = "<!-- table: python -m tools.cases_table CHANNELS -->", "<!-- end of table -->"
HEAD = ("case", "kind there", "platform", "expected", "found", "cores", "kinds here", "lines")
WIDTH = 100
"""Columns of the report whose lines are counted: what a pipe gets."""

PIP_KINDS = ("conda-vs-pip", "pip-only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what a case gives on one platform. The fields are those of `HEAD`, in words."""

    case: str
    kind: str
    platform: str = "–"
    expected: str = "–"
    found: str
    cores: str = "–"
    kinds: str = "–"
    lines: str = "–"

    def __str__(self) -> str:
        """Return the row as Markdown has it."""
        cells = (
            self.case, self.kind, self.platform, self.expected, self.found, self.cores, self.kinds, self.lines,
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


def rows_of(case: FieldCase, diagnosis: Diagnosis | None) -> tuple[Row, ...]:
    """Return the rows of a case: one a platform, or one that says what becomes of a request that is none."""
    if diagnosis is None:
        return (Row(case=case.name, kind=case.kind, found=_reading(case)),)
    return tuple(_row(case, diagnosis, diagnosed) for diagnosed in diagnosis.platforms)


def _reading(case: FieldCase) -> str:
    try:
        environment_of(case)
    except InputError as error:
        return f"refused, line {error.place.line}" if error.place else "refused"
    return "read"


def tables(rows: Sequence[Row]) -> str:
    """Return the summary and the table as Markdown."""
    head = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
    return "\n\n".join((_summary(rows), "\n".join([*head, *map(str, rows)])))


def rows_on(page: str) -> tuple[Row, ...]:
    """Return the rows that a page holds."""
    inside = page.partition(BEGIN)[2].partition(END)[0]
    lines = [line.strip("| ").split(" | ") for line in inside.splitlines() if line.startswith("| C")]
    names = ("case", "kind", "platform", "expected", "found", "cores", "kinds", "lines")
    return tuple(Row(**dict(zip(names, cells, strict=True))) for cells in lines)


def with_tables(page: str, text: str) -> str:
    """Return the page with another table."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


def _row(case: FieldCase, diagnosis: Diagnosis, diagnosed: PlatformDiagnosis) -> Row:
    alone = Diagnosis(environment=diagnosis.environment, platforms=(diagnosed,))
    text = render_text(alone, width=WIDTH, colour=False, verbose=False)
    return Row(
        case=case.name,
        kind=case.kind,
        platform=diagnosed.platform,
        expected=case.verdict(diagnosed.platform),
        found=_found(case, diagnosis, diagnosed),
        cores=_cores(case, diagnosed),
        kinds=_kinds(diagnosed),
        lines=str(len(text.splitlines())),
    )


def _found(case: FieldCase, diagnosis: Diagnosis, diagnosed: PlatformDiagnosis) -> str:
    found = verdict_of(diagnosed)
    if diagnosis.pip_conflicts:
        return f"{found}, but the halves contradict each other"
    return f"{found} (conda half)" if case.kind in PIP_KINDS else found


def _cores(case: FieldCase, diagnosed: PlatformDiagnosis) -> str:
    """How the minimal cores compare with those known."""
    found, known = cores_of(diagnosed), case.cores(diagnosed.platform)
    if not found and not known:
        return "–"
    if case.verdict(diagnosed.platform) in UNDECIDED:
        return f"{len(found)}, none known"
    if found == known:
        return f"{len(found)}, the same"
    if known < found and not case.all_cores_known:
        return f"{len(found)}, with the {len(known)} known"
    return f"{len(found)}, not the {len(known)} known"


def _kinds(diagnosed: PlatformDiagnosis) -> str:
    if not isinstance(diagnosed.outcome, Unsatisfiable):
        return "–"
    counts = Counter(conflict.kind.value for conflict in diagnosed.outcome.conflicts)
    return ", ".join(f"{count} × {kind}" if count > 1 else kind for kind, count in sorted(counts.items()))


def _summary(rows: Sequence[Row]) -> str:
    checked = [row for row in rows if row.expected in {"sat", "unsat"}]
    alike = [row for row in checked if row.found.startswith(row.expected)]
    failing = [row for row in checked if row.expected == "unsat"]
    same = [row for row in failing if row.cores.endswith(", the same")]
    undecided = [row for row in rows if row.expected in UNDECIDED]
    unchecked = [row for row in rows if row.platform == "–"]
    lines = [int(row.lines) for row in failing]
    sentences = (
        f"{len({row.case for row in rows})} cases, {len(rows) - len(unchecked)} runs, one a platform.",
        f"{len(checked)} runs have a known verdict: envdoctor gives the same in {len(alike)}, and py-rattler agreed.",
        f"{len(failing)} of these do not solve: {len(same)} give exactly the minimal cores that are known.",
        f"{len(undecided)} runs have none ({', '.join(UNDECIDED)}).",
        f"{len(unchecked)} cases are about what is written, not about what can be solved.",
        f"Lines of the whole text report where a run with a known verdict does not solve: {_spread(lines)}.",
    )
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _spread(numbers: Sequence[int]) -> str:
    return f"median {median(numbers):g}, 90 % at most {quantiles(numbers, n=10)[-1]:.0f}, the longest {max(numbers)}"


def all_rows(cases: Iterable[FieldCase], channels: Path) -> tuple[Row, ...]:
    """Run the cases and return their rows."""
    gateway = Gateway()
    return tuple(
        row for case in cases for row in rows_of(case, run(case, channels, gateway) if case.platforms else None)
    )


def main() -> int:
    """Write or check the page. Return 1 where it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channels", type=Path, help="the unpacked channels")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the page is out of date")
    arguments = parser.parse_args()
    page = PAGE.read_text("utf-8")
    new = with_tables(page, tables(all_rows(field_cases(CASES), arguments.channels.resolve())))
    if arguments.check:
        return int(new != page)
    PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
