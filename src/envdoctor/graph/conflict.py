"""The facts of conflicts as a graph: from the user's lines, pins and machine along the facts to where nothing is left.

Several conflicts share one graph; each edge knows in which of them it takes part.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from envdoctor.model.facts import (
    Constrains,
    Depends,
    HiddenByPriority,
    Missing,
    NewerThanCutoff,
    Pinned,
    VirtualPackageIs,
)
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from envdoctor.model.facts import Fact
    from envdoctor.model.names import PackageName
    from envdoctor.model.outcome import Conflict, Domain, Unsatisfiable
    from envdoctor.model.place import Place
    from envdoctor.model.target import Request


class Part(Enum):
    """What a node of a conflict graph is."""

    LINE = "line"
    PIP_LINE = "pip-line"
    PIN = "pin"
    TARGET = "target"
    VIRTUAL_PACKAGE = "virtual-package"
    PACKAGE = "package"
    DEAD_END = "dead-end"


class Link(Enum):
    """What an edge of a conflict graph says: its source … its target."""

    ASKS = "asks for"
    PINS = "pins"
    HAS = "has"
    LACKS = "lacks"
    NEEDS = "needs"
    ALLOWS_ONLY = "allows only some"
    ENDS = "ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A line, name, pin, machine or dead end. Equal nodes are one node; a line is told apart by its place."""

    part: Part
    label: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A fact, or that a line asks for its package.

    `conflicts` are the places, from 0, of the conflicts that it takes part in; `domains` is what it leaves of its
    target in their chains, as far as these tell.
    """

    source: Node
    target: Node
    link: Link
    conflicts: tuple[int, ...]
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictGraph:
    """The graph of all conflicts of one platform, nodes and edges in a fixed order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    meeting_points: tuple[PackageName, ...]
    """The names that conflicts are told to clash in, in order."""

    def is_meeting_point(self, node: Node) -> bool:
        """Whether a node is the package that some conflict is told to clash in."""
        return node.part in (Part.PACKAGE, Part.VIRTUAL_PACKAGE) and node.label in self.meeting_points

    def to_networkx(self) -> nx.MultiDiGraph[Node]:
        """Return the graph as networkx has it; each edge carries its `Edge` as `edge`."""
        import networkx as nx  # noqa: PLC0415 - a conflict is told without it

        graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
        graph.add_nodes_from(self.nodes)
        for edge in self.edges:
            graph.add_edge(edge.source, edge.target, key=edge.link.value, edge=edge)
        return graph


def conflict_graph(unsatisfiable: Unsatisfiable) -> ConflictGraph:
    """Return the graph of all conflicts of a request."""
    return graph_of_conflicts(unsatisfiable.conflicts, unsatisfiable.request)


def graph_of_conflicts(conflicts: tuple[Conflict, ...], request: Request | None = None) -> ConflictGraph:
    """Return the graph of some conflicts; those between the halves of a file belong to no request."""
    found: dict[tuple[Node, Node, Link], list[int]] = defaultdict(list)
    for number, conflict in enumerate(conflicts):
        for ends in dict.fromkeys((*_lines(conflict), *_facts(conflict, request))):
            found[ends].append(number)
    edges = tuple(
        Edge(
            source=source,
            target=target,
            link=link,
            conflicts=tuple(numbers),
            domains=_domains([conflicts[number] for number in numbers], source, target, link),
        )
        for (source, target, link), numbers in sorted(found.items(), key=lambda pair: _order(*pair[0]))
    )
    nodes = {node for edge in edges for node in (edge.source, edge.target)}
    points = {conflict.meeting_point for conflict in conflicts if conflict.meeting_point is not None}
    return ConflictGraph(nodes=tuple(sorted(nodes, key=_node_order)), edges=edges, meeting_points=tuple(sorted(points)))


def _lines(conflict: Conflict) -> Iterator[tuple[Node, Node, Link]]:
    for line in conflict.core:
        yield Node(part=Part.LINE, label=line.text, place=line.place), _named(line.name), Link.ASKS
    # A pip line clashes over the conda package of the line beside it, whatever its project is called.
    about = conflict.meeting_point or next((line.name for line in conflict.core), None)
    if about is not None:
        for pip_line in conflict.pip_lines:
            yield Node(part=Part.PIP_LINE, label=pip_line.text, place=pip_line.place), _named(about), Link.ASKS


def _facts(conflict: Conflict, request: Request | None) -> Iterator[tuple[Node, Node, Link]]:
    for fact in conflict.facts:
        yield _fact(fact, request)


def _fact(fact: Fact, request: Request | None) -> tuple[Node, Node, Link]:
    target = _named(fact.target)
    if isinstance(fact, Depends):
        return _named(fact.source), target, Link.NEEDS
    if isinstance(fact, Constrains):
        return _named(fact.source), target, Link.ALLOWS_ONLY
    if isinstance(fact, Pinned):
        return Node(part=Part.PIN, label=f"{fact.pin.text} ({fact.pin.origin})"), target, Link.PINS
    if isinstance(fact, VirtualPackageIs):
        return _machine(request), target, Link.HAS if _has(request, fact.target) else Link.LACKS
    return target, Node(part=Part.DEAD_END, label=_DEAD_ENDS[type(fact)].format(fact.target)), Link.ENDS


_DEAD_ENDS: dict[type[Fact], str] = {
    Missing: "no such {} in these channels",
    HiddenByPriority: "other {} hidden by strict channel priority",
    NewerThanCutoff: "other {} newer than --exclude-newer",
}


def _machine(request: Request | None) -> Node:
    return Node(part=Part.TARGET, label=request.target.subdir if request is not None else "this machine")


def _has(request: Request | None, name: PackageName) -> bool:
    return request is not None and any(package.name == name for package in request.target.virtual_packages)


def _named(name: PackageName) -> Node:
    return Node(part=Part.VIRTUAL_PACKAGE if is_virtual(name) else Part.PACKAGE, label=name)


def _domains(conflicts: list[Conflict], source: Node, target: Node, link: Link) -> tuple[Domain, ...]:
    """What the chains of some conflicts leave of a fact's target, each domain once, in the order of the chains."""
    steps = (step for conflict in conflicts for chain in conflict.chains for step in chain.steps)
    return tuple(
        dict.fromkeys(
            step.domain
            for step in steps
            if isinstance(step.fact, (Depends, Constrains))
            and (link is Link.NEEDS) == isinstance(step.fact, Depends)
            and (_named(step.fact.source), _named(step.fact.target)) == (source, target)
        )
    )


def _node_order(node: Node) -> tuple[int, str, int, int, str]:
    place = node.place
    rank = list(Part).index(node.part)
    return (rank, *((place.file, place.line or 0, place.column or 0) if place else ("", 0, 0)), node.label)


def _order(source: Node, target: Node, link: Link) -> tuple[object, ...]:
    return (_node_order(source), _node_order(target), list(Link).index(link))
