"""Lines of a `pip:` section as pip reads them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.environment.pip_lines import Inclusion, PipReading, read_pip_item
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from envdoctor.model.specs import PipRequirement

PLACE = Place("environment.yml", 9, 9)


def read(text: str, **files: str) -> PipReading:
    beside = {name.replace("_", "."): content for name, content in files.items()}

    def included(_base: str, name: str) -> tuple[str, str] | None:
        return (name, beside[name]) if name in beside else None

    return read_pip_item(text, PLACE, Inclusion(included, "environment.yml"))


def one(text: str) -> PipRequirement:
    (line,) = read(text).lines
    return line


@pytest.mark.parametrize(
    ("text", "name", "specifier", "extras", "marker"),
    [
        ("requests", "requests", "", (), None),
        ("Ruamel.Yaml_Clib>=0.2", "ruamel-yaml-clib", ">=0.2", (), None),
        ("numpy >= 1.26, < 2", "numpy", "<2,>=1.26", (), None),
        ("dask[distributed, array]==2024.1.0", "dask", "==2024.1.0", ("array", "distributed"), None),
        ('pywin32 ; sys_platform == "win32"', "pywin32", "", (), 'sys_platform == "win32"'),
        ("flit-core === 3.9.0 --hash=sha256:abc", "flit-core", "===3.9.0", (), None),
        ("dipy --only-binary dipy", "dipy", "", (), None),
        ("numpy  # the array package", "numpy", "", (), None),
        ("torch==2.0.1+cu118", "torch", "==2.0.1+cu118", (), None),
    ],
)
def test_named_requirements(text: str, name: str, specifier: str, extras: tuple[str, ...], marker: str | None) -> None:
    line = one(text)
    assert (line.kind, line.name, line.specifier, line.extras, line.marker) == (
        "named",
        name,
        specifier,
        extras,
        marker,
    )
    assert line.place == PLACE


@pytest.mark.parametrize(
    ("text", "kind", "name", "url"),
    [
        (
            "git+https://github.com/a/b.git@main#egg=b_c[x]",
            "vcs",
            "b-c",
            "git+https://github.com/a/b.git@main#egg=b_c[x]",
        ),
        ("git+ssh://git@github.com/a/b", "vcs", None, "git+ssh://git@github.com/a/b"),
        ("b @ git+https://github.com/a/b", "vcs", "b", "git+https://github.com/a/b"),
        ("b @ https://example.org/b.zip", "url", "b", "https://example.org/b.zip"),
        ("https://example.org/b-1.0-py3-none-any.whl", "url", None, "https://example.org/b-1.0-py3-none-any.whl"),
        ("file:///srv/b.whl", "url", None, "file:///srv/b.whl"),
        ("./b", "path", None, "./b"),
        (".", "path", None, "."),
        (".[dev]", "path", None, ".[dev]"),
        ("../b/c", "path", None, "../b/c"),
        ("wheels/b-1.0.whl", "path", None, "wheels/b-1.0.whl"),
        ("b.zip", "path", None, "b.zip"),
        ("-e .", "editable", None, "."),
        ("-e git+https://example.org/b#egg=b", "editable", "b", "git+https://example.org/b#egg=b"),
        ("--editable=./b", "editable", None, "./b"),
        ("--extra-index-url https://example.org/simple", "option", None, None),
        ("--no-binary :all:", "option", None, None),
        ("--pre", "option", None, None),
        ("-c constraints.txt", "constraints-file", None, "constraints.txt"),
        ("-r https://example.org/r.txt", "requirements-file", None, "https://example.org/r.txt"),
    ],
)
def test_every_other_kind_of_line_is_kept(text: str, kind: str, name: str | None, url: str | None) -> None:
    (line,) = read(text, constraints_txt="").lines
    assert (line.kind, line.name, line.url, line.text) == (kind, name, url, text)


def test_a_requirements_file_is_followed_and_its_lines_keep_their_places() -> None:
    reading = read("-r a.txt", a_txt="numpy>=1\n\n# no\n-r b.txt\n", b_txt="scipy \\\n  >=1.2\n--pre\n")
    assert [(line.text, str(line.place), str(line.included_by)) for line in reading.lines] == [
        ("-r a.txt", "environment.yml:9:9", "None"),
        ("numpy>=1", "a.txt:1:1", "environment.yml:9:9"),
        ("-r b.txt", "a.txt:4:1", "environment.yml:9:9"),
        ("scipy    >=1.2", "b.txt:1:1", "a.txt:4:1"),
        ("--pre", "b.txt:3:1", "a.txt:4:1"),
    ]
    assert reading.notices == ()


def test_a_circle_of_requirements_files_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read("-r a.txt", a_txt="-r b.txt\n", b_txt="x\n-ra.txt\n")
    assert "includes a file that includes itself (a.txt → b.txt → a.txt)" in caught.value.message
    assert caught.value.place == Place("b.txt", 2, 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-r gone.txt", "requirements-missing"),
        ("-r https://example.org/r.txt", "requirements-not-read"),
        ("numpy>=1.26.*", "pip-legacy-version"),
        ("- numpy", "pip-line-ignored"),
        ("numpy==${NUMPY_VERSION}", "pip-variable"),
    ],
)
def test_what_pip_would_do_in_its_own_way_gets_a_word(text: str, kind: str) -> None:
    (notice,) = read(text).notices
    assert notice.kind == kind
    assert notice.place == PLACE


REFUSED = [
    ("pycocotools>=2.0.2<3", "lacks a comma between two bounds; write `pycocotools>=2.0.2,<3`"),
    ("numpy=1.2", "one `=` as conda has it, but pip wants two; write `numpy==1.2`"),
    ("numpy=1.2=py37_0", "write `numpy==1.2`"),
    ("numpy=>1.2", "operator turned round; write `numpy>=1.2`"),
    ("numpy^1.2", "has `^` between name and version, which pip does not know; write `numpy>=1.2`"),
    ("numpy~1.2", "write `numpy~=1.2`"),
    ("numpy@1.2", "write `numpy==1.2`"),
    ("numpy>=", "ends with `>=` and no version behind it; write `numpy`"),
    ("numpy.", "ends with `.` and nothing behind it; write `numpy`"),
    ("numpy:", "ends with `:` and nothing behind it; write `numpy`"),
    ("numpy 1.2", "a version without an operator; write `numpy==1.2`"),
    ("numpy scipy", "write one item for each: `- numpy`, `- scipy`"),
    ("'numpy'", "quotes within the text; write `numpy`"),
    ("conda-forge::numpy", "names a conda channel, which pip does not know"),
    ("{{ x }}", "template syntax that neither conda nor pip fills in"),
    ("-r", "names no file"),
    ("-e 'x", "opens a quote and does not close it"),
    ("==1.2", "is no requirement that pip knows"),
    ("numpy; nonsense", "is no requirement that pip knows"),
]


@pytest.mark.parametrize(("text", "mend"), REFUSED)
def test_a_refusal_names_the_mistake_and_the_mend(text: str, mend: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert mend in caught.value.message
    assert text in caught.value.message
    assert caught.value.place == PLACE


def test_secrets_are_masked_in_words_but_kept_in_the_line() -> None:
    address = "https://me:hunter2@example.org/r.txt"
    reading = read(f"-r {address}")
    assert "hunter2" not in str(reading.notices)
    assert reading.lines[0].url == address


@given(st.text(alphabet="ab1.=<>!~,;[]@#-+:/\\ '\"{}\n", max_size=30))
def test_no_line_raises_anything_but_a_refusal(text: str) -> None:
    with contextlib.suppress(InputError):
        for line in read(text).lines:
            assert line.kind != "named" or line.name
