"""envdoctor's reading of conda's configuration and channels against conda itself, as conda-lock brings it along."""

from __future__ import annotations

import importlib
import os
import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest import mock

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envdoctor.channels.configuration import read_configuration
from envdoctor.channels.naming import ChannelNames
from envdoctor.channels.resolve import channels_meant, resolve_channels
from envdoctor.model.environment import ChannelLine
from envdoctor.model.names import Subdir
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from envdoctor.channels.configuration import Configuration

LINUX = Subdir("linux-64")
WORDS = ("a", "b/c", "own", "pkgs/main", "conda-forge", "nvidia")
HOSTS = ("https://one.example", "https://two.example/conda", "http://me:pw@three.example:8080/x/y")

names = st.sampled_from(WORDS)
bases = st.sampled_from(HOSTS)
addresses = st.builds("{}/{}".format, bases, names)
members = st.lists(st.one_of(names, addresses), min_size=1, max_size=3)
priorities = st.sampled_from(["strict", "flexible", "disabled", True, False])
FLAGS = st.sampled_from(["", "", "", "  #!final", "  #!top", "  #!bottom"])


@st.composite
def condarcs(draw: st.DrawFn) -> str:
    """A .condarc of some settings, with flags on keys and items of lists."""
    lines: list[str] = []
    for key in ("channels", "default_channels"):
        if draw(st.booleans()):
            lines += [f"{key}:{draw(st.sampled_from(['', '', ' #!final']))}"]
            lines += [f"  - {yaml_text(item)}{draw(FLAGS)}" for item in draw(members)]
    if draw(st.booleans()):
        lines += ["custom_channels:", *(f"  {key}: {draw(bases)}" for key in draw(st.sets(names, min_size=1)))]
    if draw(st.booleans()):
        lines += ["custom_multichannels:", f"  all: [{', '.join(map(yaml_text, draw(members)))}]"]
    if draw(st.booleans()):
        lines += [f"channel_alias: {draw(bases)}{draw(st.sampled_from(['', '  #!final']))}"]
    if draw(st.booleans()):
        lines += [f"channel_priority: {str(draw(priorities)).lower()}"]
    return "\n".join([*lines, ""])


texts = st.one_of(
    names,
    addresses,
    st.sampled_from(["defaults", "all", "conda-forge/label/dev", "b/c/d", "nvidia/linux-64", "pkgs/r", "pkgs/pro"]),
    st.builds("{}/win-64".format, addresses),
    st.just("https://repo.anaconda.com/pkgs/main"),
    st.just("file:///srv/channels/own"),
    st.just("https://host.example/t/to-ken/own"),
)


def yaml_text(text: str) -> str:
    return yaml.safe_dump(text).split("\n", 1)[0]


@pytest.fixture(scope="module")
def conda() -> SimpleNamespace:
    """conda's own context and channels."""
    pytest.importorskip("conda_lock")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = importlib.import_module("conda_lock._vendor.conda.base.context")
        channel = importlib.import_module("conda_lock._vendor.conda.models.channel")
    return SimpleNamespace(
        context=context.context,
        reset=context.reset_context,
        Channel=channel.Channel,
        matches=importlib.import_module("conda_lock._vendor.conda.models.match_spec").ChannelMatch,
    )


def configured(folder: Path, files: list[str]) -> tuple[tuple[str, ...], Configuration]:
    """Write the files, the weakest first, and read them from where conda looks for such."""
    paths = [folder / name for name in (".config/conda/.condarc", ".conda/.condarc", ".condarc")][-len(files) :]
    for path, text in zip(paths, files, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tuple(map(str, paths)), read_configuration({}, folder, None)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(condarcs(), min_size=1, max_size=3), wanted=st.lists(texts, min_size=1, max_size=4))
def test_names_addresses_and_order_are_those_of_conda(
    conda: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory, files: list[str], wanted: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("home")
    with mock.patch.dict(os.environ, {"CONDA_SUBDIR": "linux-64"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths, configuration = configured(folder, files)
        conda.reset(paths)
        ours = ChannelNames(configuration, LINUX, folder)

        if configuration.channels:
            assert tuple(one.value for one in configuration.channels) == conda.context.channels
        assert configuration.channel_priority.value.value == str(conda.context.channel_priority)
        for text in wanted:
            theirs = conda.Channel(text)
            several = ours.multichannel(text)
            found = [member.url for member in several] if several is not None else [ours.url(text)]
            assert [url.rstrip("/") for url in found] == list(dict.fromkeys(theirs.base_urls)), text
        tiers = resolve_channels(
            [ChannelLine(text=text, place=Place("environment.yml", 1)) for text in wanted],
            [],
            configuration,
            subdir=LINUX,
            folder=folder,
        )
        order = [member.url.rstrip("/") for tier in tiers for member in tier.members]
        asked = [
            url
            for text in (*wanted, *(one.value for one in configuration.channels))
            for url in conda.Channel(text).base_urls
        ]
        assert order == list(dict.fromkeys(asked))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condarc=condarcs(), wanted=st.lists(texts, min_size=1, max_size=4), asked=texts)
def test_the_channel_of_a_spec_means_what_conda_matches(
    conda: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory, condarc: str, wanted: list[str], asked: str
) -> None:
    if "://" in asked:
        return  # conda takes an address in a spec for the last part of its name, envdoctor for the address
    folder = tmp_path_factory.mktemp("home")
    with mock.patch.dict(os.environ, {"CONDA_SUBDIR": "linux-64"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths, configuration = configured(folder, [condarc])
        conda.reset(paths)
        tiers = resolve_channels(
            [ChannelLine(text=text, place=Place("environment.yml", 1)) for text in wanted],
            [],
            configuration,
            subdir=LINUX,
            folder=folder,
        )
        members = [member.url for tier in tiers for member in tier.members]
        matched = {url for url in members if conda.matches(asked).match(url.rstrip("/"))}

        meant = channels_meant(asked, tiers, configuration, subdir=LINUX, folder=folder)

        # A channel in two multichannels has the name of one for conda, which then finds it by the other one nowhere.
        assert matched in (set(), meant & set(members))
        assert meant
