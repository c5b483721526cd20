"""The pip part of a lock beside its conda packages: what cannot be locked, and what cannot hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.environment.pip_sources import is_lockable, not_lockable
from envdoctor.environment.quoting import without_secrets
from envdoctor.knowledge.names import pypi_names_of
from envdoctor.lockfile.conda_lock import NoPipSolution, SolverRefused
from envdoctor.model.lockfile import Manager, NotLocked
from envdoctor.model.locking import LockRefusal
from envdoctor.model.names import pypi_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.lockfile.conda_lock import Locked
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir
    from envdoctor.model.outcome import Resolution
    from envdoctor.model.records import Record
    from envdoctor.model.specs import PipRequirement


def not_locked_lines(environment: EnvironmentSpec) -> tuple[NotLocked, ...]:
    """Return the lines that no lockfile can hold, each with its reason."""
    return tuple(
        NotLocked(
            text=without_secrets(line.text),
            place=f"{line.place.file}:{line.place.line}",
            reason=reason,
        )
        for line, reason in not_lockable(environment)
    )


def refusal_of(refused: NoPipSolution | SolverRefused, environment: EnvironmentSpec) -> LockRefusal:
    """Return why conda-lock came to no lock, with the lines of the user that take part."""
    if isinstance(refused, SolverRefused):
        return LockRefusal(
            kind="solver",
            platform=refused.platform,
            sources=environment.sources,
            headline="The solver that you named refuses what envdoctor and py-rattler can solve.",
            details=tuple(refused.message.splitlines()),
        )
    said = " ".join(refused.reasons)
    lines = tuple(
        line for line in environment.pip_on(refused.platform) if line.name is not None and _names(said, line.name)
    )
    return LockRefusal(
        kind="pip",
        platform=refused.platform,
        sources=environment.sources,
        headline=f"{_listed(lines) or 'The pip lines'} cannot be had together beside the conda packages.",
        details=refused.reasons,
        pip_lines=lines,
    )


def replaced_by_pip(locked: Locked, resolution: Resolution, environment: EnvironmentSpec) -> LockRefusal | None:
    """Return what pip would put in the place of a conda package, which is never done silently; None for nothing."""
    platform = resolution.request.target.subdir
    conda = {project: record for record in resolution.records for project in pypi_names_of(record.name)}
    packages = locked.packages(platform, Manager.PIP)
    for package in packages:
        record = conda.get(pypi_name(package.name))
        if record is not None and _is_python(record, resolution):
            return _replaced(package, record, packages, resolution, environment)
    return None


def _replaced(
    package: LockedPackage,
    record: Record,
    packages: Sequence[LockedPackage],
    resolution: Resolution,
    environment: EnvironmentSpec,
) -> LockRefusal:
    lines = tuple(line for line in resolution.request.requirements if line.name == record.name)
    pip_lines = tuple(
        line for line in environment.pip_on(resolution.request.target.subdir) if line.name == package.name
    )
    asking = [f"the pip line {_placed_pip(line)}" for line in pip_lines]
    asking += [
        f"{other.name} {other.version} (pip) needs {text}"
        for other in packages
        for text in other.depends or ()
        if pypi_name(text.split(" ")[0]) == package.name
    ]
    needed = [f"{line.text} ({line.place.file}:{line.place.line})" for line in lines]
    needed += [f"{other.name} {other.version}" for other in resolution.records if _needs(other, record)]
    return LockRefusal(
        kind="conda-vs-pip",
        platform=resolution.request.target.subdir,
        sources=environment.sources,
        headline=(
            f"conda installs {record.name} {record.version}, and pip would replace it by {package.version}: "
            "the two halves of the file do not go together."
        ),
        details=(
            f"{record.name} {record.version} from conda: asked for by {', '.join(needed[:4])}",
            f"{package.name} {package.version} from pip: {'; '.join(asking[:4])}",
        ),
        requirements=lines,
        pip_lines=pip_lines,
    )


def _is_python(record: Record, resolution: Resolution) -> bool:
    """Whether a conda package holds Python code, and not a library that has its name in common with a project."""
    del resolution
    return record.noarch == "python" or any(text.split(" ")[0] == "python" for text in record.depends)


def _needs(other: Record, record: Record) -> bool:
    return any(text.split(" ")[0] == record.name for text in other.depends)


def _names(said: str, name: str) -> bool:
    words = {pypi_name(word.strip("(),;")) for word in said.split()}
    return name in words


def _listed(lines: Sequence[PipRequirement]) -> str:
    return ", ".join(_placed_pip(line) for line in lines)


def _placed_pip(line: PipRequirement) -> str:
    return f"{without_secrets(line.text)} ({line.place.file}:{line.place.line})"


def lockable_lines(environment: EnvironmentSpec, platform: Subdir) -> tuple[PipRequirement, ...]:
    """Return the pip lines of a platform that a lock holds."""
    return tuple(line for line in environment.pip_on(platform) if is_lockable(line))
