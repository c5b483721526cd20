"""The exit codes of all commands, in one place (docs/exit-codes.md)."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command tells its caller."""

    SOLVES = 0
    """The environment solves; the command did what was asked."""
    CONFLICT = 1
    """The environment does not solve; the conflicts were told."""
    INPUT = 2
    """What was written, in a file or on the command line, cannot be read or used."""
    RECORDS = 3
    """The channels' records could not be had."""
    INTERNAL = 4
    """envdoctor's two engines contradict each other, or another bug: please report it."""
    UNKNOWN = 5
    """A build failed, and nothing that envdoctor knows says why."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C, as shells have it."""
