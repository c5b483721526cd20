"""What goes through conda-lock, and what is handed to it."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest

from envdoctor.environment.conda_lock import read_through_conda_lock, to_lock_specification
from envdoctor.environment.pip_sources import not_lockable
from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError
from envdoctor.model.names import Subdir

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Reader  # type: ignore[import-not-found]

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LINUX, WINDOWS = Subdir("linux-64"), Subdir("win-64")
needs_conda_lock = pytest.mark.skipif(
    importlib.util.find_spec("conda_lock") is None, reason="conda-lock is not installed"
)

PROJECT = """\
[project]
name = "numpy-lab"
version = "1"
dependencies = ["numpy>=1.26", "requests[socks]", "torch"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.conda-lock]
channels = ["conda-forge"]
platforms = ["linux-64", "win-64"]

[tool.conda-lock.dependencies]
gdal = "3.8.*"
"""

RECIPE = """\
{% set version = "1" %}
package:
  name: lab
  version: {{ version }}
requirements:
  run:
    - numpy >=1.26  # [linux]
    - pandas
extra:
  channels: [conda-forge]
"""


@needs_conda_lock
def test_a_pyproject_is_read_with_places(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(PROJECT)
    spec = read_environment([str(path)])
    places = {str(line.name): (line.place.line, line.place.column) for line in spec.requirements}
    assert places["numpy"] == (4, 18)
    assert places["gdal"] == (15, 1)
    assert {str(line.name): line.spec.version for line in spec.requirements}["gdal"] == "3.8.*"
    assert places["pytorch"] == (4, 52)  # conda's name for the project, found where the project is written
    assert spec.platforms == (LINUX, WINDOWS)
    assert [(line.text, line.place.line) for line in spec.channels] == [("conda-forge", 11)]


@needs_conda_lock
def test_a_recipe_is_read_with_its_selectors(tmp_path: Path) -> None:
    path = tmp_path / "meta.yaml"
    path.write_text(RECIPE)
    spec = read_environment([str(path)])
    assert [line.name for line in spec.requirements_on(LINUX)] == ["numpy", "pandas"]
    assert [line.name for line in spec.requirements_on(WINDOWS)] == ["pandas"]
    assert {line.name: line.place.line for line in spec.requirements} == {"numpy": 7, "pandas": 8}
    assert spec.platforms == ()


@needs_conda_lock
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("pyproject.toml", "x =\n", "conda-lock cannot read this file: Invalid value"),
        ("pyproject.toml", "[project]\nname = 'x'\n", "check `[build-system]`, `[project]`"),
        ("pyproject.toml", "[tool.conda-lock]\nplatforms = ['mars']\n", "`mars` is no platform of conda"),
        ("meta.yaml", "{{ x }\n", "conda-lock cannot read this file: unexpected '}'"),
        ("meta.yaml", "a: b: c\n", "conda-lock cannot read this file"),
    ],
)
def test_what_conda_lock_raises_becomes_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, text: str, words: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_environment([str(path)])
    assert words in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.place is not None
    assert capfd.readouterr() == ("", "")


def test_without_conda_lock_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "conda_lock", None)
    with pytest.raises(InputError, match=r"install it with `pip install 'envdoctor\[lock\]'`"):
        read_through_conda_lock("pyproject.toml", "")


@needs_conda_lock
def test_conda_lock_gets_what_conda_would_make_of_the_file(read: Reader) -> None:
    spec = read(
        "channels: [conda-forge, nodefaults]\n"
        "category: dev\n"
        "dependencies:\n"
        "  - numpy>=1.26  # see [1]\n"
        "  - numpy 2.1|2.2\n"
        "  - bioconda::samtools=1.20=h50ea8bc_0\n"
        "  - xonsh[when=__linux]\n"
        "  - sel(win): winreg\n"
        "  - pip=23.3\n"
        "  - pip:\n"
        "    - -e .\n"
        "    - --pre\n"
        "    - requests[socks]>=2 --hash=sha256:abc\n"
        f"    - git+https://github.com/a/b.git@{COMMIT}#egg=b&subdirectory=s\n"
        "    - c @ https://example.org/c.zip\n"
        "    - pywin32; sys_platform == 'win32'\n"
    )
    lock = to_lock_specification(spec, [LINUX, WINDOWS])
    linux = {dependency.name: dependency for dependency in lock.dependencies[LINUX]}
    assert (linux["numpy"].version, linux["numpy"].manager) == (">=1.26,(2.1|2.2)", "conda")
    assert (linux["samtools"].version, linux["samtools"].build) == ("1.20", "h50ea8bc_0")
    assert linux["samtools"].conda_channel == "bioconda"
    assert linux["pip"].version == "23.3.*"
    assert (linux["requests"].version, linux["requests"].extras) == (">=2", ["socks"])
    assert (linux["b"].source, linux["b"].rev, linux["b"].subdirectory) == ("https://github.com/a/b.git", COMMIT, "s")
    assert linux["c"].url == "https://example.org/c.zip"
    assert {dependency.category for dependency in linux.values()} == {"dev"}
    windows = {dependency.name for dependency in lock.dependencies[WINDOWS]}
    assert windows - set(linux) == {"winreg", "pywin32"}
    assert [channel.url for channel in lock.channels] == ["conda-forge"]
    assert [line.text for line, _ in not_lockable(spec)] == ["-e .", "--pre"]


@needs_conda_lock
def test_a_line_that_cannot_be_locked_is_refused_by_place(read: Reader) -> None:
    spec = read("dependencies:\n  - pip\n  - pip:\n    - descqa==2.0.0-0.7.0\n")
    with pytest.raises(InputError) as caught:
        to_lock_specification(spec, [LINUX])
    assert str(caught.value).startswith("environment.yml:4:7: `descqa==2.0.0-0.7.0` cannot be locked (Expected comma")


@needs_conda_lock
def test_two_builds_of_one_name_cannot_be_locked(read: Reader) -> None:
    spec = read("dependencies:\n  - x=1=a\n  - x=1=b\n")
    with pytest.raises(InputError, match="ask for two builds of x, which a lock cannot hold"):
        to_lock_specification(spec, [LINUX])
