"""Locked packages of one platform as a graph of names: who needs whom, and which few bring in all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import networkx as nx

from envdoctor.knowledge.names import conda_names_of
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import package_name, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Key = tuple[Manager, str]

_NAME = re.compile(r"[\w.-]+")
_EXTRA = re.compile(r"\bextra\s*==")


def key_of(package: LockedPackage) -> Key:
    """Return what tells a package from all others of its platform."""
    return package.manager, package.name


def needed_by(package: LockedPackage, names: Iterable[Key]) -> Iterator[tuple[Key, str]]:
    """Yield the packages among `names` that a package needs, each with the dependency text.

    What a pip package needs may be there as a conda package. Dependencies of extras do not count, since nothing says
    that an extra was wanted.
    """
    there = names if isinstance(names, (set, frozenset, dict)) else set(names)
    for text in package.depends or ():
        found = _NAME.match(text)
        if found is None or _EXTRA.search(text):
            continue
        for key in _meant(package.manager, found.group()):
            if key in there:
                yield key, text
                break


def _meant(manager: Manager, name: str) -> Iterator[Key]:
    if manager is Manager.CONDA:
        yield manager, package_name(name)
        return
    project = pypi_name(name)
    yield manager, project
    for conda in conda_names_of(project):
        yield Manager.CONDA, conda


def graph_of(packages: Sequence[LockedPackage]) -> nx.DiGraph[Key]:
    """Return the graph of one platform's packages; an edge leads from who needs to what is needed."""
    graph: nx.DiGraph[Key] = nx.DiGraph()
    keys = sorted({key_of(package) for package in packages}, key=_order)
    graph.add_nodes_from(keys)
    there = frozenset(keys)
    for package in packages:
        for target, _ in needed_by(package, there):
            if target != key_of(package):
                graph.add_edge(key_of(package), target)
    return graph


def roots(packages: Sequence[LockedPackage], wanted: Iterable[Key] = ()) -> tuple[Key, ...]:
    """Return the fewest packages that bring in all others, beside those that are wanted anyway.

    Of a cycle that nobody outside needs (python and pip), the one that most packages need stands for all of it.
    """
    graph = graph_of(packages)
    there = {key for key in wanted if key in graph}
    brought: set[Key] = there.union(*(nx.descendants(graph, key) for key in sorted(there, key=_order)))
    found = set(there)
    condensed = nx.condensation(graph)
    for component, degree in condensed.in_degree():
        members: set[Key] = condensed.nodes[component]["members"]
        if degree == 0 and not members & brought:
            found.add(min(members, key=lambda key: (-graph.in_degree(key), _order(key))))
    return tuple(sorted(found, key=_order))


def closure(packages: Sequence[LockedPackage], wanted: Iterable[Key]) -> frozenset[Key]:
    """Return all that the wanted packages bring in, with themselves."""
    graph = graph_of(packages)
    there = {key for key in wanted if key in graph}
    return frozenset(there.union(*(nx.descendants(graph, key) for key in there)))


def _order(key: Key) -> tuple[str, str]:
    return key[0].value, key[1]
