"""For which machine, and under which settings, a request is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.channels import ChannelPriority

if TYPE_CHECKING:
    from envdoctor.model.channels import ChannelTier, Origin
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import VirtualPackage
    from envdoctor.model.specs import MatchSpec, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A constraint that is no line of the file: it binds only if its package is installed."""

    text: str
    spec: MatchSpec
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A platform and what its machine is known or assumed to have."""

    subdir: Subdir
    virtual_packages: tuple[VirtualPackage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to solve: lines, pins, channels in order, a target, and how records are chosen among channels.

    `exclude_newer` is in milliseconds since 1970 (UTC): records built later are out of sight.
    """

    target: Target
    requirements: tuple[Requirement, ...]
    pins: tuple[Pin, ...] = ()
    wanted_channels: tuple[tuple[str, ...] | None, ...] = ()
    """For each requirement the URLs of the channels that its spec names (`pytorch::x`), None for any."""
    tiers: tuple[ChannelTier, ...] = ()
    priority: ChannelPriority = ChannelPriority.STRICT
    exclude_newer: int | None = None

    def channels_wanted_by(self, index: int) -> tuple[str, ...] | None:
        """Return the URLs of the channels that the requirement at `index` asks for, None for any."""
        return self.wanted_channels[index] if self.wanted_channels else None
