"""py-rattler's writer of pixi.lock."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import rattler

from envdoctor.engine.records import native_name
from envdoctor.model.names import NOARCH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir
    from envdoctor.model.outcome import Resolution

ENVIRONMENT = "default"


def write_pixi_lock(
    gateway: Gateway, resolutions: Sequence[Resolution], pip: Mapping[Subdir, Sequence[LockedPackage]]
) -> bytes:
    """Return a pixi.lock of the resolutions' records and of pip packages, both by platform."""
    ordered = sorted(resolutions, key=lambda one: one.request.target.subdir)
    platforms = {one.request.target.subdir: rattler.LockPlatform(one.request.target.subdir) for one in ordered}
    lockfile = rattler.LockFile(list(platforms.values()))
    urls = [member.url for tier in ordered[0].request.tiers for member in tier.members]
    lockfile.set_channels(ENVIRONMENT, [rattler.LockChannel(url) for url in urls])
    for resolution in ordered:
        subdir = resolution.request.target.subdir
        for record in _natives(gateway, resolution):
            lockfile.add_conda_package(ENVIRONMENT, platforms[subdir], record)
        for package in sorted(pip.get(subdir, ()), key=lambda one: one.name):
            lockfile.add_pypi_package(ENVIRONMENT, platforms[subdir], package.name, package.version, package.url)
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        path = Path(folder, "pixi.lock")
        lockfile.to_path(path)
        return path.read_bytes()


def _natives(gateway: Gateway, resolution: Resolution) -> list[rattler.RepoDataRecord]:
    """The records as py-rattler has them, by name."""
    request = resolution.request
    names = [record.name for record in resolution.records]
    wanted = {record.url for record in resolution.records}
    found = gateway.named(request.tiers, (request.target.subdir, NOARCH), names)
    return sorted((native for native in found if native.url in wanted), key=native_name)
