"""The short list of roots that an environment can be written down as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.comparison import DirectLine
    from envdoctor.model.lockfile import LockedPackage, Manager
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice


class Versions(Enum):
    """How exactly the roots are asked for."""

    NONE = "none"
    MINOR = "minor"
    """As far as the second number: `numpy=1.26`."""
    EXACT = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Packages with their dependencies, wherever they are listed.

    `wanted` are known to have been asked for; None where nobody has noted that. `pip_lines` stand as they were written,
    where nothing is known of the pip packages.
    """

    name: str
    channels: tuple[str, ...]
    platforms: tuple[Subdir, ...]
    packages: tuple[LockedPackage, ...]
    wanted: tuple[DirectLine, ...] | None = None
    pip_lines: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A package that is asked for; `platforms` is None where it is the same on all, else those of this line."""

    name: str
    manager: Manager
    text: str
    platforms: tuple[Subdir, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSpec:
    """An environment as its roots. `packages` counts those that the roots stand for, on all platforms."""

    source: str
    channels: tuple[str, ...]
    platforms: tuple[Subdir, ...]
    roots: tuple[Root, ...]
    packages: int
    notices: tuple[Notice, ...] = ()
