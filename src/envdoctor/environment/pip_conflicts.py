"""The same package in `dependencies:` and in `pip:`, with ranges that no version is in.

conda installs its half first, then pip replaces what does not suit its own lines, so such a file never gives what both
halves ask for. A clash is claimed only where it is certain: each condition becomes an interval that holds at least all
versions which fulfil it, and only intervals that do not meet are told. What cannot be read as an interval (a choice in
parentheses, a version that PEP 440 does not know, a marker) claims nothing. conda's order of versions agrees with that
of PEP 440 on the versions that PEP 440 knows, as far as development, pre- and post-releases are concerned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from envdoctor.model.names import pypi_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.names import PackageName, PypiName
    from envdoctor.model.specs import PipRequirement, Requirement

_ATOM = re.compile(r"(==|!=|<=|>=|~=|<|>|)([0-9][\w.!+-]*?)(\.\*)?$")
_LOWEST = Version("0.dev0")
_MANY_PARTS = 3
"""From this length on, the two ecosystems sometimes number one release differently (4.5.1 and 4.5.1.48)."""


@dataclass(frozen=True, slots=True)
class ClashOfHalves:
    """A conda line and a pip line that cannot both hold, with the sentence that says so."""

    requirement: Requirement
    pip_requirement: PipRequirement
    sentence: str


@dataclass(frozen=True, slots=True)
class _Interval:
    """All versions from `low` to `high`; None for no upper end.

    `low` belongs to it unless it lies `above`; `high` belongs to it only if that is `closed`.
    """

    low: Version = _LOWEST
    high: Version | None = None
    above: bool = False
    closed: bool = False

    def meets(self, other: _Interval) -> bool:
        """Whether some version may be in both."""
        return self._begins_before_end_of(other) and other._begins_before_end_of(self)

    def _begins_before_end_of(self, other: _Interval) -> bool:
        if other.high is None or self.low < other.high:
            return True
        return other.closed and self.low == other.high and not self.above


def clashes_of_halves(
    environment: EnvironmentSpec, conda_names_of: Callable[[PypiName], tuple[PackageName, ...]]
) -> tuple[ClashOfHalves, ...]:
    """Return every pair of a conda line and a pip line that certainly contradict each other, in the file's order.

    `conda_names_of` gives the conda packages that hold a PyPI project, the likeliest first.
    """
    found = [
        clash
        for line in environment.pip
        if line.kind == "named" and line.name is not None and line.specifier and line.marker is None
        for clash in _clashes_of(line, environment, _sure_names(line.name, conda_names_of(line.name)))
    ]
    found.sort(key=lambda clash: (clash.requirement.place.line or 0, clash.pip_requirement.place.line or 0))
    return tuple(found)


def _sure_names(project: PypiName, names: tuple[PackageName, ...]) -> tuple[PackageName, ...]:
    """The likeliest conda package of a project and its relatives (`matplotlib`, `matplotlib-base`).

    Others that hold the project's files beside their own (`pypy3.9` holds cffi) have versions of their own.
    """
    return tuple(name for name in names if names[0] in name or project in pypi_name(name))


def _clashes_of(
    line: PipRequirement, environment: EnvironmentSpec, names: tuple[PackageName, ...]
) -> list[ClashOfHalves]:
    """The clashes of one pip line with the lines of the first of its names that has any: its relatives say the same."""
    for name in names:
        found = [
            ClashOfHalves(requirement, line, _sentence(requirement, line))
            for requirement in environment.requirements
            if requirement.name == name and _count_together(requirement, line) and certainly_disjoint(requirement, line)
        ]
        if found:
            return found
    return []


def certainly_disjoint(requirement: Requirement, line: PipRequirement) -> bool:
    """Whether no version can fulfil both lines."""
    conda = _conda_choices(requirement.spec.version)
    pip = _pip_intervals(line.specifier)
    if conda is None or pip is None or _numbered_differently(requirement.spec.version, line.specifier):
        return False
    return all(_never_together([*choice, *pip]) for choice in conda)


def _count_together(requirement: Requirement, line: PipRequirement) -> bool:
    if requirement.platforms is None or line.platforms is None:
        return True
    return any(subdir in line.platforms for subdir in requirement.platforms)


def _never_together(intervals: Sequence[_Interval]) -> bool:
    """Whether the intervals have no common version: in one order, that is so if and only if some two do not meet."""
    return any(not one.meets(other) for index, one in enumerate(intervals) for other in intervals[index + 1 :])


def _conda_choices(version: str | None) -> list[list[_Interval]] | None:
    """The alternatives of a conda version condition, each a list of intervals; None where it is not surely read."""
    if version is None or "(" in version:
        return None
    choices = []
    for choice in version.split("|"):
        intervals = [_conda_interval(atom.strip()) for atom in choice.split(",")]
        if None in intervals:
            return None
        choices.append([interval for interval in intervals if interval is not None])
    return choices


def _conda_interval(atom: str) -> _Interval | None:
    if atom == "*":
        return _Interval()
    found = _ATOM.match(atom)
    if found is None:
        return None
    operator, text, star = found.groups()
    return _interval(operator or "==", text, starred=star is not None)


def _pip_intervals(specifier: str) -> list[_Interval] | None:
    try:
        conditions = sorted(SpecifierSet(specifier), key=str)
    except InvalidSpecifier:
        return None
    intervals = []
    for condition in conditions:
        text = condition.version
        interval = _interval(condition.operator, text.removesuffix(".*"), starred=text.endswith(".*"))
        if interval is None:
            return None
        intervals.append(interval)
    return intervals


def _interval(operator: str, text: str, *, starred: bool) -> _Interval | None:
    """An interval with at least the versions that fulfil one condition; None where the version is none of PEP 440."""
    try:
        version = Version(Version(text).public)
    except InvalidVersion:
        return None
    if starred and operator in {"==", "~="}:
        return _Interval(_development_of(version.release, version.epoch), _after_prefix(version))
    reading = _READINGS.get(operator)
    return None if reading is None else reading(version)


def _compatible(version: Version) -> _Interval:
    """`~=1.2.3` is `>=1.2.3,1.2.*`; of a version with one part only the lower end is sure."""
    return _Interval(version, _after_prefix(_shortened(version)) if len(version.release) > 1 else None)


_READINGS: dict[str, Callable[[Version], _Interval]] = {
    "==": lambda version: _Interval(version, _after_posts(version)),
    "===": lambda version: _Interval(version, _after_posts(version)),
    "!=": lambda _: _Interval(),
    "~=": _compatible,
    ">=": _Interval,
    ">": lambda version: _Interval(version, above=True),
    "<=": lambda version: _Interval(high=version, closed=True),
    "<": lambda version: _Interval(high=version),
}


def _development_of(release: Sequence[int], epoch: int) -> Version:
    return Version(f"{epoch}!{'.'.join(map(str, release))}.dev0")


def _after_prefix(version: Version) -> Version:
    """The first version behind all that begin with the release of `version`."""
    return _development_of((*version.release[:-1], version.release[-1] + 1), version.epoch)


def _after_posts(version: Version) -> Version:
    """A version behind `version` and its post-releases, which channels sometimes number without their suffix."""
    return _development_of((*version.release, 0, 0, 0, 1), version.epoch)


def _shortened(version: Version) -> Version:
    return Version(f"{version.epoch}!{'.'.join(map(str, version.release[:-1]))}")


def _numbered_differently(version: str | None, specifier: str) -> bool:
    """Whether one line names exactly the other's version with a part more, as packages with bundled libraries do."""
    exact = re.fullmatch(r"==([\d.]+)", version or "")
    other = re.fullmatch(r"==([\d.]+)", specifier)
    if exact is None or other is None:
        return False
    short, long = sorted((exact.group(1).split("."), other.group(1).split(".")), key=len)
    return len(short) >= _MANY_PARTS and short != long and long[: len(short)] == short


def _sentence(requirement: Requirement, line: PipRequirement) -> str:
    wanted = re.split(r"\s-", line.text, maxsplit=1)[0]
    return (
        f"`{requirement.text}` ({requirement.place}) and the pip line `{wanted}` ({line.place}) ask for versions of "
        f"{requirement.name} that exclude each other: conda installs the one, then pip replaces it by the other; "
        "keep one of the two lines"
    )
