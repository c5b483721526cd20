"""Half a line of known reason for a bound, with its day, in words that are no surer than the source.

None is the usual answer: a reason is told only where the dated facts leave little room for another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.knowledge.migrations import open_migration_between
from envdoctor.knowledge.patches import Field, Patch, patch_behind
from envdoctor.knowledge.pins import PinMove, move_between_sides, pins_as_of, version_parts
from envdoctor.knowledge.python import PythonRelease, python_as_of, python_release

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.records import Record

LONGEST = 90
"""Characters of half a line."""


def reason_for_bound(
    package: PackageName, side_a: Sequence[str], side_b: Sequence[str], *, subdir: Subdir | None = None
) -> str | None:
    """Return why two sides stand on different versions of a package, or None.

    `side_a` and `side_b` are the versions that each side leaves, in any order. A pin that differed on `subdir` (on any
    platform, where that is None) explains nothing.
    """
    if set(side_a) & set(side_b):
        return None
    if package == "python":
        return _python_reason(side_a, side_b) or _python_reason(side_b, side_a)
    for lows, highs in ((side_a, side_b), (side_b, side_a)):
        move = move_between_sides(package, lows, highs)
        if move is not None and _holds_on(move, subdir):
            return _short(*_tellings(move))
    return _open_reason(package, side_a, side_b) or _open_reason(package, side_b, side_a)


def reason_for_dependency(
    record: Record, dependency: str, *, older: Callable[[str, str], bool] | None = None
) -> str | None:
    """Return who set a bound of a record after its build and why, or None. `dependency` is one of its own texts.

    For records of conda-forge alone: its patches are those that are known. `older(version, other)` says whether a
    version is smaller than another; see `envdoctor.knowledge.patches.patch_behind`.
    """
    if record.channel != "conda-forge":
        return None
    field: Field = "depends" if dependency in record.depends else "constrains"
    patch = patch_behind(record, dependency, field=field, older=older)
    if patch is None:
        return None
    plain = f"conda-forge set `{dependency}` on this build {_day_of(patch)}"
    brief = f"conda-forge set this bound {_day_of(patch)}"
    if patch.reason is None:
        return _short(plain, brief)
    why = f"(probably: {patch.reason})" if patch.reason_is_derived else f"({patch.reason})"
    return _short(f"{plain} {why}", f"{brief} {why}", plain, brief)


def _tellings(move: PinMove) -> tuple[str, ...]:
    """Return the ways to tell a move, the fullest first: packages were rebuilt while its migration was open."""
    moved = f"conda-forge moved {move.package} from {move.before} to {move.after}"
    left = f"conda-forge left {move.package} {move.before} on {move.left}"
    if not move.is_direct:
        built = f"conda-forge built on {move.package} {move.before} until {move.left}, on {move.after} from {move.day}"
        return (built, left)
    if move.opened is not None and move.opened < move.day:
        return (f"{moved} between {move.opened} and {move.day}", f"{moved} by {move.day}", left)
    return (f"{moved} on {move.day}", left)


def _holds_on(move: PinMove, subdir: Subdir | None) -> bool:
    return not move.exceptions if subdir is None else subdir not in move.exceptions


def _open_reason(package: PackageName, lows: Sequence[str], highs: Sequence[str]) -> str | None:
    """Return that a move was under way, if it was the same for all versions of both sides."""
    moves = {open_migration_between(package, low, high) for low in lows for high in highs}
    move = moves.pop() if len(moves) == 1 else None
    if move is None or len(move.after) != 1 or len(move.before) != 1:
        return None
    began = f"conda-forge began to move {package} from {move.before[0]} to {move.after[0]} on {move.opened}"
    return _short(f"{began}, still open on {pins_as_of()}", began)


def _python_reason(lows: Sequence[str], highs: Sequence[str]) -> str | None:
    """Return when conda-forge dropped the newest Python of the old side, if it builds for all of the new one since."""
    old, new = _releases(lows), _releases(highs)
    days = [release.dropped for release in old if release.dropped is not None]
    if not old or not new or len(days) < len(old):
        return None
    last = max(old, key=lambda release: release.dropped or "")
    if any(release.dropped is not None and release.dropped <= max(days) for release in new):
        return None
    told = f"conda-forge stopped building for Python {last.minor} on {last.dropped}"
    # What happened after the snapshot was announced, and has not been seen in the pins.
    return _short(f"{told}, as announced" if last.dropped_source and max(days) > python_as_of() else told)


def _releases(versions: Sequence[str]) -> tuple[PythonRelease, ...]:
    """Return the minor versions of some versions; none where one of them is unknown."""
    minors = dict.fromkeys(".".join(version_parts(version)[:2]) for version in versions)
    known = [release for minor in minors if (release := python_release(minor)) is not None]
    return tuple(known) if len(known) == len(minors) else ()


def _day_of(patch: Patch) -> str:
    if patch.since is None:
        return f"by {patch.until}"
    return f"on {patch.since}" if patch.since == patch.until else f"between {patch.since} and {patch.until}"


def _short(*texts: str) -> str | None:
    """Return the first text that fits half a line."""
    return next((text for text in texts if len(text) <= LONGEST), None)
