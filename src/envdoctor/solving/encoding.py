"""A world as clauses for a SAT solver, written lazily and with the reason of every clause kept.

One variable stands for each record, at most one record per name may be true, and every clause that says what a record
needs or forbids is guarded by the selector of a `Fact`. Selectors are tied to facts while the clauses are written, so
nothing is ever read back from text. Clauses are written for the records that a model has reached (`expand`), since
unsatisfiable with part of the facts is unsatisfiable with all of them: cost grows with the conflict, not the channel.

The at-most-one clauses are the sequential counter of Sinz (CP 2005), which can grow by one record at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pysat.solvers import Solver

from envdoctor.model.facts import Constrains, Depends, Fact, Missing, Pinned, VirtualPackageIs, fact_key
from envdoctor.model.names import PackageName, is_virtual

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from envdoctor.records.world import RecordId, World

Literal = int

SOLVER = "glucose42"
"""MiniSat's family starts variables as false, which keeps models small, and its incremental calls are the cheapest:
see docs/performance.md for what was tried."""


@dataclass(slots=True)
class _Name:
    """What was written about one name so far."""

    records: list[RecordId] = field(default_factory=list)
    any_of: Literal = 0
    """True if any of the records is; 0 while there are none."""
    limits: list[tuple[Literal, frozenset[RecordId]]] = field(default_factory=list)
    """Literals under which only some records are allowed; records that come later must be told."""


class Encoding:
    """The clauses written so far, and what their literals stand for."""

    def __init__(self, world: World, scope: Collection[Fact] | None = None) -> None:
        """Write the pins; no line is written and no record expanded yet.

        `scope` leaves out every other fact as if it were false, which makes questions about few facts cheap.
        """
        self.world = world
        self._scope = None if scope is None else frozenset(scope)
        self.solver = Solver(name=SOLVER)
        self.everything: Literal = 1
        """Assuming it switches all facts on."""
        self._last = 1
        self._names: dict[PackageName, _Name] = {}
        self._literals: dict[RecordId, Literal] = {}
        self._records: dict[Literal, RecordId] = {}
        self._needs: dict[str, Literal] = {}
        self._limits: dict[str, Literal] = {}
        self._selectors: dict[Fact, Literal] = {}
        self._between: dict[tuple[type, PackageName, PackageName], Literal] = {}
        self._facts: dict[Literal, Fact] = {}
        self._texts: dict[tuple[PackageName, PackageName], set[str]] = {}
        self._expanded: dict[RecordId, tuple[tuple[Literal, PackageName], ...]] = {}
        self._lines: dict[int, Literal] = {}
        for fact in sorted(self._scope or (), key=fact_key):
            # Numbered before anything else, so that the order of a set never reaches the solver.
            self.selector(fact)
        for pin in world.request.pins:
            if self._in_scope(Pinned(pin)):
                self._limit(self.selector(Pinned(pin)), pin.spec.name, world.matching_pin(pin))

    # What literals stand for

    def selector(self, fact: Fact) -> Literal:
        """The literal that switches a fact on."""
        found = self._selectors.get(fact)
        if found is None:
            found = self._selectors[fact] = self._new()
            self._facts[found] = fact
            self._add(-self.everything, found)
        return found

    def line(self, index: int) -> Literal:
        """The literal that asks for the line at `index`."""
        found = self._lines.get(index)
        if found is None:
            found = self._lines[index] = self._new()
            requirement = self.world.request.requirements[index]
            self._write_need(found, requirement.name, self.world.matching_line(index))
        return found

    def fact(self, literal: Literal) -> Fact | None:
        """The fact that a literal switches on; None for other literals."""
        return self._facts.get(literal)

    def facts(self) -> tuple[Fact, ...]:
        """All facts written so far."""
        return tuple(self._selectors)

    def record(self, literal: Literal) -> RecordId | None:
        """The record that a literal stands for; None for other literals."""
        return self._records.get(literal)

    def literal(self, record: RecordId) -> Literal:
        """The literal of a record."""
        found = self._literals.get(record)
        return self._introduce(record) if found is None else found

    def any_of_name(self, name: PackageName) -> Literal:
        """A literal that is true if any record of the name is, all its visible records being introduced; 0 if none."""
        for record in self.world.candidates(name):
            self.literal(record)
        return self._names[name].any_of if name in self._names else 0

    def one_of(self, records: Iterable[RecordId]) -> Literal:
        """A fresh literal that, if true, makes one of the records true. Worth a variable: use it for one question."""
        chosen = self._new()
        self._add(-chosen, *(self.literal(record) for record in records))
        return chosen

    def only(self, record: RecordId) -> Literal:
        """A fresh literal under which a record's name has that record or none."""
        chosen = self._new()
        self.literal(record)
        self._limit(chosen, self.world.name_of(record), (record,))
        return chosen

    # Writing

    def is_expanded(self, record: RecordId) -> bool:
        """Whether what the record needs and forbids has been written."""
        return record in self._expanded

    def needs(self, record: RecordId) -> tuple[tuple[Literal, PackageName], ...]:
        """For an expanded record: the selector and the name of each thing that it needs."""
        return self._expanded[record]

    @property
    def expansions(self) -> int:
        """How many records have been expanded."""
        return len(self._expanded)

    def alike(
        self, name: PackageName, lines: Iterable[int], facts: frozenset[Fact]
    ) -> tuple[tuple[RecordId, ...], ...]:
        """The introduced records of a name in groups that the lines and facts, as written so far, do not tell apart.

        Records are told apart by which texts about their name match them, what they say themselves about other names,
        and what hides them.
        """
        world = self.world
        allowed = [frozenset(world.matching(text)) for text in sorted(self._texts_about(name, facts))]
        allowed += [
            frozenset(world.matching_line(index)) for index in lines if world.request.requirements[index].name == name
        ]
        allowed += [
            frozenset(world.matching_pin(fact.pin))
            for fact in facts
            if isinstance(fact, Pinned) and fact.target == name
        ]
        said = frozenset(
            text
            for (source, target), texts in self._texts.items()
            if source == name and not facts.isdisjoint((Depends(name, target), Constrains(name, target)))
            for text in texts
        )
        groups: dict[object, list[RecordId]] = {}
        for record in self.introduced(name):
            own = said.intersection(text for text, _ in (*world.depends(record), *world.constrains(record)))
            signature = (
                tuple(record in group for group in allowed),
                own,
                world.hidden(record),
                self.is_expanded(record),
            )
            groups.setdefault(signature, []).append(record)
        return tuple(tuple(group) for group in groups.values())

    def _texts_about(self, name: PackageName, facts: Collection[Fact]) -> set[str]:
        found: set[str] = set()
        for fact in facts:
            if isinstance(fact, (Depends, Constrains)) and fact.target == name:
                found |= self._texts.get((fact.source, fact.target), set())
        return found

    def said_about(self, target: PackageName) -> frozenset[str]:
        """What the records that were expanded so far say of a name."""
        return frozenset(text for (_, about), texts in self._texts.items() if about == target for text in texts)

    def introduced(self, name: PackageName) -> Sequence[RecordId]:
        """The records of a name that clauses speak of so far."""
        return self._names[name].records if name in self._names else ()

    def expand(self, record: RecordId) -> None:
        """Write what a record needs and forbids."""
        if record in self._expanded:
            return
        world, literal, name = self.world, self.literal(record), self.world.name_of(record)
        needs: list[tuple[Literal, PackageName]] = []
        for text, target in world.depends(record):
            selector = self._selector_between(Depends, name, target, text)
            if selector:
                self.solver.add_clause((-selector, -literal, self._need(text, target)))
                needs.append((selector, target))
        for text, target in world.constrains(record):
            selector = self._selector_between(Constrains, name, target, text)
            if selector:
                self.solver.add_clause((-selector, -literal, self._allow(text, target)))
        self._expanded[record] = tuple(needs)

    def _selector_between(
        self, kind: type[Depends | Constrains], source: PackageName, target: PackageName, text: str
    ) -> Literal:
        """The selector of what one name says of another, remembering the text; 0 where it is out of scope."""
        key = (kind, source, target)
        selector = self._between.get(key)
        if selector is None:
            fact = kind(source, target)
            selector = self._between[key] = self.selector(fact) if self._in_scope(fact) else 0
        if selector:
            self._texts.setdefault((source, target), set()).add(text)
        return selector

    def _in_scope(self, fact: Fact) -> bool:
        return self._scope is None or fact in self._scope

    def _need(self, text: str, name: PackageName) -> Literal:
        """A literal that makes a record true which the text matches."""
        found = self._needs.get(text)
        if found is None:
            found = self._needs[text] = self._new()
            self._write_need(found, name, self.world.matching(text))
        return found

    def _write_need(self, literal: Literal, name: PackageName, records: Sequence[RecordId]) -> None:
        known, introduce = self._literals, self._introduce
        clause = [-literal, *(known[record] if record in known else introduce(record) for record in records)]
        if not records:
            # What no record fulfils is fulfilled by a phantom, which a fact of its own forbids: so the fact that
            # something is missing takes part in cores and can be told.
            phantom = self._new()
            self._add(-self.selector(VirtualPackageIs(name) if is_virtual(name) else Missing(name)), -phantom)
            clause.append(phantom)
        self.solver.add_clause(clause)

    def _allow(self, text: str, name: PackageName) -> Literal:
        """A literal under which a name has no other records than those that the text matches."""
        found = self._limits.get(text)
        if found is None:
            found = self._limits[text] = self._new()
            self._limit(found, name, self.world.matching(text))
        return found

    def _limit(self, literal: Literal, name: PackageName, allowed: Iterable[RecordId]) -> None:
        limit = (literal, frozenset(allowed))
        state = self._names.setdefault(name, _Name())
        if is_virtual(name):
            for record in self.world.candidates(name):
                self.literal(record)
        state.limits.append(limit)
        for record in state.records:
            if record not in limit[1]:
                self._add(-literal, -self._literals[record])

    def _introduce(self, record: RecordId) -> Literal:
        literal = self._literals[record] = self._new()
        self._records[literal] = record
        name = self.world.name_of(record)
        state = self._names.setdefault(name, _Name())
        hidden = self.world.hidden(record)
        if hidden is not None:
            self._add(-self.selector(hidden), -literal)
        if is_virtual(name):
            self._add(-self.selector(VirtualPackageIs(name)), literal)
        if state.any_of:
            any_of = self._new()
            self._add(-state.any_of, -literal)
            self._add(-state.any_of, any_of)
            self._add(-literal, any_of)
            self._add(-any_of, state.any_of, literal)
            state.any_of = any_of
        else:
            state.any_of = literal
        for limit, allowed in state.limits:
            if record not in allowed:
                self._add(-limit, -literal)
        state.records.append(record)
        return literal

    def _new(self) -> Literal:
        self._last += 1
        return self._last

    def _add(self, *literals: Literal) -> None:
        self.solver.add_clause(literals)
