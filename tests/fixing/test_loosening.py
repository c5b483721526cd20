"""What a line becomes for another version: the user's style, the nearest step, and a spec that does match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.engine.specs import version
from envdoctor.environment.spec_lines import read_spec
from envdoctor.fixing.loosening import Alternative, Shelf, alternatives
from envdoctor.fixing.written import written
from envdoctor.model.fixes import FixKind
from envdoctor.model.place import Place
from envdoctor.model.specs import Requirement
from tests.fixing.matching import matches

PLACE = Place("environment.yml", 3, 5)
NUMPY = ("1.21.0", "1.24.1", "1.24.4", "1.26.0", "1.26.4", "2.0.0", "2.0.2", "2.3.5")


def line(text: str) -> Requirement:
    return Requirement(text=text, spec=read_spec(text, PLACE).spec, place=PLACE)


def shelf(text: str, versions: tuple[str, ...] = NUMPY) -> Shelf:
    spec = line(text).spec
    bare = f"{spec.name} {spec.version}" if spec.version else spec.name
    return Shelf(
        versions=tuple(sorted(versions, key=version)),
        matched=frozenset(one for one in versions if matches(bare, one)),
        built={one: 1_000_000_000_000 + number for number, one in enumerate(sorted(versions, key=version))},
    )


def found(text: str, versions: tuple[str, ...] = NUMPY) -> tuple[Alternative, ...]:
    return alternatives(line(text), shelf(text, versions))


def text_for(text: str, wanted: str) -> str:
    return next(one.text for one in found(text) if wanted in one.versions)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("numpy=1.26", "2.0.2", "numpy=2.0"),
        ("numpy=1.26", "1.24.4", "numpy=1.24"),
        ("numpy=1.26.4", "1.26.0", "numpy=1.26.0"),
        ("numpy =1.26", "2.3.5", "numpy =2.3"),
        ("numpy = 1.26", "2.3.5", "numpy = 2.3"),
        ("numpy=1.26.*", "2.3.5", "numpy=2.3.*"),
        ("numpy 1.26.*", "2.3.5", "numpy 2.3.*"),
        ("numpy 1.26*", "2.3.5", "numpy 2.3*"),
        ("numpy=1", "2.3.5", "numpy=2"),
        ("numpy==1.26.4", "2.0.2", "numpy==2.0.2"),
        ("numpy 1.26.4", "2.0.2", "numpy 2.0.2"),
        ("numpy~=1.26.0", "2.0.2", "numpy~=2.0.2"),
        ("numpy>=2.3", "1.26.4", "numpy>=1.26"),
        ("numpy >=2.3", "1.26.4", "numpy >=1.26"),
        ("numpy>2.0.2", "1.26.4", "numpy>=1.26.4"),
        ("numpy<2", "2.3.5", "numpy<3"),
        ("numpy<1.26", "2.3.5", "numpy<2.4"),
        ("numpy<1.26.0a0", "2.3.5", "numpy<2.4.0a0"),
        ("numpy<=1.26.0", "2.0.2", "numpy<=2.0.2"),
        ("numpy>=1.24,<2", "2.3.5", "numpy>=1.24,<3"),
        ("numpy >=1.24, <2", "2.3.5", "numpy >=1.24, <3"),
        ("numpy>=1.26,<2", "1.24.4", "numpy>=1.24,<2"),
        ("numpy>=1.24,!=1.26.4,<2", "1.26.4", "numpy>=1.24,<2"),
        ("numpy!=2.3.5", "2.3.5", "numpy"),
        ("conda-forge::numpy=1.26", "2.0.2", "conda-forge::numpy=2.0"),
        ("numpy=1.26.4=py312h1_0", "2.0.2", "numpy=2.0.2"),
        ("numpy=1.26=*cuda*", "2.0.2", "numpy=2.0.2=*cuda*"),
        ("numpy[version='>=2.3']", "1.26.4", "numpy >=1.26"),
        ("numpy 1.21.0|1.24.1", "2.0.2", "numpy =2.0.2"),
    ],
)
def test_the_style_of_a_line_stays(text: str, wanted: str, expected: str) -> None:
    assert text_for(text, wanted) == expected


def test_the_nearest_comes_first_and_up_before_down() -> None:
    assert [one.text for one in found("numpy=1.24")] == ["numpy=1.26", "numpy=1.21", "numpy=2.0", "numpy=2.3"]
    assert [one.kind for one in found("numpy=1.24.1")][:2] == [FixKind.PATCH, FixKind.MINOR]


def test_a_build_is_given_up_before_a_version_and_a_variant_after() -> None:
    exact = found("numpy=1.26.4=py312h8753938_0")
    assert (exact[0].text, exact[0].kind) == ("numpy=1.26.4", FixKind.BUILD)
    variant = found("numpy=1.26.4=*mkl*")
    assert [one.text for one in variant if one.kind is FixKind.VARIANT] == ["numpy=1.26.4"]
    assert variant[0].text == "numpy=1.26.0=*mkl*"


def test_a_version_that_does_not_exist_is_measured_from_what_was_written() -> None:
    assert [one.text for one in found("numpy=1.25")][:2] == ["numpy=1.26", "numpy=1.24"]


def test_a_bare_name_and_an_address_have_no_alternatives() -> None:
    assert found("numpy") == ()
    assert found("https://conda.example/linux-64/numpy-1.26.4-py312_0.conda") == ()


VERSIONS = st.builds(
    lambda parts, end: ".".join(map(str, parts)) + end,
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.sampled_from(["", "", "", "rc1", ".post1", "a"]),
)
FORMS = st.sampled_from(
    [
        "x={}",
        "x=={}",
        "x {}",
        "x={}.*",
        "x >={}",
        "x>{}",
        "x<{}",
        "x <={}",
        "x!={}",
        "x >={},<99",
        "x>=0,<{}",
        "x~={}.0",
    ]
)


@given(VERSIONS, FORMS, st.lists(VERSIONS, min_size=1, max_size=6, unique=True))
def test_every_alternative_matches_the_version_that_it_was_made_for(
    written_version: str, form: str, versions: list[str]
) -> None:
    text = form.format(written_version)
    for one in found(text, tuple(versions)):
        read = line(one.text).spec
        assert any(matches(read.text, wanted) for wanted in one.versions), (text, one)
        for wanted in one.versions:
            assert matches(read.text, wanted), (text, one.text, wanted)


@given(VERSIONS, FORMS)
def test_the_parts_of_a_line_make_the_line(written_version: str, form: str) -> None:
    text = form.format(written_version)
    assert str(written(line(text))) == text
