"""`outdated`: what of a file or lock is not the newest, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.analysis.outdated import outdated_on_platform
from envdoctor.lockfile.in_channels import in_channels
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.model.lockfile import Manager
from envdoctor.model.outcome import Resolution
from envdoctor.model.outdated import OutdatedReport
from envdoctor.records.world import World
from envdoctor.solving.oracle import Oracle
from envdoctor.workflows.explain import explain_read
from envdoctor.workflows.locks_as_files import environment_of_lock, for_lock, for_machine
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests
from envdoctor.workflows.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.names import PackageName
    from envdoctor.model.outdated import OutdatedOnPlatform
    from envdoctor.records.world import RecordId
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def outdated(
    path: str | None, options: ExplainOptions, surroundings: Surroundings, *, whole: bool
) -> OutdatedReport | Diagnosis:
    """Return what is not the newest; or the diagnosis, where the lines do not hold together.

    None is the environment file of the folder. Raises every `EnvdoctorError`.
    """
    if path is not None and looks_like_lockfile(path):
        return _of_lock(read_lockfile(path), options, surroundings, whole=whole)
    options = replace(options, arguments=() if path is None else (path,))
    environment = read_environment_of(options, surroundings)
    gateway = gateway_for(environment, options, surroundings)
    asked = requests(environment, options, surroundings)
    resolved = Resolver(gateway=gateway, options=options, surroundings=surroundings).anew(asked)
    if not all(one.diagnosis.solvable for one in resolved):
        return explain_read(environment, options, surroundings)
    found: list[OutdatedOnPlatform] = []
    for request, one in zip(asked, resolved, strict=True):
        world = World(request, gateway)
        records = one.diagnosis.outcome.records if isinstance(one.diagnosis.outcome, Resolution) else ()
        world.load(record.name for record in records)
        versions = {record.name: record.version for record in records}
        known = {(str(record.name), record.filename, record.channel): record for record in records}
        chosen = {
            name: candidate
            for name in versions
            for candidate in world.candidates(name)
            if (str(name), world.native(candidate).file_name, world.channel_of(candidate)) in known
        }
        found.append(outdated_on_platform(Oracle(world), versions, _with_machine(world, chosen), whole=whole))
    name = " and ".join(environment.sources)
    notices = (*environment.notices, *gateway.notices)
    return OutdatedReport(name=name, locked=False, whole=whole, platforms=tuple(found), notices=notices)


def _of_lock(
    lock: Lockfile, options: ExplainOptions, surroundings: Surroundings, *, whole: bool
) -> OutdatedReport | Diagnosis:
    environment, options = environment_of_lock(lock), for_lock(lock, options)
    gateway = gateway_for(environment, options, surroundings)
    found: list[OutdatedOnPlatform] = []
    for platform in options.platforms:
        (request,) = requests(environment, for_machine(lock, platform, options), surroundings)
        world = World(request, gateway)
        oracle = Oracle(world)
        if not oracle.satisfiable(range(len(request.requirements))):
            return explain_read(environment, replace(options, fixes=0), surroundings)
        packages = in_channels(world, lock.packages_on(platform, Manager.CONDA))
        versions = {one.name: one.package.version for one in packages}
        chosen = {one.name: one.record for one in packages if one.record is not None}
        found.append(outdated_on_platform(oracle, versions, _with_machine(world, chosen), whole=whole))
    return OutdatedReport(name=lock.path, locked=True, whole=whole, platforms=tuple(found), notices=gateway.notices)


def _with_machine(world: World, chosen: Mapping[PackageName, RecordId]) -> dict[PackageName, RecordId]:
    """The records with those of the machine's virtual packages."""
    packages = world.request.target.virtual_packages
    return {**chosen, **{package.name: world.candidates(package.name)[0] for package in packages}}
