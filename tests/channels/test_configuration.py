"""What conda's files and variables say, and which of them wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.channels.configuration import Configuration, read_configuration
from envdoctor.errors import InputError
from envdoctor.model.channels import ChannelPriority

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read(home: Path, environ: Mapping[str, str] | None = None, **files: str) -> Configuration:
    for name, text in files.items():
        path = home / {"user": ".condarc", "xdg": ".config/conda/.condarc", "prefix": "env/.condarc"}[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return read_configuration(environ or {}, home, home / "env")


def values(settings: tuple[object, ...]) -> list[str]:
    return [setting.value for setting in settings]  # type: ignore[attr-defined]


def test_without_any_file_conda_has_its_defaults(tmp_path: Path) -> None:
    configuration = read(tmp_path)

    assert configuration.channel_alias.value == "https://conda.anaconda.org"
    assert configuration.channels == configuration.default_channels == ()
    assert configuration.channel_priority.value is ChannelPriority.FLEXIBLE
    assert (configuration.ssl_verify.value, configuration.offline.value) == (True, False)
    assert (configuration.remote_connect_timeout_secs.value, configuration.remote_read_timeout_secs.value) == (9.15, 60)
    assert str(configuration.channel_alias.origin) == "conda's default"


def test_every_value_names_its_file_and_line(tmp_path: Path) -> None:
    configuration = read(tmp_path, user="\nchannels:\n  - conda-forge\n  - bioconda\noffline: yes\n")

    file = tmp_path / ".condarc"
    assert [str(channel.origin) for channel in configuration.channels] == [f"{file}:3", f"{file}:4"]
    assert str(configuration.offline.origin) == f"{file}:5"
    assert configuration.offline.value is True


def test_the_stronger_file_comes_first_in_lists_and_wins_in_scalars(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        xdg="channels: [a, b]\nchannel_alias: https://weak\n",
        user="channels: [b, c]\nchannel_alias: https://strong/\n",
        prefix="channels: [d]\n",
    )

    assert values(configuration.channels) == ["d", "b", "c", "a"]
    assert configuration.channel_alias.value == "https://strong"


def test_variables_are_stronger_than_files(tmp_path: Path) -> None:
    environ = {
        "CONDA_CHANNELS": "x, y",
        "CONDA_CHANNEL_PRIORITY": "strict",
        "CONDA_DEFAULT_CHANNELS": "https://mirror/main,https://mirror/r",
        "CONDA_PINNED_PACKAGES": "python=3.11&numpy<2",
        "CONDA_SSL_VERIFY": "no",
        "CONDA_REMOTE_READ_TIMEOUT_SECS": "5",
    }
    configuration = read(tmp_path, environ, user="channels: [a]\nchannel_priority: disabled\npinned_packages: [r=4]\n")

    assert values(configuration.channels) == ["x", "y", "a"]
    assert configuration.channel_priority.value is ChannelPriority.STRICT
    assert str(configuration.channel_priority.origin) == "CONDA_CHANNEL_PRIORITY"
    assert values(configuration.default_channels) == ["https://mirror/main", "https://mirror/r"]
    assert values(configuration.pinned_packages) == ["python=3.11", "numpy<2", "r=4"]
    assert configuration.ssl_verify.value is False
    assert configuration.remote_read_timeout_secs.value == 5


def test_flags_in_comments_count_as_in_conda(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        {"CONDA_OFFLINE": "false"},
        xdg="offline: true  #!final\nchannels:\n  - first  #!top\n  - a\n  - last  #!bottom\n",
        user="channels:\n  - b\n  - c\ndefault_channels: #!final\n  - https://mine/main\n",
        prefix="default_channels: [https://other/main]\n",
    )

    assert configuration.offline.value is True
    assert values(configuration.channels) == ["first", "b", "c", "a", "last"]
    assert values(configuration.default_channels) == ["https://mine/main"]


def test_maps_are_joined_by_key(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        xdg="custom_channels:\n  one: https://weak\n  two: https://two  #!final\n",
        user="custom_channels:\n  one: https://strong\n  two: https://late\ncustom_multichannels:\n  all: [a, b]\n",
    )

    assert [(name, url.value) for name, url in configuration.custom_channels] == [
        ("one", "https://strong"),
        ("two", "https://two"),
    ]
    assert [(name, values(members)) for name, members in configuration.custom_multichannels] == [("all", ["a", "b"])]


def test_variables_inside_values_are_put_in_and_secrets_stay_out_of_sight(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        {"TOKEN": "Zq-secret-9", "USERNAME": "me"},
        user="channels: ['https://host/t/$TOKEN/own', 'https://${USERNAME}:${TOKEN}@h/x', 'https://h/$UNKNOWN']\n",
    )

    assert values(configuration.channels) == [
        "https://host/t/Zq-secret-9/own",
        "https://me:Zq-secret-9@h/x",
        "https://h/$UNKNOWN",
    ]
    assert "Zq-secret-9" not in repr(configuration)


@pytest.mark.parametrize(("written", "meant"), [("true", "flexible"), ("false", "disabled"), ("Strict", "strict")])
def test_the_priority_may_be_a_boolean_as_it_once_was(tmp_path: Path, written: str, meant: str) -> None:
    assert read(tmp_path, user=f"channel_priority: {written}\n").channel_priority.value.value == meant


def test_files_are_found_where_conda_finds_them(tmp_path: Path) -> None:
    root, folder, named = tmp_path / "root", tmp_path / ".conda" / "condarc.d", tmp_path / "named.yml"
    for path in (
        root / ".condarc",
        folder / "b.yml",
        folder / "a.yaml",
        folder / "no.txt",
        tmp_path / ".condarc",
        named,
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("offline: true\n", "utf-8")
    (root / "bin").mkdir()

    found = read_configuration(
        {"CONDA_EXE": str(root / "bin/conda"), "CONDARC": "~/named.yml", "CONDA_PREFIX": str(root)}, tmp_path, None
    ).files

    below = [path.relative_to(tmp_path).as_posix() for path in found if path.is_relative_to(tmp_path)]
    assert below == ["root/.condarc", ".conda/condarc.d/a.yaml", ".conda/condarc.d/b.yml", ".condarc", "named.yml"]


def test_settings_that_do_not_count_may_hold_anything(tmp_path: Path) -> None:
    text = "channel_settings:\n  - channel: x\n    auth: y\nshow_channel_urls: maybe\nchannels: [a]\n"

    assert values(read(tmp_path, user=text).channels) == ["a"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("channels: conda-forge\n", 1, "must be a list"),
        ("offline: true\nchannels:\n  conda-forge: 1\n", 2, "must be a list"),
        ("channel_priority: loose\n", 1, "strict, flexible or disabled"),
        ("\nchannel_alias: mirror.example\n", 2, "an address with its scheme"),
        ("offline: perhaps\n", 1, "true or false"),
        ("remote_read_timeout_secs: soon\n", 1, "a number of seconds"),
        ("ssl_verify: /no/such/bundle.pem\n", 1, "that exists"),
        ("custom_channels: [a]\n", 1, "must be a map"),
        ("custom_channels:\n  a: [b]\n", 2, "not a list"),
        ("custom_multichannels:\n  a: b\n", 2, "must be a list"),
        ("channels: [a]\nchannels: [b]\n", 2, "a second time"),
        ("channels: [a]\nchannel: [b]\n", 2, "two names of one setting"),
        ("channels: [a\noffline: true\n", 2, "no valid YAML"),
        ("channels:\n\t- a\n", 2, "no valid YAML"),
        ("- a\n", 1, "must be a map of settings"),
    ],
)
def test_a_broken_file_gets_one_sentence_with_its_place(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, user=text)

    place = raised.value.place
    assert place is not None
    assert (place.file, place.line) == (str(tmp_path / ".condarc"), line)
    assert words in raised.value.message
    assert "\n" not in raised.value.message


def test_a_broken_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^CONDA_OFFLINE: `offline` cannot be 'perhaps'"):
        read(tmp_path, {"CONDA_OFFLINE": "perhaps"})


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".condarc").write_bytes("channels: [ä]\n".encode("latin-1"))

    with pytest.raises(InputError, match="UTF-8"):
        read(tmp_path)


def test_conda_builds_own_channel_is_found(tmp_path: Path) -> None:
    (tmp_path / "conda-bld").mkdir()

    assert read(tmp_path).local_channels == (f"{(tmp_path / 'conda-bld').as_uri()}/",)
