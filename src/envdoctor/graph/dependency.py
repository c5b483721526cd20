"""Who needs whom in a resolution: records and virtual packages, with the dependency text on each edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from envdoctor.engine.specs import SpecError, matcher, spec_name
from envdoctor.model.names import PackageName, is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.model.outcome import Resolution
    from envdoctor.model.records import Record, VirtualPackage

    Names = nx.DiGraph[PackageName]

PYTHON = PackageName("python")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtreeSize:
    """A package with all that it needs: how many records, and how many bytes they are to download.

    `unknown` counts the records whose size no channel tells; they are not in `bytes_`.
    """

    packages: int
    bytes_: int
    unknown: int


class DependencyGraph:
    """A resolution as a graph of names, of which each has one record or is a virtual package.

    An edge leads from who needs to what is needed.
    """

    def __init__(self, records: Iterable[Record], virtual_packages: Iterable[VirtualPackage] = ()) -> None:
        """Read the dependencies of the records. What is needed but not there, as no resolution has it, gets no edge."""
        self._records = {record.name: record for record in records}
        self._virtual = {package.name: package for package in virtual_packages}
        self.graph: Names = nx.DiGraph()
        self.graph.add_nodes_from(sorted(self._records))
        for name, record in sorted(self._records.items()):
            for text in record.depends:
                self._add(name, text)

    @property
    def names(self) -> tuple[PackageName, ...]:
        """All names, in order: those of the records, and the virtual packages that some record needs."""
        return tuple(sorted(self.graph))

    @property
    def roots(self) -> tuple[PackageName, ...]:
        """The records that no other record needs, in order; a cycle that nobody needs has no root."""
        return tuple(sorted(name for name, degree in self.graph.in_degree() if degree == 0))

    @property
    def cycles(self) -> tuple[tuple[PackageName, ...], ...]:
        """Groups of packages each of which needs, directly or not, every other of its group. Most have none."""
        knots = (tuple(sorted(knot)) for knot in nx.strongly_connected_components(self.graph))
        return tuple(sorted(knot for knot in knots if len(knot) > 1 or self.graph.has_edge(knot[0], knot[0])))

    def record(self, name: PackageName) -> Record | None:
        """Return the record of a name; None for a virtual package."""
        return self._records.get(name)

    def virtual_package(self, name: PackageName) -> VirtualPackage | None:
        """Return the virtual package of a name; None for a record."""
        return self._virtual.get(name)

    def needs(self, name: PackageName) -> tuple[PackageName, ...]:
        """Return what a package needs directly, in order."""
        return tuple(sorted(self.graph.successors(name)))

    def needed_by(self, name: PackageName) -> tuple[PackageName, ...]:
        """Return who needs a package directly, in order."""
        return tuple(sorted(self.graph.predecessors(name)))

    def texts(self, source: PackageName, target: PackageName) -> tuple[str, ...]:
        """Return the dependency texts of `source` about `target`, in the record's order."""
        texts: tuple[str, ...] = self.graph.edges[source, target]["texts"]
        return texts

    def subtree(self, name: PackageName) -> tuple[PackageName, ...]:
        """Return a package and all that it needs, directly or not, in order; virtual packages are not counted in."""
        below = {name} | nx.descendants(self.graph, name)
        return tuple(sorted(below & self._records.keys()))

    def subtree_size(self, name: PackageName) -> SubtreeSize:
        """Return the size of a package's subtree."""
        sizes = [self._records[below].size for below in self.subtree(name)]
        known = [size for size in sizes if size is not None]
        return SubtreeSize(packages=len(sizes), bytes_=sum(known), unknown=len(sizes) - len(known))

    def ordered(self) -> tuple[Record, ...]:
        """Return the records, each after what it depends on, and by name where that leaves a choice.

        The members of a cycle follow each other, python first, since what is noarch cannot be linked without it.
        """
        knots = nx.condensation(self.graph)
        first = {knot: min(names["members"]) for knot, names in knots.nodes(data=True)}
        order = nx.lexicographical_topological_sort(knots.reverse(copy=False), key=first.__getitem__)
        names = [name for knot in order for name in sorted(knots.nodes[knot]["members"], key=_python_first)]
        return tuple(self._records[name] for name in names if name in self._records)

    def _add(self, source: PackageName, text: str) -> None:
        target = _name_in(text)
        if target is None or not (target in self._records or target in self._virtual):
            return
        known = self.graph.get_edge_data(source, target, default={"texts": ()})["texts"]
        if text not in known:
            self.graph.add_edge(source, target, texts=(*known, text))


def dependency_graph(resolution: Resolution) -> DependencyGraph:
    """Return the graph of a resolution, with the virtual packages of its target."""
    return DependencyGraph(resolution.records, resolution.request.target.virtual_packages)


def topological_order(records: Sequence[Record]) -> tuple[Record, ...]:
    """Return the records of a resolution, each after what it depends on; virtual packages are left out."""
    return DependencyGraph(record for record in records if not is_virtual(record.name)).ordered()


def largest(resolution: Resolution, top: int = 5) -> tuple[tuple[PackageName, int, int], ...]:
    """Return the packages that lines ask for with the largest subtrees: name, number of packages, known bytes.

    Those with most to download come first, then those with most packages; 0 bytes mean that no size is known.
    """
    graph = dependency_graph(resolution)
    asked = {line.name for line in resolution.request.requirements}
    sizes = {name: graph.subtree_size(name) for name in sorted(asked) if graph.record(name) is not None}
    first = sorted(sizes, key=lambda name: (-sizes[name].bytes_, -sizes[name].packages, name))[:top]
    return tuple((name, sizes[name].packages, sizes[name].bytes_) for name in first)


def _name_in(text: str) -> PackageName | None:
    try:
        return PackageName(spec_name(matcher(text)))
    except SpecError:
        return None


def _python_first(name: PackageName) -> tuple[bool, PackageName]:
    return (name != PYTHON, name)
