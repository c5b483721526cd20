"""Logs of failed builds: signatures, where they were seen, and what is said about the cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a line with this signature is, taken alone."""

    CAUSE = "cause"
    """It names the reason of a failure."""
    CONSEQUENCE = "consequence"
    """It follows from a cause that stands elsewhere."""
    CONTEXT = "context"
    """It helps to read a line near it."""
    NOISE = "noise"
    """It looks bad and is not."""
    MARK = "mark"
    """It tells where in the build the log is: a step, a command, a success."""


class Confidence(Enum):
    """How sure a cause is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Outcome(Enum):
    """How the outermost command ended."""

    FAILED = "failed"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One message of a tool. `pattern` is a regex for a cleaned line; each line it matches holds one of `literals`.

    `soft` says that the tool goes on after such a line, so that alone it proves no failure. `sentence` is a template
    over the pattern's groups; `fixes` likewise.
    """

    name: str
    kind: str
    role: Role
    tool: str
    pattern: str
    literals: tuple[str, ...]
    sentence: str
    fixes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a log. `number` counts from 1, lines end at LF; `text` is cleaned: no colours, prefixes, progress."""

    number: int
    text: str
    step: str = ""
    """The step of the frame that it stands in (`#12`), "" where the frame has none or does not say."""
    time: str = ""
    """Its time stamp as the frame wrote it."""
    recap: bool = False
    """Whether a frame says here again what stood above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A line that has a signature, with the words that its groups caught and the lines around."""

    signature: Signature
    line: LogLine
    words: tuple[tuple[str, str], ...] = ()
    before: tuple[LogLine, ...] = ()
    after: tuple[LogLine, ...] = ()

    def word(self, name: str) -> str:
        """Return what a group caught, "" where it caught nothing."""
        return dict(self.words).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause of a failure. `reason` says why it is the cause and no consequence, `because` why the confidence."""

    kind: str
    signature: str
    line: LogLine
    confidence: Confidence
    because: str
    sentence: str
    reason: str
    fixes: tuple[str, ...]
    excerpt: tuple[LogLine, ...]
    facts: tuple[tuple[str, str], ...] = ()
    swallowed: bool = False
    """Whether the build went on, or ended well, in spite of it."""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """A line that only follows from a cause."""

    line: LogLine
    signature: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecsInLog:
    """What a log tells of the request: specs, channels and platform, each as it stands there."""

    specs: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    platform: str = ""
    pip: tuple[str, ...] = ()
    day: str = ""
    """The day of the log, an ISO date, "" where it has no time stamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDiagnosis:
    """All that is said about a log. `informative` holds lines worth reading where no cause is known."""

    source: str
    outcome: Outcome
    lines: int
    causes: tuple[Cause, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    informative: tuple[LogLine, ...] = ()
    request: SpecsInLog = SpecsInLog()
    story: tuple[str, ...] = ()
    """What `explain` says about the environment behind the log; empty where it was not asked or cannot say."""
    unknown_failure: bool = False
    """Whether it failed and nothing of the catalogue says why."""
