"""ER, continued: what solves and yet is not what was meant, and conflicts that conda-forge is about to end."""

from __future__ import annotations

import re
from itertools import permutations, product
from typing import TYPE_CHECKING

from envdoctor.knowledge.migrations import open_migration_between
from envdoctor.knowledge.pins import pins_as_of
from envdoctor.model.findings import Severity
from envdoctor.model.outcome import Resolution, Unsatisfiable
from envdoctor.rules.rule import Rule, hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.knowledge.migrations import OpenMigration
    from envdoctor.model.findings import Subject
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Chain, Conflict
    from envdoctor.model.python_support import PythonOnPlatform
    from envdoctor.model.records import Record
    from envdoctor.rules.rule import Hit

_ASKS_FOR_CUDA = frozenset({"cuda-version", "cudatoolkit", "pytorch-cuda", "cuda-toolkit", "cuda", "cudnn", "nccl"})
_LEVEL = re.compile(r"_?x86_64-microarch-level\D*([34])|__archspec\b.*x86_64[-_]v([34])")


def _cpu_build(subject: Subject) -> Iterator[Hit]:
    """Builds for processors alone that were chosen although a line asks for CUDA."""
    environment = subject.environment
    for platform in subject.diagnosis.platforms if subject.diagnosis and environment else ():
        outcome = platform.outcome
        if not isinstance(outcome, Resolution) or platform.platform.startswith("osx-"):
            continue
        meant = [line for line in outcome.request.requirements if line.name in _ASKS_FOR_CUDA]
        driver = any(one.name == "__cuda" for one in outcome.request.target.virtual_packages)
        for choice in platform.choices:
            without_gpu = re.match(r"cpu_|.*_cpu_|.*cpuonly", choice.record.build) is not None
            if meant and without_gpu and "cpu" not in (choice.requirement.spec.build or ""):
                lacking = "" if driver else ", and no driver is stated for the target"
                yield hit(
                    choice.requirement.place,
                    what=str(choice.record),
                    line=meant[0].text,
                    number=str(meant[0].place.line or 0),
                    where=platform.platform,
                    lacking=lacking,
                )


def _migrations(subject: Subject) -> Iterator[Hit]:
    """Conflicts whose two sides stand on the two sides of a migration that conda-forge had begun."""
    told: set[tuple[str, str]] = set()
    for platform in subject.diagnosis.platforms if subject.diagnosis else ():
        outcome = platform.outcome
        for conflict in outcome.conflicts if isinstance(outcome, Unsatisfiable) else ():
            name, open_one = conflict.meeting_point, _migration_of(conflict)
            if name is None or open_one is None or (name, open_one.name) in told:
                continue
            told.add((name, open_one.name))
            paused = ", paused" if open_one.paused else ""
            yield hit(
                conflict.core[0].place,
                lines=" and ".join(line.text for line in conflict.core),
                name=name,
                before=open_one.before[0],
                after=" and ".join(open_one.after),
                since=f"{open_one.opened}{paused}",
                day=pins_as_of(),
            )


def _migration_of(conflict: Conflict) -> OpenMigration | None:
    name = conflict.meeting_point
    if name is None:
        return None
    sides = [_versions_at_end(chain, name) for chain in conflict.chains]
    pairs = (pair for one, other in permutations(sides, 2) for pair in product(one, other))
    moves = (open_migration_between(name, low, high) for low, high in pairs)
    # Several versions at once are variants that stay, such as those of python, and no move.
    return next((move for move in moves if move is not None and len(move.before) == 1), None)


def _versions_at_end(chain: Chain, name: PackageName) -> tuple[str, ...]:
    """What versions of the meeting point a chain leaves."""
    steps = [step for step in chain.steps if step.domain.name == name]
    ranges = steps[-1].domain.ranges if steps else ()
    return tuple(version for one in ranges for version in (one.low, one.high))


