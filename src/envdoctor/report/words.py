"""Small words of all reports: counts, sizes, moments, places."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.environment.arguments import COMMAND_LINE
from envdoctor.environment.read import STANDARD_INPUT

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import Requirement

UNITS = ("B", "kB", "MB", "GB", "TB")
_IN_WORDS = {COMMAND_LINE: "the specs of the command line", STANDARD_INPUT: "standard input"}
"""Sources that are no files, by the words that stand in their places."""

STEP = 1000
"""Between units, as package managers count what they download."""

FEW = 10
"""Below this, a size gets a digit after the point."""


def counted(number: int, word: str, plural: str = "") -> str:
    """Return `1 package`, `12 packages`."""
    return f"{number:,} {word if number == 1 else plural or f'{word}s'}"


def size(bytes_: int) -> str:
    """Return a size for people: `312 MB`, `1.4 GB`."""
    amount, unit = float(bytes_), 0
    while round(amount) >= STEP and unit < len(UNITS) - 1:
        amount, unit = amount / STEP, unit + 1
    digits = 1 if unit and round(amount, 1) < FEW else 0
    return f"{amount:.{digits}f} {UNITS[unit]}"


def moment(milliseconds: int) -> str:
    """Return milliseconds since 1970 (UTC) as `2025-01-31 12:00 UTC`."""
    return f"{_time(milliseconds):%Y-%m-%d %H:%M} UTC"


def iso_moment(milliseconds: int) -> str:
    """Return milliseconds since 1970 (UTC) as `2025-01-31T12:00:00Z`."""
    return f"{_time(milliseconds):%Y-%m-%dT%H:%M:%SZ}"


def whole_name(environment: EnvironmentSpec) -> str:
    """Return what the environment is called by: its files, or in words what it was read from instead."""
    return listed([_IN_WORDS.get(source, source) for source in environment.sources]) or "the environment"


def solves(environment: EnvironmentSpec, *, whether: bool = True) -> str:
    """Return `solves`, `solve`, `does not solve` or `do not solve`, as it goes with the environment's name."""
    several = len(environment.sources) > 1 or COMMAND_LINE in environment.sources
    if whether:
        return "solve" if several else "solves"
    return "do not solve" if several else "does not solve"


def at_place(line: Requirement) -> str:
    """Return `environment.yml:6`, or the word for what is no file."""
    return line.place.file if line.place.line is None else f"{line.place.file}:{line.place.line}"


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
