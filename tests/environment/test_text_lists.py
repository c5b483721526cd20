"""Plain lists: explicit, exported, and what `conda create --file` takes."""

from __future__ import annotations

import pytest

from envdoctor.environment.text_lists import looks_like_list, read_text_list
from envdoctor.errors import InputError
from envdoctor.model.place import Place

EXPLICIT = """\
# This file may be used to create an environment using:
# $ conda create --name <env> --file <this file>
# platform: linux-64
@EXPLICIT
https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda#d8285bea2a350f63fab23bf460221f3f
https://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.tar.bz2
"""

EXPORTED = """\
# platform: osx-arm64
numpy=1.26.4=py312h8442bc7_0
requests=2.31.0=pypi_0

  scipy>=1.11  # newest
"""


def test_an_explicit_list_names_files() -> None:
    spec = read_text_list(EXPLICIT, "explicit.txt")
    assert spec.explicit
    assert spec.platforms == ("linux-64",)
    assert [(line.name, line.place, line.spec.url) for line in spec.requirements] == [
        ("numpy", Place("explicit.txt", 5, 1), spec.requirements[0].text),
        ("tzdata", Place("explicit.txt", 6, 1), spec.requirements[1].text),
    ]


def test_an_exported_list_leaves_out_what_pip_installed() -> None:
    spec = read_text_list(EXPORTED, "exported.txt")
    assert not spec.explicit
    assert [(line.name, line.spec.build, str(line.place)) for line in spec.requirements] == [
        ("numpy", "py312h8442bc7_0", "exported.txt:2:1"),
        ("scipy", None, "exported.txt:5:3"),
    ]
    assert [(notice.kind, str(notice.place)) for notice in spec.notices] == [
        ("pip-package-in-list", "exported.txt:3:1")
    ]


@pytest.mark.parametrize(
    ("name", "text", "is_list"),
    [
        ("explicit.txt", EXPLICIT, True),
        ("explicit.yml", EXPLICIT, True),
        ("exported.txt", EXPORTED, True),
        ("specs", "numpy\nscipy>=1\n", True),
        ("spec.txt", "numpy=1.26\n", True),
        ("environment.yml", "numpy\n", False),
        ("env.txt", "name: x\ndependencies:\n- numpy\n", False),
        ("-", "dependencies: [numpy]\n", False),
        ("x.txt", "- numpy\n", False),
        ("x.txt", "", False),
        ("x.txt", "# nothing\n", False),
        ("x.txt", "<html>\n", False),
        ("x.json", "{\n", False),
        ("environment.yml", "dependencies:\n- '@EXPLICIT'\n", False),
    ],
)
def test_lists_are_told_from_yaml(name: str, text: str, is_list: bool) -> None:  # noqa: FBT001
    assert looks_like_list(name, text) is is_list


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("@EXPLICIT\nnumpy\n", "x.txt:2:1", "`numpy` is no address of a package, but below `@EXPLICIT`"),
        ("@EXPLICIT\n", "x.txt", "the file lists no package"),
        ("numpy\nscipy>=1<2\n", "x.txt:2:1", "write `scipy>=1,<2`"),
    ],
)
def test_bad_lines_are_refused_by_place(text: str, place: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text_list(text, "x.txt")
    assert str(caught.value.place) == place
    assert words in caught.value.message
