"""Causes and consequences of a whole log: episodes are weighed against each other and against how the build ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.logs.choosing import chosen
from envdoctor.logs.episodes import Candidate, episodes_of
from envdoctor.logs.kinds import NETWORK, SYMPTOMS, TRANSIENT
from envdoctor.logs.wording import cause_of, consequence_of
from envdoctor.model.logs import Cause, Confidence, Consequence, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.logs.episodes import Episode
    from envdoctor.model.logs import Sighting

_ENDS_BADLY = frozenset({"bk-process-failed", "bk-executor-failed", "classic-nonzero", "end-failure", "make-error"})
_IMPORTS = frozenset({"module-missing", "pytest-collect"})


@dataclass(slots=True)
class Verdict:
    """What is said of a log."""

    outcome: Outcome
    causes: list[Cause]
    consequences: list[Consequence]
    unknown_failure: bool


@dataclass(slots=True)
class _Found:
    episode: Episode
    candidate: Candidate
    swallowed: bool


def judged(sightings: Sequence[Sighting], *, failed: bool | None = None) -> Verdict:
    """Tell the causes in a log from their consequences; `failed` says how it ended where that is known."""
    episodes = episodes_of(sightings)
    ended = _how_it_ended(sightings) if failed is None else (Outcome.FAILED if failed else Outcome.SUCCEEDED)
    found = _found(episodes, ended)
    if not found and ended is Outcome.FAILED:
        found = _from_exit_status(episodes)
    outcome = ended or (Outcome.FAILED if found else Outcome.SUCCEEDED)
    causes = [cause_of(one.candidate, one.episode, _confidence(one, found), swallowed=one.swallowed) for one in found]
    causes.sort(key=lambda cause: cause.line.number)
    taken = {cause.line.number for cause in causes}
    consequences = [] if not causes and outcome is Outcome.SUCCEEDED else _consequences(episodes, found, taken)
    return Verdict(outcome, causes, consequences, outcome is Outcome.FAILED and not causes)


def _how_it_ended(sightings: Iterable[Sighting]) -> Outcome | None:
    """How the outermost command ended, by the last line that says so; None where none does."""
    ended = None
    for one in sightings:
        if one.line.recap:
            continue
        if one.signature.name == "end-success":
            ended = Outcome.SUCCEEDED
        elif one.signature.name in _ENDS_BADLY:
            ended = Outcome.FAILED
    return ended


def _found(episodes: Sequence[Episode], ended: Outcome | None) -> list[_Found]:
    found: list[_Found] = []
    pairs = [(candidate, episode) for episode in episodes if (candidate := chosen(episode)) is not None]
    for candidate, episode in sorted(pairs, key=lambda pair: pair[0].number):
        if _follows(candidate, episode, found):
            continue
        swallowed = bool(episode.done) or (ended is Outcome.SUCCEEDED)
        if swallowed and not _matters(candidate, episode, [one for one in episodes if one.start >= episode.start]):
            continue
        found.append(_Found(episode, candidate, swallowed))
    return _without_repeats(found)


def _follows(candidate: Candidate, episode: Episode, found: Sequence[_Found]) -> bool:
    """Whether something that went wrong earlier explains a candidate."""
    if not found:
        return False
    if candidate.kind == "test-failure":
        return bool(episode.names() & _IMPORTS)
    if candidate.kind == "activate":
        return any(one.candidate.kind in {"activate", "env-missing", "conda-missing"} for one in found)
    if candidate.kind == "file-missing" and candidate.sighting.signature.name == "conda-env-file-notfound":
        return False
    return candidate.kind in SYMPTOMS


def _matters(candidate: Candidate, episode: Episode, later: Sequence[Episode]) -> bool:
    """Whether a failure that did not stop its step left something broken."""
    if candidate.sighting.signature.soft:
        return False
    if candidate.kind in TRANSIENT and any(one.successes for one in later):
        return False
    said = {one.signature.name for one in episode.consequences if one.line.number >= candidate.number}
    recovered = any(number > candidate.number for number in episode.successes)
    missed = {name for one in later for name in one.names()}
    symptoms = missed & {"conda-env-name", "conda-env-location", "module-missing", "pytest-collect", "glibcxx"}
    return bool(said or symptoms) or not recovered


def _without_repeats(found: list[_Found]) -> list[_Found]:
    """One cause for each fault: the same class with the same words, or one network fault after another, is one."""
    kept: list[_Found] = []
    for one in found:
        kind, text = one.candidate.kind, one.candidate.sighting.line.text.strip()
        same = any(
            other.candidate.kind == kind
            and (
                other.candidate.sighting.line.text.strip() == text
                or one.candidate.ends
                or kind in NETWORK
                or _says_less(one, other)
            )
            for other in kept
        )
        if not same:
            kept.append(one)
    return kept


def _says_less(one: _Found, other: _Found) -> bool:
    return one.episode.step == other.episode.step and one.candidate.kind in {"test-failure", "compile-error", "oom"}


def _from_exit_status(episodes: Sequence[Episode]) -> list[_Found]:
    """A cause from an exit status alone: 137 is what the kernel leaves when it kills for memory."""
    for episode in episodes:
        for one in episode.consequences:
            if one.signature.name == "exit-137":
                return [
                    _Found(
                        episode, Candidate(one, "oom", inferred="only the exit status 137 is there"), swallowed=False
                    )
                ]
    return []


def _confidence(one: _Found, found: Sequence[_Found]) -> tuple[Confidence, str]:  # noqa: PLR0911 - one for each case
    candidate, episode = one.candidate, one.episode
    signature = candidate.sighting.signature
    if signature.name == "exit-137":
        return Confidence.POSSIBLE, "only an exit status tells it"
    if one.swallowed:
        return Confidence.LIKELY, "the message is plain, but the build went on after it"
    rivals = {
        other.kind
        for other in episode.candidates
        if other.kind != candidate.kind and not other.sighting.signature.soft and other.kind not in NETWORK
    }
    if candidate.inferred:
        return Confidence.LIKELY, candidate.inferred
    if signature.soft:
        return Confidence.LIKELY, "the tool goes on after such a line, and nothing else explains the failure"
    if rivals:
        return Confidence.LIKELY, f"the same command also shows signs of {', '.join(sorted(rivals))}"
    if candidate.sighting.line.recap:
        return Confidence.LIKELY, "only the recap of the step is left in the log"
    if len(found) > 1 and not episode.failed:
        return Confidence.LIKELY, "no line says how this command ended"
    of_tool = "" if signature.tool == "any" else f" of {signature.tool}"
    return Confidence.CERTAIN, f"the message{of_tool} names the reason, and its command failed"


def _consequences(episodes: Sequence[Episode], found: Sequence[_Found], taken: set[int]) -> list[Consequence]:
    first = min(taken, default=0)
    own = {id(one.episode): one.candidate for one in found}
    told: dict[int, Consequence] = {}
    for episode in episodes:
        cause = own.get(id(episode))
        for one in episode.consequences:
            if one.line.number not in taken and not one.line.recap:
                told.setdefault(one.line.number, consequence_of(one))
        for candidate in episode.candidates:
            number = candidate.number
            if number in taken or number <= first or candidate.sighting.line.recap:
                continue
            if (cause is not None and number > cause.number) or (cause is None and candidate.kind in SYMPTOMS):
                told.setdefault(number, consequence_of(candidate.sighting))
    return [told[number] for number in sorted(told)]
