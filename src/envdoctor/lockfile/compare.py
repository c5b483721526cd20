"""Two sides become their differences. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from envdoctor.engine.records import matchable
from envdoctor.engine.specs import SpecError, matcher, version
from envdoctor.graph.locked import key_of, needed_by, roots
from envdoctor.model.comparison import (
    Asker,
    Change,
    Comparison,
    DirectFrom,
    Part,
    PlatformComparison,
    Turn,
)
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import package_name
from envdoctor.model.place import Notice
from envdoctor.model.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from envdoctor.engine.records import PackageRecord
    from envdoctor.graph.locked import Key
    from envdoctor.model.comparison import Side
    from envdoctor.model.names import Subdir


def compare(before: Side, after: Side) -> Comparison:
    """Return in what two sides differ.

    The pip part of an environment file is not solved, so it is compared with that of another environment file only.
    """
    with_pip = None in {before.pip_solved, after.pip_solved} or before.pip_solved == after.pip_solved
    notices = dict.fromkeys((*before.notices, *after.notices))
    if not with_pip:
        unsolved = after if before.pip_solved else before
        text = f"the pip packages are left out: {unsolved.name} is an environment file, whose pip lines are not solved"
        notices[Notice(kind="pip-not-compared", message=text)] = None
    shared = sorted(set(before.platforms) & set(after.platforms))
    return Comparison(
        before=before,
        after=after,
        platforms=tuple(_compare_platform(before, after, platform, with_pip=with_pip) for platform in shared),
        only_before=tuple(sorted(set(before.platforms) - set(after.platforms))),
        only_after=tuple(sorted(set(after.platforms) - set(before.platforms))),
        notices=tuple(notices),
    )


class _On:
    """One side on one platform."""

    def __init__(self, side: Side, platform: Subdir, *, with_pip: bool) -> None:
        self.packages: Mapping[Key, LockedPackage] = {
            key_of(package): package
            for package in side.packages
            if package.platform == platform and (with_pip or package.manager is Manager.CONDA)
        }
        self.lines = [line for line in side.lines if line.platforms is None or platform in line.platforms]
        self.direct: frozenset[Key] | None = None
        if side.direct_from is DirectFrom.ROOTS:
            self.direct = frozenset(roots(tuple(self.packages.values())))
        elif side.direct_from is not DirectFrom.UNKNOWN:
            self.direct = frozenset((line.manager, line.name) for line in self.lines)
        self._askers: dict[Key, list[Asker]] | None = None

    def askers(self, key: Key) -> tuple[Asker, ...]:
        """Who asks for a package here: lines first, then packages by name."""
        if self._askers is None:
            self._askers = {}
            for line in self.lines:
                asker = Asker(text=line.text, place=line.place)
                self._askers.setdefault((line.manager, line.name), []).append(asker)
            for package in sorted(self.packages.values(), key=_order):
                for target, text in needed_by(package, self.packages):
                    self._askers.setdefault(target, []).append(Asker(text=text, by=package))
        return tuple(dict.fromkeys(self._askers.get(key, ())))


def _compare_platform(before: Side, after: Side, platform: Subdir, *, with_pip: bool) -> PlatformComparison:
    old, new = (_On(side, platform, with_pip=with_pip) for side in (before, after))
    keys = sorted({*old.packages, *new.packages}, key=lambda key: (key[0].value, key[1]))
    changes = tuple(change for key in keys if (change := _change(old, new, key)) is not None)
    return PlatformComparison(platform=platform, changes=changes, same=len(keys) - len(changes))


def _change(old: _On, new: _On, key: Key) -> Change | None:
    before, after = old.packages.get(key), new.packages.get(key)
    parts: tuple[Part, ...] = ()
    if before is not None and after is not None:
        parts = tuple(differences(before, after))
        if not parts:
            return None
    known = [side.direct for side in (old, new) if side.direct is not None]
    return Change(
        name=key[1],
        manager=key[0],
        before=before,
        after=after,
        parts=parts,
        turn=_turn(before, after) if before is not None and after is not None else None,
        direct=any(key in direct for direct in known) if known else None,
        askers=old.askers(key) if after is None else _ruling_out(new.askers(key), before),
    )


def _ruling_out(askers: tuple[Asker, ...], before: LockedPackage | None) -> tuple[Asker, ...]:
    """The askers, those that do not allow what was there before in front of the others."""
    if before is None or before.manager is not Manager.CONDA or before.build is None:
        return askers
    native = matchable(_record(before))
    told = [replace(asker, rules_out=_is_of_conda(asker) and _rules_out(asker.text, native)) for asker in askers]
    return tuple(sorted(told, key=lambda asker: (asker.by is not None, not asker.rules_out)))


def _is_of_conda(asker: Asker) -> bool:
    """Whether the text is a match spec; those of pip packages are none."""
    return asker.by is None or asker.by.manager is Manager.CONDA


def _rules_out(text: str, native: PackageRecord) -> bool:
    try:
        return not matcher(text).matches(native)
    except SpecError:
        return False


def _record(package: LockedPackage) -> Record:
    """A locked package for matching, by version, build and hashes."""
    return Record(
        name=package_name(package.name),
        version=package.version,
        build=package.build or "",
        build_number=0,
        channel="",
        subdir=package.platform,
        filename=package.filename,
        md5=package.md5,
        sha256=package.sha256,
    )


def differences(before: LockedPackage, after: LockedPackage) -> Iterator[Part]:
    """Yield in what two packages of one name differ.

    What one of them does not tell is no difference, nor is another spelling of the same address (`x264-1%21164…`).
    """
    same_file = True
    if before.version != after.version:
        same_file = False
        yield Part.VERSION
    if None not in (before.build, after.build) and before.build != after.build:
        same_file = False
        yield Part.BUILD
    if before.manager is Manager.CONDA and channel_of(before) != channel_of(after):
        yield Part.CHANNEL
    elif same_file and before.url and after.url and unquote(before.url) != unquote(after.url):
        yield Part.URL
    if same_file and unquote(before.filename) == unquote(after.filename) and _other_hash(before, after):
        yield Part.HASH


def channel_of(package: LockedPackage) -> str:
    """Return the address of the channel that a conda package is of, without a final slash."""
    return unquote(package.url.rsplit("/", 2)[0])


def _other_hash(before: LockedPackage, after: LockedPackage) -> bool:
    pairs = ((before.sha256, after.sha256), (before.md5, after.md5))
    return any(one is not None and other is not None and one != other for one, other in pairs)


def _turn(before: LockedPackage, after: LockedPackage) -> Turn | None:
    """Up or down; None where the versions are equal in order, or one of them is none."""
    try:
        one, other = version(before.version), version(after.version)
    except ValueError:
        return None
    if one == other:
        return None
    return Turn.UPGRADE if one < other else Turn.DOWNGRADE


def _order(package: LockedPackage) -> tuple[str, str]:
    return package.manager.value, package.name
