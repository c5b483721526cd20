"""A diagnosis as a drawing: named shapes and arrows between them, which each graph format writes in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed, versions
from envdoctor.graph.conflict import Link, Part, graph_of_conflicts
from envdoctor.model.outcome import Resolution
from envdoctor.report.layout import shown
from envdoctor.report.stories import stories

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envdoctor.graph.conflict import ConflictGraph, Edge, Node
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import Domain
    from envdoctor.model.target import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A node: `part` says what it is in a slug, `meeting_point` that a conflict is told to clash in it."""

    key: str
    label: str
    part: Part
    meeting_point: bool = False
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An edge between the shapes of two keys; `conflicts` are the conflicts of its picture, counted from 1."""

    source: str
    target: str
    label: str
    link: str
    conflicts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One platform, or several with the same story, or the file where its two halves clash."""

    title: str
    shapes: tuple[Shape, ...]
    arrows: tuple[Arrow, ...]


def pictures(diagnosis: Diagnosis) -> tuple[Picture, ...]:
    """Return the conflicts as pictures; where there are none, the dependencies of what was resolved.

    Keys are unique over all pictures.
    """
    drawn: list[Picture] = []
    if diagnosis.pip_conflicts:
        drawn.append(_conflicts("conda and pip", graph_of_conflicts(diagnosis.pip_conflicts), None, len(drawn)))
    for story in stories(diagnosis.platforms, apart=True):
        outcome = story.told.outcome
        title = listed([story.told.platform, *(other.platform for other in story.alike)])
        if not isinstance(outcome, Resolution):
            graph = graph_of_conflicts(outcome.conflicts, outcome.request)
            drawn.append(_conflicts(title, graph, outcome.request, len(drawn)))
        elif diagnosis.solvable:
            drawn.append(_dependencies(title, outcome, len(drawn)))
    return tuple(drawn)


def _conflicts(title: str, graph: ConflictGraph, request: Request | None, number: int) -> Picture:
    keys = {node: f"p{number}n{index}" for index, node in enumerate(graph.nodes)}
    return Picture(
        title=title,
        shapes=tuple(
            Shape(
                key=keys[node],
                label=shown(_label(node, request)),
                part=node.part,
                meeting_point=graph.is_meeting_point(node),
                file=shown(node.place.file) if node.place else "",
                line=node.place.line if node.place else None,
            )
            for node in graph.nodes
        ),
        arrows=tuple(
            Arrow(
                source=keys[edge.source],
                target=keys[edge.target],
                label=shown(_words(edge)),
                link=_slug(edge.link),
                conflicts=tuple(conflict + 1 for conflict in edge.conflicts),
            )
            for edge in graph.edges
        ),
    )


def _dependencies(title: str, resolution: Resolution, number: int) -> Picture:
    # networkx takes its time to start, which conflicts need not.
    from envdoctor.graph.dependency import dependency_graph  # noqa: PLC0415

    graph = dependency_graph(resolution)
    keys = {name: f"p{number}n{index}" for index, name in enumerate(graph.names)}
    shapes, arrows = [], []
    for name, key in keys.items():
        record, package = graph.record(name), graph.virtual_package(name)
        part = Part.PACKAGE if package is None else Part.VIRTUAL_PACKAGE
        shapes.append(Shape(key=key, label=shown(str(record or package)), part=part))
        for target in graph.needs(name):
            label = shown("; ".join(graph.texts(name, target)))
            arrows.append(Arrow(source=key, target=keys[target], label=label, link=_slug(Link.NEEDS)))
    return Picture(title=title, shapes=tuple(shapes), arrows=tuple(arrows))


def _label(node: Node, request: Request | None) -> str:
    if node.place is not None:
        where = node.place.file if node.place.line is None else f"{node.place.file}:{node.place.line}"
        return f"{'pip: ' * (node.part is Part.PIP_LINE)}{node.label} ({where})"
    if node.part is Part.VIRTUAL_PACKAGE and request is not None:
        packages = request.target.virtual_packages
        return next((str(package) for package in packages if package.name == node.label), node.label)
    return f"pin {node.label}" if node.part is Part.PIN else node.label


def _words(edge: Edge) -> str:
    left = ", ".join(dict.fromkeys(_left(edge.domains)))
    return f"{edge.link.value}: {left}" if left else edge.link.value


def _left(domains: Iterable[Domain]) -> Iterable[str]:
    for domain in domains:
        words = versions(domain) + (f" (build {domain.builds})" if domain.builds else "")
        if words:
            yield words


def _slug(link: Link) -> str:
    return link.name.lower().replace("_", "-")
