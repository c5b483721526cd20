"""py-rattler's reader of pixi.lock, which knows all versions of the format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rattler
from rattler.exceptions import ParseCondaLockError

from envdoctor.engine.pixi import ENVIRONMENT
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import Subdir, pypi_name

if TYPE_CHECKING:
    from rattler.lock import Environment
    from rattler.lock.package import LockedPackage as NativePackage


class UnreadableLockError(ValueError):
    """A text that py-rattler does not take for a pixi.lock; the message is the reason in one line."""


def read_pixi_lock(path: str) -> tuple[tuple[str, ...], tuple[tuple[Subdir, tuple[LockedPackage, ...]], ...]]:
    """Return the channels and, by platform, the packages of a pixi.lock, with addresses as they stand there.

    A lock of several environments gives its `default`. Packages are in the order of their names, conda's first:
    py-rattler has no order of its own. Raises `UnreadableLockError`.
    """
    try:
        lock = rattler.LockFile.from_path(Path(path))
    except ParseCondaLockError as error:
        raise UnreadableLockError(str(error).splitlines()[0]) from error
    environment = _chosen(dict(lock.environments()))
    channels = tuple(repr(channel).partition('url="')[2].rpartition('"')[0] for channel in environment.channels())
    # An environment without packages has no platforms, though the lock may.
    platforms = sorted(environment.platforms() or lock.platforms(), key=lambda platform: platform.name)
    return channels, tuple(
        (subdir, tuple(sorted((_package(one, subdir) for one in environment.packages(platform) or ()), key=_order)))
        for platform in platforms
        for subdir in (Subdir(str(platform.subdir)),)
    )


def _order(package: LockedPackage) -> tuple[str, str, str]:
    return package.manager.value, package.name, package.url


def _chosen(environments: dict[str, Environment]) -> Environment:
    if ENVIRONMENT in environments:
        return environments[ENVIRONMENT]
    if len(environments) == 1:
        return next(iter(environments.values()))
    names = ", ".join(sorted(environments)) or "none"
    raise UnreadableLockError(f"of its environments ({names}) none is called {ENVIRONMENT}")


def _package(native: NativePackage, platform: Subdir) -> LockedPackage:
    md5, sha256 = _hashes(native)
    if isinstance(native, rattler.lock.PypiLockedPackage):
        return LockedPackage(
            name=pypi_name(native.name),
            version=str(native.version or ""),
            platform=platform,
            url=native.location,
            manager=Manager.PIP,
            depends=tuple(sorted(native.requires_dist)),
            md5=md5,
            sha256=sha256,
        )
    record = getattr(native, "package_record", None)
    return LockedPackage(
        name=native.name,
        version="" if record is None else str(record.version),
        platform=platform,
        url=Path(native.location).as_uri() if native.location.startswith("/") else native.location,
        build=None if record is None else str(record.build),
        depends=None if record is None else tuple(record.depends),
        md5=md5,
        sha256=sha256,
    )


def _hashes(native: NativePackage) -> tuple[str | None, str | None]:
    """MD5 and SHA-256; py-rattler has an object without contents where the lock has neither."""
    try:
        md5, sha256 = (native.hashes.md5, native.hashes.sha256) if native.hashes else (None, None)
    except AttributeError:
        return None, None
    return (None if md5 is None else md5.hex()), (None if sha256 is None else sha256.hex())
