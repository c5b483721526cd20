"""py-rattler's writer of pixi.lock."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import rattler

from envdoctor.engine.records import native_name
from envdoctor.model.names import NOARCH, package_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir
    from envdoctor.model.target import Request

ENVIRONMENT = "default"


def write_pixi_lock(
    gateway: Gateway,
    requests: Sequence[Request],
    conda: Mapping[Subdir, Sequence[LockedPackage]],
    pip: Mapping[Subdir, Sequence[LockedPackage]],
) -> bytes:
    """Return a pixi.lock of conda and pip packages, both by platform; the channels' records are read for it.

    Raises `RecordsError`, and `KeyError` for a package that no channel of the request has.
    """
    platforms = {one.target.subdir: rattler.LockPlatform(one.target.subdir) for one in requests}
    lockfile = rattler.LockFile(list(platforms.values()))
    urls = [member.url for tier in requests[0].tiers for member in tier.members]
    lockfile.set_channels(ENVIRONMENT, [rattler.LockChannel(url) for url in urls])
    for request in requests:
        subdir = request.target.subdir
        for record in _natives(gateway, request, conda.get(subdir, ())):
            lockfile.add_conda_package(ENVIRONMENT, platforms[subdir], record)
        for package in sorted(pip.get(subdir, ()), key=lambda one: one.name):
            lockfile.add_pypi_package(ENVIRONMENT, platforms[subdir], package.name, package.version, package.url)
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        path = Path(folder, "pixi.lock")
        lockfile.to_path(path)
        return path.read_bytes()


def _natives(gateway: Gateway, request: Request, packages: Sequence[LockedPackage]) -> list[rattler.RepoDataRecord]:
    """The records of packages as py-rattler has them, by name. Of an address the end counts: it may hold variables."""
    names = [package_name(package.name) for package in packages]
    found = gateway.named(request.tiers, (request.target.subdir, NOARCH), names)
    by_end = {(native_name(native), *native.url.rsplit("/", 3)[1:]): native for native in found}
    wanted = [(package_name(package.name), *package.url.rsplit("/", 3)[1:]) for package in packages]
    return [by_end[key] for key in sorted(wanted)]
