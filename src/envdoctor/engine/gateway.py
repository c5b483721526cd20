"""Records of channels through py-rattler's gateway, always by bare name.

A query with a version range drops the records outside it, and with them every repair, so ranges never reach the
gateway (https://github.com/conda/rattler/issues/756).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rattler
from rattler.exceptions import GatewayError

from envdoctor.errors import RecordsError
from envdoctor.model.names import PackageName, package_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from envdoctor.model.channels import ChannelTier
    from envdoctor.model.names import Subdir

NativeRecord = rattler.RepoDataRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How records may be fetched. `cache` is the folder for repodata; None for py-rattler's own."""

    offline: bool = False
    cache: Path | None = None


class Gateway:
    """One session of fetching; what was fetched once is kept in memory."""

    def __init__(self, options: FetchOptions | None = None) -> None:
        """Prepare a session; nothing is fetched yet."""
        self.options = options or FetchOptions()
        action = "force-cache-only" if self.options.offline else "cache-or-fetch"
        self.native = rattler.Gateway(
            cache_dir=self.options.cache, default_config=rattler.SourceConfig(cache_action=action)
        )

    def reachable(
        self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], names: Sequence[PackageName]
    ) -> list[NativeRecord]:
        """All records of the names, and of every name that their records mention, and so on.

        In order of channels, then subdirs. Raises `RecordsError`.
        """
        return self._query(tiers, subdirs, names, recursive=True)

    def named(
        self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], names: Sequence[PackageName]
    ) -> list[NativeRecord]:
        """All records of exactly these names. Raises `RecordsError`."""
        return self._query(tiers, subdirs, names, recursive=False)

    def names(self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir]) -> frozenset[PackageName]:
        """All names that the channels have on the subdirs. Raises `RecordsError`."""
        try:
            found = asyncio.run(self.native.names(sources(tiers), list(subdirs)))
        except GatewayError as error:
            raise RecordsError(str(error)) from error
        return frozenset(package_name(name.normalized) for name in found)

    def _query(
        self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], names: Sequence[PackageName], *, recursive: bool
    ) -> list[NativeRecord]:
        if not names:
            return []
        try:
            groups = asyncio.run(self.native.query(sources(tiers), list(subdirs), list(names), recursive=recursive))
        except GatewayError as error:
            raise RecordsError(str(error)) from error
        # py-rattler gives the records of one channel and subdir in another order each time.
        return [record for group in groups for record in sorted(group, key=lambda record: record.file_name)]


def sources(tiers: Sequence[ChannelTier]) -> list[rattler.Channel | rattler.MultiSource]:
    """Return the tiers as py-rattler takes them; the members of one tier share one priority."""
    return [
        rattler.Channel(tier.members[0].url)
        if len(tier.members) == 1
        else rattler.MultiSource(tier.name, [rattler.Channel(member.url) for member in tier.members])
        for tier in tiers
    ]
