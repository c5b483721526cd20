"""What channels have: records, and the virtual packages of a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName, Subdir


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One built artifact of a channel. Its identity is channel, subdir and file name.

    `timestamp` is in milliseconds since 1970 (UTC), the time of the build; None where the channel has none. `size` is
    in bytes. `channel` is the channel's name, `url` the artifact's address without secrets. Hashes are hexadecimal.
    """

    name: PackageName
    version: str
    build: str
    build_number: int
    channel: str
    subdir: Subdir
    filename: str
    url: str = ""
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    timestamp: int | None = None
    size: int | None = None
    md5: str | None = None
    sha256: str | None = None
    noarch: str | None = None
    license: str | None = None

    def __str__(self) -> str:
        """Return `name version build`."""
        return f"{self.name} {self.version} {self.build}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPackage:
    """A fact about the target machine, shown to the solver as a record (`__glibc 2.35`).

    `origin` says how it is known: `detected on this machine`, `assumed (conda-lock's default)`, `--virtual-package`,
    `CONDA_OVERRIDE_CUDA`, …; `assumed` marks those that nobody stated and nothing measured.
    """

    name: PackageName
    version: str
    build: str = "0"
    origin: str = ""
    assumed: bool = False

    def __str__(self) -> str:
        """Return `name=version`, as the option takes it."""
        return f"{self.name}={self.version}" if self.build == "0" else f"{self.name}={self.version}={self.build}"
