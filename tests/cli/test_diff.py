"""`envdoctor diff` as a user calls it, over small channels and lockfiles made up for it."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app
from envdoctor.report.layout import columns
from tests.report.test_json import closed

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from tests.conftest import ChannelFactory

SCHEMA: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("comparison.schema.json").read_text("utf-8"))
CHANNEL = "https://conda.anaconda.org/conda-forge"


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


def diff(*words: str) -> Result:
    return CliRunner().invoke(app, ["diff", *words])


def told(*words: str) -> dict[str, Any]:
    done = diff(*words, "--format", "json")
    assert done.exit_code == ExitCode.SOLVES, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.Draft202012Validator(closed(SCHEMA)).validate(found)
    return found


def package(name: str, version: str, build: str, *depends: str, **more: Any) -> dict[str, Any]:
    """A package of a conda-lock.yml; `platform`, `channel` and `sha` may be given."""
    platform, channel = more.get("platform", "linux-64"), more.get("channel", CHANNEL)
    return {
        "name": name,
        "version": version,
        "manager": "conda",
        "platform": platform,
        "dependencies": {text.partition(" ")[0]: text.partition(" ")[2] for text in depends},
        "url": f"{channel}/{platform}/{name}-{version}-{build}.conda",
        "hash": {"md5": more.get("sha", "0") * 32, "sha256": more.get("sha", "0") * 64},
        "category": "main",
        "optional": False,
    }


def wheel(name: str, version: str, *depends: str) -> dict[str, Any]:
    return package(name, version, "none", *depends) | {
        "manager": "pip",
        "url": f"https://files.pythonhosted.org/packages/{name}-{version}-py3-none-any.whl",
        "hash": {"sha256": version[0] * 64},
    }


def lockfile(path: str, packages: list[dict[str, Any]], *platforms: str, lines: str = "", source: str = "") -> None:
    custom = {"custom_metadata": {"envdoctor.lines": lines}} if lines else {}
    metadata = {
        "content_hash": {},
        "channels": [{"url": CHANNEL}],
        "platforms": list(platforms or ["linux-64"]),
        "sources": [source] if source else [],
    }
    document = {"version": 1, "metadata": metadata | custom, "package": packages}
    Path(path).write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")


OLD = [
    package("python", "3.11.9", "h1_0", "pip", "openssl >=3,<4"),
    package("pip", "24.0", "h1_0", "python >=3.8"),
    package("openssl", "3.3.0", "h1_0"),
    package("numpy", "1.26.4", "py311_0", "python >=3.11,<3.12", "libblas >=3.9"),
    package("libblas", "3.9.0", "22_openblas"),
    package("six", "1.16.0", "0", "python"),
    package("icu", "73.2", "h1_0"),
    package("xz", "5.4", "h1_0", sha="a"),
    package("zlib", "1.3", "h1_0"),
    wheel("requests", "2.31.0", "idna >=2.5"),
    wheel("idna", "3.6"),
]
NEW = [
    package("python", "3.12.4", "h1_0", "pip", "openssl >=3,<4"),
    package("pip", "24.0", "h1_0", "python >=3.8"),
    package("openssl", "3.2.0", "h1_0"),
    package("numpy", "2.0.0", "py312_0", "python >=3.12,<3.13", "libblas >=3.9"),
    package("libblas", "3.9.0", "23_openblas"),
    package("pandas", "2.2.2", "py312_0", "numpy >=1.22", "python >=3.12,<3.13"),
    package("icu", "73.2", "h1_0"),
    package("xz", "5.4", "h1_0", sha="b"),
    package("zlib", "1.3", "h1_0", channel="https://conda.anaconda.org/bioconda"),
    wheel("requests", "2.32.0", "idna >=2.5"),
    wheel("idna", "3.7"),
]
LINES = '[["python", null], ["numpy >=1.26", null], ["six", null], ["pip: requests", null]]'


def elsewhere(packages: list[dict[str, Any]], platform: str) -> list[dict[str, Any]]:
    return [one | {"platform": platform, "url": one["url"].replace("/linux-64/", f"/{platform}/")} for one in packages]


@pytest.fixture
def two_locks() -> None:
    Path("environment.yml").write_text("dependencies:\n  - python\n  - numpy >=1.26\n  - pandas\n", "utf-8")
    lockfile("old.yml", OLD + elsewhere(OLD, "win-64"), "linux-64", "win-64", lines=LINES)
    new = NEW + elsewhere(NEW, "win-64") + [package("icu", "73.2", "h1_0", platform="osx-arm64")]
    lockfile("new.yml", new, "linux-64", "osx-arm64", "win-64", source="environment.yml")


@pytest.mark.usefixtures("two_locks")
@pytest.mark.parametrize("words", [(), ("--verbose",), ("--format", "markdown"), ("--format", "json")])
def test_what_is_printed_is_as_agreed(words: tuple[str, ...], snapshot: SnapshotAssertion) -> None:
    done = diff("old.yml", "new.yml", *words)

    assert done.exit_code == ExitCode.SOLVES
    assert done.stdout == snapshot


@pytest.mark.usefixtures("two_locks")
def test_text_fits_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envdoctor.cli.options.PIPED_WIDTH", 80)

    rows = diff("old.yml", "new.yml", "--verbose").stdout.splitlines()

    assert [row for row in rows if columns(row) > 80] == []


@pytest.mark.usefixtures("two_locks")
def test_platforms_with_the_same_changes_are_told_once() -> None:
    assert "linux-64, win-64: " in diff("old.yml", "new.yml").stdout
    assert diff("old.yml", "new.yml").stdout.count("1.26.4 → 2.0.0") == 1


def asker(
    text: str, by: str | None = None, *, rules_out: bool = False, file: str | None = None, line: int | None = None
) -> dict[str, Any]:
    return {"package": by, "text": text, "rules_out_before": rules_out, "file": file, "line": line}


@pytest.mark.usefixtures("two_locks")
def test_every_kind_of_change_is_told_with_who_asks() -> None:
    found = told("old.yml", "new.yml", "-p", "linux-64")

    (platform,) = found["platforms"]
    changes = {one["name"]: one for one in platform["changes"]}
    assert {name: (one["kind"], one["parts"], one["turn"], one["direct"]) for name, one in changes.items()} == {
        "idna": ("changed", ["version"], "upgrade", False),
        "libblas": ("changed", ["build"], None, False),
        "numpy": ("changed", ["version", "build"], "upgrade", True),
        "openssl": ("changed", ["version"], "downgrade", False),
        "pandas": ("added", [], None, True),
        "python": ("changed", ["version"], "upgrade", True),
        "requests": ("changed", ["version"], "upgrade", True),
        "six": ("removed", [], None, True),
        "xz": ("changed", ["hash"], None, False),
        "zlib": ("changed", ["channel"], None, False),
    }
    assert changes["numpy"]["asked_by"] == [
        asker("numpy >=1.26", file="environment.yml", line=3),
        asker("numpy >=1.22", "pandas 2.2.2 py312_0"),
    ]
    assert changes["six"]["asked_by"] == [asker("six")]
    assert changes["python"]["asked_by"][1] == asker("python >=3.12,<3.13", "numpy 2.0.0 py312_0", rules_out=True)
    assert platform["same"] == 2
    assert (found["before"]["direct_from"], found["after"]["direct_from"]) == ("notes", "sources")


@pytest.mark.usefixtures("two_locks")
def test_the_exit_code_tells_of_differences_only_if_asked() -> None:
    assert diff("old.yml", "new.yml").exit_code == ExitCode.SOLVES
    assert diff("old.yml", "new.yml", "--exit-code").exit_code == ExitCode.CONFLICT
    assert diff("old.yml", "old.yml", "--exit-code").exit_code == ExitCode.SOLVES
    assert "hold the same: 22 packages on linux-64, win-64" in diff("old.yml", "old.yml").stdout


@pytest.mark.usefixtures("two_locks")
def test_a_platform_of_one_side_is_a_difference() -> None:
    lockfile("less.yml", OLD, "linux-64")

    done = diff("old.yml", "less.yml", "--exit-code")

    assert done.exit_code == ExitCode.CONFLICT
    assert "Only old.yml has win-64 (11 packages)." in done.stdout


def test_without_lines_the_roots_are_what_is_asked_for() -> None:
    lockfile("a.yml", OLD)
    lockfile("b.yml", NEW)

    changes = {one["name"]: one["direct"] for one in told("a.yml", "b.yml")["platforms"][0]["changes"]}

    assert changes["pandas"] is True
    assert changes["six"] is True
    assert changes["python"] is False


def test_explicit_lists_tell_nothing_of_who_asks() -> None:
    for name, version in (("a.txt", "1.0"), ("b.txt", "1.10")):
        Path(name).write_text(f"@EXPLICIT\n{CHANNEL}/linux-64/numpy-{version}-0.conda#{'0' * 32}\n", "utf-8")

    found = told("a.txt", "b.txt")

    (change,) = found["platforms"][0]["changes"]
    assert (change["turn"], change["direct"], change["asked_by"]) == ("upgrade", None, [])
    assert found["before"]["direct_from"] == "unknown"
    assert "an explicit list has no dependencies" in diff("a.txt", "b.txt").stdout


def test_two_spellings_of_an_address_are_the_same() -> None:
    for name, version in (("a.txt", "1!164"), ("b.txt", "1%21164")):
        Path(name).write_text(f"@EXPLICIT\n{CHANNEL}/linux-64/x264-{version}-0.conda#{'0' * 32}\n", "utf-8")

    assert not told("a.txt", "b.txt")["differ"]


@pytest.fixture
def menu(make_channel: ChannelFactory) -> str:
    return make_channel(
        [
            {"name": "menu", "version": "1", "depends": ["icons <6"]},
            {"name": "menu", "version": "2", "depends": ["icons >=6", "__cuda >=12"]},
            {"name": "icons", "version": "5"},
            {"name": "icons", "version": "6"},
            {"name": "pip", "version": "24"},
        ]
    )


def environment(path: str, channel: str, *lines: str, more: str = "") -> None:
    text = f"channels: [{channel}]\ndependencies:\n" + "".join(f"  - {line}\n" for line in lines) + more
    Path(path).write_text(text, "utf-8")


def test_environment_files_are_resolved_first(menu: str) -> None:
    environment("a.yml", menu, "menu=1")
    environment("b.yml", menu, "menu=2")

    found = told("a.yml", "b.yml", "-p", "linux-64", "--virtual-package", "__cuda=12")

    changes = {one["name"]: one for one in found["platforms"][0]["changes"]}
    assert [changes[name]["turn"] for name in ("icons", "menu")] == ["upgrade", "upgrade"]
    assert changes["menu"]["asked_by"] == [asker("menu=2", rules_out=True, file="b.yml", line=3)]
    assert changes["icons"]["asked_by"][0]["text"] == "icons >=6"


def test_files_are_resolved_with_the_options_of_explain(menu: str) -> None:
    environment("a.yml", menu, "menu")
    environment("b.yml", menu, "icons")

    plain, pinned = (
        told("a.yml", "b.yml", "-p", "linux-64", "--virtual-package", "__cuda=12", *words)["platforms"][0]["changes"]
        for words in ((), ("--pin", "icons <6"))
    )

    assert [(one["name"], one["before"]["version"]) for one in plain] == [("menu", "2")]
    assert [(one["name"], one["before"]["version"]) for one in pinned] == [("menu", "1")]


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_what_does_not_solve_is_told_as_explain_tells_it(menu: str, output: str) -> None:
    environment("a.yml", menu, "menu=1")
    environment("b.yml", menu, "menu=1", "icons=6")

    done = diff("a.yml", "b.yml", "-p", "linux-64", "--format", output)

    explained = CliRunner().invoke(
        app, ["explain", "b.yml", "-p", "linux-64", "--no-fixes", *(["--format", "json"] * (output == "json"))]
    )
    assert done.exit_code == ExitCode.CONFLICT
    assert done.stdout == explained.stdout
    assert "icons=6" in done.stdout


def test_a_file_is_resolved_for_the_platforms_and_the_machine_of_the_lock(menu: str) -> None:
    channel = menu.rstrip("/")
    locked = [package("menu", "2", "0", "icons >=6", channel=channel), package("icons", "6", "0", channel=channel)]
    lockfile("lock.yml", locked)
    document = yaml.safe_load(Path("lock.yml").read_text("utf-8"))
    document["metadata"]["custom_metadata"] = {"envdoctor.virtual_packages.linux-64": "__cuda=12.4,__glibc=2.28"}
    Path("lock.yml").write_text(yaml.safe_dump(document), "utf-8")
    environment("a.yml", menu, "menu")

    assert not told("a.yml", "lock.yml")["differ"]
    assert told("a.yml", "lock.yml", "--virtual-package", "__cuda=11")["differ"]


def test_pip_lines_are_compared_between_environment_files_only(menu: str) -> None:
    environment("a.yml", menu, "menu=1", more="  - pip:\n    - requests==2\n    - idna\n")
    environment("b.yml", menu, "menu=1", more="  - pip:\n    - requests==3\n    - idna\n")
    lockfile("lock.yml", OLD)

    between = told("a.yml", "b.yml", "-p", "linux-64", "--override-channels")
    with_lock = told("a.yml", "lock.yml")

    (change,) = between["platforms"][0]["changes"]
    assert (change["name"], change["before"]["version"], change["after"]["version"]) == ("requests", "==2", "==3")
    assert all(one["manager"] == "conda" for one in with_lock["platforms"][0]["changes"])
    assert with_lock["notices"][-1]["kind"] == "pip-not-compared"


def test_a_broken_side_is_one_sentence() -> None:
    Path("conda-lock.yml").write_text("version: 1\npackage: [\n", "utf-8")

    done = diff("conda-lock.yml", "no-such-file.yml")

    assert done.exit_code == ExitCode.INPUT
    assert done.stderr.startswith("envdoctor: conda-lock.yml:3:1: the lock is broken YAML")
    assert done.stderr.count("\n") == 1
    assert diff("-", "-").exit_code == ExitCode.INPUT
