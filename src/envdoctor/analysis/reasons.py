"""The dated reason behind a bound, where the knowledge has one: when conda-forge moved a pin, or set a bound later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.chains import dependency_texts
from envdoctor.analysis.domains import ordered_versions
from envdoctor.engine.specs import version
from envdoctor.knowledge.reasons import reason_for_bound, reason_for_dependency
from envdoctor.model.facts import Constrains, Depends, fact_key

if TYPE_CHECKING:
    from envdoctor.analysis.meeting import Meeting, Question, Side
    from envdoctor.solving.oracle import Oracle

CONDA_FORGE = "conda-forge"


def reason_of(oracle: Oracle, question: Question, meeting: Meeting) -> str | None:
    """Return half a line on why the sides of a meeting stand apart; None where nothing is known for sure.

    What is known is known of conda-forge, so every record of the meeting point must be conda-forge's.
    """
    if len(meeting.sides) < 2:  # noqa: PLR2004
        return None
    world = oracle.world
    first, second = (side.possible.records for side in meeting.sides)
    if not first or not second or any(world.channel_of(record) != CONDA_FORGE for record in (*first, *second)):
        return None
    if meeting.name == "python" and not _asks_for_older_python(oracle, meeting):
        return None
    patched = [reason for side in meeting.sides if (reason := _patch(oracle, question, meeting, side)) is not None]
    if patched:
        return patched[0]
    return reason_for_bound(
        meeting.name,
        ordered_versions(world, first),
        ordered_versions(world, second),
        subdir=world.request.target.subdir,
    )


def _asks_for_older_python(oracle: Oracle, meeting: Meeting) -> bool:
    """Whether a line itself asks for the older python: only then is the end of that python's builds the reason."""
    world = oracle.world
    first, second = meeting.sides
    newest = [version(ordered_versions(world, side.possible.records)[-1]) for side in (first, second)]
    older = first if newest[0] < newest[1] else second
    return not older.facts


def _patch(oracle: Oracle, question: Question, meeting: Meeting, side: Side) -> str | None:
    """The patch that set the side's last bound, if one patch set it for every record that has it."""
    edges = [fact for fact in sorted(side.facts, key=fact_key) if fact.target == meeting.name]
    if len(edges) != 1 or not isinstance(edges[0], (Depends, Constrains)):
        return None
    edge = edges[0]
    sources = oracle.possible(edge.source, side.lines, side.facts, question.within).records
    reasons = {
        reason_for_dependency(oracle.world.record(record), text, older=_older)
        for record in sorted(sources)
        for text in dependency_texts(oracle, edge, (record,))
    }
    return reasons.pop() if len(reasons) == 1 else None


def _older(one: str, other: str) -> bool:
    return version(one) < version(other)
