"""`envdoctor lock --check`: what is up to date passes, everything else is caught, one sentence for each reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from envdoctor.cli.exit_codes import ExitCode
from tests.lockfile.test_locking import here, lock, locked, menu, write
from tools import tampering

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import ChannelFactory

__all__ = ["here", "menu"]


def told(*words: str) -> list[str]:
    done = lock("--check", "--format", "json", *words)
    found = json.loads(done.stdout)
    assert done.exit_code == (ExitCode.CONFLICT if found["reasons"] else ExitCode.SOLVES)
    assert found["up_to_date"] is not bool(found["reasons"])
    return [f"{one['platform'] or ''} {one['message']}".strip() for one in found["reasons"]]


@pytest.fixture
def made(menu: str) -> str:
    write(menu, "menu", "icons >=5", platforms="[linux-64, osx-arm64]")
    assert lock().exit_code == ExitCode.SOLVES
    return menu


@pytest.mark.usefixtures("made")
def test_a_lock_is_what_was_asked_for_right_after_it_was_made() -> None:
    assert told() == []
    assert told("--offline") == []


def test_a_missing_lock_is_said_to_be_missing(menu: str) -> None:
    write(menu, "menu")

    assert told() == ["there is no conda-lock.yml; `envdoctor lock` makes it"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("menu <2", "icons >=5"), "environment.yml:4:5: `menu <2` was `menu` when it was locked"),
        (("menu", "icons >=6"), "environment.yml:5:5: `icons >=6` was `icons >=5` when it was locked"),
        (("menu", "icons >=5", "dropdown"), "environment.yml:6:5: `dropdown` is new since it was locked"),
        (("menu",), "environment.yml: the line `icons >=5`, which was locked, is gone"),
    ],
)
def test_a_changed_line_is_named(made: str, lines: tuple[str, ...], reason: str) -> None:
    write(made, *lines, platforms="[linux-64, osx-arm64]")

    assert told()[0] == reason


def test_a_changed_line_that_the_lock_does_not_meet_is_told_with_what_is_locked(made: str) -> None:
    write(made, "menu <2", "icons >=5", platforms="[linux-64, osx-arm64]")

    assert told()[1] == "linux-64 environment.yml:4:5: `menu <2` is asked for, and the lock has menu 2 0"


def test_platforms_and_channels_are_compared(made: str, make_channel: ChannelFactory) -> None:
    write(f"{made}, {make_channel([], name='other')}", "menu", "icons >=5", platforms="[linux-64, win-64]")

    reasons = told()

    assert "win-64 the lock has no platform win-64" in reasons
    assert "osx-arm64 the lock has the platform osx-arm64, which is not asked for" in reasons
    assert any(reason.startswith("the channels are") for reason in reasons)


@pytest.mark.usefixtures("made")
def test_what_is_gone_from_the_channel_is_named(tmp_path: Path) -> None:
    repodata = tmp_path / "channel" / "linux-64" / "repodata.json"
    document = json.loads(repodata.read_text("utf-8"))
    del document["packages.conda"]["icons-6-0.conda"]
    document["packages.conda"]["menu-2-0.conda"]["sha256"] = "0" * 64
    repodata.write_text(json.dumps(document), "utf-8")

    reasons = told()

    assert reasons[0].startswith("linux-64 file://")
    assert reasons[0].endswith("icons-6-0.conda is not in the channels any more")
    assert "the sha256 of menu-2-0.conda" in reasons[1]
    assert told("--offline") == []


def _named(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in document["package"] if one["name"] == name and one["platform"] == "linux-64"
    )
    return found


def _changed(name: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: _named(document, name).update(values)


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["package"].remove(_named(document, name))


def _with_surplus(document: dict[str, Any]) -> None:
    document["package"].append({**_named(document, "icons"), "name": "stray"})


def _without_platform(document: dict[str, Any]) -> None:
    document["metadata"]["platforms"].remove("linux-64")


def _other_url(document: dict[str, Any]) -> None:
    icons = _named(document, "icons")
    icons["url"] = icons["url"].replace("icons-6", "icons-5")


def _other_lines(document: dict[str, Any]) -> None:
    document["metadata"]["custom_metadata"]["envdoctor.lines"] = '[["menu", null]]'


FURTHER: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "version": (_changed("icons", version="7"), "the lock says version 7 of icons-6-0.conda, and the channel 6"),
    "older version": (_changed("dropdown", version="1"), "the lock says version 1 of dropdown-2-0.conda"),
    "md5": (_changed("icons", hash={"md5": "0" * 32, "sha256": "0" * 64}), "the md5 of icons-6-0.conda is 000"),
    "no sha256": (_changed("icons", hash={"md5": "0" * 32}), "the sha256 of icons-6-0.conda is missing"),
    "address": (_changed("icons", url="https://example.com/linux-64/icons-6-0.conda"), "not in the channels any more"),
    "other file": (_other_url, "the lock says version 6 of icons-5-0.conda, and the channel 5"),
    "removed": (_without("dropdown"), "the locked menu 2 0 needs dropdown >=2, and the lock has none"),
    "removed root": (_without("menu"), "`menu` is asked for, and the lock has no menu"),
    "added": (_with_surplus, "nothing asks for stray, which the lock has"),
    "dependencies": (_changed("menu", dependencies={}), "the dependencies of menu-2-0.conda are others"),
    "platform": (_without_platform, "the lock has no platform linux-64"),
    "lines": (_other_lines, "`icons >=5` is new"),
}

TAMPERING = {**FURTHER, **tampering.TAMPERING}


@pytest.mark.parametrize("kind", TAMPERING)
@pytest.mark.usefixtures("made")
def test_a_lock_that_was_changed_by_hand_is_caught(kind: str) -> None:
    change, reason = TAMPERING[kind]
    document = locked()
    change(document)
    Path("conda-lock.yml").write_text(yaml.safe_dump(document), "utf-8")

    assert any(reason in one for one in told()), told()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the lock is broken YAML"),
        ("", "the lock is no mapping"),
        ("version: 3\n", "`version: 1` is expected, and 3 was found"),
        ("version: 1\nmetadata: {}\npackage: []\n", "`platforms` is no list"),
        ("version: 1\nmetadata: {platforms: [], channels: [], sources: [], content_hash: {}}\npackage: [{}]", "lacks"),
    ],
)
def test_a_broken_lock_is_one_sentence(menu: str, text: str, says: str) -> None:
    write(menu, "menu")
    Path("conda-lock.yml").write_text(text, "utf-8")

    done = lock("--check")

    assert done.exit_code == ExitCode.INPUT
    assert done.stderr.startswith("envdoctor: conda-lock.yml")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("made")
def test_a_lock_of_plain_conda_lock_is_checked_without_envdoctors_notes() -> None:
    document = locked()
    del document["metadata"]["custom_metadata"]
    Path("conda-lock.yml").write_text(yaml.safe_dump(document), "utf-8")

    assert told() == []


@pytest.mark.parametrize("change", ["menu >=1", "menu 2"])
def test_a_lock_without_notes_is_held_against_the_hash_of_its_inputs(made: str, change: str) -> None:
    """The changed line is met by what is locked, and still is not what was locked."""
    document = locked()
    del document["metadata"]["custom_metadata"]
    Path("conda-lock.yml").write_text(yaml.safe_dump(document), "utf-8")
    write(made, change, "icons >=5", platforms="[linux-64, osx-arm64]")

    assert told() == [
        f"{platform} the inputs are not those that were locked: conda-lock's hash of them is another"
        for platform in ("linux-64", "osx-arm64")
    ]


def test_a_constraint_is_looked_at_where_the_channel_is(menu: str) -> None:
    write(menu, "menu")
    lock()
    path = Path(menu.removeprefix("file://")) / "linux-64" / "repodata.json"
    document = json.loads(path.read_text("utf-8"))
    document["packages.conda"]["menu-2-0.conda"]["constrains"] = ["icons <6"]
    path.write_text(json.dumps(document), "utf-8")

    assert told() == ["linux-64 the locked menu 2 0 allows only icons <6, and the lock has icons 6 0"]
