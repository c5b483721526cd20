"""What `check` looks at beyond the file itself: the stated machines, a lock's inputs, and, if asked, the channels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.engine.detect import current_subdir
from envdoctor.errors import InputError
from envdoctor.model.lockfile import LockFormat
from envdoctor.workflows.options import ExplainOptions, LockOptions
from envdoctor.workflows.targets import Machines

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.findings import Subject
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.locking import Staleness
    from envdoctor.workflows.options import Surroundings, TargetOptions


def in_circumstances(
    subject: Subject, target: TargetOptions, resolve: ExplainOptions | None, surroundings: Surroundings
) -> Subject:
    """Return the subject with what is known of its surroundings; `resolve` says how to ask the channels.

    Raises `UsageError` for a machine that cannot be, and `RecordsError`.
    """
    if target.states_anything:
        machines = Machines(options=target, surroundings=surroundings, detect=False)
        platforms = subject.lock.platforms if subject.lock else subject.platforms or (current_subdir(),)
        subject = replace(subject, machines=tuple((platform, machines.of(platform)) for platform in platforms))
    if subject.lock is not None:
        return replace(subject, staleness=_staleness(subject.file, subject.lock, target, resolve, surroundings))
    if resolve is None or subject.environment is None or subject.environment.explicit:
        return subject
    asked = replace(resolve, target=target, platforms=subject.platforms, proof=False)
    return _resolved(subject, subject.environment, asked, surroundings)


def _resolved(
    subject: Subject, environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings
) -> Subject:
    """The subject with what `explain` says of its file, and what python its lines leave where they solve."""
    from envdoctor.analysis.python_support import python_on_platform
    from envdoctor.workflows.explain import explain_asked

    diagnosis, oracles = explain_asked(environment, options, surroundings)
    solved = zip(diagnosis.platforms, oracles, strict=True)
    found = (python_on_platform(oracle) for platform, oracle in solved if platform.solvable)
    return replace(subject, diagnosis=diagnosis, pythons=tuple(one for one in found if one is not None))


def _staleness(
    file: str, lock: Lockfile, target: TargetOptions, resolve: ExplainOptions | None, surroundings: Surroundings
) -> tuple[Staleness, ...]:
    """Why a conda-lock.yml is not what its inputs ask for; nothing where they do not stand beside it.

    Without the channels only a lock that notes its lines is compared: for others conda-lock would have to be asked.
    """
    sources = [Path(file).parent / source for source in lock.sources]
    known = lock.format is LockFormat.CONDA_LOCK and sources and all(source.is_file() for source in sources)
    if not known or (resolve is None and lock.lines is None):
        return ()
    from envdoctor.workflows.check_lock import check_lock

    asked = resolve or ExplainOptions(offline=True)
    asked = replace(asked, arguments=tuple(str(source) for source in sources), target=target)
    options = LockOptions(explain=asked, lockfile=Path(file), kinds=(LockFormat.CONDA_LOCK,))
    try:
        return check_lock(options, surroundings).reasons
    except InputError:
        # The inputs have findings of their own.
        return ()
