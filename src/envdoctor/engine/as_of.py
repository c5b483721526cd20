"""Solving as it would have been at a moment: later records are not there at all.

`exclude_newer` is not enough for that: under strict priority a record that is too new still claims its name for its
channel. So each tier of channels is handed to py-rattler as a source of our own, with the records of that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine import solver
from envdoctor.engine.records import built_at, native_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import rattler

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.model.target import Request


class _Then:
    """One tier's records of a time, in the form of py-rattler's `RepoDataSource`."""

    def __init__(self, natives: Sequence[NativeRecord]) -> None:
        self._records: dict[tuple[str, str], list[NativeRecord]] = {}
        for native in natives:
            self._records.setdefault((native.subdir, native_name(native)), []).append(native)

    async def fetch_package_records(self, platform: rattler.Subdir, name: rattler.PackageName) -> list[NativeRecord]:
        """The records of a name on a subdir."""
        return self._records.get((str(platform), name.normalized), [])

    def package_names(self, platform: rattler.Subdir) -> list[str]:
        """All names on a subdir."""
        return sorted({name for subdir, name in self._records if subdir == str(platform)})


def solve_as_of(
    gateway: Gateway,
    request: Request,
    natives: Sequence[NativeRecord],
    moment: int,
    channels_of: Sequence[str | None],
) -> tuple[NativeRecord, ...] | None:
    """Return a resolution from those of the records that were built by a moment; None where there is none.

    `natives` are all records that the request can reach, `moment` is in milliseconds since 1970.
    """
    tier_of = {member.url.rstrip("/"): number for number, tier in enumerate(request.tiers) for member in tier.members}
    tiers: list[list[NativeRecord]] = [[] for _ in request.tiers]
    for native in natives:
        built, tier = built_at(native), tier_of.get((native.channel or "").rstrip("/"))
        if built is not None and built <= moment and tier is not None:
            tiers[tier].append(native)
    return solver.solve(gateway, request, channels_of, sources=[_Then(records) for records in tiers])
