"""Channel names, addresses and order, as conda has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.channels.configuration import read_configuration
from envdoctor.channels.resolve import channels_meant, resolve_channels
from envdoctor.errors import InputError, UsageError
from envdoctor.model.environment import ChannelLine
from envdoctor.model.names import Subdir
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from envdoctor.channels.configuration import Configuration
    from envdoctor.model.channels import ChannelTier

LINUX, WINDOWS = Subdir("linux-64"), Subdir("win-64")


def configured(home: Path, condarc: str = "") -> Configuration:
    (home / ".condarc").write_text(condarc, "utf-8")
    return read_configuration({}, home, None)


def resolved(
    home: Path, texts: Sequence[str], condarc: str = "", *, given: Sequence[str] = (), subdir: Subdir = LINUX
) -> tuple[ChannelTier, ...]:
    lines = [ChannelLine(text=text, place=Place("environment.yml", line)) for line, text in enumerate(texts, start=2)]
    return resolve_channels(lines, given, configured(home, condarc), subdir=subdir, folder=home)


def urls(tiers: Sequence[ChannelTier]) -> list[list[str]]:
    return [[member.url for member in tier.members] for tier in tiers]


def names(tiers: Sequence[ChannelTier]) -> list[str]:
    return [member.name for tier in tiers for member in tier.members]


@pytest.mark.parametrize(
    ("text", "url", "name"),
    [
        ("conda-forge", "https://conda.anaconda.org/conda-forge/", "conda-forge"),
        ("conda-forge/label/dev", "https://conda.anaconda.org/conda-forge/label/dev/", "conda-forge/label/dev"),
        ("conda-forge/linux-64", "https://conda.anaconda.org/conda-forge/", "conda-forge"),
        ("https://conda.anaconda.org/bioconda/", "https://conda.anaconda.org/bioconda/", "bioconda"),
        ("https://prefix.dev/conda-forge", "https://prefix.dev/conda-forge/", "https://prefix.dev/conda-forge"),
        ("https://host:8080/get/x/noarch", "https://host:8080/get/x/", "https://host:8080/get/x"),
        ("pkgs/msys2", "https://conda.anaconda.org/pkgs/msys2/", "pkgs/msys2"),
        ("pkgs/main", "https://repo.anaconda.com/pkgs/main/", "pkgs/main"),
        ("https://repo.anaconda.com/pkgs/r", "https://repo.anaconda.com/pkgs/r/", "pkgs/r"),
        ("file:///srv/channels/own", "file:///srv/channels/own/", "own"),
        ("https://user:password@host/own", "https://host/own/", "https://host/own"),
        ("https://host/t/to-ken/own", "https://host/own/", "https://host/own"),
    ],
)
def test_a_text_leads_to_an_address_and_has_a_name(tmp_path: Path, text: str, url: str, name: str) -> None:
    tiers = resolved(tmp_path, [text])

    assert (urls(tiers), names(tiers)) == ([[url]], [name])


def test_defaults_is_one_tier_with_a_member_more_on_windows(tmp_path: Path) -> None:
    linux, windows = (resolved(tmp_path, ["defaults"], subdir=subdir) for subdir in (LINUX, WINDOWS))

    assert names(linux) == ["pkgs/main", "pkgs/r"]
    assert names(windows) == ["pkgs/main", "pkgs/r", "pkgs/msys2"]
    assert [tier.name for tier in windows] == ["defaults"]


def test_default_channels_of_the_configuration_count_on_every_platform(tmp_path: Path) -> None:
    condarc = "default_channels: [https://mirror/anaconda/pkgs/main, own]\n"

    for subdir in (LINUX, WINDOWS):
        assert urls(resolved(tmp_path, ["defaults"], condarc, subdir=subdir)) == [
            ["https://mirror/anaconda/pkgs/main/", "https://conda.anaconda.org/own/"]
        ]


def test_the_alias_counts_for_names_and_never_shows_its_password(tmp_path: Path) -> None:
    tiers = resolved(tmp_path, ["conda-forge"], "channel_alias: https://me:secret@mirror/conda\n")

    assert urls(tiers) == [["https://mirror/conda/conda-forge/"]]
    assert "secret" not in repr(tiers)


def test_a_custom_channel_lies_at_value_and_name(tmp_path: Path) -> None:
    condarc = "custom_channels:\n  nvidia: https://m.example/anaconda/cloud\n"

    assert urls(resolved(tmp_path, ["nvidia", "nvidia/label/cuda-11.8.0"], condarc)) == [
        ["https://m.example/anaconda/cloud/nvidia/"],
        ["https://m.example/anaconda/cloud/nvidia/label/cuda-11.8.0/"],
    ]


def test_a_multichannel_is_one_tier(tmp_path: Path) -> None:
    tiers = resolved(tmp_path, ["all", "c"], "custom_multichannels:\n  all: [a, https://host/b]\n")

    assert urls(tiers) == [
        ["https://conda.anaconda.org/a/", "https://host/b/"],
        ["https://conda.anaconda.org/c/"],
    ]


def test_neighbours_of_one_multichannel_share_a_priority(tmp_path: Path) -> None:
    assert urls(resolved(tmp_path, ["pkgs/main", "pkgs/r", "conda-forge"])) == [
        ["https://repo.anaconda.com/pkgs/main/", "https://repo.anaconda.com/pkgs/r/"],
        ["https://conda.anaconda.org/conda-forge/"],
    ]
    assert len(resolved(tmp_path, ["pkgs/main", "conda-forge", "pkgs/r"])) == 3


def test_options_come_before_lines_and_lines_before_the_configuration(tmp_path: Path) -> None:
    tiers = resolved(tmp_path, ["b", "a"], "channels: [c, a]\n", given=["d", "b"])

    assert names(tiers) == ["d", "b", "a", "c"]
    assert [str(tier.place) for tier in tiers] == ["<command line>", "<command line>", "environment.yml:3", "None"]


def test_nodefaults_keeps_the_configuration_out(tmp_path: Path) -> None:
    assert names(resolved(tmp_path, ["a", "nodefaults"], "channels: [c]\n")) == ["a"]


def test_without_any_channel_it_is_the_configurations_or_defaults(tmp_path: Path) -> None:
    assert names(resolved(tmp_path, [], "channels: [conda-forge]\n")) == ["conda-forge"]
    assert names(resolved(tmp_path, [])) == ["pkgs/main", "pkgs/r"]


def test_only_nodefaults_is_told_as_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^environment\.yml:2: `nodefaults` is the only channel"):
        resolved(tmp_path, ["nodefaults"])


def test_override_leaves_out_the_configuration_unless_that_forbids_it(tmp_path: Path) -> None:
    allowed = configured(tmp_path, "channels: [c]\n")
    tiers = resolve_channels([], ["a"], allowed, subdir=LINUX, override=True)
    assert names(tiers) == ["a"]

    with pytest.raises(UsageError, match="--channel"):
        resolve_channels([], [], allowed, subdir=LINUX, override=True)
    forbidden = configured(tmp_path, "override_channels_enabled: false\n")
    with pytest.raises(UsageError, match=r"\.condarc:1"):
        resolve_channels([], ["a"], forbidden, subdir=LINUX, override=True)


def test_paths_are_relative_to_the_folder(tmp_path: Path) -> None:
    tiers = resolved(tmp_path, ["./own", str(tmp_path / "else where")])

    assert urls(tiers) == [[f"{(tmp_path / name).as_uri()}/"] for name in ("own", "else where")]
    assert names(tiers) == ["own", "else where"]


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    tiers = resolved(tmp_path, ["./a/own", "./b/own"])

    assert names(tiers) == [f"{(tmp_path / folder / 'own').as_uri()}/" for folder in "ab"]


def test_local_is_conda_builds_folder_and_nothing_where_there_is_none(tmp_path: Path) -> None:
    assert names(resolved(tmp_path, ["local", "a"])) == ["a"]
    (tmp_path / "conda-bld").mkdir()
    assert urls(resolved(tmp_path, ["local", "a"]))[0] == [f"{(tmp_path / 'conda-bld').as_uri()}/"]


def test_the_sample_channel_is_known_by_name(tmp_path: Path) -> None:
    (tier,) = resolved(tmp_path, ["envdoctor-sample"])

    assert tier.name == "envdoctor-sample"
    assert tier.members[0].url.endswith("/envdoctor-sample/")


@pytest.mark.parametrize("text", ["", "  ", "conda-forge bioconda", "https://user:pa/ss@host/x"])
def test_what_cannot_be_a_channel_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as raised:
        resolved(tmp_path, [text])

    assert str(raised.value.place) == "environment.yml:2"
    assert "pa/ss" not in raised.value.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("bioconda", ["https://conda.anaconda.org/bioconda/"]),
        ("defaults", ["https://repo.anaconda.com/pkgs/main/", "https://repo.anaconda.com/pkgs/r/"]),
        ("pkgs/main", ["https://repo.anaconda.com/pkgs/main/"]),
        ("conda-forge", ["https://mirror/conda-forge/"]),
        ("https://mirror/conda-forge", ["https://mirror/conda-forge/"]),
        ("pytorch", ["https://conda.anaconda.org/pytorch/"]),
        ("conda-forge/linux-64", ["https://mirror/conda-forge/"]),
        ("bio*", ["https://conda.anaconda.org/bioconda/"]),
    ],
)
def test_the_channel_of_a_spec_means_addresses(tmp_path: Path, text: str, meant: list[str]) -> None:
    tiers = resolved(tmp_path, ["https://mirror/conda-forge", "bioconda", "pkgs/main", "pkgs/r"])

    assert sorted(channels_meant(text, tiers, configured(tmp_path), subdir=LINUX)) == meant
