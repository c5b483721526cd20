"""`envdoctor export-spec`: back from a lock, a prefix, an explicit list or an exported file to its roots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.main import app
from envdoctor.environment.read import read_environment
from envdoctor.graph.locked import closure, key_of
from envdoctor.lockfile.read import read_lockfile
from envdoctor.model.lockfile import Manager
from envdoctor.model.names import Subdir
from tests.cli.test_diff import CHANNEL, LINES, NEW, OLD, elsewhere, here, lockfile, package, wheel

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from tests.conftest import ChannelFactory

__all__ = ["here"]


def export(*words: str) -> Result:
    return CliRunner().invoke(app, ["export-spec", *words])


def lines(*words: str) -> list[str]:
    done = export(*words)
    assert done.exit_code == ExitCode.SOLVES, done.stderr
    Path("exported.yml").write_text(done.stdout, "utf-8")
    environment = read_environment(["exported.yml"])
    return [line.text for line in environment.requirements] + [f"pip: {line.text}" for line in environment.pip]


def test_roots_of_a_lock_are_what_nothing_else_needs() -> None:
    lockfile("lock.yml", OLD)

    assert lines("lock.yml") == [
        "icu=73.2",
        "numpy=1.26",
        "pip=24.0",
        "python=3.11",
        "six=1.16",
        "xz=5.4",
        "zlib=1.3",
        "pip: requests==2.31.*",
    ]


def test_lines_that_a_lock_notes_are_roots_even_if_another_package_needs_them() -> None:
    lockfile("lock.yml", OLD, lines='[["openssl", null], ["numpy", ["linux-64"]], ["six", ["win-64"]]]')

    found = lines("lock.yml", "--versions", "none")

    assert {"openssl", "numpy"} <= set(found)
    assert "python" not in found


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ("none", ["pandas", "python", "pip: requests"]),
        ("minor", ["pandas=2.2", "python=3.12", "pip: requests==2.32.*"]),
        ("exact", ["pandas==2.2.2", "python==3.12.4", "pip: requests==2.32.0"]),
    ],
)
def test_versions_are_as_exact_as_asked(versions: str, found: list[str]) -> None:
    lockfile("lock.yml", NEW)

    assert set(found) <= set(lines("lock.yml", "--versions", versions))


def test_a_cycle_that_nobody_needs_keeps_one_root() -> None:
    loop = [package("python", "3.12.4", "0", "pip"), package("pip", "24.0", "0", "python")]
    other = [package("a", "1", "0", "b"), package("b", "1", "0", "c"), package("c", "1", "0", "a", "b")]
    lockfile("lock.yml", loop + other)

    assert lines("lock.yml", "--versions", "none") == ["b", "python"]


def test_platforms_that_differ_get_lines_of_their_own(snapshot: SnapshotAssertion) -> None:
    lockfile("lock.yml", OLD + elsewhere(NEW, "osx-arm64"), "linux-64", "osx-arm64")

    done = export("lock.yml")

    assert done.stdout == snapshot
    Path("exported.yml").write_text(done.stdout, "utf-8")
    environment = read_environment(["exported.yml"])
    on = {subdir: [line.text for line in environment.requirements_on(subdir)] for subdir in environment.platforms}
    assert on[Subdir("linux-64")] == [
        "icu=73.2",
        "numpy=1.26",
        "pip=24.0",
        "python=3.11",
        "six=1.16",
        "xz=5.4",
        "zlib=1.3",
    ]
    assert on[Subdir("osx-arm64")] == ["icu=73.2", "pandas=2.2", "pip=24.0", "python=3.12", "xz=5.4", "zlib=1.3"]


@pytest.mark.parametrize("packages", [OLD, NEW])
def test_roots_bring_in_all_of_the_lock(packages: list[dict[str, Any]]) -> None:
    lockfile("lock.yml", packages, lines=LINES)
    locked = read_lockfile("lock.yml").packages
    lines("lock.yml")
    environment = read_environment(["exported.yml"])
    wanted = [(Manager.CONDA, str(line.name)) for line in environment.requirements]
    wanted += [(Manager.PIP, str(line.name)) for line in environment.pip]

    assert closure(locked, wanted) == {key_of(one) for one in locked}


@pytest.fixture
def menu(make_channel: ChannelFactory) -> str:
    return make_channel(
        [
            {"name": "menu", "version": "2.1.3", "depends": ["dropdown >=2"]},
            {"name": "dropdown", "version": "2", "depends": ["icons"]},
            {"name": "icons", "version": "6"},
            {"name": "stray", "version": "1!3.4.5"},
            {"name": "pip", "version": "24"},
        ]
    )


def exported(channel: str, dependencies: str) -> None:
    text = f"channels: [{channel}]\nplatforms: [linux-64]\ndependencies: [{dependencies}]\n"
    Path("environment.yml").write_text(text, "utf-8")


def test_an_exported_file_has_its_dependencies_from_the_channel(menu: str) -> None:
    exported(menu, "menu=2.1.3=0, dropdown=2=0, icons=6=0, 'stray=1!3.4.5=0'")

    assert lines("environment.yml") == ["menu=2.1", "stray=1!3.4"]
    assert read_environment(["exported.yml"]).channels[0].text == menu


@pytest.mark.parametrize("versions", ["none", "minor", "exact"])
def test_the_roots_solve_to_what_they_stand_for(menu: str, versions: str) -> None:
    exported(menu, "menu=2.1.3=0, dropdown=2=0, icons=6=0, 'stray=1!3.4.5=0'")
    lines("environment.yml", "--versions", versions)

    done = CliRunner().invoke(app, ["diff", "environment.yml", "exported.yml", "--exit-code"])

    assert done.exit_code == ExitCode.SOLVES, done.stdout
    assert "hold the same: 4 packages on linux-64" in done.stdout


def test_pip_lines_of_an_exported_file_stay_as_they_are(menu: str) -> None:
    exported(menu, "menu=2.1.3=0, pip, pip: [requests==2.31.0, 'a>=1']")

    assert lines("environment.yml") == ["menu=2.1", "pip=24", "pip: requests==2.31.0", "pip: a>=1"]


def test_an_explicit_list_has_its_dependencies_from_the_channel(menu: str) -> None:
    names = ("menu-2.1.3-0", "dropdown-2-0", "icons-6-0")
    Path("list.txt").write_text("@EXPLICIT\n" + "".join(f"{menu}linux-64/{name}.conda\n" for name in names), "utf-8")

    assert lines("list.txt") == ["menu=2.1"]


def test_a_file_that_does_not_solve_is_told_as_explain_tells_it(menu: str) -> None:
    exported(menu, "menu=2.1.3=other")

    done = export("environment.yml")

    assert done.exit_code == ExitCode.CONFLICT
    assert done.stdout == CliRunner().invoke(app, ["explain", "environment.yml"]).stdout


def installed(name: str, version: str, *depends: str, spec: str | None = None) -> None:
    record = {
        "name": name,
        "version": version,
        "build": "0",
        "subdir": "linux-64",
        "depends": list(depends),
        "url": f"https://user:word@conda.anaconda.org/t/tk-1/conda-forge/linux-64/{name}-{version}-0.conda",
        "requested_spec": spec,
    }
    Path("prefix/conda-meta").mkdir(parents=True, exist_ok=True)
    Path(f"prefix/conda-meta/{name}-{version}-0.json").write_text(json.dumps(record), "utf-8")


def by_pip(name: str, *depends: str, requested: bool = False, installer: str = "pip") -> Path:
    folder = Path(f"prefix/lib/python3.12/site-packages/{name}-2.1.0.dist-info")
    folder.mkdir(parents=True)
    needs = "".join(f"Requires-Dist: {text}\n" for text in depends)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.1.0\n{needs}\nText\n", "utf-8")
    (folder / "INSTALLER").write_text(f"{installer}\n", "utf-8")
    if requested:
        (folder / "REQUESTED").touch()
    return folder


def test_a_prefix_tells_what_was_asked_for() -> None:
    installed("python", "3.12.4", "pip", spec="python=3.12")
    installed("pip", "24.0", "python")
    installed("numpy", "2.0.1", "python >=3.12", spec="None")
    by_pip("Flask_App", "idna>=2", requested=True)
    by_pip("idna", requested=True)
    by_pip("unasked", 'sphinx; extra == "doc"')
    by_pip("numpy", installer="conda")

    found = lines("prefix")

    assert found == [
        "numpy=2.0",
        "pip=24.0",
        "python=3.12",
        "pip: flask-app==2.1.*",
        "pip: idna==2.1.*",
        "pip: unasked==2.1.*",
    ]
    environment = read_environment(["exported.yml"])
    assert [line.text for line in environment.channels] == ["conda-forge"]
    assert environment.platforms == ("linux-64",)


def test_specs_of_a_list_of_all_packages_are_not_what_was_asked_for() -> None:
    installed("menu", "1.0", "icons", spec="menu==1.0=0")
    installed("icons", "1.0", spec="https://conda.anaconda.org/conda-forge/linux-64/icons-1.0-0.conda")

    assert lines("prefix") == ["menu=1.0"]


def test_what_pip_has_from_elsewhere_is_said() -> None:
    installed("python", "3.12.4")
    (by_pip("mine") / "direct_url.json").write_text('{"url": "https://me:word@example.com/mine.git"}', "utf-8")

    done = export("prefix")

    assert "# pip installed mine from https://***@example.com/mine.git" in done.stdout
    assert "word" not in done.stdout


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_broken_record_is_one_sentence(text: str) -> None:
    installed("python", "3.12.4")
    Path("prefix/conda-meta/broken.json").write_text(text, "utf-8")

    done = export("prefix")

    assert done.exit_code == ExitCode.INPUT
    assert done.stderr.startswith("envdoctor: prefix/conda-meta/broken.json: this is no record")


def test_a_platform_that_the_lock_has_not_is_said() -> None:
    lockfile("lock.yml", [*OLD, wheel("x", "1")])

    done = export("lock.yml", "-p", "win-64")

    assert done.exit_code == ExitCode.INPUT
    assert "lock.yml has no platform win-64; it has linux-64" in done.stderr


def test_channels_have_the_names_that_conda_knows() -> None:
    lockfile("lock.yml", OLD)

    assert f"channels:\n  - {CHANNEL.rsplit('/', 1)[-1]}\n" in export("lock.yml").stdout
