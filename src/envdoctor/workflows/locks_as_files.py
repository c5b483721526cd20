"""A lock asked as the file that it was made from: its lines, its platforms, the machine it was made for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError, UsageError
from envdoctor.model.environment import ChannelLine
from envdoctor.model.place import Place
from envdoctor.workflows.options import TargetOptions

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.names import Subdir
    from envdoctor.workflows.options import ExplainOptions


def environment_of_lock(lock: Lockfile) -> EnvironmentSpec:
    """Return a lock's sources where they are, else the lines that it notes. Raises `InputError`."""
    paths = [str(Path(lock.path).parent / source) for source in lock.sources]
    if paths and all(Path(path).is_file() for path in paths):
        return read_environment(paths)
    if lock.lines is None:
        raise InputError(
            "the lock's sources are not there and it does not note its lines, so it cannot be solved anew; "
            "give the environment file",
            place=Place(lock.path),
        )
    specs = [text for text, _ in lock.lines if not text.startswith("pip: ")]
    environment = read_environment((), specs=specs)
    channels = tuple(ChannelLine(text=text, place=Place(lock.path)) for text in lock.channels)
    return replace(environment, sources=(lock.path,), channels=channels)


def for_lock(lock: Lockfile, options: ExplainOptions) -> ExplainOptions:
    """Return options for the platforms of the lock, or those of them that are asked for. Raises `UsageError`."""
    platforms = options.platforms or lock.platforms
    if any(platform not in lock.platforms for platform in platforms):
        raise UsageError(f"{lock.path} has the platforms {', '.join(lock.platforms)}; name one of them")
    return replace(options, platforms=platforms)


def for_machine(lock: Lockfile, platform: Subdir, options: ExplainOptions) -> ExplainOptions:
    """Return options for one platform: the lock's machine, where it notes one and none is stated."""
    noted = dict(lock.virtual_packages).get(platform)
    target = options.target
    if noted is not None and not target.states_anything:
        target = TargetOptions(virtual_packages=tuple(str(package) for package in noted))
    return replace(options, platforms=(platform,), target=target, fixes=0)
