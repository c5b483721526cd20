"""Walks through dependencies: parts of them, shortest ways, cycles, and what each line brings. Pure, over networkx."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import networkx as nx

from envdoctor.model.dependencies import Bound, Dependencies, Reasons, Way, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.dependencies import Ask, Need, Package

    Names = nx.DiGraph[str]

MOST_WAYS = 20
MOST_FOR_ONE_LINE = 3
"""Shortest ways that are told for one line; where there are more, they differ in the middle."""


def names_graph(dependencies: Dependencies, *, invert: bool = False) -> Names:
    """Return the graph of names; an edge leads from who needs to what is needed, or the other way round."""
    graph: Names = nx.DiGraph()
    graph.add_nodes_from(package.name for package in dependencies.packages)
    for need in dependencies.needs:
        if need.needed:
            graph.add_edge(*((need.target, need.source) if invert else (need.source, need.target)))
    return graph


def part_of(
    dependencies: Dependencies, *, package: str | None = None, depth: int | None = None, invert: bool = False
) -> Dependencies:
    """Return what can be reached in at most `depth` steps: from the lines, or from one package, or towards it."""
    if package is None and depth is None:
        return dependencies
    graph = names_graph(dependencies, invert=invert)
    starts = {package} if package is not None else {ask.name for ask in dependencies.asks}
    kept: set[str] = set()
    for start in sorted(starts & set(graph)):
        kept |= set(nx.single_source_shortest_path_length(graph, start, cutoff=depth))
    return Dependencies(
        platforms=dependencies.platforms,
        packages=tuple(one for one in dependencies.packages if one.name in kept),
        needs=tuple(one for one in dependencies.needs if one.source in kept and one.target in kept),
        asks=tuple(one for one in dependencies.asks if one.name in kept),
        asks_known=dependencies.asks_known,
    )


def reasons(dependencies: Dependencies, name: str) -> Reasons:
    """Return why a package is there: for each line that brings it the shortest ways, the shortest first."""
    packages = {package.name: package for package in dependencies.packages}
    if name not in packages:
        near = get_close_matches(name, sorted(packages), n=3)
        return Reasons(platforms=dependencies.platforms, package=None, near=tuple(near))
    graph = names_graph(dependencies)
    texts = {(need.source, need.target): need.texts for need in dependencies.needs if need.needed}
    found: list[Way] = []
    cut = 0
    for ask in dependencies.asks:
        if ask.name not in graph or not nx.has_path(graph, ask.name, name):
            continue
        paths = list(islice(nx.all_shortest_paths(graph, ask.name, name), MOST_WAYS + 1))
        paths.sort()
        cut += max(0, len(paths) - MOST_FOR_ONE_LINE)
        found += [_way(ask, path, packages, texts) for path in paths[:MOST_FOR_ONE_LINE]]
    found.sort(key=lambda way: (len(way.steps), way.ask.name))
    return Reasons(
        platforms=dependencies.platforms,
        package=packages[name],
        ways=tuple(found[:MOST_WAYS]),
        bounds=tuple(_bounds(dependencies, packages, name)),
        cut=cut + max(0, len(found) - MOST_WAYS),
    )


def _way(ask: Ask, path: list[str], packages: dict[str, Package], texts: dict[tuple[str, str], tuple[str, ...]]) -> Way:
    steps = [(packages[path[0]], ask.text)]
    steps += [(packages[target], "; ".join(texts[source, target])) for source, target in pairwise(path)]
    return Way(ask=ask, steps=tuple(steps))


def _bounds(dependencies: Dependencies, packages: dict[str, Package], name: str) -> Iterator[Bound]:
    """Everything that says more of a package than its name: lines first, then packages by name."""
    for ask in dependencies.asks:
        if ask.name == name and dependencies.asks_known and ask.text != name:
            where = "" if ask.place is None else f" ({ask.place.file}:{ask.place.line})"
            yield Bound(who=f"the line {ask.text}{where}", text=ask.text, of_line=True)
    for need in dependencies.needs:
        if need.target == name:
            for text in need.texts:
                if text.strip() != name:
                    source = packages[need.source]
                    yield Bound(who=f"{source.name} {source.version}", text=text, needed=need.needed)


def cycles(dependencies: Dependencies) -> tuple[tuple[str, ...], ...]:
    """Return groups of packages each of which needs, directly or not, every other of its group."""
    knots = nx.strongly_connected_components(names_graph(dependencies))
    return tuple(sorted(tuple(sorted(knot)) for knot in knots if len(knot) > 1))


def leaves(dependencies: Dependencies) -> tuple[str, ...]:
    """Return the packages that need no other, virtual ones aside, by name."""
    real = {package.name for package in dependencies.packages if not package.virtual}
    needing = {need.source for need in dependencies.needs if need.needed and need.target in real}
    return tuple(sorted(real - needing))


def weights(dependencies: Dependencies) -> tuple[Weight, ...]:
    """Return what each line brings, the heaviest first: by its own bytes, then all its bytes, then packages."""
    graph = names_graph(dependencies)
    packages = {package.name: package for package in dependencies.packages if not package.virtual}
    below = {
        ask.name: ({ask.name} | nx.descendants(graph, ask.name)) & set(packages)
        for ask in dependencies.asks
        if ask.name in graph
    }
    found: list[Weight] = []
    for ask in dependencies.asks:
        if ask.name not in below or any(weight.ask.name == ask.name for weight in found):
            continue
        mine = below[ask.name]
        own = mine - set().union(*(others for name, others in below.items() if name != ask.name))
        found.append(
            Weight(
                ask=ask,
                packages=len(mine),
                own_packages=len(own),
                size=sum(packages[name].size or 0 for name in mine),
                own_size=sum(packages[name].size or 0 for name in own),
                unknown=sum(packages[name].size is None for name in mine),
            )
        )
    found.sort(key=lambda weight: (-weight.own_size, -weight.size, -weight.packages, weight.ask.name))
    return tuple(found)


def branches(dependencies: Dependencies, name: str, *, invert: bool = False) -> tuple[tuple[str, Need], ...]:
    """Return what a package needs directly, or who needs it, by name, each with what is said."""
    found = [
        (need.source if invert else need.target, need)
        for need in dependencies.needs
        if need.needed and (need.target if invert else need.source) == name
    ]
    return tuple(sorted(found, key=lambda one: one[0]))
