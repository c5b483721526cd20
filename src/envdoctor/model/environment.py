"""What the user wrote: channels, requirements, pip lines and platforms, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import Subdir
    from envdoctor.model.place import Notice, Place
    from envdoctor.model.specs import PipRequirement, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """A channel as the user wrote it: a name, a URL, `nodefaults`, `defaults`, a label, a path."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One entry of `variables:`. The value may be a secret and is never printed."""

    name: str
    value: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentSpec:
    """Everything that one environment asks for, whether it came from one file, several, or the command line.

    `channels` are in order of priority and may be empty (then conda's configuration decides). `explicit` marks an
    explicit list (`@EXPLICIT`): its requirements are package addresses, and nothing is to be solved.
    """

    sources: tuple[str, ...]
    name: str | None = None
    channels: tuple[ChannelLine, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    pip: tuple[PipRequirement, ...] = ()
    platforms: tuple[Subdir, ...] = ()
    variables: tuple[Variable, ...] = ()
    prefix: str | None = None
    pip_repositories: tuple[str, ...] = ()
    allow_pypi: bool = True
    """Whether pip lines are looked up at PyPI too (conda-lock's `allow-pypi-requests:`)."""
    explicit: bool = False
    notices: tuple[Notice, ...] = ()

    def requirements_on(self, subdir: Subdir) -> tuple[Requirement, ...]:
        """The lines that count on that platform, in the order of the files."""
        return tuple(line for line in self.requirements if line.counts_on(subdir))

    def pip_on(self, subdir: Subdir) -> tuple[PipRequirement, ...]:
        """The pip lines that count on that platform, in the order of the files."""
        return tuple(line for line in self.pip if line.counts_on(subdir))
