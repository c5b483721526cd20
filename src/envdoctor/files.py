"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from envdoctor.errors import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in the place of whatever is there, in one step: a reader sees the old file or the new one.

    A file that is replaced hands on its permissions; a link keeps leading to the file behind it. The new content is on
    the disk before the old one goes. Raises `OutputError`; then the old file is as it was.
    """
    target = path.resolve() if path.is_symlink() else path
    try:
        _check_writable(target)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_permissions(target))
        Path(name).replace(target)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink()


def write_scratch(path: Path, text: str) -> None:
    """Write a file that is needed for a moment, in UTF-8. Raises `OutputError`."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise _refused(path, error) from error


def _check_writable(target: Path) -> None:
    """A file that its owner has made read-only is not replaced, although the folder would let us."""
    if target.is_dir():
        raise IsADirectoryError(21, "it is a folder")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "it is read-only")


def _permissions(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _refused(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).lower()
    return OutputError(f"{path} cannot be written: {reason}; nothing was changed")
