"""Where else a name has records: other platforms of the same channels. Asked only when something is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.records import native_name
from envdoctor.engine.specs import matcher
from envdoctor.errors import RecordsError
from envdoctor.model.names import NOARCH, Subdir

if TYPE_CHECKING:
    from envdoctor.engine.gateway import NativeRecord
    from envdoctor.model.names import PackageName
    from envdoctor.records.world import World

COMMON_PLATFORMS = tuple(Subdir(name) for name in ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64"))


class Elsewhere:
    """Looks over the fence of one world. A platform whose records cannot be had counts as having none."""

    def __init__(self, world: World) -> None:
        """Nothing is fetched yet."""
        self._world = world
        self._found: dict[PackageName, dict[Subdir, tuple[NativeRecord, ...]]] = {}

    def prepare(self, names: tuple[PackageName, ...]) -> None:
        """Fetch the records of several names at once, one query a platform."""
        unknown = [name for name in names if name not in self._found]
        if not unknown:
            return
        for name in unknown:
            self._found[name] = {}
        for platform in COMMON_PLATFORMS:
            if platform != self._world.request.target.subdir:
                for name, records in self._fetch(platform, unknown).items():
                    self._found[name][platform] = tuple(records)

    def platforms_with(self, name: PackageName, text: str | None = None) -> tuple[Subdir, ...]:
        """The other platforms that have a record of the name (which the spec text matches), in a fixed order."""
        self.prepare((name,))
        spec = None if text is None else matcher(text)
        return tuple(
            platform
            for platform, records in self._found[name].items()
            if any(spec is None or spec.matches(record) for record in records)
        )

    def records_on(self, platform: Subdir, name: PackageName, text: str) -> tuple[NativeRecord, ...]:
        """The records of another platform that the spec text matches."""
        self.prepare((name,))
        spec = matcher(text)
        return tuple(record for record in self._found[name].get(platform, ()) if spec.matches(record))

    def _fetch(self, platform: Subdir, names: list[PackageName]) -> dict[PackageName, list[NativeRecord]]:
        try:
            records = self._world.gateway.seen_elsewhere(self._world.request.tiers, (platform,), names)
        except RecordsError:
            return {}
        found: dict[PackageName, list[NativeRecord]] = {}
        for record in records:
            if record.subdir != NOARCH:
                found.setdefault(native_name(record), []).append(record)
        return found
