"""Channels as conda resolves them: ordered tiers, each of one or more sources of records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.place import Place


class ChannelPriority(Enum):
    """Which records of a name are visible when several channels have it (conda's `channel_priority`)."""

    STRICT = "strict"
    """Only those of the first channel that has the name."""
    FLEXIBLE = "flexible"
    """All; a record of a lower channel is taken only where the higher ones do not fit."""
    DISABLED = "disabled"
    """All; the order of the channels only breaks ties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One source of records. `name` is how users know it, `url` its base address with a final slash, no secret."""

    name: str
    url: str

    def __str__(self) -> str:
        """Return the name."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTier:
    """Channels of equal priority: one, or the members of a multichannel such as `defaults`.

    `written` holds the texts by which specs may name the tier (`defaults`, a URL, …).
    """

    name: str
    members: tuple[Channel, ...]
    written: tuple[str, ...] = ()
    place: Place | None = None
    """The line that brings it in; None where conda's configuration does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a setting comes from: `file:line` of a configuration file, a variable, an option, or a default."""

    text: str

    def __str__(self) -> str:
        """Return the words."""
        return self.text
