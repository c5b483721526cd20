"""What a user may ask of a command, as values: the command line fills them, workflows read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from envdoctor.model.channels import ChannelPriority
    from envdoctor.model.lockfile import LockFormat
    from envdoctor.model.names import Subdir


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a workflow knows of the machine and the user, handed in so that tests can hand in their own."""

    environ: Mapping[str, str]
    home: Path
    folder: Path
    stdin: Callable[[], bytes] | None = None
    progress: Callable[[str], None] | None = None
    """Told what goes on, one short phrase at a time; None where nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """What is stated of the target machine. `spec_file` has conda-lock's form; at most one of the last two is given."""

    virtual_packages: tuple[str, ...] = ()
    spec_file: Path | None = None
    with_cuda: str | None = None
    without_cuda: bool = False
    image: str | None = None
    dockerfile: Path | None = None

    @property
    def states_anything(self) -> bool:
        """Whether anything is stated."""
        return self != TargetOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """The options of `envdoctor explain`. `exclude_newer` is in milliseconds since 1970, `time_limit` in seconds."""

    arguments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    override_channels: bool = False
    platforms: tuple[Subdir, ...] = ()
    target: TargetOptions = TargetOptions()
    pins: tuple[str, ...] = ()
    prefix: Path | None = None
    priority: ChannelPriority | None = None
    offline: bool = False
    exclude_newer: int | None = None
    time_limit: float = 20.0
    case: Path | None = None
    save_case: Path | None = None
    proof: bool = True
    """Whether the report will show the full proof."""
    fixes: int | None = 0
    """How many fixes are wanted at the most; None for all, 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    """The options of `envdoctor lock`; `explain` holds those that it shares with `explain`."""

    explain: ExplainOptions
    lockfile: Path
    kinds: tuple[LockFormat, ...]
    solver: str | None = None
    update: tuple[str, ...] = ()
    fresh: bool = False
