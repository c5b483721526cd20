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
    return _resolved(subject, replace(resolve, target=target), surroundings)


def _resolved(subject: Subject, options: ExplainOptions, surroundings: Surroundings) -> Subject:
    """The subject with what `explain` and `python` say of its file."""
    from envdoctor.model.python_support import PythonReport
    from envdoctor.workflows.explain import explain_environment
    from envdoctor.workflows.python_support import python_support

    asked = replace(options, arguments=(subject.file,), platforms=subject.platforms, proof=False)
    diagnosis = explain_environment(asked, surroundings)
    subject = replace(subject, diagnosis=diagnosis)
    if not all(platform.solvable for platform in diagnosis.platforms):
        return subject
    report = python_support(asked, surroundings)
    return replace(subject, pythons=report.platforms) if isinstance(report, PythonReport) else subject


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
