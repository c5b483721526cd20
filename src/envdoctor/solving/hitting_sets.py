"""Minimal sets of elements that meet every core, found while the cores are found.

Implicit hitting sets (Reiter, Artificial Intelligence 32, 1987; Liffiton, Sakallah, Journal of Automated Reasoning 40,
2008): a smallest set that meets all cores seen so far is tried, and either nothing is refused any more, or there is
another core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pysat.examples.hitman import Hitman

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

Element = TypeVar("Element", bound="Hashable")


def hitting_sets(
    elements: Sequence[Element], refuses: Callable[[Collection[Element]], frozenset[Element] | None]
) -> Iterator[tuple[Element, ...]]:
    """Yield every minimal set of elements without which nothing is refused, the smallest first.

    `refuses` returns those of the elements it is given that cannot hold together, None if all can. Nothing is yielded
    where it refuses the empty set.
    """
    number_of = {element: number for number, element in enumerate(elements, start=1)}
    with Hitman(solver="m22", htype="sorted") as smallest:
        candidate: frozenset[int] | None = frozenset()
        while candidate is not None:
            core = refuses([element for element in elements if number_of[element] not in candidate])
            if core is None:
                yield tuple(element for element in elements if number_of[element] in candidate)
                if not candidate:
                    return
                smallest.block(sorted(candidate))
            else:
                numbers = sorted(number_of[element] for element in core)
                smaller = shrunk([elements[number - 1] for number in numbers], refuses)
                if not smaller:
                    return
                smallest.hit(sorted(number_of[element] for element in smaller))
            found = smallest.get()
            candidate = None if found is None else frozenset(found)


def shrunk(core: list[Element], refuses: Callable[[Collection[Element]], frozenset[Element] | None]) -> list[Element]:
    """Return a minimal core within a core, by leaving out each element in turn."""
    needed = core
    for element in tuple(core):
        if element in needed:
            smaller = refuses([other for other in needed if other != element])
            if smaller is not None:
                needed = [other for other in needed if other in smaller]
    return needed
