"""Names bound to some platforms, packages that exclude each other by design, and names that nobody asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from envdoctor.knowledge.tables import as_of, table
from envdoctor.model.names import NOARCH, PackageName, Subdir, package_name

if TYPE_CHECKING:
    from collections.abc import Mapping

PlatformFamily = Literal["win", "osx", "linux", "unix", "linux_win"]

_FAMILIES: tuple[tuple[PlatformFamily, tuple[str, ...]], ...] = (
    ("win", ("win",)),
    ("osx", ("osx",)),
    ("linux", ("linux",)),
    ("unix", ("linux", "osx")),
    ("linux_win", ("linux", "win")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformBound:
    """A name that was seen on one family of platforms alone.

    `systems` are the first parts of its subdirs. Where `verified` is false no record of the snapshot shows it: the
    name is probably bound to them.
    """

    name: PackageName
    family: PlatformFamily
    systems: tuple[str, ...]
    verified: bool

    def is_on(self, subdir: Subdir) -> bool:
        """Whether the family has this platform."""
        return subdir == NOARCH or subdir.split("-")[0] in self.systems


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutex:
    """A package of which an environment holds one variant, so that packages on different variants exclude each other.

    `variants` are its builds or values, as globs; `select` is the match spec that chooses one. No source but common
    knowledge backs them.
    """

    name: PackageName
    variants: tuple[str, ...]
    why: str | None = None
    select: str | None = None


def only_on(name: str) -> PlatformBound | None:
    """Return the platforms to which a name is bound; None where it is not known to be bound to any."""
    return _bound_names().get(package_name(name))


def mutex(name: str) -> Mutex | None:
    """Return what is known of a name as a mutex; None where it is none."""
    row = table("platforms")["mutexes"].get(package_name(name))
    if row is None:
        return None
    return Mutex(name=package_name(name), variants=tuple(row["variants"]), why=row.get("why"), select=row.get("select"))


def is_transitive(name: str) -> bool:
    """Whether a name usually comes as a dependency, and nobody asks for it: `libgcc`, `_openmp_mutex`, `zipp`."""
    wanted = package_name(name)
    transitive = table("platforms")["transitive"]
    if wanted in transitive["roots_despite_pattern"]:
        return False
    return wanted in transitive["always"] or any(pattern.search(wanted) for pattern in _transitive_patterns())


def platforms_as_of() -> str:
    """Return the day of the newest source of what this module knows."""
    return as_of("platforms")


@cache
def _bound_names() -> Mapping[PackageName, PlatformBound]:
    bound = table("platforms")["platform_only"]
    return {
        name: PlatformBound(name=name, family=family, systems=systems, verified=key == "names")
        for family, systems in _FAMILIES
        for key in ("unverified", "names")
        for name in map(package_name, bound[family].get(key, []))
    }


@cache
def _transitive_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row["match"]) for row in table("platforms")["transitive"]["patterns"])
