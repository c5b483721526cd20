"""Walks through dependencies, against searching by hand on small random graphs."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from envdoctor.graph import walks
from envdoctor.model.dependencies import Ask, Dependencies, Need, Package
from envdoctor.model.names import Subdir

NAMES = ("a", "b", "c", "d", "e", "f")
PLATFORM = Subdir("linux-64")


def environment(edges: set[tuple[str, str]], asks: list[str]) -> Dependencies:
    return Dependencies(
        platforms=(PLATFORM,),
        packages=tuple(Package(name=name, version="1", size=2 ** NAMES.index(name)) for name in NAMES),
        needs=tuple(Need(source=one, target=other, texts=(f"{other} >=1",)) for one, other in sorted(edges)),
        asks=tuple(Ask(name=name, text=name) for name in asks),
    )


edges = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]))
asked = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)


def reached(start: str, pairs: set[tuple[str, str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        fresh = {other for one, other in pairs if one == here} - found
        found |= fresh
        waiting += fresh
    return found


def shortest(start: str, end: str, pairs: set[tuple[str, str]]) -> set[tuple[str, ...]]:
    """All shortest paths, by trying every sequence of names."""
    for length in range(len(NAMES)):
        paths = {
            (start, *middle, end) if length else (start,)
            for middle in product(NAMES, repeat=max(0, length - 1))
            if (length or start == end)
        }
        found = {path for path in paths if all(pair in pairs for pair in pairwise(path))}
        if found:
            return found
    return set()


@given(edges, asked, st.sampled_from(NAMES))
def test_the_ways_to_a_package_are_shortest_and_all_there(
    pairs: set[tuple[str, str]], asks: list[str], name: str
) -> None:
    found = walks.reasons(environment(pairs, asks), name)

    for ask in asks:
        told = [tuple(package.name for package, _ in way.steps) for way in found.ways if way.ask.name == ask]
        expected = shortest(ask, name, pairs)
        assert set(told) <= expected
        assert len(told) == min(len(expected), walks.MOST_FOR_ONE_LINE)
    assert found.cut == sum(max(0, len(shortest(ask, name, pairs)) - walks.MOST_FOR_ONE_LINE) for ask in asks)


@given(edges, asked)
def test_what_a_line_brings_is_its_own_and_what_others_bring_too(pairs: set[tuple[str, str]], asks: list[str]) -> None:
    below = {ask: reached(ask, pairs) for ask in asks}

    for weight in walks.weights(environment(pairs, asks)):
        mine = below[weight.ask.name]
        own = mine - set().union(*(other for ask, other in below.items() if ask != weight.ask.name))
        assert (weight.packages, weight.own_packages) == (len(mine), len(own))
        assert weight.size == sum(2 ** NAMES.index(name) for name in mine)
        assert weight.own_size == sum(2 ** NAMES.index(name) for name in own)


@given(edges, asked, st.integers(0, 3))
def test_a_part_is_what_can_be_reached_in_so_many_steps(
    pairs: set[tuple[str, str]], asks: list[str], depth: int
) -> None:
    part = walks.part_of(environment(pairs, asks), depth=depth)

    steps = {name: [len(path) - 1 for ask in asks for path in shortest(ask, name, pairs)] for name in NAMES}
    near = {name for name, lengths in steps.items() if lengths and min(lengths) <= depth}
    assert {package.name for package in part.packages} == near


@given(edges)
def test_cycles_are_those_who_need_each_other(pairs: set[tuple[str, str]]) -> None:
    found = walks.cycles(environment(pairs, ["a"]))

    together = {
        frozenset(other for other in NAMES if other in reached(name, pairs) and name in reached(other, pairs))
        for name in NAMES
    }
    assert {frozenset(knot) for knot in found} == {knot for knot in together if len(knot) > 1}


@given(edges)
def test_leaves_need_nothing(pairs: set[tuple[str, str]]) -> None:
    assert set(walks.leaves(environment(pairs, ["a"]))) == set(NAMES) - {one for one, _ in pairs}
