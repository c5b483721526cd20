"""Bytes of a file become text: UTF-8 or UTF-16, with or without a byte order mark, any line ends.

conda reads an environment file as UTF-8 and, where that fails, as UTF-16. UTF-16 is what PowerShell's `>` writes. Other
encodings cannot be told apart for certain, so they are refused by place instead of being guessed.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from envdoctor.errors import InputError
from envdoctor.model.place import Place

MAX_BYTES = 4 * 1024 * 1024
"""The largest file that is read. The largest of 700 real ones has 60 kB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longer marks first where one begins like another."""

_REPLACED = "\ufffd".encode()
"""What tools write in place of bytes that they could not read."""

_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"%PDF-", "a PDF document"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ\x90", "a Windows program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"SQLite format 3\x00", "an SQLite database"),
)


def decode(raw: bytes, file: str) -> str:
    """Return the text without byte order mark and with a line feed for every line end.

    Raises `InputError` where the bytes are no text, are in another encoding, or are more than `MAX_BYTES`.
    """
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"the file is larger than {MAX_BYTES // (1024 * 1024)} MB, which no list of packages is; "
            "give the environment file itself",
            place=Place(file),
        )
    for start, what in _SIGNATURES:
        if raw.startswith(start):
            raise InputError(
                f"the file holds {what}, not text; give a text file such as environment.yml", place=Place(file)
            )
    return as_written(raw, file).text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsWritten:
    """A text with its own line ends, and how it was encoded: `mark` are the bytes before it."""

    text: str
    encoding: str
    mark: bytes = b""

    def encoded(self, text: str) -> bytes:
        """Return another text as bytes in the same encoding, behind the same mark."""
        return self.mark + text.encode(self.encoding)


def as_written(raw: bytes, file: str) -> AsWritten:
    """Return the text of a file as it stands there. Raises `InputError` as `decode` does."""
    for mark, marked in _MARKS:
        if raw.startswith(mark):
            return AsWritten(text=_strict(raw[len(mark) :], marked, file), encoding=marked, mark=mark)
    encoding = _encoding(raw, file)
    return AsWritten(text=_strict(raw, encoding, file), encoding=encoding)


def _encoding(raw: bytes, file: str) -> str:
    """The encoding of text without a mark."""
    if b"\x00" not in raw:
        return "utf-8"
    encoding = _unmarked_utf16(raw)
    if raw.startswith(_REPLACED) and _unmarked_utf16(_without_damage(raw)) is not None:
        raise InputError(
            "the file was UTF-16 text, and a tool that took it for UTF-8 has damaged its beginning; save it as UTF-8",
            place=Place(file, 1, 1),
        )
    if encoding is None:
        raise InputError(
            f"the file holds binary content (a NUL byte at offset {raw.index(0)}), not text; save it as UTF-8 text",
            place=Place(file, _line_of(raw, raw.index(0))),
        )
    return encoding


def _without_damage(raw: bytes) -> bytes:
    while raw.startswith(_REPLACED):
        raw = raw.removeprefix(_REPLACED)
    return raw[: len(raw) // 2 * 2]


def _unmarked_utf16(raw: bytes) -> str | None:
    """The byte order, where most characters are of Latin script: then one byte of each pair is zero."""
    if len(raw) % 2:
        return None
    high, low = raw[1::2], raw[0::2]
    if high.count(0) * 10 >= len(high) * 7 and 0 not in low:
        return "utf-16-le"
    if low.count(0) * 10 >= len(low) * 7 and 0 not in high:
        return "utf-16-be"
    return None


def _strict(raw: bytes, encoding: str, file: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(raw, error, file) from error
    if "\x00" in text:
        raise InputError(
            "the file holds binary content (NUL characters), not text; save it as UTF-8 text",
            place=Place(file, text.count("\n", 0, text.index("\x00")) + 1),
        )
    return text


def _undecodable(raw: bytes, error: UnicodeDecodeError, file: str) -> InputError:
    if error.encoding != "utf-8":
        return InputError(
            f"the file begins like {error.encoding.upper().rsplit('-', 1)[0]} text but is damaged ({error.reason} at "
            f"byte {error.start}); save it again as UTF-8",
            place=Place(file),
        )
    line_start = max(raw.rfind(b"\n", 0, error.start), raw.rfind(b"\r", 0, error.start)) + 1
    column = len(raw[line_start : error.start].decode("utf-8", "replace")) + 1
    guess = raw[error.start : error.start + 1].decode("cp1252", "replace")
    like = f", perhaps {guess!r} in Windows-1252" if guess != "\ufffd" else ""
    return InputError(
        f"the byte 0x{raw[error.start]:02x} is not UTF-8{like}: conda reads environment files as UTF-8 or UTF-16; "
        "save the file as UTF-8",
        place=Place(file, _line_of(raw, error.start), column),
    )


def _line_of(raw: bytes, offset: int) -> int:
    before = raw[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1
