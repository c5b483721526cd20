"""What comes of a request: a resolution, or the conflicts that forbid one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.records import Record
    from envdoctor.model.specs import PipRequirement, Requirement
    from envdoctor.model.target import Pin, Request


class Kind(Enum):
    """The kinds of cause, each told in its own words. The values are stable slugs."""

    DIRECT_CLASH = "direct-clash"
    TRANSITIVE_CLASH = "transitive-clash"
    CONSTRAINS = "run-constrained"
    PYTHON = "python"
    PIN = "pin"
    MISSING_PACKAGE = "missing-package"
    MISSING_VERSION = "missing-version"
    MISSING_BUILD = "missing-build"
    NOT_ON_PLATFORM = "not-on-platform"
    STRICT_PRIORITY = "strict-priority"
    VIRTUAL_PACKAGE = "virtual-package"
    EXCLUDE_NEWER = "exclude-newer"
    BROKEN_PACKAGE = "broken-package"
    EXPORTED = "exported-elsewhere"
    CONDA_VS_PIP = "conda-vs-pip"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    """A run of neighbouring versions of one package as the channels have them; both ends exist and are in the run.

    `series` says it shorter where that is as true: `1.9.*` if the run is all that exists of 1.9, `3.9–3.12` if it is
    all that exists from 3.9 to 3.12.
    """

    low: str
    high: str
    series: str | None = None

    def __str__(self) -> str:
        """Return the series, else `low–high`, or the one version."""
        return self.series or (self.low if self.low == self.high else f"{self.low}–{self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Which records of a name are still possible at some point of a story.

    `ranges` are all the versions possible, in rising order. `bound` is the weakest range of versions that does the
    story's job and is true of every record left (`<2`, `>=1.10`); None where the versions themselves say it best.
    `builds` is a pattern that all records left share and others of these versions do not (`py310*`); None where builds
    do not matter. `may_be_absent` is true where the package need not be installed at all.
    """

    name: PackageName
    ranges: tuple[VersionRange, ...]
    bound: str | None = None
    builds: str | None = None
    may_be_absent: bool = False
    records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a chain: because of `fact`, `domain` is all that the step before leaves of a name.

    `fact` is None for the step that a line of the user makes, or with which a further row begins. A `backward` step
    goes against the direction of its fact: the package of the step before leaves only these records of one that needs
    or limits it. `joined` marks a last step that takes the rows before it together.
    """

    domain: Domain
    fact: Fact | None = None
    joined: bool = False
    backward: bool = False
    reason: str | None = None
    """Half a line from the dated knowledge about why the bound is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How one line, pin or virtual package forces a name into some records, step by step.

    `start` is the line it begins with; None where it begins with a pin, a virtual package, or a name that another
    chain has told already.
    """

    steps: tuple[Step, ...]
    start: Requirement | None = None
    pin: Pin | None = None
    also: tuple[Requirement, ...] = ()
    """Further lines without which the chain does not hold."""
    through: tuple[PackageName, ...] = ()
    """Names on the way that are not told step by step, since it takes all their combinations to see what follows."""
    end: str = ""
    """Why the chain cannot go on, in words, where it ends in something that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where else a wanted name or record was seen: another channel, platform, version or spelling.

    `what` says how it is related: `channel`, `platform`, `version`, `build`, `spelling`, `renamed`, `pypi`, `import`.
    """

    what: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Lines that cannot hold together, with the proof.

    `core` is minimal: without any one of its lines the rest of them can hold. `facts` alone forbid the core. The
    conflict is told as chains that force `meeting_point` into records that do not meet, or end where nothing is left.
    `reason` groups conflicts that have the same cause (an exported file is one cause, not forty).
    """

    kind: Kind
    core: tuple[Requirement, ...]
    facts: tuple[Fact, ...]
    chains: tuple[Chain, ...]
    meeting_point: PackageName | None = None
    pip_lines: tuple[PipRequirement, ...] = ()
    """The `pip:` lines that take part, for a conflict between the two halves of a file."""
    other_parties: tuple[str, ...] = ()
    """Who else takes part and is no line of the file: channel order, pins, virtual packages, in words."""
    sightings: tuple[Sighting, ...] = ()
    headline: str = ""
    details: tuple[str, ...] = ()
    """The lines of explanation below the headline, in order, without indentation."""
    way_out: tuple[str, ...] = ()
    """Hints at what could be done, unproven, one sentence each."""
    proof: tuple[str, ...] = ()
    """The full proof, case by case, for `--verbose`."""
    reason: str = ""
    listed: bool = False
    """Whether the conflicts of the group are listed one by one, each line with its details, below one headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsatisfiable:
    """A request that cannot be fulfilled, with all its minimal cores as far as the bounds let them be found."""

    request: Request
    conflicts: tuple[Conflict, ...]
    untold: tuple[tuple[Requirement, ...], ...] = ()
    """Further minimal cores, which a short report counts but does not explain."""
    corrections: tuple[tuple[Requirement, ...], ...] = ()
    """The smallest sets of lines without which the rest solves, the fewest lines first; all that were found."""
    complete: bool = True
    """False where a bound on time or number cut the enumeration of the cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a line got: the record chosen for it, and how far that is from the newest.

    `newest` is the newest version of the package that is visible on this platform; `held_back_by` says in words which
    line or package keeps the chosen record from being that one, empty if it is.
    """

    requirement: Requirement
    record: Record
    newest: str
    held_back_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One record for each name that is needed, fulfilling every line, dependency, constraint and pin."""

    request: Request
    records: tuple[Record, ...]
    """In an order in which each record comes after what it depends on."""


class Check(Enum):
    """What the second engine said of the first one's verdict."""

    AGREED = "agreed"
    NOT_HEARD = "not heard within the time limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDiagnosis:
    """Everything found for one platform."""

    platform: Subdir
    outcome: Resolution | Unsatisfiable
    check: Check
    choices: tuple[Choice, ...] = ()
    largest: tuple[tuple[PackageName, int, int], ...] = ()
    """The direct packages with the largest subtrees: name, number of packages, bytes to download (0: unknown)."""

    @property
    def solvable(self) -> bool:
        """Whether the request can be fulfilled on this platform."""
        return isinstance(self.outcome, Resolution)
