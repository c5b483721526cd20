"""Where logs come from: files, pipes, gz, zst, zip; as blocks of whole lines in UTF-8, with bounded memory."""

from __future__ import annotations

import codecs
import gzip
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20
STDIN = "-"
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_LONGEST_LINE = 1 << 23
_SAMPLE = 4096


def log_blocks(source: str) -> Iterator[bytes]:
    """Return the log as blocks that end at a line's end; `-` is standard input. Raises `InputError`.

    GitHub's log archives hold a file for each job and, in folders, one for each step: the jobs are read.
    """
    try:
        yield from _some(_blocks_of(source), source)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the log cannot be read: {reason}", place=Place(source)) from error


def _blocks_of(source: str) -> Iterator[bytes]:
    if source == STDIN:
        yield from stream_blocks(cast("IO[bytes]", sys.stdin.buffer))
        return
    path = Path(source)
    with path.open("rb") as stream:
        if stream.read(len(_ZIP)) == _ZIP:
            yield from _zipped(path)
            return
        stream.seek(0)
        yield from stream_blocks(stream)


def stream_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Return the log in an open stream as blocks that end at a line's end."""
    return _whole_lines(_decoded(_opened(stream)))


def _zipped(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        jobs = [name for name in names if "/" not in name]
        for name in jobs or names:
            with archive.open(name) as stream:
                last = b"\n"
                for block in _whole_lines(_decoded(_opened(stream))):
                    last = block
                    yield block
                if not last.endswith(b"\n"):
                    yield b"\n"


def _opened(stream: IO[bytes]) -> Iterator[bytes]:
    """Blocks of a stream, unpacked if its first bytes say that it is packed."""
    head = stream.read(_SAMPLE)
    if head.startswith(_GZIP):
        packed = gzip.GzipFile(fileobj=cast("IO[bytes]", _Joined(head, stream)))
        yield from iter(lambda: packed.read(BLOCK), b"")
    elif head.startswith(_ZSTD):
        import zstandard  # noqa: PLC0415 - few logs need it

        try:
            with zstandard.ZstdDecompressor().stream_reader(
                cast("IO[bytes]", _Joined(head, stream)), read_across_frames=True
            ) as reader:
                yield from iter(lambda: reader.read(BLOCK), b"")
        except zstandard.ZstdError as error:
            raise OSError(str(error)) from error
    elif head:
        yield head
        yield from iter(lambda: stream.read(BLOCK), b"")


class _Joined:
    """A stream whose first bytes were read already; a pipe cannot go back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self.head = head
        self.rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self.head:
            return self.rest.read(size)
        if size < 0:
            head, self.head = self.head, b""
            return head + self.rest.read()
        head, self.head = self.head[:size], self.head[size:]
        return head


def _decoded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16, as PowerShell writes it, becomes UTF-8; all else stays as it is."""
    first = next(blocks, b"")
    encoding = _encoding(first)
    if encoding is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    yield decoder.decode(first).removeprefix("\ufeff").encode("utf-8", "replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _encoding(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    sample = head[:_SAMPLE]
    if sample and sample.count(0) * 3 > len(sample):
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    return None


def _some(blocks: Iterator[bytes], source: str) -> Iterator[bytes]:
    """The blocks, of which there has to be one: no output is no build that went well."""
    first = next(blocks, None)
    if first is None:
        message = "the log is empty; give the file that the build's output was written to"
        raise InputError(message, place=Place("<standard input>" if source == STDIN else source))
    yield first
    yield from blocks


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        joined = rest + block if rest else block
        end = joined.rfind(b"\n") + 1
        if not end and len(joined) > _LONGEST_LINE:
            end = len(joined)
        if end:
            yield joined[:end]
        rest = joined[end:]
    if rest:
        yield rest
