"""EI: the `pip:` section."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.engine.specs import version
from envdoctor.environment.pip_conflicts import clashes_of_halves
from envdoctor.knowledge.names import advised_conda_names_of, conda_names_of, is_known_conda_forge_name
from envdoctor.knowledge.patches import supports_numpy_2_from
from envdoctor.model.findings import Severity
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.outcome import Resolution
from envdoctor.rules.rule import Rule, hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.findings import Subject
    from envdoctor.rules.rule import Hit

_WHAT = {
    "editable": "an editable install",
    "path": "a path on this machine",
    "requirements-file": "a file from the network",
    "constraints-file": "a file of constraints",
}
_REVISION = re.compile(r"@[0-9a-f]{40}\b")
_SAME_LIBRARY = {
    "opencv-python": ("opencv", "py-opencv", "libopencv"),
    "opencv-python-headless": ("opencv", "py-opencv", "libopencv"),
    "opencv-contrib-python": ("opencv", "py-opencv", "libopencv"),
    "torch": ("pytorch", "libtorch", "pytorch-gpu", "pytorch-cpu"),
    "pyqt5": ("pyqt", "qt-main", "pyqt5"),
    "pyqt6": ("pyqt", "qt6-main", "pyqt6"),
    "pyside6": ("pyside6", "qt6-main"),
    "tensorflow": ("tensorflow", "tensorflow-base", "libtensorflow_cc"),
    "vtk": ("vtk", "vtk-base"),
}
"""PyPI projects whose wheels carry a library of their own that a conda package brings too."""


def _not_listed(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    for notice in environment.notices if environment else ():
        if notice.kind == "pip-not-listed" and notice.place is not None and environment is not None:
            own = [line for line in environment.requirements if line.place != notice.place]
            edits: tuple[Edit, ...] = ()
            if own and own[-1].place.file == subject.file and own[-1].place.line:
                edits = (Edit(place=own[-1].place, action=Action.INSERT_AFTER, kind=FixKind.PIP, after="pip"),)
            yield hit(notice.place, *edits)


def _in_both(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None:
        return
    asked = {str(line.name): line for line in environment.requirements}
    for line in environment.pip:
        if line.name is None or line.name == "pip":
            continue
        twin = next((asked[name] for name in conda_names_of(line.name) if name in asked), None)
        if twin is not None:
            yield hit(line.place, line=line.text, twin=twin.text, number=str(twin.place.line or 0))


def _contradicting(subject: Subject) -> Iterator[Hit]:
    if subject.environment is None:
        return
    for clash in clashes_of_halves(subject.environment, conda_names_of):
        place = clash.pip_requirement.place
        number = str(clash.requirement.place.line or 0)
        yield hit(place, line=clash.pip_requirement.text, twin=clash.requirement.text, number=number)


def _same_library(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None:
        return
    asked = {str(line.name): line for line in environment.requirements}
    for line in environment.pip:
        if line.name is None:
            continue
        mapped = set(conda_names_of(line.name))
        twin = next((asked[name] for name in _SAME_LIBRARY.get(line.name, ()) if name in asked), None)
        if twin is not None and twin.name not in mapped:
            yield hit(line.place, line=line.text, twin=twin.text, number=str(twin.place.line or 0))


def _unlockable(subject: Subject) -> Iterator[Hit]:
    for line in subject.environment.pip if subject.environment else ():
        if line.kind == "requirements-file" and "://" not in line.text:
            # Its lines are read and locked like the others.
            continue
        if line.kind in _WHAT:
            yield hit(line.place, line=redact(line.text), what=_WHAT[line.kind])
        elif line.kind == "vcs" and not _REVISION.search(line.text):
            yield hit(line.place, line=redact(line.text), what="a repository without a full commit")


def _unpinned(subject: Subject) -> Iterator[Hit]:
    bare = [
        line
        for line in (subject.environment.pip if subject.environment else ())
        if line.kind == "named" and not line.specifier
    ]
    if bare:
        more = f" and {len(bare) - 1} more" if len(bare) > 1 else ""
        yield hit(bare[0].place, line=bare[0].text, more=more)


def _in_conda(subject: Subject) -> Iterator[Hit]:
    environment = subject.environment
    if environment is None or not any(channel.text == "conda-forge" for channel in environment.channels):
        return
    asked = {line.name for line in environment.requirements}
    found = []
    for line in environment.pip:
        if line.kind != "named" or line.name is None or line.extras or line.name in {"pip", "setuptools", "wheel"}:
            continue
        names = [name for name in advised_conda_names_of(line.name) if is_known_conda_forge_name(name)]
        if names and not asked.intersection(conda_names_of(line.name)):
            found.append((line, names[0]))
    if found:
        (line, name), *more = found
        rest = f", and those of {len(more)} more" if more else ""
        yield hit(line.place, line=line.text, name=name, rest=rest)


def _credentials(subject: Subject) -> Iterator[Hit]:
    for line in subject.environment.pip if subject.environment else ():
        if redact(line.text) != line.text:
            yield hit(line.place, line=redact(line.text))


def _for_numpy_1(subject: Subject) -> Iterator[Hit]:
    """Exact pip lines of before numpy 2, beside a numpy that is 2 for sure."""
    environment = subject.environment
    numpy = _numpy_2(subject)
    for line in environment.pip if environment and numpy else ():
        exact = re.fullmatch(r"===?\s*([\w.+!-]+)", line.specifier or "")
        if line.name is None or exact is None or exact.group(1).endswith(".*"):
            continue
        firsts = [first for name in conda_names_of(line.name) if (first := supports_numpy_2_from(name)) is not None]
        try:
            early = firsts and version(exact.group(1)) < version(firsts[0])
        except ValueError:
            continue
        if early:
            yield hit(line.place, line=line.text, first=firsts[0], numpy=numpy or "")


def _numpy_2(subject: Subject) -> str | None:
    """Which numpy 2 an environment gets, in words; None where it may as well be a numpy 1."""
    environment = subject.environment
    if environment is None:
        return None
    for asked in environment.requirements:
        if asked.name == "numpy" and _is_2(asked.spec.version or ""):
            return f"line {asked.place.line} asks for {asked.text}"
    for line in environment.pip:
        if line.name == "numpy" and _is_2(line.specifier or ""):
            return f"line {line.place.line} asks for {line.text}"
    for platform in subject.diagnosis.platforms if subject.diagnosis else ():
        records = platform.outcome.records if isinstance(platform.outcome, Resolution) else ()
        got = next((record.version for record in records if record.name == "numpy"), "")
        if got.startswith("2."):
            return f"the conda lines bring numpy {got}"
    return None


def _is_2(condition: str) -> bool:
    return re.match(r"(?:==?|>=|~=)?\s*2(?:\D|$)", condition) is not None and "|" not in condition


RULES = (
    Rule(
        code="EI101",
        kind="pip-not-listed",
        severity=Severity.WARNING,
        message="the file has a `pip:` section, but pip is not among its dependencies",
        fix="add the line `pip`",
        why="conda adds it with a warning; other tools do not.",
        example="dependencies:\n  - python=3.12\n  - pip:\n    - requests",
        source="conda/env/installers/pip.py",
        ignore="where pip comes with another package",
        find=_not_listed,
        fixable=True,
        safe=True,
    ),
    Rule(
        code="EI102",
        kind="in-both-halves",
        severity=Severity.WARNING,
        message="the pip line {line} is the package of line {number} ({twin}) again",
        fix="ask for it in one half only",
        why="conda installs it, then pip may replace it, and conda's record of it is wrong from then on.",
        example="- numpy=1.26\n- pip:\n  - numpy",
        source="conda docs, using pip in an environment",
        ignore="where the pip line allows what conda installs, and has to be there for another reason",
        find=_in_both,
    ),
    Rule(
        code="EI103",
        kind="halves-contradict",
        severity=Severity.ERROR,
        message="the pip line {line} and line {number} ({twin}) exclude each other: pip replaces what conda installed",
        fix="ask for it in one half only, or for ranges that overlap (envdoctor fix)",
        why="what was solved is not what is installed in the end.",
        example="- numpy=1.26\n- pip:\n  - numpy>=2",
        source="conda docs, using pip in an environment",
        ignore="never",
        find=_contradicting,
    ),
    Rule(
        code="EI104",
        kind="not-lockable",
        severity=Severity.INFO,
        message="{line} is {what}, which no lockfile can hold",
        fix="install it after the environment, or name a release or a full commit",
        why="a lock has to give the same files everywhere.",
        example="- pip:\n  - -e .",
        source="conda-lock README, pip support",
        ignore="where the environment is not locked",
        find=_unlockable,
    ),
    Rule(
        code="EI105",
        kind="pip-unpinned",
        severity=Severity.INFO,
        message="no version stands behind the pip line {line}{more}: what is installed depends on the day",
        fix="pin it, or lock the file",
        why="pip takes the newest release that fits.",
        example="- pip:\n  - requests",
        source="pip docs, repeatable installs",
        ignore="where the newest is wanted",
        find=_unpinned,
    ),
    Rule(
        code="EI106",
        kind="conda-has-it",
        severity=Severity.INFO,
        message="conda-forge has the package of the pip line {line} as {name}{rest}",
        fix="move what you can to the conda lines, so that it is solved with the others",
        why="pip does not see what conda decided, and its wheels bring libraries of their own.",
        example="- pip:\n  - pandas",
        source="names of conda-forge (as of 2026-08-19)",
        ignore="where the wheel is wanted",
        find=_in_conda,
    ),
    Rule(
        code="EI107",
        kind="credentials-in-pip",
        severity=Severity.ERROR,
        message="the pip line {line} holds a credential",
        fix="take it out, make it invalid, and give it to pip by its configuration or keyring",
        why="environment files are committed and pasted into issues.",
        example="- pip:\n  - --index-url https://ada:hunter2@pypi.example/simple",
        source="pip docs, authentication",
        ignore="never",
        find=_credentials,
    ),
    Rule(
        code="EI108",
        kind="library-from-both",
        severity=Severity.WARNING,
        message="the wheel of {line} carries libraries that line {number} ({twin}) brings too",
        fix="take both from conda",
        why="two copies of one library in one process crash, or one hides the other.",
        example="- qt-main\n- pip:\n  - pyqt5",
        source="conda docs, using pip in an environment",
        ignore="where they are never loaded together",
        find=_same_library,
    ),
    Rule(
        code="EI109",
        kind="pip-pin-of-numpy-1",
        severity=Severity.WARNING,
        message="{line} is from before numpy 2, with which this project goes from {first} on, and {numpy}",
        fix="take {first} or later, or keep numpy below 2",
        why="modules compiled for numpy 1 end with `A module that was compiled using NumPy 1.x cannot be run`.",
        example="- numpy>=2\n- pip:\n  - shapely==2.0.1",
        source="conda-forge-repodata-patches-feedstock, numpy2_known_lower_bound.yaml (as of 2026-08-22)",
        ignore="where that release is known to work with numpy 2",
        find=_for_numpy_1,
    ),
)
