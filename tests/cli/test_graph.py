"""`envdoctor graph`, `tree`, `why` and `why-not` as a user calls them."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory


@pytest.fixture(autouse=True)
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_channel: ChannelFactory) -> str:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA")]:
        monkeypatch.delenv(name)
    hashes = {"md5": "0" * 32, "sha256": "0" * 64}
    url = make_channel(
        [
            {"name": "menu", "version": "2", "depends": ["dropdown >=2", "python"], "size": 100, **hashes},
            {"name": "menu", "version": "1", "depends": ["dropdown >=1", "python"], "size": 100, **hashes},
            {"name": "dropdown", "version": "2", "depends": ["icons >=5,<7"], "size": 20, **hashes},
            {"name": "dropdown", "version": "1", "depends": ["icons"], "size": 20, **hashes},
            {"name": "icons", "version": "6", "size": 3, **hashes},
            {"name": "icons", "version": "4", "size": 3, **hashes},
            {"name": "python", "version": "3.12", "depends": ["pip"], "size": 5000, **hashes},
            {"name": "pip", "version": "24", "depends": ["python", "__glibc >=2.17"], "size": 50, **hashes},
        ]
    )
    Path("environment.yml").write_text(
        f"channels: ['{url}']\nplatforms: [linux-64]\ndependencies:\n- menu\n- python=3.12\n", "utf-8"
    )
    return url


GLIBC = "2.28"


def run(*words: str) -> Result:
    machine = () if words[0] == "lock" else ("--virtual-package", f"__glibc={GLIBC}")
    return CliRunner().invoke(app, [*words, *machine])


def said(*words: str) -> str:
    return " ".join(run(*words).stdout.split())


def test_a_tree_marks_repeats_and_cycles_and_sums_up() -> None:
    done = run("tree")

    assert done.exit_code == ExitCode.SOLVES
    assert done.stdout.splitlines()[:10] == [
        "environment.yml on linux-64: 5 packages",
        "  menu 2  menu (environment.yml:4)",
        "    dropdown 2  >=2",
        "      icons 6  >=5,<7",
        "    python 3.12",
        "      pip 24",
        f"        __glibc {GLIBC}  >=2.17",
        "        python 3.12 (cycle: needs itself)",
        "  python 3.12  python=3.12 (environment.yml:5) (*)",
        "",
    ]
    assert "menu: 5 packages, 5.2 kB; 3 of them alone, 123 B" in done.stdout
    assert "Cycle: pip and python need each other." in done.stdout


def test_who_needs_a_package_is_its_tree_upside_down() -> None:
    done = run("tree", "--package", "icons", "--invert")

    assert [line.strip() for line in done.stdout.splitlines()[1:4]] == ["icons 6", "dropdown 2  >=5,<7", "menu 2  >=2"]


def test_a_depth_cuts_a_tree_and_a_graph() -> None:
    assert "icons" not in run("tree", "--depth", "1").stdout
    assert "icons 6" not in run("graph", "--depth", "1").stdout


def test_why_tells_the_way_and_who_bounds_the_version() -> None:
    done = said("why", "icons")

    assert "menu (environment.yml:4): menu 2 → dropdown 2 (dropdown >=2) → icons 6 (icons >=5,<7)" in done
    assert "dropdown 2 → icons >=5,<7" in done


def test_what_is_not_there_is_said_with_what_may_be_meant() -> None:
    done = run("why", "icon")

    assert done.exit_code == ExitCode.CONFLICT
    assert done.stdout == "✗ icon is not in environment.yml on linux-64; did you mean icons?\n"


def test_a_wish_that_can_be_had_says_what_would_move() -> None:
    done = run("why-not", "menu=1")

    assert done.exit_code == ExitCode.SOLVES
    assert "menu 2 → 1: menu=1 asks for another" in done.stdout


def test_a_wish_that_cannot_be_had_is_a_conflict_as_explain_tells_it() -> None:
    done = run("why-not", "icons=4")

    assert done.exit_code == ExitCode.SOLVES
    assert "dropdown 2 → 1" in done.stdout
    Path("environment.yml").write_text(Path("environment.yml").read_text("utf-8") + "- dropdown=2\n", "utf-8")
    done = run("why-not", "icons=4")
    assert done.exit_code == ExitCode.CONFLICT
    assert "dropdown=2 (line 6) needs icons >=5; icons=4 asks otherwise." in done.stdout


def test_a_wish_against_the_files_own_line_tells_what_else_is_in_the_way() -> None:
    Path("environment.yml").write_text(
        Path("environment.yml").read_text("utf-8") + "- dropdown=2\n- icons=6\n", "utf-8"
    )

    done = said("why-not", "icons=4")

    assert "icons=6 (line 7) and icons=4 cannot both hold" in done
    assert "If icons=6 (line 7) gave way, more would stand in the way" in done


def test_a_lock_is_read_with_the_channels_records_and_alone_without() -> None:
    assert run("lock").exit_code == ExitCode.SOLVES

    whole, alone = run("tree", "conda-lock.yml"), run("why", "icons", "conda-lock.yml")
    Path("conda-lock.yml").write_text(
        Path("conda-lock.yml").read_text("utf-8").replace("/channel/", "/nowhere/"), "utf-8"
    )
    gone = run("tree", "conda-lock.yml")

    assert "menu: 5 packages, 5.2 kB" in whole.stdout
    assert "menu (environment.yml:4): menu 2 → dropdown 2" in " ".join(alone.stdout.split())
    assert gone.exit_code == ExitCode.SOLVES
    assert "only the lock was there" in " ".join(gone.stdout.split())
    assert "kB" not in gone.stdout


def test_a_wish_beside_a_lock_says_what_of_it_would_move() -> None:
    run("lock")

    done = run("why-not", "menu=1", "conda-lock.yml")

    assert done.exit_code == ExitCode.SOLVES
    assert "menu 2 → 1" in done.stdout


def test_a_file_that_does_not_solve_is_explained() -> None:
    Path("environment.yml").write_text(Path("environment.yml").read_text("utf-8") + "- icons=9\n", "utf-8")

    for words in (("tree",), ("graph",), ("why", "icons"), ("why-not", "menu=1")):
        done = run(*words)
        assert done.exit_code == ExitCode.CONFLICT
        assert "icons=9 (line 6) asks for a version that does not exist" in done.stdout


def test_every_format_of_a_graph_is_what_it_says() -> None:
    told = json.loads(run("graph", "--format", "json").stdout)
    xml = ET.fromstring(run("graph", "--format", "graphml").stdout)  # noqa: S314 - our own
    dot, mermaid = run("graph", "--format", "dot").stdout, run("graph", "--format", "mermaid").stdout

    (platform,) = told["platforms"]
    assert [one["name"] for one in platform["packages"]] == ["__glibc", "dropdown", "icons", "menu", "pip", "python"]
    assert {(one["source"], one["target"]) for one in platform["needs"]} >= {("menu", "dropdown"), ("python", "pip")}
    assert platform["cycles"] == [["pip", "python"]]
    assert xml.tag.endswith("graphml")
    assert dot.startswith("digraph envdoctor {")
    assert 'label="dropdown >=2"' in dot
    assert mermaid.startswith("flowchart LR")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("tree", "--invert"), "--invert asks who needs a package"),
        (("graph", "--package", "icon"), "has no package of that name; did you mean icons?"),
    ],
)
def test_what_cannot_be_shown_is_a_usage_error(words: tuple[str, ...], says: str) -> None:
    done = run(*words)

    assert done.exit_code == ExitCode.INPUT
    assert says in done.stderr


def test_a_wish_beside_a_lock_is_asked_for_the_machine_of_the_lock(channel: str, make_channel: ChannelFactory) -> None:
    make_channel([{"name": "gpu", "version": "1", "depends": ["__cuda >=12"], "md5": "0" * 32}])
    made = CliRunner().invoke(app, ["lock", "--with-cuda", "12.4"])
    assert made.exit_code == ExitCode.SOLVES, made.stdout + made.stderr

    assert CliRunner().invoke(app, ["why-not", "gpu", "conda-lock.yml"]).exit_code == ExitCode.SOLVES
    done = CliRunner().invoke(app, ["why-not", "gpu", "conda-lock.yml", "--virtual-package", "__cuda=11.8"])
    assert done.exit_code == ExitCode.CONFLICT
    assert "__cuda" in done.stdout
    assert channel
