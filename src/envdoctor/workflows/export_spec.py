"""`export-spec`: back from a lock, a prefix or an exported file to the few lines that bring all of it in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.engine.detect import current_subdir
from envdoctor.environment.quoting import without_secrets
from envdoctor.errors import UsageError
from envdoctor.lockfile.prefix import channel_names, is_prefix, read_prefix
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.lockfile.root_spec import root_spec
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.comparison import DirectFrom
from envdoctor.model.exported import Installed
from envdoctor.model.lockfile import Lockfile, LockFormat, Manager
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.requests import read_environment_of
from envdoctor.workflows.sides import conda_packages, side_of_lock

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.exported import RootSpec, Versions
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def export_spec(
    path: str, versions: Versions, options: ExplainOptions, surroundings: Surroundings
) -> RootSpec | Diagnosis:
    """Return the roots, or the diagnosis where the dependencies must come from a channel and the file does not solve.

    Raises `InputError`, `UsageError` and `RecordsError`.
    """
    installed = _installed(path, options, surroundings)
    return root_spec(installed, versions) if isinstance(installed, Installed) else installed


def _installed(path: str, options: ExplainOptions, surroundings: Surroundings) -> Installed | Diagnosis:
    if is_prefix(path):
        return read_prefix(path, current_subdir())
    if not looks_like_lockfile(path):
        return _of_environment(replace(options, arguments=(path,)), surroundings)
    lock = read_lockfile(path)
    if lock.format is LockFormat.EXPLICIT:
        return _of_explicit_list(lock, options, surroundings)
    side = side_of_lock(lock, options.platforms)
    if not side.platforms:
        raise UsageError(f"{path} has no platform {', '.join(options.platforms)}; it has {', '.join(lock.platforms)}")
    return Installed(
        name=path,
        channels=tuple(
            dict.fromkeys(name for channel in lock.channels for name in channel_names([channel.rstrip("/")]))
        ),
        platforms=side.platforms,
        packages=tuple(package for package in side.packages if package.platform in side.platforms),
        wanted=None if side.direct_from is DirectFrom.ROOTS else side.lines,
    )


def _of_environment(options: ExplainOptions, surroundings: Surroundings) -> Installed | Diagnosis:
    """An exported file: the channel's records tell what each package needs."""
    environment = read_environment_of(options, surroundings)
    diagnosis = explain_environment(options, surroundings)
    if not diagnosis.solvable:
        return diagnosis
    tiers = diagnosis.platforms[0].outcome.request.tiers if diagnosis.platforms else ()
    written = (*options.channels, *(line.text for line in environment.channels if line.text != "nodefaults"))
    return Installed(
        name=environment.sources[0],
        channels=tuple(map(redact, written or (tier.name for tier in tiers))),
        platforms=tuple(platform.platform for platform in diagnosis.platforms),
        packages=conda_packages(diagnosis),
        pip_lines=tuple(without_secrets(line.text) for line in environment.pip),
        notices=diagnosis.notices,
    )


def _of_explicit_list(lock: Lockfile, options: ExplainOptions, surroundings: Surroundings) -> Installed | Diagnosis:
    """An explicit list has no dependencies either: its packages are asked for by version and build."""
    conda = [package for package in lock.packages if package.manager is Manager.CONDA]
    asked = replace(
        options,
        arguments=tuple(f"{package.name}={package.version}={package.build}" for package in conda),
        channels=(*options.channels, *lock.channels),
        override_channels=True,
        platforms=lock.platforms,
        priority=options.priority or ChannelPriority.DISABLED,
    )
    diagnosis = explain_environment(asked, surroundings)
    if not diagnosis.solvable:
        return diagnosis
    pip = tuple(package for package in lock.packages if package.manager is Manager.PIP)
    return Installed(
        name=lock.path,
        channels=tuple(name for channel in lock.channels for name in channel_names([channel])),
        platforms=lock.platforms,
        packages=(*conda_packages(diagnosis), *pip),
        notices=diagnosis.notices,
    )
