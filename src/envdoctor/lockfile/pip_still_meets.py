"""Whether the locked pip packages are still what the pip lines ask for. Pure; PyPI is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from envdoctor.environment.quoting import without_secrets
from envdoctor.knowledge.names import pypi_names_of
from envdoctor.lockfile.pip_part import lockable_lines
from envdoctor.model.locking import Staleness
from envdoctor.model.names import PypiName, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import Record
    from envdoctor.model.specs import PipRequirement


def pip_misfits(
    environment: EnvironmentSpec, platform: Subdir, packages: Sequence[LockedPackage], records: Sequence[Record]
) -> Iterator[Staleness]:
    """Every pip line and dependency that the locked packages do not meet, and packages that nothing needs.

    `packages` are the pip packages of the platform, `records` its conda packages, which hold projects too.
    """
    by_name = {pypi_name(package.name): package for package in packages}
    versions = {project: record.version for record in records for project in pypi_names_of(record.name)}
    versions |= {name: package.version for name, package in by_name.items()}
    lines = lockable_lines(environment, platform)
    for line in lines:
        sentence = _of_line(line, versions)
        if sentence:
            yield Staleness(kind="pip-line-not-met", message=sentence, platform=platform)
    for package in packages:
        for text in package.depends or ():
            name, _, constraint = text.partition(" ")
            there = versions.get(pypi_name(name))
            if there is not None and meets(there, constraint) is False:
                sentence = f"the locked {package.name} {package.version} (pip) needs {text}, and the lock has {there}"
                yield Staleness(kind="pip-dependency-not-met", message=sentence, platform=platform)
    for name in _surplus(lines, by_name):
        yield Staleness(
            kind="pip-not-needed", message=f"no pip line asks for {name}, which the lock has", platform=platform
        )


def meets(version: str, constraint: str) -> bool | None:
    """Whether a version is within a constraint as Poetry writes it (`>=2,<3 || >4`); None where it cannot be read."""
    try:
        found = Version(version)
        choices = [SpecifierSet("" if one.strip() == "*" else one.strip()) for one in constraint.split("||")]
    except (InvalidSpecifier, InvalidVersion):
        return None
    return any(choice.contains(found, prereleases=True) for choice in choices)


def _of_line(line: PipRequirement, versions: Mapping[PypiName, str]) -> str | None:
    place, text = line.place, without_secrets(line.text)
    there = versions.get(line.name) if line.name is not None else None
    if there is None:
        # A line whose marker is false on this platform is locked nowhere, and rightly so.
        return None if line.marker else f"{place}: the pip line `{text}` is asked for, and the lock has no {line.name}"
    if line.specifier and meets(there, line.specifier) is False:
        return f"{place}: the pip line `{text}` is asked for, and the lock has {line.name} {there}"
    return None


def _surplus(lines: Sequence[PipRequirement], packages: Mapping[PypiName, LockedPackage]) -> list[PypiName]:
    waiting = [line.name for line in lines if line.name is not None]
    needed: set[PypiName] = set()
    while waiting:
        name = waiting.pop()
        if name in needed or name not in packages:
            continue
        needed.add(name)
        waiting += [pypi_name(text.partition(" ")[0]) for text in packages[name].depends or ()]
    return sorted(packages.keys() - needed)
