"""Which trailing comments are selectors, and for which platforms they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.environment.selectors import evaluate, micromamba_platforms, selector_in
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir

LINUX = tuple(subdir for subdir in KNOWN_SUBDIRS if subdir.startswith("linux-"))
WORDS = st.sampled_from(["linux", "osx", "win", "unix", "linux64", "osx-arm64", "arm64", "aarch64", "x86_64", "win-64"])
EXPRESSIONS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("comment", "platforms"),
    [
        ("# [linux]", LINUX),
        ("#[linux]", LINUX),
        ("# needed by gdal [linux]", LINUX),
        ("# [linux64]", ("linux-64",)),
        ("# [osx-arm64]", ("osx-arm64",)),
        ("# [arm64]", ("osx-arm64", "win-arm64")),
        ("# [osx and not arm64]", ("osx-64",)),
        ("# [linux64 or osx]", ("linux-64", "osx-64", "osx-arm64")),
        ("# [not (linux or osx) and x86_64]", ("win-64",)),
        ("# [WIN]", ("win-32", "win-64", "win-arm64")),
    ],
)
def test_a_selector_holds_for_its_platforms(comment: str, platforms: tuple[str, ...]) -> None:
    selector = selector_in(comment)
    assert selector is not None
    assert selector.platforms is not None
    known = {"emscripten-wasm32", "wasi-wasm32", "zos-z"}
    assert tuple(subdir for subdir in selector.platforms if subdir not in known) == platforms


@pytest.mark.parametrize(
    "comment",
    [
        "# see [issue 12]",
        "# [complete]",
        "# extras: [all]",
        "# [pyqt needs it]",
        "# [environment of the lab]",
        "# linux",
        "# [linux] is not needed (see below)",
        "# []",
        "# [linux win]",
        "# [not]",
        "# [(linux]",
        "# https://example.org/[x]",
    ],
)
def test_any_other_comment_in_brackets_is_a_comment(comment: str) -> None:
    assert selector_in(comment) is None


@pytest.mark.parametrize("text", ["py<37", "py27", "not py27", "py3k", "np==111", "vc>=14", "cuda_compiler != 'None'"])
def test_selectors_of_conda_build_are_known_but_undecided(text: str) -> None:
    selector = selector_in(f"# [{text}]")
    assert selector is not None
    assert selector.platforms is None


@pytest.mark.parametrize(
    ("key", "platforms"),
    [("sel(win)", ("win-32", "win-64", "win-arm64")), ("sel( linux )", LINUX), ("sel(mars)", None), ("sel()", None)],
)
def test_keys_of_micromamba(key: str, platforms: tuple[str, ...] | None) -> None:
    assert micromamba_platforms(key) == platforms


def holds(expression: str) -> set[Subdir]:
    found = evaluate(expression)
    assert found is not None, expression
    return set(found)


@given(EXPRESSIONS, EXPRESSIONS)
def test_expressions_are_a_boolean_algebra_over_platforms(one: str, other: str) -> None:
    everywhere = set(KNOWN_SUBDIRS)
    assert holds(f"{one} and {other}") == holds(one) & holds(other)
    assert holds(f"{one} or {other}") == holds(one) | holds(other)
    assert holds(f"not ({one})") == everywhere - holds(one)


@given(st.text(alphabet="()[]!&|<>= abnotrlinuxpy3", max_size=40))
def test_no_comment_breaks_the_reader(text: str) -> None:
    selector_in(f"# [{text}]")
    micromamba_platforms(f"sel({text})")
