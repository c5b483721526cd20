"""A dependency line means what conda makes of it; what nothing can match is refused with the form that was meant."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.environment.spec_lines import read_spec
from envdoctor.errors import InputError
from envdoctor.model.place import Place

PLACE = Place("environment.yml", 7, 5)


@pytest.mark.parametrize(
    ("line", "name", "version", "build", "channel"),
    [
        ("numpy", "numpy", None, None, None),
        ("NumPy", "numpy", None, None, None),
        ("numpy=1.26", "numpy", "1.26.*", None, None),
        ("numpy==1.26", "numpy", "==1.26", None, None),
        ("numpy 1.26", "numpy", "==1.26", None, None),
        ("numpy =1.26", "numpy", "1.26.*", None, None),
        ("numpy = 1.26", "numpy", "1.26.*", None, None),
        ("boost == 1.56.0", "boost", "==1.56.0", None, None),
        ("numpy >= 1.26, < 2", "numpy", ">=1.26,<2", None, None),
        ("numpy 1.8|1.7.*", "numpy", "==1.8|1.7.*", None, None),
        ("numpy=1.26.4=py312*_0", "numpy", "==1.26.4", "py312*_0", None),
        ("numpy 1.26.4 py312_0", "numpy", "==1.26.4", "py312_0", None),
        ("libblas=*=*openblas", "libblas", "*", "*openblas", None),
        ("pytorch[version='2.*',build='*cuda*']", "pytorch", "2.*", "*cuda*", None),
        ("pytorch[build=x] 2.1", "pytorch", "==2.1", "x", None),
        ("conda-forge::gdal>=3.8", "gdal", ">=3.8", None, "conda-forge"),
        ("nvidia/label/cuda-11.8.0::cuda", "cuda", None, None, "nvidia/label/cuda-11.8.0"),
        ("__glibc>=2.17", "__glibc", ">=2.17", None, None),
        ("gdal > =3.1", "gdal", ">=3.1", None, None),
        ("numpy=1.26 # because", "numpy", "1.26.*", None, None),
        ("tzdata=2024a", "tzdata", "2024a.*", None, None),
    ],
)
def test_forms_of_specs(line: str, name: str, version: str | None, build: str | None, channel: str | None) -> None:
    reading = read_spec(line, PLACE)
    spec = reading.spec
    assert (spec.name, spec.version, spec.build, spec.channel) == (name, version, build, channel)
    assert reading.notices == ()


@pytest.mark.parametrize(
    ("line", "version", "kind", "mend"),
    [
        ("dask[distributed]", None, "extras-ignored", "installs `dask` alone"),
        ("dask[array, dataframe]>=2", ">=2", "extras-ignored", "reads `[array, dataframe]` as nothing"),
        ("numpy (>=1.26)", None, "parentheses-ignored", "write `numpy >=1.26`"),
        ("numpy=", None, "dangling-operator", "conda reads `numpy`"),
        ("leidenalg=[version='==0.9.0']", "==0.9.0", "dangling-operator", "conda reads"),
        ("firefox =>96", ">=96", "operator-turned-round", "write `firefox>=96`"),
        ("firefox=<96", "<96", "operator-turned-round", "conda reads `firefox<96`; write `firefox<=96`"),
        ("lxml==>=4.3", ">=4.3", "doubled-operator", "conda reads `lxml>=4.3`"),
        ("python=3.7.", "3.7.*", "dangling-dot", "leave out the last dot"),
        ("python=3.", "3.*", "dangling-dot", "leave out the last dot"),
        ("pillow===9.1", "9.1.*", "triple-equals", "write `pillow==9.1`"),
        ("conda-forge:pip=23.3.1", "23.3.1.*", "single-colon", "write `conda-forge::pip=23.3.1`"),
    ],
)
def test_what_conda_reads_in_its_own_way_gets_a_word(line: str, version: str | None, kind: str, mend: str) -> None:
    reading = read_spec(line, PLACE)
    assert reading.spec.version == version
    (notice,) = reading.notices
    assert notice.kind == kind
    assert mend in notice.message
    assert notice.place == PLACE


REFUSED = [
    ("numpy==1.2=", "write `numpy==1.2`"),
    ("numpy>=1.2<2", "lacks a comma between two bounds; write `numpy>=1.2,<2`"),
    ("python >=3.6 <4", "write `python>=3.6,<4`"),
    ("conda-forge::python>3.6 <4", "write `conda-forge::python>3.6,<4`"),
    ("setuptools <59.6.", "a dot too many behind the version; write `setuptools<59.6`"),
    ("python 3..7", "two dots in a row in the version; write `python 3.7`"),
    ("~umpy=1.21.5", "what a broken pip installation leaves behind; delete the line"),
    ("numpy scipy", "write one item for each, `- numpy` and `- scipy`"),
    ("-r requirements.txt", "an option of pip; move it to the `pip:` section"),
    ("-c pytorch", "write `- pytorch` below `channels:`"),
    ("- numpy", "a dash too many; write `- numpy`"),
    ("--strict-channel-priority", "an option, not a package"),
    ("git+https://github.com/x/y", "only pip installs; move it to the `pip:` section"),
    ("./local", "a path, which only pip installs"),
    (".", "a path, which only pip installs"),
    ("https://example.org/x-1.0-py3-none-any.whl", "not the address of a conda package"),
    ("x @ git+https://example.org/x", "`@`, which only pip reads"),
    ("numpy@1.2", "write `numpy=1.2`"),
    ("numpy^1.2", "write `numpy>=1.2,<2`"),
    (">=3.8", "a version but no package name; write the name first, as in `python>=3.8`"),
    ("numpy>=1.2;python_version<'3.9'", "a marker after `;`, which only pip reads; write `numpy>=1.2`"),
    ("'numpy'", "quotes within the text; write `numpy`"),
    ("numpy='1.2'", "in the version, which no version has; write `numpy=1.2`"),
    ("numpy,scipy", "write one item for each, `- numpy` and `- scipy`"),
    ("numpy:1.2", "`:` between name and version; write `numpy=1.2`"),
    ("numpy>=", "ends with `>=` and nothing behind it; write `numpy`"),
    ("numpy>=1.2,", "ends with `,` and nothing behind it; write `numpy>=1.2`"),
    ("numpy~1.2", "`~` where conda knows `~=`; write `numpy~=1.2`"),
    ("numpy=1.2=py37_0=x", "write `numpy=1.2=py37_0`"),
    ("numpy=.3", "a version that begins with a dot; write `numpy=0.3`"),
    ("num*", "a name must be given whole"),
    ("owner/repo", "a slash in the name"),
    ("{{ python }}", "template syntax that conda does not fill in"),
    ("${PKG}", "a variable, which conda does not fill in here"),
    ("%PKG%", "a variable, which conda does not fill in here"),
    ("conda-forge::", "a channel but no package name"),
    ("", "the item is empty"),
    ("pip - cwltool - cwl-utils", "`pip` lacks its colon; write `- pip:` above `- cwltool`"),
    ("numpy - scipy", "indent `- scipy` like `- numpy`"),
    ("numpy==1.23. - scipy>=1", "indent `- scipy>=1` like `- numpy==1.23.`"),
    ("tools to check code", "names several packages in one item"),
    ("3.10", "a version in place of the name"),
    ("numpy=1.2.+3", "behind the version, which is no part of it"),
    ("numpy=1.2=py39-0", "which no package has"),
    ("numpy=>1.2=py_0", "operator turned round; write `numpy>=1.2=py_0`"),
    ("a=b::numpy", "`::` behind more than a channel"),
    ("größe", "`ö` in the name"),
]


@pytest.mark.parametrize(("line", "mend"), REFUSED)
def test_a_refusal_names_the_mistake_and_the_mend(line: str, mend: str) -> None:
    with pytest.raises(InputError) as caught:
        read_spec(line, PLACE)
    assert mend in caught.value.message
    assert line[:40] in caught.value.message
    assert caught.value.place == PLACE


@pytest.mark.parametrize("line", [line for line, mend in REFUSED if "write `" in mend and "- " not in mend])
def test_every_form_that_is_offered_is_valid(line: str) -> None:
    with pytest.raises(InputError) as caught:
        read_spec(line, PLACE)
    offered = re.findall(r"write `([^`]+)`", caught.value.message)
    assert offered
    for form in offered:
        assert read_spec(form, PLACE).notices == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda",
        "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.tar.bz2#d8a1c8d7",
        "/srv/channel/linux-64/numpy-1.26.4-py312heda63a1_0.conda",
    ],
)
def test_a_package_file_is_a_spec(address: str) -> None:
    assert read_spec(address, PLACE).spec.name == "numpy"


def test_secrets_are_masked() -> None:
    with pytest.raises(InputError) as caught:
        read_spec("git+https://me:hunter2@example.org/x", PLACE)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(InputError) as caught:
        read_spec("-c https://me:hunter2@example.org/t/s3cret/x", PLACE)
    assert not {"hunter2", "s3cret"} & set(re.split(r"\W", str(caught.value)))


WORDS = ("numpy", "1.2", "py37_0", "build=x", "conda-forge", "{{", "$X", "==", ">=", "!=", "~=", "::")
FRAGMENTS = st.sampled_from((*WORDS, *" =<*,|[]()#@-.'~^;\té/\\:"))


@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_no_line_raises_anything_but_a_refusal(line: str) -> None:
    with contextlib.suppress(InputError):
        spec = read_spec(line, PLACE).spec
        assert re.fullmatch(r"[a-z0-9_][a-z0-9_.-]*", spec.name)
