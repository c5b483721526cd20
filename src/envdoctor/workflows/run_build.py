"""`run`: a build runs with its output passed through byte for byte, and what it said is diagnosed when it fails."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING

from envdoctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.logs import LogDiagnosis

_BLOCK = 1 << 16


@contextmanager
def ran(command: Sequence[str]) -> Iterator[tuple[int, IO[bytes]]]:
    """Run a command; give its exit status and, as long as the context lasts, all that it said.

    A command that a signal ended has the status that shells give it, 128 and the signal's number. Raises `UsageError`
    for a command that cannot be started.
    """
    with tempfile.TemporaryFile(prefix="envdoctor-run-") as log:
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - it is the user's
        except OSError as error:
            raise UsageError(f"the command `{command[0]}` cannot be started: {error.strerror}") from error
        with process:
            lock = Lock()
            threads = [
                Thread(target=_pass_on, args=(source, target, log, lock))
                for source, target in ((process.stdout, sys.stdout.buffer), (process.stderr, sys.stderr.buffer))
            ]
            for thread in threads:
                thread.start()
            status = _waited(process)
            for thread in threads:
                thread.join()
        log.seek(0)
        yield status, log


def output_diagnosed(log: IO[bytes]) -> LogDiagnosis:
    """Return what went wrong in the output of a command that failed."""
    from envdoctor.logs.reading import stream_blocks
    from envdoctor.workflows import diagnose

    return diagnose.diagnosed(stream_blocks(log), "the output", failed=True)


def _waited(process: subprocess.Popen[bytes]) -> int:
    """The exit status; Ctrl-C reaches the command by itself, and its end is waited for."""
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue
        return status if status >= 0 else 128 - status


def _pass_on(source: IO[bytes], target: IO[bytes], log: IO[bytes], lock: Lock) -> None:
    """Hand on what comes, at once, and write it down; a reader that has gone away does not stop the build."""
    open_ = True
    while block := source.read1(_BLOCK):  # type: ignore[attr-defined]
        with lock:
            log.write(block)
        if open_:
            try:
                target.write(block)
                target.flush()
            except BrokenPipeError:
                open_ = False
