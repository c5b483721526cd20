"""What an environment file asks for, line by line, as conda reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.model.names import Subdir

if TYPE_CHECKING:
    from conftest import Reader, Refuser  # type: ignore[import-not-found]

LINUX, MAC, WINDOWS = Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64")

PLAIN = """\
name: lab
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.12   # the one we have
  - conda-forge::gdal >=3.8,<4
  - pip
  - pip:
      - requests[socks]>=2 ; sys_platform == "win32"
prefix: /home/user/lab
variables:
  TOKEN: abc
"""


def test_every_part_is_read_with_its_place(read: Reader) -> None:
    spec = read(PLAIN)
    assert spec.name == "lab"
    assert [(line.text, line.place.line) for line in spec.channels] == [("conda-forge", 3), ("nodefaults", 4)]
    assert [(str(line.place), line.text) for line in spec.requirements] == [
        ("environment.yml:6:5", "python=3.12"),
        ("environment.yml:7:5", "conda-forge::gdal >=3.8,<4"),
        ("environment.yml:8:5", "pip"),
    ]
    assert spec.requirements[1].spec.channel == "conda-forge"
    assert [(str(line.place), line.name, line.specifier, line.extras) for line in spec.pip] == [
        ("environment.yml:10:9", "requests", ">=2", ("socks",))
    ]
    assert spec.prefix == "/home/user/lab"
    assert [(variable.name, variable.value) for variable in spec.variables] == [("TOKEN", "abc")]
    assert spec.notices == ()


def test_a_file_without_a_last_newline_and_with_few_keys(read: Reader) -> None:
    spec = read("dependencies: [numpy, 'scipy >=1']")
    assert [line.name for line in spec.requirements] == ["numpy", "scipy"]
    assert (spec.name, spec.channels, spec.platforms, spec.pip) == (None, (), (), ())


def test_a_first_line_for_the_shell_is_a_comment(read: Reader) -> None:
    assert [line.name for line in read("#!/usr/bin/env micromamba\ndependencies: [x]\n").requirements] == ["x"]


def test_extensions_of_conda_lock(read: Reader) -> None:
    spec = read(
        "category: dev\nplatforms: [linux-64, osx-arm64]\npip-repositories: [https://example.org/simple]\n"
        "dependencies:\n  - numpy\n  - pip\n  - pip: [x]\n"
    )
    assert spec.platforms == (LINUX, MAC)
    assert spec.pip_repositories == ("https://example.org/simple",)
    assert {line.category for line in (*spec.requirements, *spec.pip)} == {"dev"}


def test_selectors_choose_platforms_line_by_line(read: Reader) -> None:
    spec = read(
        "dependencies:\n"
        "  - everywhere  # see [issue 12]\n"
        "  - on-linux  # [linux]\n"
        "  - not-on-windows  # [not win]\n"
        "  - sel(osx): on-mac\n"
        "  - sel(unix): only-mac-by-both  # [not linux]\n"
        "  - old-python  # [py<37]\n"
        "  - pip\n"
        "  - pip:  # [unix]\n"
        "      - both  # [not osx]\n"
        "      - git+https://example.org/x#egg=x[complete]\n"
    )
    names = {subdir: [line.name for line in spec.requirements_on(subdir)] for subdir in (LINUX, MAC, WINDOWS)}
    assert names == {
        LINUX: ["everywhere", "on-linux", "not-on-windows", "old-python", "pip"],
        MAC: ["everywhere", "not-on-windows", "on-mac", "only-mac-by-both", "old-python", "pip"],
        WINDOWS: ["everywhere", "old-python", "pip"],
    }
    pip = {subdir: [line.name for line in spec.pip_on(subdir)] for subdir in (LINUX, MAC, WINDOWS)}
    assert pip == {LINUX: ["both", "x"], MAC: ["x"], WINDOWS: []}
    assert [(notice.kind, notice.place.line) for notice in spec.notices if notice.place] == [
        ("selector-of-conda-build", 7)
    ]


def test_all_lines_of_one_name_are_kept(read: Reader) -> None:
    spec = read("dependencies:\n  - numpy>=1.26\n  - numpy<2\n")
    assert [line.text for line in spec.requirements] == ["numpy>=1.26", "numpy<2"]


def test_pip_is_added_where_only_a_section_asks_for_it(read: Reader) -> None:
    spec = read("dependencies:\n  - python\n  - pip:\n      - x\n")
    added = spec.requirements[-1]
    assert (added.text, str(added.place)) == ("pip", "environment.yml:3:5")
    assert [notice.kind for notice in spec.notices] == ["pip-not-listed"]
    pinned = read("dependencies:\n  - conda-forge::pip=23.3\n  - pip:\n      - x\n")
    assert [line.text for line in pinned.requirements] == ["conda-forge::pip=23.3"]


def test_of_two_pip_sections_conda_reads_the_last(read: Reader) -> None:
    spec = read("dependencies:\n  - pip\n  - pip: [a]\n  - pip: [b]\n")
    assert [line.name for line in spec.pip] == ["b"]
    assert [notice.kind for notice in spec.notices] == ["pip-section-overwritten"]


def test_requirements_files_are_followed(read: Reader) -> None:
    spec = read("dependencies:\n  - pip\n  - pip:\n      - -r r.txt\n", {"r.txt": "numpy<2\n"})
    assert [(line.text, str(line.place)) for line in spec.pip] == [
        ("-r r.txt", "environment.yml:4:9"),
        ("numpy<2", "r.txt:1:1"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line", "words"),
    [
        ("dependences: []\ndependencies: [x]\n", "unknown-key", 1, "the key `dependences` and ignores it"),
        ("chanels: [x]\ndependencies: [x]\n", "unknown-key", 1, "did you mean `channels`?"),
        ("dependencies:\n", "no-dependencies", 1, "nothing will be installed"),
        ("dependencies: []\n", "no-dependencies", 1, "nothing will be installed"),
        ("channels:\ndependencies: [x]\n", "no-channels", 1, "conda's configuration decides"),
        ("platforms: linux-64\ndependencies: [x]\n", "no-list", 1, "write `platforms: [linux-64]`"),
        ("platforms: [win64]\ndependencies: [x]\n", "unknown-platform", 1, "did you mean `win-64`?"),
        ("dependencies: [pip, pip: ]\n", "pip-section-empty", 1, "the `pip:` section is empty"),
        ("dependencies: [pip, pip: []]\n", "pip-section-empty", 1, "the `pip:` section is empty"),
        ("dependencies: [pip, pip: x]\n", "pip-section-no-list", 1, "letter by letter"),
        ("channels: [$C]\ndependencies: [x]\n", "variable-in-channel", 1, "environment variable"),
    ],
)
def test_what_conda_lets_pass_gets_a_word(read: Reader, text: str, kind: str, line: int, words: str) -> None:
    notices = [notice for notice in read(text).notices if notice.kind == kind]
    assert len(notices) == 1
    assert words in notices[0].message
    assert notices[0].place is not None
    assert notices[0].place.line == line


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "environment.yml", "the file is empty"),
        ("# nothing\n", "environment.yml", "the file is empty"),
        ("---\n", "environment.yml", "the file is empty"),
        ("- numpy\n", "environment.yml:1:1", "write `dependencies:` above the list"),
        ("numpy\n", "environment.yml:1:1", "the file holds only the text `numpy`"),
        ("name: x\n", "environment.yml", "there is no `dependencies:` list (found `name`)"),
        ("name: x\ndependancies: [x]\n", "environment.yml", "a key `dependancies`; rename it to `dependencies`"),
        ("version: 1\nmetadata: x\npackage: []\n", "environment.yml", "this is a lock file of conda-lock"),
        ("services: {}\n", "environment.yml", "this is a file of docker compose"),
        ("dependencies: numpy\n", "environment.yml:1:15", "write `- numpy` on a line of its own"),
        (
            "dependencies: {numpy: 1.2}\n",
            "environment.yml:1:15",
            "lose every version in it); write `- numpy=1.2`",
        ),
        ("dependencies:\n  - python: 3.10\n", "environment.yml:2:5", "write `- python=3.10`"),
        ("dependencies:\n  - python: '>=3.10'\n", "environment.yml:2:5", "write `- python>=3.10`"),
        ("dependencies:\n  - python:\n", "environment.yml:2:5", "write `- python`"),
        ("dependencies:\n  - npm: [x]\n", "environment.yml:2:5", "`npm:` is no installer that conda has"),
        ("dependencies:\n  - sel(mars): x\n", "environment.yml:2:5", "selects no platform"),
        ("dependencies:\n  - sel(linux): [x]\n", "environment.yml:2:17", "write one such item for each package"),
        ("dependencies:\n  - 3.10\n", "environment.yml:2:5", "a number was found (`3.10`)"),
        ("dependencies:\n  - true\n", "environment.yml:2:5", "a truth value was found"),
        ("dependencies:\n  -\n  - x\n", "environment.yml:2:4", "this dependency is empty"),
        ("dependencies:\n  - [x]\n", "environment.yml:2:5", "a list within the list"),
        ("dependencies:\n  - pip: {x: 1}\n", "environment.yml:2:10", "`pip:` must hold a list"),
        ("dependencies:\n  - pip:\n    - x: 1.0\n", "environment.yml:3:7", "write `x==1.0`"),
        ("dependencies:\n  - pip:\n    - x:\n", "environment.yml:3:7", "write `x` without the colon"),
        ("dependencies:\n  - pip:\n    - [x]\n", "environment.yml:3:7", "a pip line must be one text"),
        ("dependencies:\n  - pip:\n    - \n", "environment.yml:3:6", "this pip line is empty"),
        ("channels: conda-forge\ndependencies: [x]\n", "environment.yml:1:11", "write `channels: [conda-forge]`"),
        ("channels: {x: 1}\ndependencies: [x]\n", "environment.yml:1:11", "`channels:` must be a list"),
        ("channels: [[x]]\ndependencies: [x]\n", "environment.yml:1:12", "must be one text, but a list was found"),
        ("channels: [~]\ndependencies: [x]\n", "environment.yml:1:12", "is empty"),
        ("name: [x]\ndependencies: [x]\n", "environment.yml:1:7", "`name:` must be one text, but a list was found"),
        ("variables: [X=1]\ndependencies: [x]\n", "environment.yml:1:12", "write `NAME: value` lines"),
        ("variables: {X: [1]}\ndependencies: [x]\n", "environment.yml:1:16", "the variable `X` must have one value"),
    ],
)
def test_what_conda_cannot_use_is_refused_with_its_mend(refusal: Refuser, text: str, place: str, words: str) -> None:
    error = refusal(text)
    assert str(error.place) == place
    assert words in error.message
