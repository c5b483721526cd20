"""Bounds that conda-forge set after a build, by patching its channel's index (repodata), not the package's author.

A record served today is patched already. That it fits a patch and shows its effect does not prove that the patch made
it, so a patch is named only where nothing else is likely: the record is older than the patch, the patch names its
package, and the bound has not the shape that a build pin gives (`>=1.22,<2.0a0`, on a compiled build).
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from envdoctor.knowledge.tables import as_of, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from envdoctor.model.records import Record

    Older = Callable[[str, str], bool]

Field = Literal["depends", "constrains"]

_TIME_OF_REBUILDS = timedelta(days=30)

_COMPARED_AS_GLOBS = {
    "name": "name",
    "version": "version",
    "build": "build",
    "build_number": "build_number",
    "subdir": "subdir",
    "artifact": "filename",
}
"""Condition of a patch → the field of a record that it is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A change that conda-forge made to records already published.

    It was made between the days `since` and `until` (ISO strings, both included): they are equal where the day is
    known, and `since` is None where only the latest possible day is. `reason` is None where none is known;
    `reason_is_derived` marks one that was inferred from the change and holds only probably.
    """

    identity: str
    since: str | None
    until: str
    reason: str | None = None
    reason_is_derived: bool = False


def patch_behind(
    record: Record, dependency: str, *, field: Field = "depends", older: Older | None = None
) -> Patch | None:
    """Return the patch that set a dependency text (or constraint) of a conda-forge record; None where it is unsure.

    `older(version, other)` says whether a version is smaller than another. Without it, patches for ranges of versions
    are never named.
    """
    if record.timestamp is None or _may_be_a_build_pin(record, dependency):
        return None
    for row in _patches_by_package().get(record.name, ()):
        patch = _patch(row)
        conditions = ((key, _several(wanted)) for key, wanted in row["if"].items())
        fits = all(_holds(key, wanted, record, dependency, older) for key, wanted in conditions)
        if fits and _is_older(record, patch, row["if"]) and _made(row, field, dependency):
            return patch
    return None


def patches_as_of() -> str:
    """Return the day of the newest source of the patches."""
    return as_of("patches")


def supports_numpy_2_from(name: str) -> str | None:
    """Return the first version of a conda package that goes with numpy 2, as conda-forge noted it; None if unknown.

    The list was made for builds against numpy 1 in May 2024 (`numpy2_known_lower_bound.yaml` of the patches).
    """
    for row in _patches_by_package().get(name, ()):
        if row["id"].startswith("numpy2_known_lower_bound:"):
            first: str = row["if"]["version_lt"]
            return first
    return None


@cache
def _patches_by_package() -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in table("patches")["patches"]:
        for name in _several(row["if"]["name"]):
            rows.setdefault(name, []).append(row)
    return {name: tuple(own) for name, own in rows.items()}


def _patch(row: Mapping[str, Any]) -> Patch:
    # A patch edited later may have got this bound only then; one moved in bulk was made some time before.
    until = max(row["since"], row.get("changed", ""), row.get("no_later_than", ""))
    return Patch(
        identity=row["id"],
        since=None if row.get("not_after") else row["since"],
        until=until,
        reason=row.get("reason"),
        reason_is_derived=row.get("derived", False),
    )


def _may_be_a_build_pin(record: Record, dependency: str) -> bool:
    """Whether the bound looks as conda-build writes it for what was there at build time, on a build that has such."""
    return record.noarch is None and re.search(r"<[^,|]*a0\b", dependency) is not None


def _is_older(record: Record, patch: Patch, condition: Mapping[str, Any]) -> bool:
    """Whether a build is so much older than a patch that its recipe cannot have had the same mend.

    A feedstock is often rebuilt with the mend while the patch for its earlier builds is being reviewed.
    """
    latest = date.fromisoformat(patch.until)
    if record.build_number > 0 and not condition.keys() & {"build", "build_number", "artifact"}:
        latest -= _TIME_OF_REBUILDS
    return _day_built(record) < latest


def _day_built(record: Record) -> date:
    return datetime.fromtimestamp((record.timestamp or 0) / 1000, tz=UTC).date()


def _holds(key: str, wanted: list[str], record: Record, dependency: str, older: Older | None) -> bool:
    """Whether a condition of a patch holds for a record that had a timestamp; one that cannot be judged does not."""
    if key in _COMPARED_AS_GLOBS:
        return _any_glob(wanted, str(getattr(record, _COMPARED_AS_GLOBS[key])))
    if key in ("built_before", "built_after"):
        built = _day_built(record).isoformat()
        return built < wanted[0] if key == "built_before" else built > wanted[0]
    if key == "has_depends":
        return _had(wanted, record.depends, dependency)
    # What it did not have before the patch nobody can see any more.
    return key in ("not_has_depends", "not_has_constrains") or _compares(key, wanted[0], record, older)


def _compares(key: str, bound: str, record: Record, older: Older | None) -> bool:
    """Whether a condition with an order holds; one that cannot be judged does not."""
    what, _, sense = key.rpartition("_")
    if what == "build_number":
        number = int(bound)
        below, equal = record.build_number < number, record.build_number == number
    elif what == "version" and older is not None:
        below = older(record.version, bound)
        equal = not below and not older(bound, record.version)
    else:
        return False
    return {"lt": below, "le": below or equal, "gt": not below and not equal, "ge": not below}.get(sense, False)


def _had(patterns: Sequence[str], depends: Sequence[str], dependency: str) -> bool:
    """Whether a record had one of the dependencies before the patch: what the patch changed itself is taken as had."""
    changed = _name_of(dependency)
    return any(
        _name_of(pattern) == changed or _any_glob((plain,), *depends)
        for pattern in patterns
        for plain in _without_options(pattern)
    )


def _without_options(pattern: str) -> tuple[str, ...]:
    """Return the globs of fnmatch that a pattern stands for: `numpy?( *)` is `numpy` and `numpy *`."""
    option = re.search(r"\?\((.*?)\)", pattern)
    if option is None:
        return (pattern,)
    before, after = pattern[: option.start()], pattern[option.end() :]
    return (before + after, before + option.group(1) + after)


def _made(row: Mapping[str, Any], field: Field, dependency: str) -> bool:
    return any(change["field"] == field and _leaves(change, dependency) for change in row["then"])


def _leaves(change: Mapping[str, str], dependency: str) -> bool:
    """Whether a change leaves this text behind."""
    if change["op"] == "tighten":
        own = _name_of(dependency) == change["name"]
        return own and re.search(rf"<{re.escape(change['upper_bound'])}a0(?![^,|\s])", dependency) is not None
    new, old = change.get("new", change.get("spec", "")), change.get("old", "")
    kept = "*" if any(sign in old for sign in "*?") else old
    if "${old}" in new:
        before, _, after = new.partition("${old}")
        return dependency.startswith(before + kept.rstrip("*")) and dependency.endswith(after)
    return " ".join(new.split()) == " ".join(dependency.split())


def _any_glob(patterns: Sequence[str], *texts: str) -> bool:
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns for text in texts)


def _name_of(spec: str) -> str:
    return re.split(r"[\s?(*<>=!]", spec, maxsplit=1)[0]


def _several(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted
