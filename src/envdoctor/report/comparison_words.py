"""The words of a comparison, which text and Markdown share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.lockfile.compare import channel_of
from envdoctor.model.comparison import DirectFrom, Part, Turn
from envdoctor.model.lockfile import Manager
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.comparison import Asker, Change, Comparison, PlatformComparison, Side
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir

ADDED, REMOVED, UP, DOWN, OTHER = "+", "-", "↑", "↓", "~"
KINDS = ((ADDED, "added"), (REMOVED, "removed"), (UP, "upgraded"), (DOWN, "downgraded"), (OTHER, "changed otherwise"))
"""The marks of changes with their meaning, in the order in which they are counted."""

INDIRECT = "Needed by others"
SHORT_HASH = 8
MOST_ASKERS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Platforms on which the same can be said: their names and the comparison of the first."""

    names: tuple[str, ...]
    comparison: PlatformComparison


def told_once(comparison: Comparison) -> tuple[Told, ...]:
    """Return the platforms that have changes, those together of which the same is said."""
    found: dict[object, list[PlatformComparison]] = {}
    for one in comparison.platforms:
        if one.changes:
            said = tuple(
                (name(change), change.direct, before_and_after(change), asked_by(change)) for change in one.changes
            )
            found.setdefault((said, counts(one)), []).append(one)
    return tuple(Told(tuple(one.platform for one in alike), alike[0]) for alike in found.values())


def unchanged(comparison: Comparison) -> tuple[str, ...]:
    """Return the platforms that both sides have and that are the same on both."""
    return tuple(one.platform for one in comparison.platforms if not one.changes)


def mark(change: Change) -> str:
    """Return the mark of a change."""
    if change.before is None:
        return ADDED
    if change.after is None:
        return REMOVED
    return {Turn.UPGRADE: UP, Turn.DOWNGRADE: DOWN, None: OTHER}[change.turn]


def counts(platform: PlatformComparison) -> str:
    """Return `2 added (+), 1 upgraded (↑), 30 the same`."""
    number = Counter(map(mark, platform.changes))
    return ", ".join([*(f"{number[sign]} {word} ({sign})" for sign, word in KINDS if number[sign]),
                      f"{platform.same} the same"])  # fmt: skip


def name(change: Change) -> str:
    """Return the package's name, marked where pip installs it."""
    return f"{change.name} (pip)" if change.manager is Manager.PIP else change.name


def before_and_after(change: Change) -> tuple[str, str]:
    """Return what each side has, told apart by whatever differs; empty where a side has none."""
    before, after = change.before, change.after
    if before is None or after is None:
        return (before.version if before else "", after.version if after else "")
    sides = ([], []) if Part.VERSION not in change.parts else ([before.version], [after.version])
    if Part.VERSION not in change.parts and Part.BUILD in change.parts:
        sides = ([before.version, before.build or ""], [after.version, after.build or ""])
    for side, package in zip(sides, (before, after), strict=True):
        if not side:
            side.append(package.version)
        if Part.CHANNEL in change.parts:
            side.append(f"of {channel_of(package)}")
        if Part.URL in change.parts:
            side.append(f"as {package.filename if before.filename != after.filename else package.url}")
        if Part.HASH in change.parts:
            side.append(f"with {_hash(before, after, package)}")
    return " ".join(sides[0]), " ".join(sides[1])


def _hash(before: LockedPackage, after: LockedPackage, shown: LockedPackage) -> str:
    if before.sha256 != after.sha256 and None not in {before.sha256, after.sha256}:
        return f"sha256 {(shown.sha256 or '')[:SHORT_HASH]}…"
    return f"md5 {(shown.md5 or '')[:SHORT_HASH]}…"


def asked_by(change: Change) -> tuple[str, ...]:
    """Return who asks for a package, one sentence each, in the order of the change; who asks for any version last."""
    lines = [_line(change, asker) for asker in change.askers if asker.by is None]
    groups: dict[str, list[Asker]] = {}
    for asker in change.askers:
        if asker.by is not None:
            groups.setdefault(f"{asker.by.name} {asker.by.version}", []).append(asker)
    packages = sorted(groups.items(), key=lambda group: all(asker.text == change.name for asker in group[1]))
    return (*lines, *(_package(change, by, askers) for by, askers in packages))


def _line(change: Change, asker: Asker) -> str:
    place = f"{asker.place.file}:{asker.place.line}" if asker.place and asker.place.line else "a line"
    return f"{place} {'asked' if change.after is None else 'asks'} for {asker.text}{_ruled_out(change, [asker])}"


def _package(change: Change, by: str, askers: Sequence[Asker]) -> str:
    """What one package asks for, without the bare name where another text of it says more."""
    texts = [asker.text for asker in askers if asker.text != change.name] or [change.name]
    return f"{by} {'needed' if change.after is None else 'needs'} {listed(texts)}{_ruled_out(change, askers)}"


def _ruled_out(change: Change, askers: Sequence[Asker]) -> str:
    if change.before is None or not any(asker.rules_out for asker in askers):
        return ""
    return f", which rules out {change.before.version if Part.VERSION in change.parts else _build(change.before)}"


def _build(package: LockedPackage) -> str:
    return f"{package.version} {package.build}" if package.build else package.version


def few(sentences: Sequence[str], *, all_of_them: bool) -> tuple[str, ...]:
    """Return the first sentences, and how many more there are."""
    if all_of_them or len(sentences) <= MOST_ASKERS + 1:
        return tuple(sentences)
    return (*sentences[:MOST_ASKERS], f"and {len(sentences) - MOST_ASKERS} more")


def parts_by_directness(changes: Sequence[Change]) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    """Return the changes under their headings: asked for by lines, needed by others, and what is not known."""
    headings = ((True, "Asked for directly"), (False, INDIRECT), (None, "All"))
    return tuple((text, tuple(change for change in changes if change.direct is direct)) for direct, text in headings)


def how_directness_is_known(comparison: Comparison) -> tuple[str, ...]:
    """Return a sentence for each side on where its direct requirements are taken from."""
    told: dict[DirectFrom, list[str]] = {}
    for side in (comparison.before, comparison.after):
        told.setdefault(side.direct_from, []).append(side.name)
    return tuple(
        f"What {listed(names)} {'asks' if len(names) == 1 else 'ask'} for directly is {_told_from(direct)}."
        for direct, names in told.items()
    )


def _told_from(direct: DirectFrom) -> str:
    return direct.value if direct is DirectFrom.UNKNOWN else f"taken from {direct.value}"


def platforms_of_one_side(comparison: Comparison) -> tuple[str, ...]:
    """Return a sentence for each side that has platforms of its own."""
    sides = ((comparison.before, comparison.only_before), (comparison.after, comparison.only_after))
    return tuple(
        f"Only {side.name} has {listed([_with_count(side, platform) for platform in only])}."
        for side, only in sides
        if only
    )


def _with_count(side: Side, platform: Subdir) -> str:
    number = sum(package.platform == platform for package in side.packages)
    return f"{platform} ({counted(number, 'package')})"
