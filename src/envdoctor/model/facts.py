"""Facts: what the index or the target forces on a solver, grouped by names so that a person can follow.

`Depends(gdal → libgdal)` stands for everything that the records of gdal say about libgdal. A core of the user's lines
together with a few facts is a proof that the lines cannot hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName
    from envdoctor.model.target import Pin


@dataclass(frozen=True, slots=True)
class Depends:
    """Every record of `source` needs what its `depends` say about `target`."""

    source: PackageName
    target: PackageName


@dataclass(frozen=True, slots=True)
class Constrains:
    """Every record of `source` allows of `target`, if that is installed, only what its `constrains` say."""

    source: PackageName
    target: PackageName


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin outside the file allows only some records of its package."""

    pin: Pin

    @property
    def target(self) -> PackageName:
        """The package that the pin holds."""
        return self.pin.spec.name


@dataclass(frozen=True, slots=True)
class Missing:
    """No channel at hand has a record of `target` that a certain spec asks for (on this platform)."""

    target: PackageName


@dataclass(frozen=True, slots=True)
class HiddenByPriority:
    """Strict channel priority keeps the records of `target` in the lower channels out of sight."""

    target: PackageName


@dataclass(frozen=True, slots=True)
class NewerThanCutoff:
    """Records of `target` were built after `--exclude-newer`."""

    target: PackageName


@dataclass(frozen=True, slots=True)
class VirtualPackageIs:
    """The machine has no other `target` than the one stated or assumed, or none."""

    target: PackageName


Fact = Depends | Constrains | Pinned | Missing | HiddenByPriority | NewerThanCutoff | VirtualPackageIs


def fact_key(fact: Fact) -> tuple[str, str, str]:
    """Return what orders facts the same way in every run."""
    source = fact.source if isinstance(fact, (Depends, Constrains)) else ""
    extra = fact.pin.text if isinstance(fact, Pinned) else ""
    return (type(fact).__name__, source, fact.target + extra)
