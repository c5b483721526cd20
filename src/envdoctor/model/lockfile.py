"""What a lockfile holds, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import VirtualPackage


class LockFormat(Enum):
    """The formats of lockfiles, with the names that the command line has for them."""

    CONDA_LOCK = "lock"
    """conda-lock.yml, version 1."""
    EXPLICIT = "explicit"
    """An explicit list (`@EXPLICIT`), of one platform."""
    ENVIRONMENT = "env"
    """An environment file with exact versions and builds, of one platform."""
    PIXI = "pixi"
    """pixi.lock."""


class Manager(Enum):
    """Who installs a locked package."""

    CONDA = "conda"
    PIP = "pip"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """One package that a lockfile holds for one platform.

    `name` is a conda name or a normalized PyPI name, as `manager` says. `build` is None where the format does not tell
    it. `depends` are dependency texts (`numpy >=1.26,<2`), without builds where the format leaves them out; None where
    the format has no dependencies at all. `url` carries no secret. Hashes are hexadecimal.
    """

    name: str
    version: str
    platform: Subdir
    url: str
    manager: Manager = Manager.CONDA
    build: str | None = None
    depends: tuple[str, ...] | None = None
    md5: str | None = None
    sha256: str | None = None
    categories: tuple[str, ...] = ("main",)

    @property
    def filename(self) -> str:
        """The last part of the address."""
        return self.url.partition("#")[0].partition("?")[0].rsplit("/", 1)[-1]

    def __str__(self) -> str:
        """Return `name version build`."""
        return " ".join(part for part in (self.name, self.version, self.build) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLocked:
    """A line of the inputs that a lockfile cannot hold (an editable, a path), as the lockfile's metadata has it."""

    text: str
    place: str
    """`environment.yml:12`."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """A lockfile as it was read, or is to be written.

    `packages` are in the order of the file. `channels` are names or addresses as the file has them; `sources` the
    inputs, relative to the lockfile. `content_hashes` are conda-lock's, by platform. `virtual_packages` are those that
    were assumed, by platform, where the file says so.
    """

    path: str
    format: LockFormat
    platforms: tuple[Subdir, ...]
    packages: tuple[LockedPackage, ...]
    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    content_hashes: tuple[tuple[Subdir, str], ...] = ()
    virtual_packages: tuple[tuple[Subdir, tuple[VirtualPackage, ...]], ...] = ()
    not_locked: tuple[NotLocked, ...] = ()
    lines: tuple[tuple[str, tuple[Subdir, ...] | None], ...] | None = None
    """The lines that were locked, each with the platforms that it counts on (None for all); None: not noted."""

    def packages_on(self, platform: Subdir, manager: Manager | None = None) -> tuple[LockedPackage, ...]:
        """The packages of one platform, of one manager or of both, in the order of the file."""
        return tuple(
            package for package in self.packages if package.platform == platform and manager in (None, package.manager)
        )
