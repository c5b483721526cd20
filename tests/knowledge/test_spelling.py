"""Did you mean …?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.knowledge.names import conda_forge_names
from envdoctor.knowledge.spelling import closest_names

LETTERS = st.text(alphabet="abcdef-_1", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("nupmy", "numpy"),
        ("pandsa", "pandas"),
        ("gdla", "gdal"),
        ("scikit-lern", "scikit-learn"),
        ("scikit_learn", "scikit-learn"),
        ("tensrflow", "tensorflow"),
        ("pytroch", "pytorch"),
        ("python-numpy", "numpy"),
        ("xarry", "xarray"),
        ("Numpy", "numpy"),
        ("typing.extensions", "typing-extensions"),
    ],
)
def test_the_name_meant_comes_first_among_all_of_conda_forge(mistyped: str, meant: str) -> None:
    assert closest_names(mistyped, conda_forge_names())[0] == meant


@pytest.mark.parametrize("nonsense", ["asdfqwerzxcv", "qq", "no-such-package-at-all"])
def test_nothing_is_near_to_nonsense(nonsense: str) -> None:
    assert closest_names(nonsense, ("numpy", "pandas", "pytorch", "scipy", "package", "qt", "r-qq")) == ()


@given(name=LETTERS, known=st.lists(LETTERS, max_size=8), limit=st.integers(1, 4))
def test_the_order_of_what_is_known_does_not_matter(name: str, known: list[str], limit: int) -> None:
    found = closest_names(name, known, limit)

    assert found == closest_names(name, sorted(set(known), reverse=True), limit)
    assert len(set(found)) == len(found) <= limit
    assert name not in found
    assert set(found) <= set(known)


@given(name=st.text(alphabet="abcdef", min_size=4, max_size=12), place=st.integers(0, 10))
def test_two_letters_swapped_are_always_found(name: str, place: int) -> None:
    at = place % (len(name) - 1)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    assert swapped == name or closest_names(swapped, (name, "zzzzzzzz")) == (name,)
