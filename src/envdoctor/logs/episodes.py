"""A log in episodes: what one command in one step said, in order, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from envdoctor.logs.kinds import rank
from envdoctor.logs.refining import refined_kind
from envdoctor.model.logs import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.logs import Sighting

FAILURES = frozenset({"bk-process-failed", "bk-executor-failed", "classic-nonzero", "end-failure", "exit-137",
                      "make-error", "mark-bk-error"})  # fmt: skip
"""Signatures that say that a command ended badly."""
SUCCESSES = frozenset({"ok-conda", "ok-pip", "ok-pixi"})
_STARTS = frozenset({"mark-classic-step", "mark-bk-step", "mark-gha-run", "mark-azure-step", "mark-gitlab-command",
                     "mark-gitlab-section", "mark-jenkins-stage", "mark-jenkins-sh",
                     "mark-conda-channels"})  # fmt: skip


@dataclass(slots=True)
class Candidate:
    """A line that may be a cause, with its class as far as the lines around tell it."""

    sighting: Sighting
    kind: str
    ends: bool = False
    """Whether its line is also the end of the build, which says again what a step said."""
    inferred: str = ""
    """What the class was inferred from, "" where the line itself says it."""

    @property
    def number(self) -> int:
        """Its line."""
        return self.sighting.line.number


@dataclass(slots=True)
class Episode:
    """What one command said. `step` is the frame's step, `start` the line of the command."""

    step: str
    start: int
    command: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    consequences: list[Sighting] = field(default_factory=list)
    context: list[Sighting] = field(default_factory=list)
    successes: list[int] = field(default_factory=list)
    python: str = ""
    """The python that the log named last before its end, a minor version."""
    done: int = 0
    """The line that says that the step went well; 0 where none does."""

    @property
    def failed(self) -> bool:
        """Whether a line says that it ended badly."""
        return any(one.signature.name in FAILURES for one in self.consequences)

    def names(self) -> set[str]:
        """Return the names of all signatures that were seen in it."""
        own = {one.sighting.signature.name for one in self.candidates}
        return own | {one.signature.name for one in (*self.consequences, *self.context)}


def episodes_of(sightings: Sequence[Sighting]) -> list[Episode]:
    """Return the episodes in the order in which they began."""
    open_ones: dict[str, Episode] = {}
    every: list[Episode] = []
    said: set[tuple[str, str]] = set()
    platform = python = ""
    for line in _by_line(sightings):
        head = line[0].line
        names = {one.signature.name for one in line}
        step = _step_of(line, every)
        platform = next((one.word("platform") for one in line if one.word("platform")), platform)
        python = next((one.word("python") for one in line if one.word("python")), python)
        starts = names & _STARTS
        if step not in open_ones or (starts and _is_new(open_ones[step], starts)):
            open_ones[step] = Episode(step=step, start=head.number, command=_command(line))
            every.append(open_ones[step])
        if head.recap and (_key(line[0]) in said):
            continue
        said.update(_key(one) for one in line)
        open_ones[step].python = python
        _put(open_ones[step], line, platform)
    return every


def _key(sighting: Sighting) -> tuple[str, str]:
    return sighting.signature.name, sighting.line.text.strip()


def _by_line(sightings: Iterable[Sighting]) -> Iterable[list[Sighting]]:
    lines: dict[int, list[Sighting]] = {}
    for one in sightings:
        lines.setdefault(one.line.number, []).append(one)
    return lines.values()


def _step_of(line: Sequence[Sighting], every: Sequence[Episode]) -> str:
    """The step of a line. What a recap, or the end of the build, says of a command belongs to the step that ran it."""
    step = line[0].line.step
    if step or not every:
        return step
    command = next((one.word("cmd") for one in line if one.word("cmd")), "")
    if command:
        for episode in reversed(every):
            if any(one.word("cmd") == command for one in episode.consequences):
                return episode.step
    return step


def _is_new(episode: Episode, starts: set[str]) -> bool:
    """Whether a start begins something new: a channel list right behind its command does not."""
    quiet = not episode.candidates and not episode.consequences
    return not (starts == {"mark-conda-channels"} and quiet)


def _command(line: Sequence[Sighting]) -> str:
    return next((one.word("step") for one in line if one.word("step")), line[0].line.text)


def _put(episode: Episode, line: Sequence[Sighting], platform: str) -> None:
    causes: list[Candidate] = []
    roles = {one.signature.role for one in line}
    names = {one.signature.name for one in line}
    for one in line:
        name = one.signature.name
        if name in SUCCESSES:
            episode.successes.append(one.line.number)
        elif name == "mark-bk-done":
            episode.done = one.line.number
        if one.signature.role is Role.CAUSE and Role.NOISE not in roles:
            kind, inferred = refined_kind(one, platform)
            causes.append(Candidate(one, kind, inferred=inferred, ends="end-failure" in names))
        elif one.signature.role is Role.CONTEXT:
            episode.context.append(one)
        elif one.signature.role is Role.CONSEQUENCE or name == "mark-bk-error":
            episode.consequences.append(one)
    if causes:
        episode.candidates.append(
            min(causes, key=lambda one: (rank(one.kind), one.sighting.signature.soft, not one.sighting.words))
        )
