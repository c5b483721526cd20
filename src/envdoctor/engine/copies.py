"""Copies of repodata that earlier sessions left in py-rattler's cache, and how old they are."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.channels import Channel
    from envdoctor.model.names import Subdir

SHARDS_MARK = b"SHARD-CACHE-V1"
FORMS = ("repodata.json", "repodata.json.zst", "repodata_shards.msgpack.zst")


def age_of_copy(cache: Path | None, channel: Channel, subdir: Subdir) -> str | None:
    """Say in words from when the copy of a channel's subdir is (`2026-11-20, 5 days old`); None without one."""
    moment = _fetched_at(cache or default_cache(), channel, subdir)
    if moment is None:
        return None
    days = (datetime.now(tz=UTC) - moment).days
    words = {0: "less than a day old", 1: "1 day old"}.get(days, f"{days} days old")
    return f"{moment.date().isoformat()}, {words}"


def default_cache() -> Path:
    """The folder that py-rattler uses where none is given."""
    home = Path.home()
    base = {"win32": os.environ.get("LOCALAPPDATA") or home / "AppData/Local", "darwin": home / "Library/Caches"}.get(
        sys.platform, os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    )
    return Path(base) / "rattler" / "cache"


def _fetched_at(cache: Path, channel: Channel, subdir: Subdir) -> datetime | None:
    addresses = {f"{channel.url}{subdir}/{form}" for form in FORMS}
    times = []
    for path in cache.glob("*.info.json"):
        try:
            known = json.loads(path.read_text("utf-8"))
            if known["url"] in addresses:
                times.append(path.with_name(path.name.replace(".info.json", ".json")).stat().st_mtime)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a file that is being written, or of another tool
    for path in cache.glob("*.shards-cache-v1"):
        try:
            if _holds_index_of(path, addresses):
                times.append(path.stat().st_mtime)
        except OSError:
            continue
    return datetime.fromtimestamp(max(times), tz=UTC) if times else None


def _holds_index_of(path: Path, addresses: set[str]) -> bool:
    """Whether a file of py-rattler is the index of shards of one of the addresses.

    It has a mark, the length of a header as four bytes, the header with the address, and the index itself, which is
    missing where the server has none.
    """
    with path.open("rb") as stream:
        start = stream.read(len(SHARDS_MARK) + 4)
        if not start.startswith(SHARDS_MARK):
            return False
        length = int.from_bytes(start[len(SHARDS_MARK) :], "little")
        header = stream.read(min(length, 65_536))
        return any(address.encode() in header for address in addresses) and bool(stream.read(1))
