"""The channels' own records of what is locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import split_credential
from envdoctor.model.facts import HiddenByPriority
from envdoctor.model.names import PackageName, Subdir, package_name
from envdoctor.model.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.facts import NewerThanCutoff
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.target import Request
    from envdoctor.records.world import RecordId, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A locked package with its record in a world; None where no channel has it (any more)."""

    package: LockedPackage
    record: RecordId | None

    @property
    def name(self) -> PackageName:
        """The package's name."""
        return package_name(self.package.name)


def in_channels(world: World, packages: Sequence[LockedPackage]) -> tuple[Found, ...]:
    """Return each package with the record of its address."""
    world.load(package_name(package.name) for package in packages)
    return tuple(Found(package=package, record=_record(world, package)) for package in packages)


def out_of_sight(world: World, found: Found) -> str | None:
    """Return why a locked package cannot be chosen any more, in words; None where it can."""
    if found.record is None:
        return f"{found.package.filename} is not in the channels any more"
    hidden = world.hidden(found.record)
    if hidden is None:
        return None
    return f"{found.package.filename} of {world.channel_of(found.record)} is out of sight: {_why(hidden)}"


def record_of(found: Found, world: World) -> Record:
    """Return the channels' record of a locked package, else what the lock itself tells."""
    return as_locked(found.package, world.request) if found.record is None else world.record(found.record)


def as_locked(package: LockedPackage, request: Request) -> Record:
    """Return a locked package as a record, as far as the lock itself tells of it."""
    build = package.build or ""
    number = build.rsplit("_", 1)[-1]
    url = split_credential(package.url)[0]
    members = [member for tier in request.tiers for member in tier.members]
    channel = next((member.name for member in members if url.startswith(member.url.rstrip("/") + "/")), url)
    return Record(
        name=package_name(package.name),
        version=package.version,
        build=build,
        build_number=int(number) if number.isdecimal() else 0,
        channel=channel,
        subdir=Subdir(url.rsplit("/", 2)[-2]) if url.count("/") > 1 else request.target.subdir,
        filename=package.filename,
        url=url,
        depends=package.depends or (),
        md5=package.md5,
        sha256=package.sha256,
    )


def _record(world: World, package: LockedPackage) -> RecordId | None:
    wanted = split_credential(package.url)[0]
    for candidate in world.candidates(package_name(package.name)):
        native = world.native(candidate)
        if native.file_name == package.filename and native.url == wanted:
            return candidate
    return None


def _why(hidden: HiddenByPriority | NewerThanCutoff) -> str:
    return "strict channel priority" if isinstance(hidden, HiddenByPriority) else "it is newer than --exclude-newer"
