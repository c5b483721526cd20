"""`envdoctor since`: which upload broke an environment, or changed it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

DAY = 86_400_000
FIRST = 1_735_689_600_000
"""2025-01-01 00:00 UTC."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    return folder


def built(day: int, name: str, version: str, *depends: str, **more: Any) -> dict[str, Any]:
    """A record that was built on a day of January 2025, at noon."""
    stamp = FIRST + (day - 1) * DAY + DAY // 2
    hashes = {"md5": "0" * 32, "sha256": "0" * 64}
    return {"name": name, "version": version, "depends": list(depends), "timestamp": stamp, **hashes, **more}


def write(channels: str, *lines: str, platforms: str = "[linux-64]") -> None:
    text = f"channels: [{channels}]\nplatforms: {platforms}\ndependencies:\n"
    Path("environment.yml").write_text(text + "".join(f"- {line}\n" for line in lines), "utf-8")


def since(*words: str) -> Result:
    return CliRunner().invoke(app, ["since", *words, "--channel-priority", "strict"])


def told(*words: str) -> dict[str, Any]:
    (platform,) = json.loads(since(*words, "--format", "json").stdout)["platforms"]
    found: dict[str, Any] = platform
    return found


@pytest.fixture
def menu(make_channel: ChannelFactory) -> str:
    return make_channel(
        [
            built(2, "menu", "1", "icons"),
            built(2, "icons", "5"),
            built(10, "icons", "6"),
            built(12, "other", "1"),
            built(20, "menu", "2", "icons"),
        ]
    )


def test_the_upload_that_changed_the_solution_is_named_with_what_lets_it_in(menu: str) -> None:
    write(menu, "menu")

    done = since("2025-01-05", "2025-01-15")

    said = " ".join(done.stdout.split())
    assert done.exit_code == ExitCode.CONFLICT
    assert "It changed with what was built on 2025-01-10 12:00 UTC: icons 6 0" in said
    assert "menu (environment.yml:4): menu 1 → icons 6 (icons)" in said
    assert "icons 5 → 6: the upload" in said
    assert "`- icons <6` keeps it out (proven by solving with it)." in said


def test_one_package_is_looked_at_alone(menu: str) -> None:
    write(menu, "menu")

    found = told("2025-01-05", "2025-01-31", "--package", "menu")

    assert (found["turn"], found["moment"]) == ("changed", "2025-01-20T12:00:00Z")
    assert told("2025-01-12", "2025-01-15", "--package", "icons")["turn"] == "same"


def test_nothing_happened_is_said(menu: str) -> None:
    write(menu, "menu")

    done = since("2025-01-11", "2025-01-15")

    assert done.exit_code == ExitCode.SOLVES
    assert "✓ environment.yml on linux-64 is now what it was on 2025-01-11 23:59 UTC" in done.stdout


def test_a_first_upload_to_a_higher_channel_breaks_under_strict_priority(
    menu: str, make_channel: ChannelFactory
) -> None:
    top = make_channel([built(1, "own", "1"), built(14, "icons", "4")], name="top")
    write(f"{top}, {menu}", "menu", "icons >=5")

    done = since("2025-01-05", "2025-01-18")

    said = " ".join(done.stdout.split())
    assert done.exit_code == ExitCode.CONFLICT
    assert "✗ environment.yml on linux-64 solved on 2025-01-05 23:59 UTC and does not any more" in said
    assert "It broke with what was built on 2025-01-14 12:00 UTC: icons 4 0 (top/linux-64, icons-4-0.conda)" in said
    assert "strict channel priority" in said
    assert "--exclude-newer" in said


def test_what_solves_at_neither_end_is_told_with_the_last_time_it_did(menu: str, make_channel: ChannelFactory) -> None:
    top = make_channel([built(1, "own", "1"), built(14, "icons", "4")], name="top")
    write(f"{top}, {menu}", "menu", "icons >=5")

    found = told("2025-01-20", "2025-01-31")

    assert (found["turn"], found["last_good"]) == ("never", "2025-01-10T12:00:00Z")
    write(menu, "menu=9")
    assert told("2025-01-05", "2025-01-31")["last_good"] is None


def test_an_upload_can_mend_a_file(menu: str) -> None:
    write(menu, "menu=2")

    done = since("2025-01-05", "2025-01-31")

    assert done.exit_code == ExitCode.SOLVES
    assert "It was mended with what was built on 2025-01-20 12:00 UTC:" in done.stdout


def test_all_uploads_of_one_moment_are_named(make_channel: ChannelFactory) -> None:
    channel = make_channel([built(2, "menu", "1"), built(9, "menu", "2", "icons"), built(9, "icons", "1")])
    write(channel, "menu")

    found = told("2025-01-05", "2025-01-31")

    assert [one["name"] for one in found["uploads"]] == ["icons", "menu"]


