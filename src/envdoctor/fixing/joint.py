"""The worlds of all platforms asked as one: what holds has to hold on each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.records import built_at
from envdoctor.engine.specs import version
from envdoctor.fixing.loosening import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from envdoctor.fixing.loosening import Alternative
    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.specs import Requirement
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.encoding import Literal
    from envdoctor.solving.oracle import Oracle


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What cannot hold together on one platform: lines as written, and lines of which any version would do."""

    written: frozenset[Requirement]
    loosened: frozenset[Requirement]


class OutOfTimeError(Exception):
    """The time for questions is up. Whoever searches catches it and hands over what was found."""


def _never() -> bool:
    return False


class Joint:
    """Questions about lines, as written or changed, to the oracles of all platforms."""

    def __init__(self, oracles: Sequence[Oracle], out_of_time: Callable[[], bool] = _never) -> None:
        """Take one oracle for each platform, all of the same file. Questions raise `OutOfTimeError` in the end."""
        self.out_of_time = out_of_time
        self._sides = [_Side(oracle) for oracle in oracles]
        self._shelves: dict[tuple[Requirement, PackageName], Shelf] = {}
        self.lines: tuple[Requirement, ...] = tuple(
            dict.fromkeys(line for side in self._sides for line in side.world.request.requirements)
        )

    @property
    def calls(self) -> int:
        """How many questions were asked."""
        return sum(side.oracle.calls for side in self._sides)

    @property
    def platforms(self) -> tuple[Subdir, ...]:
        """The platforms, in order."""
        return tuple(side.world.request.target.subdir for side in self._sides)

    def clash(
        self,
        written: Collection[Requirement],
        loosened: Collection[Requirement] = (),
        chosen: Iterable[Sequence[Alternative]] = (),
    ) -> Clash | None:
        """Return what cannot hold together; None where all platforms have a solution.

        Of each group of `chosen` alternatives one has to hold, and of each `loosened` line any version.
        """
        if self.out_of_time():
            raise OutOfTimeError
        groups = tuple(tuple(group) for group in chosen)
        for number, side in enumerate(self._sides):
            found = side.clash(written, loosened, groups)
            if found is not None:
                # What refuses once will refuse again: it is asked first from now on.
                self._sides.insert(0, self._sides.pop(number))
                return found
        return None

    def shelf(self, line: Requirement, name: PackageName | None = None) -> Shelf:
        """Return what the channels have of the line's package, or of another in its place."""
        key = (line, name or line.name)
        if key not in self._shelves:
            self._shelves[key] = self._make_shelf(line, name or line.name)
        return self._shelves[key]

    def is_there(self, line: Requirement) -> bool:
        """Whether every platform on which the line counts has a record of its package in sight."""
        return all(side.visible(line, line.name) for side in self._sides if line in side.index_of)

    def _make_shelf(self, line: Requirement, name: PackageName) -> Shelf:
        built: dict[str, int] = {}
        versions: set[str] = set()
        matched: set[str] = set()
        text = f"{name} {line.spec.version}" if line.spec.version else name
        for side in self._sides:
            if line not in side.index_of:
                continue
            allowed = set(side.world.matching(text))
            for record in side.visible(line, name):
                one = side.world.version_of(record)
                versions.add(one)
                if record in allowed:
                    matched.add(one)
                built[one] = max(built.get(one, 0), built_at(side.world.native(record)) or 0)
        ordered = tuple(sorted(versions, key=lambda one: (version(one), one)))
        known = {one: moment for one, moment in built.items() if moment}
        return Shelf(versions=ordered, matched=frozenset(matched), built=known)


class _Side:
    """One platform: its oracle, and which of its lines is which of the file's."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.index_of = {line: index for index, line in enumerate(oracle.world.request.requirements)}
        self._loose: dict[Requirement, Literal] = {}
        self._groups: dict[tuple[Alternative, ...], Literal | None] = {}

    @property
    def world(self) -> World:
        return self.oracle.world

    def visible(self, line: Requirement, name: PackageName) -> tuple[RecordId, ...]:
        """The records of a name that could serve the line, as far as its channel says."""
        visible = self.world.visible(name)
        return self.world.from_wanted_channels(self.index_of[line], visible) if name == line.name else visible

    def clash(
        self,
        written: Collection[Requirement],
        loosened: Collection[Requirement],
        chosen: Sequence[tuple[Alternative, ...]],
    ) -> Clash | None:
        line_of = {self.index_of[line]: line for line in written if line in self.index_of}
        loose = {self._any_version(line): line for line in loosened if line in self.index_of}
        roots = {literal: line.name for literal, line in loose.items()}
        names: list[PackageName] = []
        for group in chosen:
            literal = self._one_of(group) if group[0].line in self.index_of else None
            if literal is not None:
                roots.setdefault(literal, group[0].name)
                names += [one.name for one in group]
        found = self.oracle.clash(sorted(line_of), tuple(roots), (*roots.values(), *names))
        if found is None:
            return None
        return Clash(
            written=frozenset(line_of[index] for index in found.lines),
            loosened=frozenset(loose[literal] for literal in found.literals if literal in loose),
        )

    def _any_version(self, line: Requirement) -> Literal:
        if line not in self._loose:
            self._loose[line] = self.oracle.one_of(self.visible(line, line.name))
        return self._loose[line]

    def _one_of(self, group: tuple[Alternative, ...]) -> Literal | None:
        """A literal that wants a record of one of the alternatives; None where one of them wants nothing."""
        if group not in self._groups:
            wanted = all(one.wanted for one in group)
            records = dict.fromkeys(record for one in group for record in self._records(one)) if wanted else {}
            self._groups[group] = self.oracle.one_of(records) if wanted else None
        return self._groups[group]

    def _records(self, one: Alternative) -> tuple[RecordId, ...]:
        world = self.world
        allowed = None if one.builds is None else set(world.matching(one.builds))
        return tuple(
            record
            for record in self.visible(one.line, one.name)
            if world.version_of(record) in one.versions and (allowed is None or record in allowed)
        )
