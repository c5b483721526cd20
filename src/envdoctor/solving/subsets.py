"""Which subsets of the user's lines have not been judged yet: the map of MARCO.

Liffiton, Previti, Malik, Marques-Silva: Fast, flexible MUS enumeration (Constraints 21, 2016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pysat.solvers import Solver

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from types import TracebackType


class Unexplored:
    """The subsets of some lines that are neither above a known core nor below a known satisfiable set."""

    def __init__(self, lines: Sequence[int]) -> None:
        """Start with every subset unexplored."""
        self._literal = {line: position for position, line in enumerate(lines, start=1)}
        self._solver = Solver(name="minisat22")
        # Starting as true makes the subsets large, so that most of them are refused and shrink to cores.
        self._solver.set_phases(list(self._literal.values()))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the solver."""
        self._solver.delete()

    def next(self) -> frozenset[int] | None:
        """Return an unexplored subset; None where all have been judged."""
        if not self._solver.solve():
            return None
        true = {literal for literal in self._solver.get_model() or () if literal > 0}
        # Lines that no clause speaks of yet are missing from the model: nothing speaks against them.
        known = {abs(literal) for literal in self._solver.get_model() or ()}
        return frozenset(line for line, literal in self._literal.items() if literal in true or literal not in known)

    def block_up(self, core: Collection[int]) -> None:
        """Rule out a core and all that holds it."""
        self._solver.add_clause([-self._literal[line] for line in core])

    def block_down(self, satisfiable: Collection[int]) -> None:
        """Rule out a satisfiable set and all that lies in it."""
        self._solver.add_clause([literal for line, literal in self._literal.items() if line not in satisfiable])
