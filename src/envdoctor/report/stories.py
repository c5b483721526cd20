"""What is told once: conflicts of one cause, platforms of one story, and lines that take part in several conflicts.

Nothing is found out here; equal things are put together, for the text and the JSON alike.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.outcome import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envdoctor.model.outcome import Conflict, PlatformDiagnosis
    from envdoctor.model.specs import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A line that takes part in several conflicts; `conflicts` holds their places in order, counted from 0."""

    line: Requirement
    conflicts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A platform with the others of which the same is to be told.

    `alike` are the platforms that differ in no word; on those of `akin` the same lines clash for the same kinds of
    cause, but along other versions or packages.
    """

    told: PlatformDiagnosis
    alike: tuple[PlatformDiagnosis, ...] = ()
    akin: tuple[PlatformDiagnosis, ...] = ()


def by_reason(conflicts: Sequence[Conflict]) -> tuple[tuple[Conflict, ...], ...]:
    """Return the conflicts in order, those with one and the same reason together where the first of them stands."""
    groups: list[list[Conflict]] = []
    known: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        group = known.get(conflict.reason) if conflict.reason else None
        if group is None:
            group = []
            groups.append(group)
            if conflict.reason:
                known[conflict.reason] = group
        group.append(conflict)
    return tuple(tuple(group) for group in groups)


def shared_lines(conflicts: Sequence[Conflict]) -> tuple[Shared, ...]:
    """Return the lines that take part in several conflicts, those in most of them first, then in the file's order."""
    found: dict[Requirement, list[int]] = defaultdict(list)
    for number, conflict in enumerate(conflicts):
        for line in conflict.core:
            found[line].append(number)
    several = [Shared(line=line, conflicts=tuple(numbers)) for line, numbers in found.items() if len(numbers) > 1]
    return tuple(
        sorted(
            several, key=lambda one: (-len(one.conflicts), one.line.place.file, one.line.place.line or 0, one.line.text)
        )
    )


def stories(platforms: Sequence[PlatformDiagnosis], *, apart: bool) -> tuple[Story, ...]:
    """Return the platforms in order, those with the same conflicts put together; `apart` keeps akin ones apart."""
    found: list[Story] = []
    for platform in platforms:
        if not isinstance(platform.outcome, Unsatisfiable):
            found.append(Story(told=platform))
            continue
        for number, story in enumerate(found):
            joined = _joined(story, platform, apart=apart)
            if joined is not None:
                found[number] = joined
                break
        else:
            found.append(Story(told=platform))
    return tuple(found)


def _joined(story: Story, platform: PlatformDiagnosis, *, apart: bool) -> Story | None:
    if not isinstance(story.told.outcome, Unsatisfiable) or _causes(story.told) != _causes(platform):
        return None
    if _words(story.told) == _words(platform):
        return Story(told=story.told, alike=(*story.alike, platform), akin=story.akin)
    return None if apart else Story(told=story.told, alike=story.alike, akin=(*story.akin, platform))


def _causes(platform: PlatformDiagnosis) -> object:
    return _parts(platform, lambda conflict: (conflict.kind, conflict.core, conflict.reason))


def _words(platform: PlatformDiagnosis) -> object:
    """All that would be said, with the platform's own name left open."""

    def words(conflict: Conflict) -> tuple[object, ...]:
        said = (conflict.headline, *conflict.details, *conflict.way_out, *conflict.other_parties, *conflict.proof)
        said = (*said, *(part for sighting in conflict.sightings for part in (sighting.text, sighting.detail)))
        return (conflict.meeting_point, tuple(text.replace(platform.platform, "…") for text in said))

    return _parts(platform, words)


def _parts(platform: PlatformDiagnosis, part: Callable[[Conflict], tuple[object, ...]]) -> object:
    outcome = platform.outcome
    if not isinstance(outcome, Unsatisfiable):
        return None
    return (outcome.complete, tuple(part(conflict) for conflict in outcome.conflicts))
