"""`why-not`: a wish added to a file or lock, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.engine.detect import current_subdir
from envdoctor.environment.read import read_environment
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.model.lockfile import Lockfile, LockFormat
from envdoctor.model.outcome import Resolution, Unsatisfiable
from envdoctor.model.wishes import Granted, WishReport
from envdoctor.workflows.explain import explain_environment, explain_read
from envdoctor.workflows.locks_as_files import environment_of_lock, for_lock, for_machine
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests
from envdoctor.workflows.resolving import Resolver
from envdoctor.workflows.sides import conda_packages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.names import Subdir
    from envdoctor.model.specs import Requirement
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def why_not(wish: str, path: str | None, options: ExplainOptions, surroundings: Surroundings) -> WishReport | Diagnosis:
    """Return what comes of a wish; or the diagnosis of the file, where it does not solve even without.

    The wish is one more line beside those of the file; a lock stands for its sources, and for what it holds now.
    Raises every `EnvdoctorError`.
    """
    wished = _wish(wish)
    if path is not None and looks_like_lockfile(path):
        lock = read_lockfile(path)
        environment = environment_of_lock(lock)
        options = for_lock(lock, options)
    else:
        options = replace(options, arguments=() if path is None else (path,))
        environment = read_environment_of(options, surroundings)
        present = explain_environment(options, surroundings)
        if not all(one.solvable for one in present.platforms):
            return present
        lock = _as_lock(present)
    asking = replace(environment, requirements=(*environment.requirements, wished))
    return _answer(wish, wished, lock, asking, options, surroundings)


def _wish(text: str) -> Requirement:
    (line,) = read_environment((), specs=(text,)).requirements
    return line


def _answer(  # noqa: PLR0913, PLR0917 - the wish, what is, what is asked, and how
    wish: str,
    wished: Requirement,
    lock: Lockfile,
    asking: EnvironmentSpec,
    options: ExplainOptions,
    surroundings: Surroundings,
) -> WishReport:
    name = " and ".join(asking.sources)
    gateway = gateway_for(asking, options, surroundings)
    platforms = options.platforms or asking.platforms or (current_subdir(),)
    asked = [
        request
        for platform in platforms
        for request in requests(asking, for_machine(lock, platform, options), surroundings)
    ]
    solve = Resolver(gateway=gateway, options=options, surroundings=surroundings)
    resolved = solve.moving_little(asked, lock, ())
    granted = tuple(
        Granted(platform=one.diagnosis.platform, moved=one.moved or ()) for one in resolved if one.diagnosis.solvable
    )
    if len(granted) == len(resolved):
        return WishReport(wish=wish, name=name, granted=granted)
    refused = _explained(asking, lock, platforms, options, surroundings)
    giving_way = _giving_way(refused, wished)
    beyond = None
    if giving_way:
        left = tuple(line for line in asking.requirements if line not in giving_way)
        beyond = _explained(replace(asking, requirements=left), lock, platforms, options, surroundings)
    return WishReport(wish=wish, name=name, granted=granted, refused=refused, giving_way=giving_way, beyond=beyond)


def _explained(
    environment: EnvironmentSpec,
    lock: Lockfile,
    platforms: Sequence[Subdir],
    options: ExplainOptions,
    surroundings: Surroundings,
) -> Diagnosis:
    """The diagnosis of all platforms, each for the machine of the lock where it notes one."""
    found = [explain_read(environment, for_machine(lock, platform, options), surroundings) for platform in platforms]
    return replace(
        found[0],
        platforms=tuple(one for diagnosis in found for one in diagnosis.platforms),
        notices=tuple(dict.fromkeys(notice for diagnosis in found for notice in diagnosis.notices)),
    )


def _giving_way(refused: Diagnosis, wished: Requirement) -> tuple[Requirement, ...]:
    """The file's own lines on the wished package, if the wish and they alone cannot hold together."""
    found: dict[Requirement, None] = {}
    for platform in refused.platforms:
        if isinstance(platform.outcome, Unsatisfiable):
            for conflict in platform.outcome.conflicts:
                if len(conflict.core) > 1 and all(line.name == wished.name for line in conflict.core):
                    found |= dict.fromkeys(line for line in conflict.core if line != wished)
    return tuple(found)


def _as_lock(present: Diagnosis) -> Lockfile:
    platforms = tuple(one.platform for one in present.platforms if isinstance(one.outcome, Resolution))
    return Lockfile(path="", format=LockFormat.CONDA_LOCK, platforms=platforms, packages=conda_packages(present))