def test_a_lock_is_a_good_state_and_what_is_gone_of_it_is_named(menu: str, tmp_path: Path) -> None:
    write(menu, "menu")
    locked = CliRunner().invoke(app, ["lock", "--exclude-newer", "2025-01-05", "--lockfile", "old.yml"])
    assert locked.exit_code == ExitCode.SOLVES, locked.stdout + locked.stderr
    repodata = tmp_path / "channel" / "linux-64" / "repodata.json"
    document = json.loads(repodata.read_text("utf-8"))
    del document["packages.conda"]["icons-5-0.conda"]
    repodata.write_text(json.dumps(document), "utf-8")

    done = since("old.yml", "2025-01-15")

    assert "icons-5-0.conda is in no channel any more" in done.stdout


def test_records_without_a_time_stamp_are_counted(make_channel: ChannelFactory) -> None:
    undated = {key: value for key, value in built(1, "icons", "9").items() if key != "timestamp"}
    write(make_channel([built(2, "menu", "1"), built(3, "menu", "2"), {**undated, "name": "menu"}]), "menu")

    assert "1 records without a time stamp were left out" in since("2025-01-02", "2025-01-31").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("yesterday",), "GOOD 'yesterday' is no date"),
        (("2025-02-01", "2025-01-01"), "lies after BAD"),
    ],
)
def test_moments_that_cannot_be_used_are_a_usage_error(menu: str, words: tuple[str, ...], says: str) -> None:
    write(menu, "menu")

    done = since(*words)

    assert done.exit_code == ExitCode.INPUT
    assert says in done.stderr


uploads = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["top", "base"]),
        st.sampled_from(["menu", "icons"]),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from([(), ("icons >=2",), ("icons",)]),
    ),
    min_size=2,
    max_size=8,
)


@given(uploads, st.sampled_from(["menu", "menu >=2", "menu <3"]))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_turn_is_one_and_lies_where_it_is_said_to(
    here: Path, tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[Any, ...]], line: str
) -> None:
    """Against solving at every moment."""
    root = tmp_path_factory.mktemp("channels")
    known: dict[str, dict[str, dict[str, Any]]] = {"top": {}, "base": {}}
    for day, channel, name, version, depends in drawn:
        record = built(day, name, version, *(depends if name == "menu" else ()), build="0", build_number=0)
        known[channel][f"{name}-{version}-0.conda"] = {**record, "subdir": "linux-64"}
    for channel, records in known.items():
        for subdir in ("linux-64", "noarch"):
            path = root / channel / subdir / "repodata.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            there = records if subdir == "linux-64" else {}
            path.write_text(json.dumps({"info": {"subdir": subdir}, "packages": {}, "packages.conda": there}))
    write(f"{(root / 'top').as_uri()}, {(root / 'base').as_uri()}", line)
    assume(here.is_dir())

    found = told("2025-01-01", "2025-01-13")
    days = [_solution(root, day) for day in range(1, 14)]

    assert (found["turn"] in {"changed", "same", "broke"}) == (days[0] is not None)
    assert (found["turn"] in {"changed", "same", "mended"}) == (days[-1] is not None)
    assert (found["turn"] == "same") == (days[0] is not None and days[0] == days[-1])
    if found["moment"] is not None:
        day = int(found["moment"][8:10])
        before, after = days[day - 2], days[day - 1]
        match found["turn"]:
            case "broke":
                assert before is not None
                assert after is None
            case "mended":
                assert before is None
                assert after is not None
            case _:
                assert before == days[0] != after


def _solution(root: Path, day: int) -> list[str] | None:
    """What it solves to with channels that have no later record."""
    file = Path("environment.yml")
    text, then = file.read_text("utf-8"), Path("then.yml")
    then.write_text(text.replace("/top", f"/top-{day}").replace("/base", f"/base-{day}"), "utf-8")
    for name in ("top", "base"):
        for subdir in ("linux-64", "noarch"):
            document = json.loads((root / name / subdir / "repodata.json").read_text("utf-8"))
            end = FIRST + day * DAY
            there = {key: one for key, one in document["packages.conda"].items() if one["timestamp"] <= end}
            path = root / f"{name}-{day}" / subdir / "repodata.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({**document, "packages.conda": there}), "utf-8")
    words = ["explain", "then.yml", "--format", "json", "--channel-priority", "strict"]
    (platform,) = json.loads(CliRunner().invoke(app, words).stdout)["platforms"]
    return sorted(Path(one["url"]).name for one in platform["packages"]) if platform["solvable"] else None
