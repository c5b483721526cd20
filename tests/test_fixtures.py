"""The fixtures of conftest.py hold what they promise, since every other test leans on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ChannelFactory, SharedChannels


def records_of(url: str, subdir: str) -> dict[str, Any]:
    with open(f"{urlsplit(url).path}{subdir}/repodata.json", encoding="utf-8") as stream:  # noqa: PTH123 - a URL's path
        repodata: dict[str, dict[str, Any]] = json.load(stream)
    return repodata["packages"] | repodata["packages.conda"]


def test_a_made_channel_fills_in_what_a_description_leaves_out(make_channel: ChannelFactory) -> None:
    url = make_channel([{"name": "menu", "version": "15", "build": "py310_2", "depends": ["dropdown >=2"]}])

    assert records_of(url, "linux-64") == {
        "menu-15-py310_2.conda": {
            "name": "menu",
            "version": "15",
            "build": "py310_2",
            "build_number": 2,
            "depends": ["dropdown >=2"],
            "subdir": "linux-64",
        }
    }
    assert records_of(url, "noarch") == {}


def test_a_made_channel_sorts_records_into_their_subdirs(make_channel: ChannelFactory) -> None:
    make_channel([{"name": "icons"}, {"name": "intl", "noarch": "python"}, {"name": "fonts", "subdir": "win-64"}])
    url = make_channel([{"name": "menu"}], subdir="osx-64")

    found = {subdir: [*records_of(url, subdir)] for subdir in ("linux-64", "noarch", "osx-64", "win-64")}

    assert found == {
        "linux-64": ["icons-1-0.conda"],
        "noarch": ["intl-1-0.conda"],
        "osx-64": ["menu-1-0.conda"],
        "win-64": ["fonts-1-0.conda"],
    }


def test_a_made_channel_refuses_two_records_of_one_file_name(make_channel: ChannelFactory) -> None:
    with pytest.raises(AssertionError, match="icons-1-0"):
        make_channel([{"name": "icons", "depends": ["a"]}, {"name": "icons", "depends": ["b"]}])


def test_the_real_channels_come_whole_or_with_their_full_records_only(
    shared_channels: SharedChannels, shared: Path
) -> None:
    names = sorted(path.parent.relative_to(shared / "channels") for path in shared.rglob("repodata.json.zst"))
    everything, full = (shared_channels.root(full_only=full_only) for full_only in (False, True))

    for root in (everything, full):
        assert sorted(path.parent.relative_to(root) for path in root.rglob("repodata.json")) == names
    few = records_of(shared_channels.url("conda-forge", full_only=True), "linux-64")
    many = records_of(shared_channels.url("conda-forge", full_only=False), "linux-64")
    assert few.items() < many.items()
    assert (len(few), len(many)) == (21827, 28961), "the figures of the channels' own README"
