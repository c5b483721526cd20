"""Sets of records as a person would say them: runs of versions that exist, the bound that matters, a pattern of builds.

Everything said here is true of the records at hand: runs are runs of existing versions, a bound separates every record
that is left from every record of the other side, a pattern matches every build that is left and no other.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from envdoctor.engine.specs import matcher, version
from envdoctor.model.outcome import Domain, VersionRange

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from envdoctor.model.names import PackageName
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.oracle import Possible


def ordered_versions(world: World, records: Iterable[RecordId]) -> tuple[str, ...]:
    """Return the different versions of some records, rising."""
    return tuple(sorted({world.version_of(record) for record in records}, key=version))


def domain(  # noqa: PLR0913 - what can be said of a domain
    world: World,
    name: PackageName,
    possible: Possible,
    other: Possible | None = None,
    texts: Iterable[str] = (),
    *,
    tell_builds: bool = False,
) -> Domain:
    """Return what is possible of a name in words.

    Where `other` is what the other side of a conflict leaves, `texts` are the dependency and constraint texts that
    made the domain: a bound is taken from them where it separates the two. Builds are told where they tell the two
    sides apart, or where `tell_builds` says that they matter.
    """
    builds = None
    if tell_builds or (other is not None and _share_versions(world, possible, other)):
        others = same_versions(world, possible.records) - possible.records
        builds = build_pattern(world, possible.records, others) or _share(possible.records, others)
    return Domain(
        name=name,
        ranges=version_ranges(world, name, possible.records),
        bound=None if other is None else separating_bound(world, possible.records, other.records, texts),
        builds=builds,
        may_be_absent=possible.absent,
        records=len(possible.records),
    )


def version_ranges(world: World, name: PackageName, records: Collection[RecordId]) -> tuple[VersionRange, ...]:
    """Return the versions of some records as runs of neighbours among all that exist, hidden ones too."""
    wanted = set(ordered_versions(world, records))
    known = ordered_versions(world, world.candidates(name))
    runs = [
        [text for _, text in run]
        for inside, run in groupby(((text in wanted, text) for text in known), key=lambda pair: pair[0])
        if inside
    ]
    return tuple(VersionRange(low=run[0], high=run[-1], series=_series(run, known)) for run in runs)


def separating_bound(
    world: World, mine: Collection[RecordId], others: Collection[RecordId], texts: Iterable[str]
) -> str | None:
    """Return the weakest one-sided bound of the texts that holds for all of `mine` and for none of `others`.

    Trailing `a0` and zeros, by which channels say "not even a pre-release", are left out where the shorter bound is as
    true. None where the two are not one above the other, or no text has such a bound.
    """
    if not mine or not others:
        return None
    low = [version(text) for text in ordered_versions(world, mine)]
    high = [version(text) for text in ordered_versions(world, others)]
    if low[-1] < high[0]:
        limits = [limit for limit in _limits(texts, "<") if low[-1] < version(limit) <= high[0]]
        best = max(limits, key=version, default=None)
        return None if best is None else f"<{_shorter(best, lambda text: low[-1] < version(text) <= high[0])}"
    if high[-1] < low[0]:
        limits = [limit for limit in _limits(texts, ">=") if high[-1] < version(limit) <= low[0]]
        best = min(limits, key=version, default=None)
        return None if best is None else f">={_shorter(best, lambda text: high[-1] < version(text) <= low[0])}"
    return None


def build_pattern(world: World, mine: Collection[RecordId], others: Collection[RecordId]) -> str | None:
    """Return a pattern that the builds of all of `mine` match and those of none of `others`; None if none is found.

    The exact build where there is one, else a part that is set off in the build strings (`py310`, `cuda126`, `cpu`).
    """
    builds = sorted({world.build_of(record) for record in mine})
    against = {world.build_of(record) for record in others}
    if not builds:
        return None
    if len(builds) == 1 and builds[0] not in against:
        return builds[0]
    for part in _parts(builds[0]):
        if all(part in _parts(build) for build in builds) and not any(part in _parts(build) for build in against):
            return f"*{part}*"
    return None


def _share_versions(world: World, possible: Possible, other: Possible) -> bool:
    mine = {world.version_of(record) for record in possible.records}
    return any(world.version_of(record) in mine for record in other.records)


def same_versions(world: World, records: Collection[RecordId]) -> frozenset[RecordId]:
    """Return the visible records that have the name and version of one of the records."""
    known = {(world.name_of(record), world.version_of(record)) for record in records}
    names = {name for name, _ in known}
    return frozenset(
        record for name in names for record in world.visible(name) if (name, world.version_of(record)) in known
    )


def _share(records: Collection[RecordId], others: Collection[RecordId]) -> str | None:
    return f"{len(records)} of {len(records) + len(others)} builds" if others else None


def _parts(build: str) -> tuple[str, ...]:
    """The parts of a build string that mean something: `cuda126_mkl_py312_h1a2b3c4_301` has cuda126, mkl, py312.

    Hashes and build numbers mean nothing to a person.
    """
    found = []
    for piece in re.split(r"[_.]", build):
        head = re.sub(r"h[0-9a-f]{7}$", "", piece)
        if head and not head.isdigit():
            found.append(head)
    return tuple(found)


def _limits(texts: Iterable[str], operator: str) -> set[str]:
    """The versions that stand after an operator in the version parts of some spec texts."""
    found: set[str] = set()
    for text in texts:
        asked = matcher(text).version
        if asked is not None:
            found.update(re.findall(rf"(?<![<>=!~]){operator}(?!=)([^,|)\s]+)", str(asked)))
    return found


def _shorter(limit: str, still_true: Callable[[str], bool]) -> str:
    """The limit without trailing `a0` and zeros, as far as it is still true."""
    best = limit
    for pattern in (r"a0$", r"(\.0)+$"):
        shorter = re.sub(pattern, "", best)
        if shorter and shorter != best and still_true(shorter):
            best = shorter
    return best


def _series(run: Sequence[str], known: Sequence[str]) -> str | None:
    """`1.9.*` for a run that is all that is known of 1.9, `3.9–3.12` for one of whole series; None for any other."""
    if len(run) == 1:
        return None
    parts = [text.split(".") for text in run]
    common = _common(parts[0], parts[-1])
    if common and all(len(part) > len(common) for part in parts) and _all_known(run, known, [common]):
        return f"{'.'.join(common)}.*"
    minors = {tuple(part[:2]) for part in parts}
    if len(minors) > 1 and all(len(part) > 2 for part in parts) and _all_known(run, known, list(minors)):  # noqa: PLR2004
        return f"{'.'.join(parts[0][:2])}–{'.'.join(parts[-1][:2])}"
    return None


def _common(first: Sequence[str], last: Sequence[str]) -> tuple[str, ...]:
    common = []
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        common.append(one)
    return tuple(common)


def _all_known(run: Sequence[str], known: Sequence[str], prefixes: Sequence[Sequence[str]]) -> bool:
    """Whether the run holds every known version that begins with one of the prefixes."""
    held = set(run)
    return all(
        text in held
        for text in known
        if any(tuple(text.split(".")[: len(prefix)]) == tuple(prefix) for prefix in prefixes)
    )
