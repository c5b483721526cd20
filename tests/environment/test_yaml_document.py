"""YAML as nodes with places: nothing runs, nothing grows, and every mistake has a line and a mend."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from envdoctor.environment.yaml_document import Listing, Mapping, Scalar, compose
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from pathlib import Path


def refused(text: str) -> str:
    with pytest.raises(InputError) as caught:
        compose(text, "f.yml")
    return str(caught.value)


def test_nodes_know_their_places_and_trailing_comments() -> None:
    root = compose("a:\n  - x  # [linux]\n  - 'y z' # two\n  - |\n    block # no comment\n", "f.yml")
    assert isinstance(root, Mapping)
    items = root.get("a")
    assert isinstance(items, Listing)
    assert [(node.text, node.place, node.comment) for node in items.nodes if isinstance(node, Scalar)] == [
        ("x", Place("f.yml", 2, 5), "# [linux]"),
        ("y z", Place("f.yml", 3, 5), "# two"),
        ("block # no comment\n", Place("f.yml", 4, 5), ""),
    ]


def test_a_hash_within_a_text_is_no_comment() -> None:
    root = compose("- git+https://x.org/y#egg=dask[complete]\n- [a, b] # c\n", "f.yml")
    assert isinstance(root, Listing)
    first, second = root.nodes
    assert isinstance(first, Scalar)
    assert first.comment == ""
    assert isinstance(second, Listing)
    assert all(isinstance(node, Scalar) and not node.comment for node in second.nodes)


def test_aliases_and_merge_keys_are_followed() -> None:
    root = compose("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\nsame: *b\n", "f.yml")
    assert isinstance(root, Mapping)
    more = root.get("more")
    assert isinstance(more, Mapping)
    assert {entry.key.text: entry.value.text for entry in more.entries if isinstance(entry.value, Scalar)} == {
        "y": "3",
        "x": "1",
    }
    assert root.get("same") is root.get("base")


@pytest.mark.parametrize(
    ("text", "null", "number", "boolean"),
    [("~", True, False, False), ("", True, False, False), ("3.10", False, True, False), ("true", False, False, True)],
)
def test_plain_scalars_are_told_apart_from_texts(text: str, null: bool, number: bool, boolean: bool) -> None:  # noqa: FBT001
    root = compose(f"- {text}\n- '{text}'\n", "f.yml")
    assert isinstance(root, Listing)
    plain, quoted = root.nodes
    assert isinstance(plain, Scalar)
    assert isinstance(quoted, Scalar)
    assert (plain.is_null, plain.is_number, plain.is_boolean) == (null, number, boolean)
    assert (quoted.is_null, quoted.is_number, quoted.is_boolean) == (False, False, False)


def test_a_python_tag_builds_nothing(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    sentence = refused(f"name: !!python/object/apply:os.mkdir [{witness}]\n")
    assert not witness.exists()
    assert sentence.startswith("f.yml:1:7: the YAML tag `!!python/object/apply:os.mkdir` has no meaning")


def test_an_alias_bomb_is_refused_in_little_memory() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    tracemalloc.start()
    sentence = refused(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "more than 20000 values once its aliases" in sentence
    assert peak < 5_000_000


@pytest.mark.parametrize("nest", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(nest: str) -> None:
    assert "nested far deeper here than any environment file needs" in refused(nest * 5000)


def test_an_alias_to_itself_is_refused() -> None:
    assert "f.yml:1:8: `*a` refers to an anchor that is not complete" in refused("a: &a [*a]\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2\n", "f.yml:2:1: the key `a` is given twice (first in line 1)"),
        ("a: 1\n---\nb: 2\n", "f.yml:2:1: a second YAML document begins here"),
        ("a:\n\t- x\n", "f.yml:2:1: the line is indented with a tab"),
        ("a:\n  - x\n\u00a0\u00a0- y\n", "f.yml:3:1: the line is indented with a blank that is no space (U+00A0)"),
        ("<!DOCTYPE html>\n<html></html>\n", "f.yml:1:1: the file is a web page (HTML)"),
        ("a:\n<<<<<<< HEAD\n  - x\n=======\n", "f.yml:2:1: `<<<<<<< HEAD` is a mark that an unfinished merge"),
        ("a:\n  - {{ x }}/src\n", "f.yml:2:5: `{{ x }}` is template syntax (jinja)"),
        ("{% set x = 1 %}\na: 1\n", "f.yml:1:1: `{% set` is template syntax (jinja)"),
        ("%if x\na: 1\n", "f.yml:1:1: `%if` is template syntax (jinja)"),
        ("a: b: c\n", "f.yml:1:5: `a: …` has a `:` where YAML allows none"),
        ("a:\n  - x\n  word\nb: 1\n", "f.yml:3:1: `word` is neither a list item (`- name`) nor a key (`name:`)"),
        ("a:\n  - x\n y: 1\n", "f.yml:3:2: `y: …` does not fit"),
        ("a: 'x\n", "f.yml:1:1: `a: …` opens a quote that is never closed"),
        ("a: [x, y\nb: 1\n", "is not closed before"),
        ("a: - x\n", "f.yml:1:4: `a: …` has a list item where none can be"),
        ("- @x\n", "f.yml:1:3: `- @x` has a character at the start"),
        ("- *\n", "f.yml:1:4: `- *` has a character at the start"),
        ("a: 1\x01\n", "f.yml:1:5: the file holds the control character U+0001"),
        ("FROM ubuntu\nRUN x\n", "f.yml:1:1: the file is a Dockerfile"),
        ("#!/bin/sh\nx: {\n", "f.yml:1:1: the file is a script"),
        ("x: '{{ y }}'\na:\n\t- x\n", "f.yml:3:1: the line is indented with a tab"),
        ('{"cells": [], "nbformat": 4}', "f.yml:1:1: the file is a Jupyter notebook"),
        ("[a, b]: c\n", "f.yml:1:1: a key must be a text, but a list was found"),
        ("a:\n  <<: x\n", "f.yml:2:7: `<<` merges mappings, but a text was found"),
    ],
)
def test_each_mistake_has_its_line_and_its_mend(text: str, sentence: str) -> None:
    assert sentence in refused(text)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
def test_line_breaks_of_yaml_1_1_are_none_for_conda(separator: str) -> None:
    root = compose(f"a: x # one{separator}still a comment\nb: y\n", "f.yml")
    assert isinstance(root, Mapping)
    assert [(entry.key.text, entry.key.place.line) for entry in root.entries] == [("a", 1), ("b", 2)]
    assert "f.yml:2:7" in refused(f"a: # {separator}{separator}\n  b: c: d\n")


def test_the_value_of_a_variable_never_shows_in_a_mistake() -> None:
    assert "hunter2" not in refused("variables:\n  PASSWORD: hunter2: x\n")


@pytest.mark.parametrize("text", ["{x", "[x", "{x: y", "[x, 'y", '- "x', "a: {b"])
def test_what_ends_in_the_middle_is_refused_by_place(text: str) -> None:
    """The parser places the end of such a value behind the last line (found by mutating real files)."""
    with pytest.raises(InputError) as refused:
        compose(text, "environment.yml")
    assert str(refused.value).startswith("environment.yml:")
