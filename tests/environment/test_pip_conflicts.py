"""Clashes between the two halves of a file are told where they are certain, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rattler
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from envdoctor.engine.specs import parse_spec
from envdoctor.environment.pip_conflicts import certainly_disjoint, clashes_of_halves
from envdoctor.model.names import PackageName, PypiName, pypi_name
from envdoctor.model.place import Place
from envdoctor.model.specs import PipRequirement, Requirement

if TYPE_CHECKING:
    from conftest import Reader  # type: ignore[import-not-found]

NAMES = {"torch": ("pytorch", "pytorch-cpu"), "opencv-python": ("py-opencv",)}


def conda_names(name: PypiName) -> tuple[PackageName, ...]:
    return tuple(PackageName(one) for one in NAMES.get(name, (name,)))


def disjoint(conda: str, pip: str) -> bool:
    requirement = Requirement(text=conda, spec=parse_spec(conda), place=Place("e.yml", 1, 1))
    line = PipRequirement(text=pip, kind="named", place=Place("e.yml", 2, 1), name=pypi_name("x"), specifier=pip)
    return certainly_disjoint(requirement, line)


@pytest.mark.parametrize(
    ("conda", "pip"),
    [
        ("x=1.26", ">=2"),
        ("x=1.26", "==1.25.*"),
        ("x==1.26.4", "==1.26.3"),
        ("x<2", ">=2"),
        ("x<2", "==2.0.0"),
        ("x>=2", "<2"),
        ("x>=2", "<=1.9"),
        ("x>=2,<3", "~=1.4"),
        ("x~=1.4", ">=2"),
        ("x 1.8|1.9.*", ">=2"),
        ("x=2024.1", "<2024"),
        ("x=2.9.1=py310_0", "===2.8"),
        ("x==4.5.1", "==4.5.2"),
        ("x>2", "<=2"),
        ("x<=2", ">2"),
    ],
)
def test_ranges_that_cannot_both_hold(conda: str, pip: str) -> None:
    assert disjoint(conda, pip)


@pytest.mark.parametrize(
    ("conda", "pip"),
    [
        ("x", "==2"),
        ("x=*=py310", "==2"),
        ("x=1.26", "==1.26.4"),
        ("x<=2", ">=2"),
        ("x>=1.20", "<2"),
        ("x==1.26", "==1.26.0"),
        ("x==2.0.1", "==2.0.1+cu118"),
        ("x==1.26", "==1.26.post1"),
        ("x==1.26", "!=1.26"),
        ("x==4.5.1", "==4.5.1.48"),
        ("x=1.8|=3.1", ">=3"),
        ("x=2004d", ">=3000"),
        ("x<2", "==2.0rc1"),
        ("x~=2", "==3"),
        ("x>=1.2", "==banana"),
    ],
)
def test_ranges_that_may_both_hold_or_are_not_certain(conda: str, pip: str) -> None:
    assert not disjoint(conda, pip)


def test_clashes_name_both_lines(read: Reader) -> None:
    spec = read(
        "dependencies:\n"
        "  - numpy=1.26\n"
        "  - pytorch=2.1\n"
        "  - scipy<1.10\n"
        "  - rich=13  # [win]\n"
        "  - attrs=22\n"
        "  - pip\n"
        "  - pip:\n"
        "    - numpy>=2 --hash=sha256:abc\n"
        "    - torch==2.0.1\n"
        "    - scipy>=1.10; python_version < '3.9'\n"
        "    - rich==12  # [linux]\n"
        "    - attrs @ https://example.org/attrs-23.zip\n"
    )
    clashes = clashes_of_halves(spec, conda_names)
    assert [(clash.requirement.text, clash.pip_requirement.name) for clash in clashes] == [
        ("numpy=1.26", "numpy"),
        ("pytorch=2.1", "torch"),
    ]
    assert clashes[0].sentence == (
        "`numpy=1.26` (environment.yml:2:5) and the pip line `numpy>=2` (environment.yml:9:7) ask for versions of "
        "numpy that exclude each other: conda installs the one, then pip replaces it by the other; keep one of the two "
        "lines"
    )


NUMBERS = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
BOUNDS = st.tuples(st.sampled_from(["==", ">=", "<=", "<", ">", "!=", "~="]), NUMBERS).filter(
    lambda bound: bound[0] != "~=" or "." in bound[1]
)
CONDA = st.lists(BOUNDS, min_size=1, max_size=3).map(
    lambda bounds: ",".join(f"{op}{version}" for op, version in bounds)
)
STARRED = st.lists(st.one_of(CONDA, NUMBERS.map(lambda version: f"{version}.*")), min_size=1, max_size=2).map("|".join)
VERSIONS = [
    f"{major}.{minor}{tail}"
    for major in range(4)
    for minor in range(4)
    for tail in ("", ".0", ".1", ".2", ".3", ".0.1", "a1", "rc2", ".post1", ".dev3", ".3.1")
]


@settings(max_examples=400)
@given(conda=STARRED, pip=CONDA)
def test_no_version_is_in_both_ranges_of_a_clash(conda: str, pip: str) -> None:
    """Soundness, against what py-rattler and packaging themselves say of many versions."""
    condition = rattler.VersionSpec(parse_spec(f"x {conda}").version or "*")
    specifier = SpecifierSet(pip)
    both = [
        one for one in VERSIONS if condition.matches(rattler.Version(one)) and specifier.contains(one, prereleases=True)
    ]
    assert not (both and disjoint(f"x {conda}", pip)), both
