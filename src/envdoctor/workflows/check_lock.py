"""`lock --check`: whether a lock is exactly what its inputs ask for, and can still be installed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.lockfile import notes
from envdoctor.lockfile.conda_lock_file import read_conda_lock
from envdoctor.lockfile.in_channels import as_locked, in_channels, out_of_sight, record_of
from envdoctor.lockfile.pip_still_meets import pip_misfits
from envdoctor.lockfile.still_meets import misfits, name_in
from envdoctor.model.lockfile import Manager
from envdoctor.model.locking import CheckReport, Staleness
from envdoctor.model.target import Target
from envdoctor.records.world import World
from envdoctor.workflows.lock import channel_lines, plan_of
from envdoctor.workflows.requests import read_environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.lockfile.in_channels import Found
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import LockedPackage, Lockfile
    from envdoctor.model.records import Record
    from envdoctor.model.target import Request
    from envdoctor.workflows.lock import Plan
    from envdoctor.workflows.options import LockOptions, Surroundings

_CREDENTIAL = re.compile(r"(?<=://)[^/@]*@|/t/[^/]+(?=/)|[?#].*$")


def check_lock(options: LockOptions, surroundings: Surroundings) -> CheckReport:
    """Return every reason for which the lock is not what the inputs ask for.

    Raises `InputError` for inputs or a lock that cannot be read, and `RecordsError`.
    """
    environment = read_environment_of(options.explain, surroundings)
    return check_plan(plan_of(environment, options, surroundings), options, surroundings)


def check_plan(plan: Plan, options: LockOptions, surroundings: Surroundings) -> CheckReport:
    """Check the lock of what was planned, as `check_lock` does."""
    if not options.lockfile.exists():
        missing = Staleness(kind="no-lock", message=f"there is no {options.lockfile}; `envdoctor lock` makes it")
        return CheckReport(
            lockfile=str(options.lockfile),
            sources=plan.environment.sources,
            platforms=plan.platforms,
            packages=0,
            reasons=(missing,),
        )
    lock = read_conda_lock(str(options.lockfile))
    offline = options.explain.offline
    hashed, unhashed = _input_hashes(plan, lock, options) if lock.lines is None else ((), ())
    reasons = (
        *hashed,
        *_platforms(plan, lock),
        *_channels(plan, lock, options),
        *_lines(plan.environment, lock),
        *_machines(plan, lock, options),
        *(reason for request in plan.requests for reason in _packages(plan, request, lock, options, surroundings)),
    )
    unchecked = [*unhashed]
    unchecked += ["whether PyPI still has the pip packages"] if any(_is_pip(one) for one in lock.packages) else []
    unchecked += ["whether the channels still have the packages (--offline)"] if offline else []
    return CheckReport(
        lockfile=str(options.lockfile),
        sources=plan.environment.sources,
        platforms=plan.platforms,
        packages=len(lock.packages),
        reasons=reasons,
        unchecked=tuple(unchecked),
        notices=(*plan.environment.notices, *(() if offline else plan.gateway.notices)),
    )


def _input_hashes(plan: Plan, lock: Lockfile, options: LockOptions) -> tuple[tuple[Staleness, ...], tuple[str, ...]]:
    """For a lock that does not note its lines: whether conda-lock's hash of the inputs is the one that it has.

    Where conda-lock would read the inputs otherwise, the hashes differ anyway, and nothing can be said.
    """
    from envdoctor.environment.plain_conda_lock import lost_by_conda_lock
    from envdoctor.lockfile.conda_lock import content_hashes

    environment = replace(plan.environment, channels=channel_lines(plan, options))
    machines = [one for one in plan.virtual_packages if one[0] in lock.platforms]
    known, now = dict(lock.content_hashes), dict(content_hashes(environment, machines))
    changed = [platform for platform in now if now[platform] != known.get(platform)]
    if not changed:
        return (), ()
    if lost_by_conda_lock(plan.environment, plan.platforms):
        return (), ("whether the lines are those that were locked: this lock does not note them",)
    message = "the inputs are not those that were locked: conda-lock's hash of them is another"
    return tuple(Staleness(kind="inputs-changed", message=message, platform=one) for one in changed), ()


def _is_pip(package: LockedPackage) -> bool:
    return package.manager is Manager.PIP


def _platforms(plan: Plan, lock: Lockfile) -> Iterator[Staleness]:
    for platform in sorted(set(plan.platforms) - set(lock.platforms)):
        yield Staleness(kind="platform-missing", message=f"the lock has no platform {platform}", platform=platform)
    for platform in sorted(set(lock.platforms) - set(plan.platforms)):
        message = f"the lock has the platform {platform}, which is not asked for"
        yield Staleness(kind="platform-surplus", message=message, platform=platform)


def _channels(plan: Plan, lock: Lockfile, options: LockOptions) -> Iterator[Staleness]:
    asked = tuple(redact(line.text) for line in channel_lines(plan, options))
    if [_bare(text) for text in asked] != [_bare(text) for text in lock.channels]:
        yield Staleness(
            kind="channels-changed",
            message=f"the channels are {', '.join(asked)}, and were {', '.join(lock.channels)} when it was locked",
        )


def _bare(channel: str) -> str:
    """A channel without credentials and variables in their place, which may differ and mean the same."""
    return _CREDENTIAL.sub("", channel).rstrip("/")


def _lines(environment: EnvironmentSpec, lock: Lockfile) -> Iterator[Staleness]:
    """The lines that were added, changed or removed since the lock was made, where it remembers them."""
    if lock.lines is None:
        return
    now, then = notes.lines(environment), lock.lines
    written = [*(line.place for line in environment.requirements), *(line.place for line in environment.pip)]
    places = {text: place for (text, _), place in zip(now, written, strict=True)}
    gone = {_name(text): text for text, _ in then if (text, _) not in now}
    for text, platforms in now:
        if (text, platforms) in then:
            continue
        before = gone.pop(_name(text), None)
        was = f"was `{before}`" if before != text else "counted on other platforms"
        said = "is new since it was locked" if before is None else f"{was} when it was locked"
        yield Staleness(kind="line-changed", message=f"{places[text]}: `{text}` {said}")
    for text in gone.values():
        message = f"{lock.sources[0] if lock.sources else lock.path}: the line `{text}`, which was locked, is gone"
        yield Staleness(kind="line-gone", message=message)


def _name(text: str) -> str:
    """What a line is about, so that a changed line is told as one."""
    bare = text.removeprefix("pip: ")
    name = name_in(bare)
    prefix = "pip: " if bare != text else ""
    return prefix + (name or bare.split("=")[0].split("<")[0].split(">")[0].strip())


def _machines(plan: Plan, lock: Lockfile, options: LockOptions) -> Iterator[Staleness]:
    """Where the caller states another machine than the lock was made for."""
    noted = dict(lock.virtual_packages)
    if not options.explain.target.states_anything:
        return
    for platform, packages in plan.virtual_packages:
        now, then = [str(one) for one in packages], [str(one) for one in noted.get(platform, packages)]
        if now != then:
            changed = sorted(set(now) ^ set(then))
            message = f"it was locked for a machine with {', '.join(then)}; asked for is {', '.join(now)}"
            if changed:
                yield Staleness(kind="machine-changed", message=message, platform=platform)


def _packages(
    plan: Plan, request: Request, lock: Lockfile, options: LockOptions, surroundings: Surroundings
) -> Iterator[Staleness]:
    platform = request.target.subdir
    if platform not in lock.platforms:
        return
    if surroundings.progress:
        surroundings.progress(f"looking at what is locked for {platform}")
    noted = dict(lock.virtual_packages).get(platform)
    if noted is not None and not options.explain.target.states_anything:
        request = replace(request, target=Target(subdir=platform, virtual_packages=noted))
    conda = lock.packages_on(platform, Manager.CONDA)
    records: list[Record] = []
    if options.explain.offline:
        records = [as_locked(package, request) for package in conda]
    else:
        world = World(request, plan.gateway)
        for found in in_channels(world, conda):
            yield from _looked_up(world, found)
            records.append(record_of(found, world))
    yield from misfits(request, records, builds_known=not options.explain.offline)
    yield from pip_misfits(plan.environment, platform, lock.packages_on(platform, Manager.PIP), records)


def _looked_up(world: World, found: Found) -> Iterator[Staleness]:
    """In what the lock differs from the channels' record of a package."""
    platform = world.request.target.subdir
    gone = out_of_sight(world, found)
    if found.record is not None:
        for text in _differences(found.package, world.record(found.record)):
            yield Staleness(kind="differs", message=text, platform=platform)
    if gone is not None:
        kind = "gone" if found.record is None else "hidden"
        message = gone if found.record is not None else f"{found.package.url} is not in the channels any more"
        yield Staleness(kind=kind, message=message, platform=platform)


def _differences(package: LockedPackage, record: Record) -> Iterator[str]:
    what = package.filename
    if package.version != record.version:
        yield f"the lock says version {package.version} of {what}, and the channel {record.version}"
    for name, ours, theirs in (("md5", package.md5, record.md5), ("sha256", package.sha256, record.sha256)):
        if theirs is not None and ours != theirs:
            yield f"the {name} of {what} is {ours or 'missing'} in the lock, and {theirs} in the channel"
    if package.depends is not None:
        locked, real = ({name_in(text) or text for text in texts} for texts in (package.depends, record.depends))
        if locked != real:
            changed = ", ".join(sorted(locked ^ real))
            yield f"the dependencies of {what} are others in the lock than in the channel ({changed})"
