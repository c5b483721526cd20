"""py-rattler's records as envdoctor's frozen values, and virtual packages as records that specs can be matched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rattler

from envdoctor.model.names import NOARCH, PackageName, Subdir, package_name
from envdoctor.model.records import Record

if TYPE_CHECKING:
    from envdoctor.model.records import VirtualPackage

NativeRecord = rattler.RepoDataRecord
PackageRecord = rattler.PackageRecord


def native_name(record: PackageRecord) -> PackageName:
    """Return the name of a native record."""
    return package_name(record.name.normalized)


def built_at(record: PackageRecord) -> int | None:
    """Return the time of the build in milliseconds since 1970 (UTC), None where the channel has none."""
    moment = record.timestamp
    return None if moment is None else round(moment.timestamp() * 1000)


def frozen(record: NativeRecord, channel: str) -> Record:
    """Copy a native record into a value of our own; `channel` is the name that users know its channel by."""
    noarch = record.noarch
    return Record(
        name=native_name(record),
        version=str(record.version),
        build=str(record.build),
        build_number=record.build_number,
        channel=channel,
        subdir=Subdir(record.subdir),
        filename=record.file_name,
        url=record.url,
        depends=tuple(record.depends),
        constrains=tuple(record.constrains),
        timestamp=built_at(record),
        size=record.size,
        md5=record.md5.hex() if record.md5 else None,
        sha256=record.sha256.hex() if record.sha256 else None,
        noarch=None if noarch is None or noarch.none else ("python" if noarch.python else "generic"),
        license=record.license,
    )


def virtual_record(package: VirtualPackage) -> rattler.PackageRecord:
    """Return a virtual package as a native record, so that specs match it as they match any other."""
    return rattler.PackageRecord(
        name=package.name,
        version=package.version,
        build=rattler.BuildString(package.build),
        build_number=0,
        subdir=NOARCH,
    )


def matchable(package: Record | VirtualPackage) -> rattler.PackageRecord:
    """Return a value of ours as a native record that specs can be matched on by version, build and hashes."""
    if not isinstance(package, Record):
        return virtual_record(package)
    return rattler.PackageRecord(
        name=package.name,
        version=package.version,
        build=rattler.BuildString(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        md5=None if package.md5 is None else bytes.fromhex(package.md5),
        sha256=None if package.sha256 is None else bytes.fromhex(package.sha256),
    )


def frozen_virtual(package: VirtualPackage) -> Record:
    """Return a virtual package as a record of no channel."""
    return Record(
        name=package.name,
        version=package.version,
        build=package.build,
        build_number=0,
        channel="",
        subdir=NOARCH,
        filename="",
    )
