"""Records of channels through py-rattler's gateway, always by bare name.

A query with a version range drops the records outside it, and with them every repair, so ranges never reach the
gateway (https://github.com/conda/rattler/issues/756).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import rattler
from rattler.exceptions import GatewayError

from envdoctor.engine.client import FetchOptions, is_remote, native_client
from envdoctor.engine.copies import age_of_copy
from envdoctor.model.names import NOARCH, PackageName, package_name
from envdoctor.model.place import Notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from envdoctor.model.channels import Channel, ChannelTier
    from envdoctor.model.names import Subdir

    Source = rattler.Channel | rattler.MultiSource
    Ask = Callable[[list[Source], list[rattler.Subdir]], Awaitable["T"]]

__all__ = ["FetchOptions", "Gateway", "NativeRecord", "sources"]

NativeRecord = rattler.RepoDataRecord
T = TypeVar("T")


class Gateway:
    """One session of fetching; what was fetched once is kept in memory."""

    def __init__(self, options: FetchOptions | None = None) -> None:
        """Prepare a session; nothing is fetched yet."""
        self.options = options or FetchOptions()
        self.native = self._native(plain=False)
        self._asked: dict[tuple[Channel, Subdir], None] = {}
        self._seen: set[tuple[str, str]] = set()
        """Addresses of channels, and their subdirs, that gave a record."""
        self._notices: dict[Notice, None] = {}

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know of what was fetched so far: missing platforms, copies of what age."""
        for (channel, subdir), _ in list(self._asked.items()):
            self._notice_missing(channel, subdir)
            self._notice_age(channel, subdir)
        self._asked.clear()
        return tuple(self._notices)

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
        """All records of exactly these names, in order of channels, subdirs and file names. Raises `RecordsError`."""
        return self._query(tiers, subdirs, names, recursive=False)

    def seen_elsewhere(
        self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], names: Sequence[PackageName]
    ) -> list[NativeRecord]:
        """All records of exactly these names, looked at in passing: no notices come of it. Raises `RecordsError`."""
        known = dict(self._asked)
        try:
            return self._query(tiers, subdirs, names, recursive=False)
        finally:
            self._asked = known

    def names(self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir]) -> frozenset[PackageName]:
        """All names that the channels have on the subdirs. Raises `RecordsError`."""
        found = self._fetched(tiers, subdirs, self._names)
        return frozenset(package_name(name.normalized) for name in found)

    async def _names(self, channels: list[Source], subdirs: list[rattler.Subdir]) -> list[rattler.PackageName]:
        return await self.native.names(channels, subdirs)

    def _query(
        self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], names: Sequence[PackageName], *, recursive: bool
    ) -> list[NativeRecord]:
        if not names:
            return []
        groups = self._fetched(
            tiers,
            subdirs,
            lambda channels, places: self.native.query(
                channels, places, list(names), recursive=recursive, channel_relations="disabled"
            ),
        )
        self._seen |= {((group[0].channel or "").rstrip("/"), group[0].subdir) for group in groups if group}
        # py-rattler gives the records of one channel and subdir in another order each time.
        return [record for group in groups for record in sorted(group, key=lambda record: record.file_name)]

    def _native(self, *, plain: bool) -> rattler.Gateway:
        """A gateway of py-rattler; a plain one asks for nothing but `repodata.json`."""
        return rattler.Gateway(
            cache_dir=self.options.cache,
            default_config=rattler.SourceConfig(
                zstd_enabled=self.options.zstd and not plain,
                bz2_enabled=False,
                sharded_enabled=not plain,
                cache_action="force-cache-only" if self.options.offline else "cache-or-fetch",
            ),
            client=native_client(self.options),
            show_progress=self.options.show_progress,
        )

    def _fetched(self, tiers: Sequence[ChannelTier], subdirs: Sequence[Subdir], ask: Ask[T]) -> T:
        """What was asked for, on the second way if the first one fails, or the reason of the failure.

        Some servers and filters answer for `repodata.json` only and refuse its other forms in odd ways, which makes
        py-rattler give up; so it is asked a second time for the plain form alone.
        """
        channels = [member for tier in tiers for member in tier.members]
        self._asked |= dict.fromkeys(product(channels, subdirs))
        places = [(channel, subdir) for channel, subdir in product(channels, subdirs) if is_remote(channel)]
        asked = sources(tiers), [rattler.Subdir(subdir) for subdir in subdirs]
        with contextlib.suppress(GatewayError):
            return asyncio.run(self._watched(ask(*asked), places))
        self._raise_known_cause(channels, subdirs)
        self.native = self._native(plain=True)
        asyncio.run(self._watched(self._checked_each(channels, subdirs, ask), places))
        return asyncio.run(self._watched(ask(*asked), places))

    async def _checked_each(self, channels: Sequence[Channel], subdirs: Sequence[Subdir], ask: Ask[T]) -> None:
        """Ask each channel for each subdir on its own, so that the one without usable records has a name."""
        from envdoctor.engine.failures import damaged, not_in_cache  # noqa: PLC0415 - see `_raise_known_cause`

        places = list(product(channels, sorted(subdirs, key=lambda subdir: subdir != NOARCH)))
        answers = await asyncio.gather(
            *(ask([native_channel(channel.url)], [rattler.Subdir(subdir)]) for channel, subdir in places),
            return_exceptions=True,
        )
        for (channel, subdir), answer in zip(places, answers, strict=True):
            if isinstance(answer, GatewayError):
                raise not_in_cache(channel, subdir) if self.options.offline else damaged(channel, subdir) from answer
            if isinstance(answer, BaseException):
                raise answer

    async def _watched(self, answer: Awaitable[T], places: Sequence[tuple[Channel, Subdir]]) -> T:
        """Wait for an answer, and look after the servers that take long: py-rattler waits for a silent one for ever."""
        if not places or self.options.offline:
            return await answer
        task = asyncio.ensure_future(answer)
        patience = self.options.connect_timeout
        while True:
            done, _ = await asyncio.wait({task}, timeout=patience)
            if done:
                return task.result()
            from envdoctor.engine.failures import silent  # noqa: PLC0415 - see `_raise_known_cause`

            found = await asyncio.to_thread(silent, places, self.options)
            if found is not None and not task.done():
                task.cancel()
                raise found
            patience = self.options.read_timeout

    def _raise_known_cause(self, channels: Sequence[Channel], subdirs: Sequence[Subdir]) -> None:
        # Python's own HTTP is slow to import, and needed only where something went wrong.
        from envdoctor.engine.failures import failure_of  # noqa: PLC0415

        for channel in channels:
            found = failure_of(channel, subdirs, self.options)
            if found is not None:
                raise found

    def _notice_missing(self, channel: Channel, subdir: Subdir) -> None:
        if subdir == NOARCH or (channel.url.rstrip("/"), subdir) in self._seen:
            # To ask for all names takes a while on a large channel.
            return
        with contextlib.suppress(GatewayError):
            if not asyncio.run(self._names([native_channel(channel.url)], [rattler.Subdir(subdir)])):
                message = f"the channel {channel.name} has no packages for {subdir}, only noarch ones"
                self._notices[Notice(kind="channel-without-platform", message=message)] = None

    def _notice_age(self, channel: Channel, subdir: Subdir) -> None:
        if not self.options.offline or not is_remote(channel):
            return
        age = age_of_copy(self.options.cache, channel, subdir)
        if age is not None:
            message = f"offline: the records of {channel.name} for {subdir} are a copy of {age}"
            self._notices[Notice(kind="cached-copy", message=message)] = None


def native_channel(url: str) -> rattler.Channel:
    """Return the channel of an address.

    py-rattler wants to know the working folder for paths, which ours are not, and refuses one whose name it cannot
    read as text.
    """
    return rattler.Channel(url, rattler.ChannelConfig(root_dir=str(Path(os.sep).absolute())))


def sources(tiers: Sequence[ChannelTier]) -> list[rattler.Channel | rattler.MultiSource]:
    """Return the tiers as py-rattler takes them; the members of one tier share one priority."""
    return [
        native_channel(tier.members[0].url)
        if len(tier.members) == 1
        else rattler.MultiSource(tier.name, [native_channel(member.url) for member in tier.members])
        for tier in tiers
    ]
