"""The dated reason behind a bound, where the knowledge has one: when conda-forge moved a pin, or set a bound later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.chains import dependency_texts
from envdoctor.analysis.domains import ordered_versions
from envdoctor.engine.specs import version
from envdoctor.knowledge.reasons import reason_for_bound, reason_for_dependency
from envdoctor.model.facts import Constrains, Depends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.analysis.narrowing import Event, Narrowing
    from envdoctor.analysis.story import Story
    from envdoctor.records.world import World

CONDA_FORGE = "conda-forge"


def reason_of(world: World, story: Story) -> str | None:
    """Return half a line on why two sides stand apart; None where nothing is known for sure.

    What is known is known of conda-forge, so every record of the meeting point must be conda-forge's.
    """
    point = story.meeting_point
    ends = [part.narrowing.needed()[-1] for part in story.parts if part.narrowing is not None]
    if point is None or story.split is not None or len(ends) != 2:  # noqa: PLR2004
        return None
    left = [event.left for event in ends]
    if any(not records or any(world.channel_of(record) != CONDA_FORGE for record in records) for records in left):
        return None
    versions = [ordered_versions(world, records) for records in left]
    if point == "python" and not _asks_for_older_python(ends, versions):
        return None
    narrowings = [part.narrowing for part in story.parts if part.narrowing is not None]
    patched = [reason for narrowing in narrowings if (reason := _patch(world, narrowing)) is not None]
    return patched[0] if patched else reason_for_bound(point, *versions, subdir=world.request.target.subdir)


def _asks_for_older_python(ends: Sequence[Event], versions: Sequence[Sequence[str]]) -> bool:
    """Whether a line itself asks for the older python: only then is the end of that python's builds the reason."""
    older = min(zip(ends, versions, strict=True), key=lambda pair: version(pair[1][-1]))[0]
    return older.line is not None


def _patch(world: World, narrowing: Narrowing) -> str | None:
    """The patch that set a side's last bound, if one patch set it for every record that has it."""
    end = narrowing.needed()[-1]
    if end.cause is None or end.backward or not isinstance(end.fact, (Depends, Constrains)):
        return None
    reasons = {
        reason_for_dependency(world.record(record), text, older=_older)
        for record in sorted(narrowing.events[end.cause].left)
        for text in dependency_texts(world, end.fact, (record,))
    }
    return reasons.pop() if len(reasons) == 1 else None


def _older(one: str, other: str) -> bool:
    return version(one) < version(other)
