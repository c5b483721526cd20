"""Rules that need records: what `explain` finds out about each line, as findings (`--resolve`)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from envdoctor.analysis.sightings import day_of
from envdoctor.model.findings import Severity
from envdoctor.model.outcome import Kind, Unsatisfiable
from envdoctor.rules.rule import Rule, hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.model.place import Place
    from envdoctor.rules.rule import Hit

OLD_YEARS = 4
"""A package whose newest build is older gets no mends any more, most likely."""


def _conflicts(*kinds: Kind) -> Callable[[Subject], Iterator[Hit]]:
    """Conflicts of some kinds, each once for all platforms where it is told in the same words."""

    def find(subject: Subject) -> Iterator[Hit]:
        told: dict[tuple[Place, str], list[str]] = {}
        for platform in subject.diagnosis.platforms if subject.diagnosis else ():
            outcome = platform.outcome
            for conflict in outcome.conflicts if isinstance(outcome, Unsatisfiable) else ():
                if conflict.kind in kinds:
                    headline = conflict.headline.replace("\n", " ")
                    told.setdefault((conflict.core[0].place, headline), []).append(platform.platform)
        for (place, headline), platforms in told.items():
            where = "" if any(platform in headline for platform in platforms) else f" ({', '.join(platforms)})"
            yield hit(place, said=f"{headline.rstrip('.')}{where}")

    return find


def _old(subject: Subject) -> Iterator[Hit]:
    """Lines that got the newest version there is, which was built long ago."""
    seen: set[str] = set()
    limit = dt.date.fromisoformat(subject.today) - dt.timedelta(days=round(OLD_YEARS * 365.25))
    for platform in subject.diagnosis.platforms if subject.diagnosis else ():
        for choice in platform.choices:
            record, line = choice.record, choice.requirement
            newest = record.version == choice.newest and record.timestamp is not None
            if not newest or record.timestamp is None or line.name in seen:
                continue
            day = day_of(record.timestamp)
            if dt.date.fromisoformat(day) < limit:
                seen.add(line.name)
                yield hit(line.place, name=line.name, version=record.version, day=day)


def _held_back(subject: Subject) -> Iterator[Hit]:
    """Lines without a version that another line keeps far behind."""
    for platform in subject.diagnosis.platforms if subject.diagnosis else ():
        for choice in platform.choices:
            newest, got = choice.newest.split(".", 1)[0], choice.record.version.split(".", 1)[0]
            bare = choice.requirement.spec.version is None
            if bare and newest.isdigit() and got.isdigit() and int(got) < int(newest) and choice.held_back_by:
                yield hit(
                    choice.requirement.place,
                    name=choice.requirement.name,
                    version=choice.record.version,
                    newest=choice.newest,
                    why=choice.held_back_by,
                    where=platform.platform,
                )


RULES = (
    Rule(
        code="ER101",
        kind="no-such-package",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor fix shows the name or channel that was meant, where one is known",
        why="a name that no channel has cannot be installed.",
        example="- pandsa",
        source="the channels' records",
        ignore="where a channel of another machine has it",
        find=_conflicts(Kind.MISSING_PACKAGE),
    ),
    Rule(
        code="ER102",
        kind="no-such-version",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor fix shows the nearest version that works",
        why="a version that no channel has cannot be installed.",
        example="- pandas=2.9",
        source="the channels' records",
        ignore="never",
        find=_conflicts(Kind.MISSING_VERSION),
    ),
    Rule(
        code="ER103",
        kind="no-such-build",
        severity=Severity.ERROR,
        message="{said}",
        fix="leave out the build string (envdoctor fix)",
        why="builds differ between platforms and go away when a package is built anew.",
        example="- numpy=1.26.4=py312h0000000_9",
        source="the channels' records",
        ignore="never",
        find=_conflicts(Kind.MISSING_BUILD, Kind.EXPORTED),
    ),
    Rule(
        code="ER104",
        kind="not-on-this-platform",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor fix shows a selector or another platform",
        why="the package is not built for the platform.",
        example="- pywin32",
        source="the channels' records",
        ignore="where the file is only for platforms that have it",
        find=_conflicts(Kind.NOT_ON_PLATFORM),
    ),
    Rule(
        code="ER105",
        kind="lines-clash",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor explain tells why, envdoctor fix what works",
        why="the lines cannot hold together with the packages that there are.",
        example="- gdal=3.8\n- pyarrow=20",
        source="the channels' records, proven by two engines",
        ignore="never",
        find=_conflicts(Kind.DIRECT_CLASH, Kind.TRANSITIVE_CLASH, Kind.CONSTRAINS, Kind.PYTHON, Kind.PIN),
    ),
    Rule(
        code="ER106",
        kind="hidden-by-priority",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor fix shows another order, or the channel to name in the line",
        why="under strict priority the first channel that has a package is the only one looked at.",
        example="channels: [main, conda-forge]\ndependencies:\n  - python=3.14",
        source="conda docs, strict channel priority",
        ignore="where the priority is flexible wherever the file is used",
        find=_conflicts(Kind.STRICT_PRIORITY),
    ),
    Rule(
        code="ER107",
        kind="machine-lacks",
        severity=Severity.ERROR,
        message="{said}",
        fix="state the machine that will run this (--virtual-package), or take a build that needs less",
        why="packages ask for a glibc, a macOS or a driver that the target does not have, or nobody stated.",
        example="- pytorch=*=cuda*",
        source="the channels' records",
        ignore="where the target has it and the check could not know",
        find=_conflicts(Kind.VIRTUAL_PACKAGE),
    ),
    Rule(
        code="ER108",
        kind="broken-package",
        severity=Severity.ERROR,
        message="{said}",
        fix="envdoctor fix shows the nearest version that works",
        why="the package needs something that none of the channels has.",
        example="channels: [bioconda]\ndependencies:\n  - snakemake-minimal",
        source="the channels' records",
        ignore="never",
        find=_conflicts(Kind.BROKEN_PACKAGE),
    ),
    Rule(
        code="ER109",
        kind="long-without-a-build",
        severity=Severity.INFO,
        message="the newest {name} there is, {version}, was built on {day}",
        fix="see whether it is still cared for, or what took its place",
        why="a package that nobody builds any more is not built for a new python either.",
        example="- nose",
        source="the channels' records",
        ignore="where it is finished and needs no changes",
        find=_old,
    ),
    Rule(
        code="ER110",
        kind="held-far-behind",
        severity=Severity.INFO,
        message="{name} gets {version} on {where}, a major version behind {newest}: {why}",
        fix="envdoctor outdated shows what holds which package back",
        why="a line without a version takes whatever the others leave.",
        example="- numpy=1.26\n- scipy",
        source="the channels' records",
        ignore="where the older version will do",
        find=_held_back,
    ),
)
