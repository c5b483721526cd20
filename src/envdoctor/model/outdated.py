"""Packages that are not the newest, and what holds each of them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.place import Notice
    from envdoctor.model.specs import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A package with an older version than the newest in sight.

    `blockers` are lines beside which the newest cannot be had; without any one of them the rest of them can. None of
    them: where `possible`, it can be had beside all lines, and was only not chosen together with the rest; else the
    machine, a pin or the channels forbid it. `words` name the package on the way, where one is certain. `built` is when
    the newest was built, in milliseconds since 1970.
    """

    name: PackageName
    version: str
    newest: str
    built: int | None = None
    asked_by: Requirement | None = None
    blockers: tuple[Requirement, ...] = ()
    possible: bool = False
    words: str = ""

    @property
    def is_held_by_itself(self) -> bool:
        """Whether its own line, and no other, holds it back."""
        return bool(self.blockers) and all(line.name == self.name for line in self.blockers)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdatedOnPlatform:
    """One platform: how many packages were looked at, and those that are not the newest."""

    platform: Subdir
    looked_at: int
    outdated: tuple[Outdated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdatedReport:
    """An environment file as it solves, or a lock as it stands (`locked`); `whole` if all packages were looked at."""

    name: str
    locked: bool
    whole: bool
    platforms: tuple[OutdatedOnPlatform, ...]
    notices: tuple[Notice, ...] = ()
