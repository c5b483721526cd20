"""Why records could not be had, each in one sentence: which address, what is wrong, what to try."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from envdoctor.engine.client import is_remote
from envdoctor.engine.copies import age_of_copy
from envdoctor.engine.probe import probe
from envdoctor.errors import RecordsError
from envdoctor.model.names import NOARCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.engine.client import FetchOptions
    from envdoctor.engine.probe import Finding
    from envdoctor.model.channels import Channel
    from envdoctor.model.names import Subdir


def failure_of(channel: Channel, subdirs: Sequence[Subdir], options: FetchOptions) -> RecordsError | None:
    """Return why a channel cannot give its records; None where nothing is found, or its platform is only missing."""
    if channel.url.startswith("file:"):
        return _missing_folder(channel)
    if options.offline or not is_remote(channel):
        return None
    findings = {subdir: probe(address(channel, subdir), options) for subdir in sorted({*subdirs, NOARCH}, reverse=True)}
    missing = [
        subdir for subdir, found in findings.items() if found is not None and found.status == HTTPStatus.NOT_FOUND
    ]
    if len(missing) == len(findings):
        return RecordsError(
            f"there is no channel at {channel.url}: neither {' nor '.join(missing)} has a repodata.json (HTTP 404); "
            "check the channel's name, or the mirror's address in .condarc"
        )
    if NOARCH in missing:
        return _without_noarch(channel)
    for subdir, found in findings.items():
        if found is not None and found.status != HTTPStatus.NOT_FOUND:
            return _told(channel, subdir, found, options)
    return None


def silent(places: Sequence[tuple[Channel, Subdir]], options: FetchOptions) -> RecordsError | None:
    """Return which server does not answer; None where all do, however slowly."""
    for channel, subdir in places:
        found = probe(address(channel, subdir), options)
        if found is not None and not found.reached:
            return _told(channel, subdir, found, options)
    return None


def damaged(channel: Channel, subdir: Subdir) -> RecordsError:
    """Return the error for records that are there and cannot be read."""
    return RecordsError(
        f"{address(channel, subdir)} is damaged or cut short, so none of it is used; try again, "
        f"or take {channel.name} from another mirror"
    )


def not_in_cache(channel: Channel, subdir: Subdir) -> RecordsError:
    """Return the error for records that are wanted offline and were never fetched."""
    return RecordsError(
        f"the cache has no copy of {address(channel, subdir)}, and nothing may be fetched offline; "
        "run once without --offline"
    )


def address(channel: Channel, subdir: Subdir) -> str:
    """Return where the records of a channel's subdir lie."""
    return f"{channel.url}{subdir}/repodata.json"


def _told(channel: Channel, subdir: Subdir, found: Finding, options: FetchOptions) -> RecordsError:
    copy = age_of_copy(options.cache, channel, subdir)
    way_out = f"; --offline takes the copy of {copy}" if copy else ""
    return RecordsError(f"{address(channel, subdir)} cannot be fetched: {found.cause}; {found.advice}{way_out}")


def _missing_folder(channel: Channel) -> RecordsError | None:
    folder = Path(url2pathname(urlsplit(channel.url).path))
    if not folder.is_dir():
        return RecordsError(f"there is no channel at {channel.url}: the folder does not exist; check its path")
    if not (folder / NOARCH / "repodata.json").is_file():
        return _without_noarch(channel)
    return None


def _without_noarch(channel: Channel) -> RecordsError:
    return RecordsError(
        f"{channel.url} has no {NOARCH}/repodata.json, which every channel must have; "
        "check the address, or index the channel again"
    )
