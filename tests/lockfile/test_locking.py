"""`envdoctor lock` as a user calls it, over small channels made up for it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import ChannelFactory

pytest.importorskip("conda_lock", reason="locking needs the extra `lock`")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and no configuration."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [name for name in os.environ if name.startswith("CONDA_") or name == "CONDARC"]:
        monkeypatch.delenv(name)
    return folder


def lock(*words: str) -> Result:
    return CliRunner().invoke(app, ["lock", *words])


def locked(path: str = "conda-lock.yml") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(path).read_text("utf-8"))
    return found


def package(name: str, version: str = "1", *depends: str, **more: Any) -> Mapping[str, Any]:
    digest = f"{name}-{version}-{more.get('build', '0')}".encode()
    return {
        "name": name,
        "version": version,
        "depends": list(depends),
        "md5": hashlib.md5(digest, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(digest).hexdigest(),
        **more,
    }


def write(channel: str, *lines: str, platforms: str = "[linux-64]", more: str = "") -> None:
    text = f"channels: [{channel}]\nplatforms: {platforms}\ndependencies:\n"
    Path("environment.yml").write_text(text + "".join(f"  - {line}\n" for line in lines) + more, "utf-8")


@pytest.fixture
def menu(make_channel: ChannelFactory) -> str:
    """menu needs dropdown, dropdown needs icons; all on two platforms."""
    for subdir in ("linux-64", "osx-arm64"):
        make_channel(
            [
                package("menu", "1", "dropdown >=1"),
                package("menu", "2", "dropdown >=2"),
                package("dropdown", "1", "icons"),
                package("dropdown", "2", "icons >=5"),
                package("icons", "5"),
                package("icons", "6"),
            ],
            subdir=subdir,
        )
    return make_channel([])


def test_every_platform_is_locked_with_hashes_and_what_was_assumed(menu: str) -> None:
    write(menu, "menu", platforms="[osx-arm64, linux-64]")

    done = lock()

    assert done.exit_code == ExitCode.SOLVES
    found = locked()
    assert [(one["name"], one["version"], one["platform"]) for one in found["package"]] == [
        ("dropdown", "2", "linux-64"),
        ("dropdown", "2", "osx-arm64"),
        ("icons", "6", "linux-64"),
        ("icons", "6", "osx-arm64"),
        ("menu", "2", "linux-64"),
        ("menu", "2", "osx-arm64"),
    ]
    assert all(one["hash"]["sha256"] and one["hash"]["md5"] for one in found["package"])
    assert found["metadata"]["platforms"] == ["linux-64", "osx-arm64"]
    assert found["metadata"]["sources"] == ["environment.yml"]
    assert "__glibc=2.28" in found["metadata"]["custom_metadata"]["envdoctor.virtual_packages.linux-64"]
    assert "__glibc=2.28" in done.stdout


def test_a_second_run_finds_the_lock_up_to_date_and_does_not_touch_it(menu: str) -> None:
    write(menu, "menu")
    lock()
    before = Path("conda-lock.yml").stat()

    done = lock()

    assert "is up to date" in done.stdout
    assert Path("conda-lock.yml").stat().st_mtime_ns == before.st_mtime_ns


def test_what_does_not_solve_on_one_platform_is_explained_and_the_old_lock_stays(
    menu: str, make_channel: ChannelFactory
) -> None:
    write(menu, "menu")
    lock()
    before = Path("conda-lock.yml").read_bytes()
    make_channel([package("gpu")], subdir="linux-64")
    write(menu, "menu", "gpu", platforms="[linux-64, osx-arm64]")

    done = lock()

    assert done.exit_code == ExitCode.CONFLICT
    assert "gpu (line 5) exists only on linux-64, not on osx-arm64" in " ".join(done.stdout.split())
    assert Path("conda-lock.yml").read_bytes() == before


def test_permissions_and_links_of_the_lock_are_kept(menu: str) -> None:
    write(menu, "menu")
    lock("--lockfile", "real.yml")
    Path("real.yml").chmod(0o640)
    Path("conda-lock.yml").symlink_to("real.yml")
    write(menu, "menu <2")

    lock()

    assert Path("conda-lock.yml").is_symlink()
    assert stat.S_IMODE(Path("real.yml").stat().st_mode) == 0o640
    assert [one["version"] for one in locked("real.yml")["package"] if one["name"] == "menu"] == ["1"]


def test_the_lock_equals_that_of_plain_conda_lock_through_the_executable(menu: str) -> None:
    write(menu, "menu", "dropdown <2", platforms="[linux-64, osx-arm64]")
    lock()

    Path("names.json").write_text("{}", "utf-8")
    folder = Path(sys.executable).parent
    command = ["lock", "--conda", str(folder / "envdoctor-conda"), "--lockfile", "plain.yml", "-f", "environment.yml"]
    done = subprocess.run(
        [sys.executable, "-m", "conda_lock", *command, "--pypi_to_conda_lookup_file", "names.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    ours, theirs = locked(), locked("plain.yml")
    del ours["metadata"]["custom_metadata"]
    assert ours == theirs


def test_plain_conda_lock_hears_from_the_executable_why_nothing_fits(menu: str) -> None:
    write(menu, "menu=2", "dropdown <2")
    Path("names.json").write_text("{}", "utf-8")
    folder = Path(sys.executable).parent
    command = ["lock", "--conda", str(folder / "envdoctor-conda"), "--lockfile", "plain.yml", "-f", "environment.yml"]
    done = subprocess.run(
        [sys.executable, "-m", "conda_lock", *command, "--pypi_to_conda_lookup_file", "names.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "needs dropdown >=2" in done.stderr
    assert not Path("plain.yml").exists()


@pytest.mark.parametrize("kind", ["explicit", "env"])
def test_lists_are_those_that_conda_lock_renders(menu: str, kind: str) -> None:
    write(menu, "menu", platforms="[linux-64, osx-arm64]")
    lock("--kind", "lock", "--kind", kind)
    ending = "" if kind == "explicit" else ".yml"
    ours = {name: Path(name).read_text("utf-8") for name in _names(ending)}
    for name in _names(ending):
        Path(name).unlink()

    command = [sys.executable, "-m", "conda_lock", "render", "--kind", kind, "conda-lock.yml"]
    subprocess.run(command, capture_output=True, text=True, check=True)

    assert {name: Path(name).read_text("utf-8") for name in _names(ending)} == ours


def _names(ending: str) -> list[str]:
    return [f"conda-{platform}.lock{ending}" for platform in ("linux-64", "osx-arm64")]


def test_an_explicit_list_installs_each_package_after_what_it_needs(menu: str) -> None:
    write(menu, "menu")
    lock("--kind", "explicit")

    addresses = [line for line in Path("conda-linux-64.lock").read_text("utf-8").splitlines() if "://" in line]

    assert [address.rsplit("/", 1)[-1].split("-")[0] for address in addresses] == ["icons", "dropdown", "menu"]


def test_pixi_reads_its_lock_back(menu: str) -> None:
    rattler = pytest.importorskip("rattler")
    write(menu, "menu", platforms="[linux-64, osx-arm64]")
    lock("--kind", "pixi")

    found = rattler.LockFile.from_path("pixi.lock").default_environment()

    packages = found.packages_by_platform()
    assert {platform.name: sorted(one.name for one in known) for platform, known in packages.items()} == {
        "linux-64": ["dropdown", "icons", "menu"],
        "osx-arm64": ["dropdown", "icons", "menu"],
    }


def test_json_tells_what_was_locked(menu: str) -> None:
    write(menu, "menu")

    told = json.loads(lock("--format", "json").stdout)

    assert told["schema_version"] == 1
    assert told["files"] == [{"path": "conda-lock.yml", "fate": "written"}]
    assert [(one["platform"], one["conda_packages"]) for one in told["platforms"]] == [("linux-64", 3)]


def test_the_users_own_solver_can_solve(menu: str) -> None:
    write(menu, "menu")
    lock()
    ours = Path("conda-lock.yml").read_bytes()

    done = lock("--solver", str(Path(sys.executable).with_name("envdoctor-conda")), "--lockfile", "other.yml")

    assert done.exit_code == ExitCode.SOLVES
    assert Path("other.yml").read_bytes() == ours.replace(b"conda-lock.yml", b"other.yml")


def test_a_solver_that_is_not_there_is_a_usage_error(menu: str) -> None:
    write(menu, "menu")

    done = lock("--solver", "no-such-conda")

    assert done.exit_code == ExitCode.INPUT
    assert "there is no such program" in done.stderr


def test_what_is_locked_is_what_explain_shows(menu: str) -> None:
    write(menu, "menu", platforms="[linux-64, osx-arm64]")
    lock()
    assumed = ("--virtual-package", "__cuda=11.4", "--virtual-package", "__glibc=2.28")

    told = json.loads(CliRunner().invoke(app, ["explain", "--format", "json", *assumed]).stdout)

    shown = {(one["platform"], package["url"]) for one in told["platforms"] for package in one["packages"]}
    assert shown == {(one["platform"], one["url"]) for one in locked()["package"]}


def test_standard_input_can_be_locked_and_is_no_source(menu: str) -> None:
    write(menu, "menu")
    text = Path("environment.yml").read_text("utf-8")

    done = CliRunner().invoke(app, ["lock", "-"], input=text)

    assert done.exit_code == ExitCode.SOLVES, done.stdout + done.stderr
    assert locked()["metadata"]["sources"] == []


def test_several_files_are_locked_together_with_their_categories(menu: str, make_channel: ChannelFactory) -> None:
    make_channel([package("tester", "1")])
    write(menu, "menu")
    Path("dev.yml").write_text(f"channels: [{menu}]\ncategory: dev\ndependencies: [tester]\n", "utf-8")

    lock("environment.yml", "dev.yml")

    assert {one["name"]: one["category"] for one in locked()["package"]}["tester"] == "dev"
    assert lock("environment.yml", "dev.yml", "--check").exit_code == ExitCode.SOLVES


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("numpy=2",), "lock takes files, and 'numpy=2' is a spec"),
        (("--lockfile", "no/such/folder/x.yml"), "there is no folder no/such/folder"),
        (("--check", "--fresh"), "--check writes nothing"),
        (("--update", "menu", "--fresh"), "give one of them"),
        (("--with-cuda", "12", "--without-cuda"), "exclude each other"),
        (("--image", "debian:12", "--dockerfile", "Dockerfile"), "both name the base image"),
    ],
)
def test_a_command_line_that_cannot_be_followed_is_one_sentence(menu: str, words: tuple[str, ...], says: str) -> None:
    write(menu, "menu")

    done = lock(*words)

    assert done.exit_code == ExitCode.INPUT
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not Path("conda-lock.yml").exists()
