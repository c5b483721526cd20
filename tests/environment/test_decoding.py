"""Bytes become text, whatever their encoding and line ends; what is no text is refused."""

from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.environment.decoding import MAX_BYTES, decode
from envdoctor.errors import InputError

ENCODINGS = {
    "utf-8": b"",
    "utf-8 with mark": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
}
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=20))


@given(lines=LINES, end=st.sampled_from(["\n", "\r\n", "\r"]), encoding=st.sampled_from(sorted(ENCODINGS)))
def test_every_encoding_and_line_end_gives_the_same_text(lines: list[str], end: str, encoding: str) -> None:
    text = "name: x\n" + "\n".join(lines)
    raw = ENCODINGS[encoding] + text.replace("\n", end).encode(encoding.split(" ", maxsplit=1)[0])
    assert decode(raw, "environment.yml") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_by_its_zero_bytes(encoding: str) -> None:
    text = "name: lab\ndependencies:\n  - python=3.12  # größer\n"
    assert decode(text.encode(encoding), "environment.yml") == text


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    with contextlib.suppress(InputError):
        text = decode(raw, "environment.yml")
        assert not {"\x00", "\r"} & set(text)


@pytest.mark.parametrize(
    ("raw", "line", "column", "words"),
    [
        (b"name: x\r\ndependencies:\r\n  - gr\xf6n\r\n", 3, 7, "0xf6 is not UTF-8, perhaps 'ö' in Windows-1252"),
        (b"name: \x81\n", 1, 7, "0x81 is not UTF-8:"),
        (b"name: x\n\x00\x01\x02\x03", 2, None, "binary content (a NUL byte at offset 8)"),
        (b"\xff\xfen\x00a", None, None, "begins like UTF-16 text but is damaged"),
        ("\ufffd\ufffd".encode() + "name: x\n".encode("utf-16-le"), 1, 1, "was UTF-16 text"),
        (b"PK\x03\x04rest", None, None, "a ZIP archive"),
        (b"\x1f\x8b\x08", None, None, "gzip-compressed data"),
        (b"%PDF-1.7", None, None, "a PDF document"),
    ],
)
def test_what_is_no_text_is_refused_by_place(raw: bytes, line: int | None, column: int | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(raw, "environment.yml")
    assert words in caught.value.message
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (line, column)


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(InputError, match="larger than 4 MB"):
        decode(b"a" * (MAX_BYTES + 1), "environment.yml")
