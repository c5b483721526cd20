"""What can go wrong that is the user's or the world's. Everything else is a bug.

EnvdoctorError
├── InputError            what the user wrote cannot be read or used (exit code 2)
├── UsageError            the command line asks for something that does not exist or fit (exit code 2)
├── OutputError           a file cannot be written (exit code 2)
├── RecordsError          the channels' records could not be had (exit code 3)
└── DisagreementError     the two engines contradict each other: our bug, never hidden (exit code 4)

A conflict is no error: it is a value (`envdoctor.model.outcome.Unsatisfiable`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.place import Place


class EnvdoctorError(Exception):
    """One clear sentence for the user: what was found, what was expected, what to do."""

    def __init__(self, message: str, *, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        """Return the sentence, led by its place where there is one (`file:line: …`)."""
        return f"{self.place}: {self.message}" if self.place else self.message


class InputError(EnvdoctorError):
    """A file or a spec that cannot be read as what it should be."""


class UsageError(EnvdoctorError):
    """A command line that cannot be followed."""


class OutputError(EnvdoctorError):
    """A file that cannot be written; what was there before is still there, whole."""


class RecordsError(EnvdoctorError):
    """Records that could not be had: network, cache, or a damaged channel. Never holds a secret."""


class DisagreementError(EnvdoctorError):
    """The SAT encoding and py-rattler give different verdicts for one request."""
