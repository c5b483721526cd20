"""What `diff` compares: a lockfile as it is read, or an environment file as it solves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.engine.detect import current_subdir
from envdoctor.environment.quoting import without_secrets
from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.lockfile.still_meets import name_in
from envdoctor.model.comparison import DirectFrom, DirectLine, Side
from envdoctor.model.lockfile import LockedPackage, Lockfile, LockFormat, Manager
from envdoctor.model.names import package_name, pypi_name
from envdoctor.model.outcome import Resolution
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.options import TargetOptions
from envdoctor.workflows.requests import read_environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Place
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def locks_of(paths: Sequence[str]) -> tuple[Lockfile | None, ...]:
    """Return the lockfiles among the paths, None for each that is an environment file. Raises `InputError`."""
    return tuple(read_lockfile(path) if looks_like_lockfile(path) else None for path in paths)


def side_of_lock(lock: Lockfile, platforms: Sequence[Subdir]) -> Side:
    """Return a lockfile as a side, of all its platforms or of those that are given."""
    lines, told_by = _lines_of_lock(lock)
    return Side(
        name=lock.path,
        platforms=tuple(platform for platform in lock.platforms if not platforms or platform in platforms),
        packages=lock.packages,
        direct_from=told_by,
        lines=lines,
    )


def side_of_environment(
    path: str, other: Lockfile | None, options: ExplainOptions, surroundings: Surroundings
) -> Side | Diagnosis:
    """Return an environment file as it solves, or the diagnosis where it does not.

    A file that names no platforms solves for those of the lock that it is compared with, and where nothing is stated
    of the target, for the machine that this lock assumes.
    """
    options = replace(options, arguments=(path,))
    environment = read_environment_of(options, surroundings)
    platforms = options.platforms or environment.platforms or (other.platforms if other else (current_subdir(),))
    diagnoses = [
        explain_environment(_for_machine_of(other, platform, options), surroundings)
        for platform in dict.fromkeys(platforms)
    ]
    whole = replace(
        diagnoses[0],
        platforms=tuple(one for found in diagnoses for one in found.platforms),
        notices=tuple(dict.fromkeys(notice for found in diagnoses for notice in found.notices)),
    )
    if not whole.solvable:
        return whole
    pip = (package for one in whole.platforms for package in _pip_packages(environment, one.platform))
    return Side(
        name=path,
        platforms=tuple(one.platform for one in whole.platforms),
        packages=(*conda_packages(whole), *pip),
        direct_from=DirectFrom.ENVIRONMENT,
        lines=lines_of(environment),
        pip_solved=False if environment.pip else None,
        notices=whole.notices,
    )


def _for_machine_of(lock: Lockfile | None, platform: Subdir, options: ExplainOptions) -> ExplainOptions:
    # Fixes of one platform alone would not be fixes of the file.
    options = replace(options, platforms=(platform,), fixes=0)
    noted = dict(lock.virtual_packages).get(platform) if lock else None
    if noted is None or options.target.states_anything:
        return options
    return replace(options, target=TargetOptions(virtual_packages=tuple(str(package) for package in noted)))


def conda_packages(diagnosis: Diagnosis) -> tuple[LockedPackage, ...]:
    """Return the records of all platforms as a lock has packages."""
    return tuple(
        LockedPackage(
            name=record.name,
            version=record.version,
            platform=platform.platform,
            url=record.url,
            build=record.build,
            depends=record.depends,
            md5=record.md5,
            sha256=record.sha256,
        )
        for platform in diagnosis.platforms
        if isinstance(platform.outcome, Resolution)
        for record in platform.outcome.records
    )


def _pip_packages(environment: EnvironmentSpec, platform: Subdir) -> Iterator[LockedPackage]:
    """The pip lines that name a project, each with its specifier in the place of a version."""
    for line in environment.pip_on(platform):
        if line.name is not None:
            asked = line.specifier or without_secrets(line.url or "any version")
            yield LockedPackage(name=line.name, version=asked, platform=platform, url="", manager=Manager.PIP)


def lines_of(environment: EnvironmentSpec) -> tuple[DirectLine, ...]:
    """Return what an environment asks for, line by line, conda's first; no secret is in it."""
    conda = (
        DirectLine(
            name=line.name,
            manager=Manager.CONDA,
            text=without_secrets(line.text),
            place=line.place,
            platforms=line.platforms,
        )
        for line in environment.requirements
    )
    pip = (
        DirectLine(
            name=line.name,
            manager=Manager.PIP,
            text=without_secrets(line.text),
            place=line.place,
            platforms=line.platforms,
        )
        for line in environment.pip
        if line.name is not None
    )
    return (*conda, *pip)


def _lines_of_lock(lock: Lockfile) -> tuple[tuple[DirectLine, ...], DirectFrom]:
    """The lines that a lock notes, with their places in its sources; else those of the sources, if they are there."""
    written = _lines_of_sources(lock)
    if lock.lines is not None:
        places = {(line.manager, line.text): line.place for line in written}
        noted = tuple(_noted_line(text, platforms, places) for text, platforms in lock.lines)
        return tuple(line for line in noted if line.name), DirectFrom.NOTES
    if written:
        return written, DirectFrom.SOURCES
    return (), DirectFrom.UNKNOWN if lock.format is LockFormat.EXPLICIT else DirectFrom.ROOTS


def _noted_line(
    text: str, platforms: tuple[Subdir, ...] | None, places: dict[tuple[Manager, str], Place | None]
) -> DirectLine:
    bare = text.removeprefix("pip: ")
    manager = Manager.CONDA if bare == text else Manager.PIP
    name = name_in(bare) or ""
    return DirectLine(
        name=package_name(name) if manager is Manager.CONDA else pypi_name(name),
        manager=manager,
        text=bare,
        place=places.get((manager, bare)),
        platforms=platforms,
    )


def _lines_of_sources(lock: Lockfile) -> tuple[DirectLine, ...]:
    """The lines of the lock's sources that stand where it says; none where one of them cannot be read."""
    paths = [str(Path(lock.path).parent / source) for source in lock.sources]
    if not paths or not all(Path(path).is_file() for path in paths):
        return ()
    try:
        return lines_of(read_environment(paths))
    except InputError:
        return ()
