"""The cause of one episode among its candidates, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from envdoctor.knowledge.python import python_as_of, python_release
from envdoctor.logs.episodes import Candidate
from envdoctor.logs.kinds import GENERIC, NETWORK, SOLVE, TRANSIENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.logs.episodes import Episode

_PINS = frozenset({"conda-pin-twice", "mamba-pin-1", "conda-unsat-history"})
_CHAINED = 40
"""Lines between exceptions of one traceback."""
_STRICT_HINTS = frozenset({"mamba-strict-hint", "conda-strict-note"})


def chosen(episode: Episode) -> Candidate | None:
    """Return the cause of an episode; None where it shows none that counts."""
    candidates = _that_count(episode)
    solve = [one for one in candidates if one.kind in SOLVE]
    if solve:
        before = [one for one in candidates if one.number < solve[0].number and one.kind not in SOLVE]
        if not [one for one in before if not one.sighting.signature.soft]:
            return _of_solve(episode, solve)
    if not candidates:
        return None
    reasons = [one for one in candidates if one.kind not in GENERIC and one.kind != "test-failure"]
    first = (reasons or candidates)[0]
    return _with_its_python(episode, _that_names_more(first, candidates))


def _that_names_more(first: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """Of exceptions that one fault raises one after another, the first that names its host or file."""
    if not first.sighting.signature.soft or first.sighting.words:
        return first
    same = (one for one in candidates if one.kind == first.kind and one.number - first.number <= _CHAINED)
    return next((one for one in same if one.sighting.words), first)


def _with_its_python(episode: Episode, candidate: Candidate) -> Candidate:
    """What pip does not find for a python past its end of life is there for newer ones, as a rule.

    pip before 22.3 does not list the versions that it left out for their Requires-Python.
    """
    if candidate.sighting.signature.name != "pip-no-version-listed" or not episode.python:
        return candidate
    if not is_past_its_end(episode.python):
        return candidate
    inferred = f"python {episode.python} is past its end of life, and new versions are not made for it"
    return Candidate(candidate.sighting, "pip-requires-python", inferred=inferred)


def _that_count(episode: Episode) -> list[Candidate]:
    """Candidates without those that a later success, or another end of the command, shows to be harmless."""
    hard = [one for one in episode.candidates if not one.sighting.signature.soft]
    last_success = max(episode.successes, default=0)
    kept = []
    for one in episode.candidates:
        if one.kind == "conda-missing" and _conda_speaks(episode):
            continue
        if one.sighting.signature.name == "pip-requires-python-ignored" and not _was_asked_for(one, episode):
            continue
        if one.number < last_success and (one.sighting.signature.soft or one.kind in TRANSIENT):
            continue
        if one.sighting.signature.soft and not _is_followed(one, hard, episode):
            continue
        kept.append(one)
    return kept


def _was_asked_for(left_out: Candidate, episode: Episode) -> bool:
    """Whether one of the versions that pip left out for their python is one that was asked for, if the log tells."""
    asked = next((one for one in episode.candidates if one.sighting.signature.name == "pip-no-version-listed"), None)
    try:
        specifier = None if asked is None else Requirement(asked.sighting.word("req")).specifier
    except InvalidRequirement:
        return True
    if specifier is None:
        return True
    versions = (part.split()[0] for part in left_out.sighting.word("list").split(";") if part.strip())
    return any(specifier.contains(version, prereleases=True) for version in versions)


def _conda_speaks(episode: Episode) -> bool:
    """Whether conda itself talks in the same command, so that it is not missing, whatever a wrapper says."""
    spoke = {one.signature.name for one in (*episode.consequences, *episode.context)}
    return bool(episode.successes) or bool(spoke & {"conda-pip-failed", "conda-pip-error-head"})


def _is_followed(soft: Candidate, hard: Sequence[Candidate], episode: Episode) -> bool:
    """Whether what ends the command can come from a line after which it went on."""
    later = [one for one in hard if one.number >= soft.number]
    if soft.kind in NETWORK and later:
        return any(one.kind in NETWORK or one.kind.startswith("registry") or one.kind == "apt" for one in later)
    if later:
        return True
    return any(one.line.number >= soft.number for one in episode.consequences) or not episode.done


def _of_solve(episode: Episode, solve: list[Candidate]) -> Candidate:  # noqa: PLR0911 - one for each case
    """The cause in what a solver said: one of its lines, with the class that the whole text shows."""
    names = episode.names()
    by_kind: dict[str, list[Candidate]] = {}
    for one in solve:
        by_kind.setdefault(one.kind, []).append(one)
    pins = [one for one in solve if one.sighting.signature.name in _PINS]
    if pins:
        return pins[0]
    if "conda-pins-involved" in names:
        return Candidate(solve[0].sighting, "hidden-pin", inferred="conda names pins as part of the conflict")
    conflicts = by_kind.get("conflict", [])
    for kind in ("strict-priority", "cuda-virtual", "system-virtual", "python-unsupported"):
        if kind in by_kind:
            return by_kind[kind][0]
    leaves = [one for one in solve if one.kind != "conflict"]
    told = [one for one in conflicts if not _is_head(one)]
    if names & _STRICT_HINTS:
        first = (told or leaves or solve)[0]
        return Candidate(
            first.sighting, "strict-priority", inferred="the tool says that channel priority hides packages"
        )
    if told:
        return told[0]
    if leaves and not any(_is_head(one) and one.number > leaves[-1].number for one in conflicts):
        return leaves[0]
    return (conflicts or solve)[0]


def _is_head(candidate: Candidate) -> bool:
    """Whether a line says only that a conflict follows: a leaf below it may be the reason."""
    return candidate.sighting.signature.name in {"conda-unsat-rattler-head", "resolvo-conflict",
                                                 "resolvo-cannot-install"}  # fmt: skip


def is_past_its_end(minor: str) -> bool:
    """Whether a minor version of python had come to its end when these facts were collected."""
    release = python_release(minor)
    return release is not None and release.end_of_life is not None and release.end_of_life <= python_as_of()
