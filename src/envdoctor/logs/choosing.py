"""The cause of one episode among its candidates, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.logs.episodes import Candidate
from envdoctor.logs.kinds import GENERIC, NETWORK, SOLVE, TRANSIENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.logs.episodes import Episode

_PINS = frozenset({"conda-pin-twice", "mamba-pin-1", "conda-unsat-history"})
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
    return (reasons or candidates)[0]


def _that_count(episode: Episode) -> list[Candidate]:
    """Candidates without those that a later success, or another end of the command, shows to be harmless."""
    hard = [one for one in episode.candidates if not one.sighting.signature.soft]
    last_success = max(episode.successes, default=0)
    kept = []
    for one in episode.candidates:
        if one.number < last_success and (one.sighting.signature.soft or one.kind in TRANSIENT):
            continue
        if one.sighting.signature.soft and not _is_followed(one, hard, episode):
            continue
        kept.append(one)
    return kept


def _is_followed(soft: Candidate, hard: Sequence[Candidate], episode: Episode) -> bool:
    """Whether what ends the command can come from a line after which it went on."""
    later = [one for one in hard if one.number >= soft.number]
    if soft.kind in NETWORK and later:
        return any(one.kind in NETWORK or one.kind.startswith("registry") or one.kind == "apt" for one in later)
    if later:
        return True
    return any(one.line.number >= soft.number for one in episode.consequences) or not episode.done


def _of_solve(episode: Episode, solve: list[Candidate]) -> Candidate:
    """The cause in what a solver said: one of its lines, with the class that the whole text shows."""
    names = episode.names()
    by_kind: dict[str, list[Candidate]] = {}
    for one in solve:
        by_kind.setdefault(one.kind, []).append(one)
    pins = [one for one in solve if one.sighting.signature.name in _PINS]
    if pins:
        return pins[0]
    if "conda-pins-involved" in names:
        return Candidate(solve[0].sighting, "hidden-pin", "conda names pins as part of the conflict")
    conflicts = by_kind.get("conflict", [])
    for kind in ("strict-priority", "cuda-virtual", "system-virtual", "python-unsupported"):
        if kind in by_kind:
            return by_kind[kind][0]
    leaves = [one for one in solve if one.kind != "conflict"]
    told = [one for one in conflicts if not _is_head(one)]
    if names & _STRICT_HINTS:
        first = (told or leaves or solve)[0]
        return Candidate(first.sighting, "strict-priority", "the tool says that channel priority hides packages")
    if told:
        return told[0]
    if leaves and not any(_is_head(one) and one.number > leaves[-1].number for one in conflicts):
        return leaves[0]
    return (conflicts or solve)[0]


def _is_head(candidate: Candidate) -> bool:
    """Whether a line says only that a conflict follows: a leaf below it may be the reason."""
    return candidate.sighting.signature.name in {"conda-unsat-rattler-head", "resolvo-conflict",
                                                 "resolvo-cannot-install"}  # fmt: skip
