"""The dependencies of an environment file, as it solves, or of a lockfile, with the channels' own records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.engine.records import frozen
from envdoctor.environment.quoting import without_secrets
from envdoctor.errors import EnvdoctorError, UsageError
from envdoctor.graph.locked import key_of, needed_by
from envdoctor.graph.locked import roots as locked_roots
from envdoctor.lockfile.in_channels import as_locked
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.lockfile.still_meets import name_in
from envdoctor.model.dependencies import Ask, Dependencies, DependencyReport, Need, Package
from envdoctor.model.environment import ChannelLine, EnvironmentSpec
from envdoctor.model.lockfile import Manager
from envdoctor.model.names import NOARCH, package_name
from envdoctor.model.outcome import Resolution
from envdoctor.model.place import Notice, Place
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.requests import gateway_for, requests
from envdoctor.workflows.sides import side_of_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.lockfile import LockedPackage, Lockfile
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import Record, VirtualPackage
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import ExplainOptions, Surroundings

ALONE = "only the lock was there, which keeps no sizes, and of dependencies no builds"


def dependencies_of(
    path: str | None, options: ExplainOptions, surroundings: Surroundings
) -> DependencyReport | Diagnosis:
    """Return the dependencies of a file or lock; or the diagnosis, where a file does not solve.

    None is the environment file of the folder. Raises every `EnvdoctorError`.
    """
    if path is not None and looks_like_lockfile(path):
        return _of_lock(read_lockfile(path), options, surroundings)
    diagnosis = explain_environment(replace(options, arguments=() if path is None else (path,)), surroundings)
    if not all(one.solvable for one in diagnosis.platforms):
        return diagnosis
    found = [
        dependencies_of_resolution(one.outcome) for one in diagnosis.platforms if isinstance(one.outcome, Resolution)
    ]
    name = " and ".join(diagnosis.environment.sources)
    return DependencyReport(name=name, platforms=_alike(found), notices=diagnosis.notices)


def dependencies_of_resolution(resolution: Resolution) -> Dependencies:
    """Return the dependencies of a resolution of one platform."""
    request = resolution.request
    asks = tuple(
        Ask(name=line.name, text=without_secrets(line.text), place=line.place) for line in request.requirements
    )
    return _dependencies(request.target.subdir, resolution.records, request.target.virtual_packages, asks)


def _dependencies(
    subdir: Subdir,
    records: Sequence[Record],
    virtual: Sequence[VirtualPackage],
    asks: tuple[Ask, ...],
    further: tuple[Sequence[Package], Sequence[Need]] = ((), ()),
) -> Dependencies:
    packages = [
        Package(
            name=record.name,
            version=record.version,
            build=record.build or None,
            channel=record.channel,
            size=record.size,
        )
        for record in records
    ]
    machine = [Package(name=one.name, version=one.version, build=None, virtual=True) for one in virtual]
    there = {package.name for package in (*packages, *machine)}
    needs = [need for record in records for need in _needs(record, there)]
    used = {need.target for need in needs}
    packages += [package for package in machine if package.name in used]
    return Dependencies(
        platforms=(subdir,),
        packages=tuple(sorted((*packages, *further[0]), key=lambda package: package.name)),
        needs=tuple(sorted((*needs, *further[1]), key=lambda need: (need.source, need.target, not need.needed))),
        asks=asks,
    )


def _needs(record: Record, there: set[str]) -> Iterable[Need]:
    for texts, needed in ((record.depends, True), (record.constrains, False)):
        by_name: dict[str, list[str]] = {}
        for text in texts:
            about = name_in(text)
            if about is not None and about in there and about != record.name:
                by_name.setdefault(about, []).append(text)
        for target, said in by_name.items():
            yield Need(source=record.name, target=target, texts=tuple(dict.fromkeys(said)), needed=needed)


def _alike(found: Sequence[Dependencies]) -> tuple[Dependencies, ...]:
    """Platforms with the same packages and needs told once."""
    joined: list[Dependencies] = []
    for one in found:
        same = next(
            (number for number, other in enumerate(joined) if replace(other, platforms=one.platforms) == one), None
        )
        if same is None:
            joined.append(one)
        else:
            joined[same] = replace(joined[same], platforms=(*joined[same].platforms, *one.platforms))
    return tuple(joined)


def _of_lock(lock: Lockfile, options: ExplainOptions, surroundings: Surroundings) -> DependencyReport:
    platforms = options.platforms or lock.platforms
    missing = [platform for platform in platforms if platform not in lock.platforms]
    if missing:
        raise UsageError(f"{lock.path} has no platform {missing[0]}; it has {', '.join(lock.platforms)}")
    noted = dict(lock.virtual_packages)
    found, notices = [], []
    for platform in platforms:
        records, alone = _records(lock, platform, options, surroundings)
        if alone:
            notices.append(Notice(kind="lock-alone", message=f"{platform}: {alone}"))
        asks, known = _asks(lock, platform)
        pip = lock.packages_on(platform, Manager.PIP)
        further = _pip_part(lock.packages_on(platform), pip)
        found.append(
            replace(_dependencies(platform, records, noted.get(platform, ()), asks, further), asks_known=known)
        )
    return DependencyReport(name=lock.path, platforms=_alike(found), notices=tuple(notices))


def _asks(lock: Lockfile, platform: Subdir) -> tuple[tuple[Ask, ...], bool]:
    """The lines that the lock was made from, as far as it or its sources tell; else the roots."""
    side = side_of_lock(lock, (platform,))
    lines = [line for line in side.lines if line.platforms is None or platform in line.platforms]
    if lines:
        return tuple(
            Ask(name=_name(line.manager, line.name), text=line.text, place=line.place) for line in lines if line.name
        ), True
    names = [_name(manager, name) for manager, name in locked_roots(lock.packages_on(platform))]
    return tuple(Ask(name=name, text=name) for name in names), False


def _name(manager: Manager, name: str) -> str:
    return name if manager is Manager.CONDA else f"pip:{name}"


def _pip_part(
    packages: Sequence[LockedPackage], pip: Sequence[LockedPackage]
) -> tuple[tuple[Package, ...], tuple[Need, ...]]:
    there = {key_of(package) for package in packages}
    needs = [
        Need(source=_name(Manager.PIP, package.name), target=_name(*key), texts=(text,))
        for package in pip
        for key, text in needed_by(package, there)
        if key != key_of(package)
    ]
    return tuple(Package(name=_name(Manager.PIP, one.name), version=one.version, channel="pip") for one in pip), tuple(
        needs
    )


def _records(
    lock: Lockfile, platform: Subdir, options: ExplainOptions, surroundings: Surroundings
) -> tuple[tuple[Record, ...], str]:
    """The channels' records of what is locked; what the lock itself tells, with a word, where they cannot be had."""
    packages = lock.packages_on(platform, Manager.CONDA)
    request, gateway = _channels_of(lock, platform, options, surroundings)
    try:
        names = [package_name(package.name) for package in packages]
        natives = gateway.named(request.tiers, (platform, NOARCH), names)
    except EnvdoctorError as error:
        why = f"the channels could not be asked ({error}): {ALONE}"
        return tuple(as_locked(package, request) for package in packages), why
    members = {member.url.rstrip("/"): member.name for tier in request.tiers for member in tier.members}
    by_end = {
        tuple(native.url.rsplit("/", 3)[1:]): frozen(native, members.get((native.channel or "").rstrip("/"), ""))
        for native in natives
    }
    known = [by_end.get(tuple(package.url.rsplit("/", 3)[1:])) for package in packages]
    records = tuple(record or as_locked(package, request) for package, record in zip(packages, known, strict=True))
    gone = sum(record is None for record in known)
    return records, f"{gone} of {len(packages)} packages are not in the channels: of them {ALONE}" if gone else ""


def _channels_of(
    lock: Lockfile, platform: Subdir, options: ExplainOptions, surroundings: Surroundings
) -> tuple[Request, Gateway]:
    lines = tuple(ChannelLine(text=text, place=Place(lock.path)) for text in lock.channels)
    environment = EnvironmentSpec(sources=(lock.path,), channels=lines)
    options = replace(options, platforms=(platform,))
    (request,) = requests(environment, options, surroundings, detect=False)
    return request, gateway_for(environment, options, surroundings)
