"""Several readings as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.environment.merging import merge
from envdoctor.environment.text_lists import read_text_list
from envdoctor.errors import InputError

if TYPE_CHECKING:
    from conftest import Reader  # type: ignore[import-not-found]


def test_all_lines_count_and_keep_their_order(read: Reader) -> None:
    one = read("name: one\nchannels: [a, b]\nplatforms: [linux-64]\ndependencies: [numpy>=1.26, pip, pip: [x]]\n")
    two = read("name: two\nchannels: [b]\nplatforms: [win-64, linux-64]\ndependencies: [numpy<2, pip, pip: [y]]\n")
    both = merge([one, two])
    assert both.name == "one"
    assert [line.text for line in both.channels] == ["a", "b"]
    assert [line.text for line in both.requirements] == ["numpy>=1.26", "pip", "numpy<2", "pip"]
    assert [line.text for line in both.pip] == ["x", "y"]
    assert both.platforms == ("linux-64", "win-64")


def test_merging_one_is_that_one(read: Reader) -> None:
    one = read("dependencies: [numpy]\n")
    assert merge([one]) is one


def test_a_document_without_channels_has_no_say(read: Reader) -> None:
    both = merge([read("dependencies: [x]\n"), read("channels: [a]\ndependencies: [y]\n")])
    assert [line.text for line in both.channels] == ["a"]


@pytest.mark.parametrize(("first", "second"), [("a, b", "a"), ("a, b", "b, a"), ("a", "b")])
def test_channels_whose_order_is_unknown_are_refused(read: Reader, first: str, second: str) -> None:
    documents = [read(f"channels: [{channels}]\ndependencies: [x]\n") for channels in (first, second)]
    with pytest.raises(InputError, match="their common order is unknown; give both files the same channels"):
        merge(documents)


def test_an_explicit_list_stands_alone(read: Reader) -> None:
    listed = read_text_list("@EXPLICIT\nhttps://example.org/c/noarch/x-1-0.conda\n", "explicit.txt")
    with pytest.raises(InputError, match=r"explicit list explicit\.txt names every package already"):
        merge([listed, read("dependencies: [x]\n")])
