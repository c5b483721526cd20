"""Questions to the encoding: can these lines hold, which of them cannot, which records of a name are possible.

All SAT calls are made here. A model counts only if everything that it reaches from the lines has been expanded;
otherwise what it reached is expanded and the question is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.names import PackageName, is_virtual
from envdoctor.solving.encoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from envdoctor.model.facts import Fact
    from envdoctor.records.world import RecordId, World
    from envdoctor.solving.encoding import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Part of what was assumed that cannot hold together: lines by their index, and facts. Not yet minimal."""

    lines: frozenset[int]
    facts: frozenset[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashing:
    """Part of what was asked beside all facts that cannot hold together: lines by their index, and other literals."""

    lines: frozenset[int]
    literals: frozenset[Literal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """The records of a name that some solution holds, and whether some solution does without the name."""

    records: frozenset[RecordId]
    absent: bool


_Asked = tuple["PackageName", tuple[int, ...], "frozenset[Fact]"]


class Oracle:
    """Answers for one world; what one answer taught the solver serves the next."""

    def __init__(self, world: World, scope: Collection[Fact] | None = None) -> None:
        """Encode the world, lazily; with a `scope`, as if no other facts were."""
        self.world = world
        self.encoding = Encoding(world, scope)
        self.calls = 0
        """How often the SAT solver was asked."""
        self._met: set[PackageName] = set()
        self._one_of_literals: dict[tuple[RecordId, ...], Literal] = {}
        self._possible: dict[_Asked, Possible] = {}

    def satisfiable(self, lines: Iterable[int], facts: Collection[Fact] | None = None) -> bool:
        """Whether the lines can hold together under the facts (None: all)."""
        return self._solve(list(lines), facts, [], ()) is None

    def satisfiable_unless(self, lines: Iterable[int], stop: Callable[[], bool]) -> bool | None:
        """Whether the lines can hold together under all facts; None if `stop` said so before it was known."""
        lines = list(lines)
        encoding = self.encoding
        assumptions = [*(encoding.line(index) for index in lines), encoding.everything]
        while not stop():
            self.calls += 1
            if not encoding.solver.solve(assumptions=assumptions):
                return False
            fresh = self._reached(lines, None, ())[1]
            if not fresh:
                return True
            self._expand(fresh)
        return None

    def only(self, record: RecordId) -> Literal:
        """A literal that lets a record's name have that record or none, for `refused_with` and `chosen_with`."""
        return self.encoding.only(record)

    def one_of(self, records: Iterable[RecordId]) -> Literal:
        """A literal that wants one of the records, for `refused_with` and `chosen_with`."""
        return self._one_of(records)

    def refused_with(self, literals: Iterable[Literal]) -> frozenset[Literal] | None:
        """Which of the literals cannot hold beside all lines and facts (empty: these alone cannot); None if all can."""
        literals = tuple(literals)
        core = self._solve(self._all_lines(), None, list(literals), ())
        return None if core is None else frozenset(core).intersection(literals)

    def clash(self, lines: Iterable[int], literals: Sequence[Literal], roots: Iterable[PackageName]) -> Clashing | None:
        """Which of some lines and literals cannot hold together beside all facts; None if they can.

        `roots` are the names that the literals want.
        """
        lines = list(lines)
        core = self._solve(lines, None, list(literals), tuple(roots))
        if core is None:
            return None
        index_of = {self.encoding.line(index): index for index in lines}
        return Clashing(
            lines=frozenset(index_of[literal] for literal in core if literal in index_of),
            literals=frozenset(core).intersection(literals),
        )

    def chosen_with(self, literals: Iterable[Literal]) -> Mapping[PackageName, RecordId] | None:
        """The records of one solution of all lines beside the literals; None where there is none."""
        lines = self._all_lines()
        if self._solve(lines, None, list(literals), ()) is not None:
            return None
        return self._reached(lines, None, ())[0]

    def _all_lines(self) -> list[int]:
        return list(range(len(self.world.request.requirements)))

    def accepts(self, records: Iterable[RecordId]) -> bool:
        """Whether these records, and no others, fulfil all lines and facts."""
        records = tuple(records)
        self._expand_all(records)
        literals = [self.encoding.literal(record) for record in records]
        lines = range(len(self.world.request.requirements))
        return self._solve(list(lines), None, literals, ()) is None and self._is_closed(records)

    def _is_closed(self, records: tuple[RecordId, ...]) -> bool:
        """Whether everything that lines and records need is among the records or a virtual package."""
        names = {self.world.name_of(record) for record in records}
        wanted = {line.name for line in self.world.request.requirements}
        wanted.update(target for record in records for _, target in self.encoding.needs(record))
        return all(name in names or is_virtual(name) for name in wanted)

    def refusal(self, lines: Iterable[int], facts: Collection[Fact] | None = None) -> Refusal | None:
        """Which of the lines and facts cannot hold together; None where they can."""
        lines = list(lines)
        core = self._solve(lines, facts, [], ())
        if core is None:
            return None
        index_of = {self.encoding.line(index): index for index in lines}
        return Refusal(
            lines=frozenset(index_of[literal] for literal in core if literal in index_of),
            facts=frozenset(fact for literal in core if (fact := self.encoding.fact(literal)) is not None),
        )

    def chosen(
        self, lines: Iterable[int], facts: Collection[Fact] | None = None
    ) -> Mapping[PackageName, RecordId] | None:
        """The records of one solution, by name; None where there is none."""
        lines = list(lines)
        if self._solve(lines, facts, [], ()) is not None:
            return None
        return self._reached(lines, facts, ())[0]

    def possible(
        self,
        name: PackageName,
        lines: Iterable[int],
        facts: Collection[Fact],
    ) -> Possible:
        """Which records of a name solutions of the lines under the facts hold.

        Records that the facts and lines do not tell apart are possible together or not at all, so one question serves
        them all.
        """
        lines, facts = tuple(lines), frozenset(facts)
        key = (name, lines, facts)
        if key not in self._possible:
            self._possible[key] = self._find_possible(name, lines, facts)
        return self._possible[key]

    def _find_possible(self, name: PackageName, lines: tuple[int, ...], facts: frozenset[Fact]) -> Possible:
        any_of = self.encoding.any_of_name(name)
        absent = self._solve(list(lines), facts, [-any_of] if any_of else [], ()) is None
        found: set[RecordId] = set()
        known = -1
        while known != self.encoding.expansions:
            # An expansion may tell records apart that looked alike before.
            known = self.encoding.expansions
            found.clear()
            for alike in self.encoding.alike(name, lines, facts):
                question = self._one_of(alike)
                if self._solve(list(lines), facts, [question], (name,)) is None:
                    found.update(alike)
        return Possible(records=frozenset(found), absent=absent)

    def refused_meeting(
        self,
        name: PackageName,
        lines: Iterable[int],
        facts: Collection[Fact],
        other: Possible,
    ) -> frozenset[Fact] | None:
        """Facts under which the lines leave nothing of a name that `other` leaves; None where something is left."""
        lines = list(lines)
        refused: set[Literal] = set()
        any_of = self.encoding.any_of_name(name)
        questions = [[self._one_of(other.records)]] if other.records else []
        if other.absent:
            questions.append([-any_of] if any_of else [])
        for question in questions:
            core = self._solve(lines, facts, question, (name,))
            if core is None:
                return None
            refused.update(core)
        return frozenset(fact for literal in refused if (fact := self.encoding.fact(literal)) is not None)

    def _one_of(self, records: Iterable[RecordId]) -> Literal:
        key = tuple(sorted(records))
        if key not in self._one_of_literals:
            self._one_of_literals[key] = self.encoding.literal(key[0]) if len(key) == 1 else self.encoding.one_of(key)
        return self._one_of_literals[key]

    def _solve(
        self,
        lines: list[int],
        facts: Collection[Fact] | None,
        further: list[Literal],
        roots: Iterable[PackageName],
    ) -> list[Literal] | None:
        """Return None if the assumptions can hold, else those of them that cannot. `roots` are names to reach, too."""
        encoding = self.encoding
        solver = encoding.solver
        assumptions = [encoding.line(index) for index in lines] + further
        assumptions += [encoding.everything] if facts is None else sorted(encoding.selector(fact) for fact in facts)
        while True:
            self.calls += 1
            if not solver.solve(assumptions=assumptions):
                return list(solver.get_core() or ())
            fresh = self._reached(lines, facts, roots)[1]
            if not fresh:
                return None
            self._expand(fresh)

    def _expand(self, records: Sequence[RecordId]) -> None:
        """Expand records, and all known ones of a name once it is met a second time: it is contested."""
        encoding, world = self.encoding, self.world
        wanted = list(records)
        for record in records:
            name = world.name_of(record)
            if name in self._met:
                wanted += encoding.introduced(name)
            self._met.add(name)
        self._expand_all(wanted)

    def _expand_all(self, records: Iterable[RecordId]) -> None:
        """Expand records, with the records of all that they speak of fetched in one question."""
        encoding, world = self.encoding, self.world
        fresh = [record for record in dict.fromkeys(records) if not encoding.is_expanded(record)]
        world.load(name for record in fresh for name in world.speaks_of(record))
        for record in fresh:
            encoding.expand(record)

    def _reached(
        self, lines: list[int], facts: Collection[Fact] | None, roots: Iterable[PackageName]
    ) -> tuple[dict[PackageName, RecordId], list[RecordId]]:
        """The records that the current model reaches from the lines and roots, and those of them not yet expanded."""
        encoding, world = self.encoding, self.world
        model = encoding.solver.get_model()
        active = None if facts is None else {encoding.selector(fact) for fact in facts}
        waiting = [world.request.requirements[index].name for index in lines]
        waiting += roots
        reached: dict[PackageName, RecordId] = {}
        seen: set[PackageName] = set()
        fresh: list[RecordId] = []
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            record = self._chosen_in(model, name)
            if record is None:
                continue
            reached[name] = record
            if is_virtual(name):
                continue
            if not encoding.is_expanded(record):
                fresh.append(record)
                continue
            waiting += [target for selector, target in encoding.needs(record) if active is None or selector in active]
        return reached, fresh

    def _chosen_in(self, model: Sequence[Literal], name: PackageName) -> RecordId | None:
        known = len(model)
        for record in self.encoding.introduced(name):
            literal = self.encoding.literal(record)
            if literal <= known and model[literal - 1] > 0:
                return record
        return None
