"""EP: python and the lives of packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.fixing.written import written
from envdoctor.knowledge.names import CONDA_FORGE, is_known_conda_forge_name
from envdoctor.knowledge.python import python_as_of, python_release, spec0_drop_day
from envdoctor.knowledge.renames import renamed
from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.rules.rule import Rule, hit
from envdoctor.rules.specs import is_export

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.model.specs import Requirement
    from envdoctor.rules.rule import Hit

PYTHON = "python"
_NEW_NAME = {"renamed": "is now called", "replaced": "is superseded by", "merged": "is now part of"}


def _python_lines(subject: Subject) -> Iterator[tuple[Requirement, str]]:
    """Lines on python with the newest minor version that they allow, where they have an upper end."""
    environment = subject.environment
    for line in environment.requirements if environment and not environment.explicit else ():
        newest = newest_minor(line) if line.name == PYTHON else None
        if newest is not None:
            yield line, newest


def newest_minor(line: Requirement) -> str | None:
    """Return the newest minor version of python that a line allows; None where it has no end or is not plain."""
    text = line.spec.version or ""
    fixed = re.fullmatch(r"(?:==|~=)?(\d+\.\d+)(?:\.\d+)*(?:\.\*)?", text)
    if fixed:
        return fixed.group(1)
    conditions = written(line).conditions
    if not conditions:
        return None
    for one in conditions:
        bound = re.fullmatch(r"(\d+)\.(\d+)(\.\d+)?(?:\.0)?(?:a0)?", one.version)
        if bound is None or one.operator not in {"<", "<="}:
            continue
        major, minor = int(bound.group(1)), int(bound.group(2))
        within = one.operator == "<=" or bound.group(3) not in {None, ".0"}
        return f"{major}.{minor if within else minor - 1}" if within or minor > 0 else None
    return None


def _ended(subject: Subject) -> Iterator[Hit]:
    for line, minor in _python_lines(subject):
        release = python_release(minor)
        day = release.end_of_life if release else None
        if day is not None and day < subject.today:
            yield hit(line.place, line=line.text, minor=minor, day=day, asof=python_as_of())


def _dropped(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or all(channel.text != CONDA_FORGE for channel in environment.channels):
        return
    for line, minor in _python_lines(subject):
        release = python_release(minor)
        day = release.dropped if release else None
        if day is not None and day < subject.today:
            yield hit(line.place, line=line.text, minor=minor, day=day, asof=python_as_of())


def _outside_spec0(subject: Subject) -> Iterator[Hit]:
    for line, minor in _python_lines(subject):
        day = spec0_drop_day(PYTHON, minor)
        release = python_release(minor)
        ended = release is not None and release.end_of_life is not None and release.end_of_life < subject.today
        if day is not None and day < subject.today and not ended:
            yield hit(line.place, line=line.text, minor=minor, day=day)


def _free_threaded(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    for line in environment.requirements if environment else ():
        if line.name == "python-freethreading" or (
            line.name == PYTHON and re.search(r"cp3\d+t\b", line.spec.build or "")
        ):
            yield hit(line.place, line=line.text)


def _renamed(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or environment.explicit or is_export(environment.requirements):
        return
    for line in environment.requirements:
        change = renamed(line.name)
        if change is None or change.to is None or line.spec.channel is not None:
            continue
        if change.kind in _NEW_NAME and change.exists and re.fullmatch(r"[\w.-]+", change.to):
            since = f" since {change.since}" if change.since and change.kind != "merged" else ""
            yield hit(line.place, name=line.name, what=_NEW_NAME[change.kind], to=change.to, since=since)


def _not_a_name(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or [channel.text for channel in environment.channels] != [CONDA_FORGE]:
        return
    for line in environment.requirements:
        change = renamed(line.name)
        wrong = change is not None and change.kind == "not_a_name" and change.to is not None
        if wrong and change is not None and change.to and not is_known_conda_forge_name(line.name):
            plain = re.fullmatch(r"[\w.-]+", change.to) is not None
            after = str(written(line).with_name(change.to)) if plain else change.to
            edits = (
                (Edit(place=line.place, action=Action.REPLACE, kind=FixKind.NAME, before=line.text, after=after),)
                if plain
                else ()
            )
            yield hit(line.place, *edits, line=line.text, name=line.name, after=after)


def _old_python_two(subject: Subject) -> Iterator[Hit]:
    """`python=3` takes whatever is the newest, which is rarely meant."""
    environment = subject.environment
    for line in environment.requirements if environment and not environment.explicit else ():
        if line.name == PYTHON and line.spec.version in {"3.*", "==3"} and line.spec.build is None:
            yield hit(line.place, line=line.text)


RULES = (
    Rule(
        code="EP101",
        kind="python-past-its-end",
        severity=Severity.WARNING,
        message="{line} keeps python at {minor}, which is out of support since {day}",
        fix="move to a python that is supported (envdoctor python shows which ones all lines allow)",
        why="no more fixes of security holes, and no new packages.",
        example="- python=3.8",
        source="PEP 602 and endoflife.date (as of 2026-08-22)",
        ignore="where old work has to be run again as it was",
        find=_ended,
    ),
    Rule(
        code="EP102",
        kind="python-dropped",
        severity=Severity.INFO,
        message="conda-forge builds nothing new for python {minor} since {day}: {line} gets old packages only",
        fix="move to a newer python (envdoctor python shows which ones all lines allow)",
        why="packages stay at the last version that was built for it.",
        example="- python=3.8",
        source="conda-forge-pinning-feedstock and conda-forge.org/news (as of 2026-08-22)",
        ignore="where old work has to be run again as it was",
        find=_dropped,
    ),
    Rule(
        code="EP103",
        kind="outside-spec-0",
        severity=Severity.INFO,
        message="python {minor} ({line}) is outside the window of SPEC 0 since {day}: scientific packages drop it",
        fix="plan the move to a newer python",
        why="the core scientific packages support a python for three years.",
        example="- python=3.11",
        source="scientific-python.org/specs/spec-0000 (as of 2026-06-29)",
        ignore="where the packages of the file are no scientific ones",
        find=_outside_spec0,
    ),
    Rule(
        code="EP104",
        kind="free-threaded-python",
        severity=Severity.INFO,
        message="{line} asks for python without the global lock, for which many packages are not built",
        fix="make sure that all packages are (envdoctor explain)",
        why="each compiled package needs a build of its own for it.",
        example="- python=3.13=*_cp313t",
        source="PEP 703; conda-forge migrations python313t and python314t",
        ignore="where it is meant",
        find=_free_threaded,
    ),
    Rule(
        code="EP105",
        kind="renamed-package",
        severity=Severity.INFO,
        message="{name} {what} {to}{since}",
        fix="write {to}",
        why="the old name gets no new versions, or merely pulls the new one.",
        example="- tables",
        source="renames of conda-forge, each with its evidence (as of 2026-08-22)",
        ignore="where the old version is wanted",
        find=_renamed,
    ),
    Rule(
        code="EP106",
        kind="name-of-another-index",
        severity=Severity.ERROR,
        message="conda-forge has no package {name}",
        fix="write {after}",
        why="the name is that of the project at PyPI, or of the module.",
        example="channels: [conda-forge]\ndependencies:\n  - torch",
        source="names of conda-forge (as of 2026-08-19)",
        ignore="where a channel of your configuration has it",
        find=_not_a_name,
        fixable=True,
    ),
    Rule(
        code="EP107",
        kind="any-python-3",
        severity=Severity.WARNING,
        message="{line} is met by every python 3, so the environment moves to the next one when that appears",
        fix="name the minor version, such as python=3.12",
        why="`=3` is the series 3, not a version of it.",
        example="- python=3",
        source="conda docs, package match specifications",
        ignore="where the newest is always right",
        find=_old_python_two,
    ),
)
