"""A lock moves only where it must: after an edit, after an upload, and with `--update`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from envdoctor.cli.exit_codes import ExitCode
from tests.lockfile.test_locking import here, lock, locked, menu, package, write

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

__all__ = ["here", "menu"]


def versions() -> dict[str, str]:
    return {one["name"]: one["version"] for one in locked()["package"] if one["platform"] == "linux-64"}


def moved(*words: str) -> dict[str, tuple[Any, Any, str]]:
    done = lock("--format", "json", *words)
    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    (platform,) = json.loads(done.stdout)["platforms"]
    return {one["name"]: (one["before"], one["after"], one["reason"]) for one in platform["moved"]}


@pytest.fixture
def old(menu: str, make_channel: ChannelFactory) -> str:
    """A lock of everything that was newest before today's uploads."""
    write(menu, "menu", "dropdown")
    lock()
    make_channel([package("menu", "3", "dropdown >=2"), package("dropdown", "3", "icons >=7"), package("icons", "7")])
    return menu


@pytest.mark.usefixtures("old")
def test_uploads_alone_move_nothing() -> None:
    assert moved() == {}
    assert versions() == {"menu": "2", "dropdown": "2", "icons": "6"}


@pytest.mark.usefixtures("old")
def test_fresh_solves_anew() -> None:
    lock("--fresh")

    assert versions() == {"menu": "3", "dropdown": "3", "icons": "7"}


def test_an_edit_moves_only_what_it_must(old: str) -> None:
    write(old, "menu", "dropdown >=3")

    assert moved() == {
        "dropdown": ("2", "3", "dropdown >=3 (environment.yml:5) asks for another"),
        "icons": ("6", "7", "dropdown 3 needs icons >=7"),
    }
    assert versions() == {"menu": "2", "dropdown": "3", "icons": "7"}


@pytest.mark.usefixtures("old")
def test_an_update_brings_one_package_to_its_newest_and_says_what_it_drags_along() -> None:
    assert moved("--update", "dropdown") == {
        "dropdown": ("2", "3", "asked for (--update)"),
        "icons": ("6", "7", "dropdown 3 needs icons >=7"),
    }


@pytest.mark.usefixtures("old")
def test_an_update_leaves_alone_what_need_not_move() -> None:
    assert moved("--update", "menu") == {"menu": ("2", "3", "asked for (--update)")}


def test_an_update_stays_within_the_file(old: str) -> None:
    write(old, "menu", "dropdown <3")

    assert moved("--update", "dropdown") == {}


def test_what_nothing_needs_any_more_goes(old: str, make_channel: ChannelFactory) -> None:
    make_channel([package("plain")])
    write(old, "plain")

    assert moved() == {
        "dropdown": ("2", None, "nothing needs it any more"),
        "icons": ("6", None, "nothing needs it any more"),
        "menu": ("2", None, "nothing needs it any more"),
        "plain": (None, "1", "asked for by plain (environment.yml:4)"),
    }


@pytest.mark.usefixtures("old")
def test_a_package_that_is_gone_from_the_channel_moves(tmp_path: Path) -> None:
    repodata = tmp_path / "channel" / "linux-64" / "repodata.json"
    document = json.loads(repodata.read_text("utf-8"))
    del document["packages.conda"]["icons-6-0.conda"]
    repodata.write_text(json.dumps(document), "utf-8")

    assert moved() == {"icons": ("6", "7", "icons-6-0.conda is not in the channels any more")}


@pytest.mark.usefixtures("old")
def test_a_name_that_nothing_locked_has_is_a_usage_error() -> None:
    done = lock("--update", "dropdwn")

    assert done.exit_code == ExitCode.INPUT
    assert "the lock has no package of that name; did you mean dropdown?" in done.stderr


def test_an_update_needs_a_lock(menu: str) -> None:
    write(menu, "menu")

    assert "there is no conda-lock.yml" in lock("--update", "menu").stderr


@pytest.mark.usefixtures("old")
def test_plain_conda_lock_updates_through_the_executable() -> None:
    """conda-lock names only the package to update, and everything else stays."""
    Path("names.json").write_text("{}", "utf-8")
    executable = str(Path(sys.executable).with_name("envdoctor-conda"))
    words = ["--conda", executable, "-f", "environment.yml", "--pypi_to_conda_lookup_file", "names.json"]
    done = subprocess.run(
        [sys.executable, "-m", "conda_lock", "lock", *words, "--update", "menu"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert versions() == {"menu": "3", "dropdown": "2", "icons": "6"}