def _next_python(subject: Subject) -> Iterator[Hit]:
    """Lines that exclude the series of python after the one that the file gets."""
    told: set[str] = set()
    for platform in subject.pythons:
        got = _python_of(subject, platform)
        later = next((one for one in reversed(platform.series) if got and _is_next(one.series, got)), None)
        for exclusion in later.excluded_by if later else ():
            (line, *more) = exclusion.lines or (None,)
            if later is None or line is None or more or line.text in told:
                continue
            told.add(line.text)
            since = f" ({exclusion.since})" if exclusion.since else ""
            yield hit(line.place, line=line.text, series=later.series, got=got or "", since=since)


def _python_of(subject: Subject, platform: PythonOnPlatform) -> str | None:
    """The series of python that the file gets on a platform."""
    for one in subject.diagnosis.platforms if subject.diagnosis else ():
        records: tuple[Record, ...] = one.outcome.records if isinstance(one.outcome, Resolution) else ()
        python = next((record for record in records if record.name == "python"), None)
        if one.platform == platform.platform and python is not None:
            return ".".join(python.version.split(".")[:2])
    return None


def _is_next(series: str, got: str) -> bool:
    (major, minor), (got_major, got_minor) = series.split(".")[:2], got.split(".")[:2]
    return major == got_major and minor.isdigit() and got_minor.isdigit() and int(minor) == int(got_minor) + 1


def _processor(subject: Subject) -> Iterator[Hit]:
    """Chosen builds that ask for a newer processor than the plainest one."""
    told: set[str] = set()
    for platform in subject.diagnosis.platforms if subject.diagnosis else ():
        for choice in platform.choices:
            level = next((found for text in choice.record.depends if (found := _LEVEL.match(text))), None)
            if level is not None and choice.record.name not in told:
                told.add(choice.record.name)
                digit = level.group(1) or level.group(2)
                yield hit(choice.requirement.place, what=str(choice.record), level=digit, where=platform.platform)


RULES = (
    Rule(
        code="ER111",
        kind="cpu-build-chosen",
        severity=Severity.WARNING,
        message="{what} on {where} is a build without GPU, though {line} (line {number}) asks for CUDA{lacking}",
        fix="state the driver (--virtual-package __cuda=12.4, CONDA_OVERRIDE_CUDA) and ask for the build (=*=*cuda*)",
        why="the solver takes a build without GPU without a word where the one with it does not fit.",
        example="- pytorch\n- cuda-version=12.4",
        source="conda-forge.org docs, CUDA builds and the virtual package __cuda",
        ignore="where the program runs on processors on purpose",
        find=_cpu_build,
    ),
    Rule(
        code="ER112",
        kind="two-sides-of-a-migration",
        severity=Severity.WARNING,
        message="{lines} stand on two sides of a move of {name} from {before} to {after}, open since {since} "
        "(as of {day})",
        fix="take the version of the newer side that was built before the move, or wait until the other is rebuilt",
        why="conda-forge rebuilds feedstock by feedstock, so for a while new builds do not go together.",
        example="- gdal    # built for the new libboost\n- rdkit   # not yet",
        source="conda-forge-pinning-feedstock, recipe/migrations",
        ignore="never",
        find=_migrations,
    ),
    Rule(
        code="ER113",
        kind="not-for-the-next-python",
        severity=Severity.INFO,
        message="{line} excludes python {series}, the next after {got}, which the file gets{since}",
        fix="envdoctor python shows what each python needs",
        why="what is not built for the next python holds everything else back when the one in use ends.",
        example="- python=3.13\n- numba=0.61",
        source="the channels' records",
        ignore="where the move is far off",
        find=_next_python,
    ),
    Rule(
        code="ER114",
        kind="needs-new-processor",
        severity=Severity.INFO,
        message="{what} on {where} needs a processor of x86-64-v{level}",
        fix="state the oldest machine (--virtual-package __archspec=1=x86_64_v2), or ask for another build",
        why="on an older processor it ends with `Illegal instruction`.",
        example="- embree",
        source="conda-forge/microarch-level-feedstock",
        ignore="where all machines are new enough",
        find=_processor,
    ),
)
