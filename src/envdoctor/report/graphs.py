"""Drawings as text for other programs: Mermaid, DOT (Graphviz) and GraphML. The same drawing gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from envdoctor.graph.conflict import Part
from envdoctor.report.drawing import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.report.drawing import Arrow, Picture, Shape


def render_graph(diagnosis: Diagnosis, kind: str) -> str:
    """Return the graph of a diagnosis as `mermaid`, `dot` or `graphml`. Raises `KeyError` for another kind."""
    return _RENDERERS[kind](diagnosis)


def render_pictures(drawn: tuple[Picture, ...], kind: str) -> str:
    """Return drawings as `mermaid`, `dot` or `graphml`. Raises `KeyError` for another kind."""
    return _joined({"mermaid": _mermaid, "dot": _dot, "graphml": _graphml}[kind](drawn))


def render_mermaid(diagnosis: Diagnosis) -> str:
    """Return a Mermaid flowchart, one subgraph for each platform; what a conflict clashes in has a thick border."""
    return _joined(_mermaid(pictures(diagnosis)))


def render_dot(diagnosis: Diagnosis) -> str:
    """Return a DOT digraph, one cluster for each platform; what a conflict clashes in has a double border."""
    return _joined(_dot(pictures(diagnosis)))


def render_graphml(diagnosis: Diagnosis) -> str:
    """Return one GraphML graph; each node says which platform it belongs to."""
    return _joined(_graphml(pictures(diagnosis)))


_RENDERERS: dict[str, Callable[[Diagnosis], str]] = {
    "mermaid": render_mermaid,
    "dot": render_dot,
    "graphml": render_graphml,
}


def _joined(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


_MERMAID_SHAPES = {
    Part.LINE: ("([", "])"),
    Part.PIP_LINE: ("([", "])"),
    Part.PIN: ("[/", "/]"),
    Part.TARGET: ("[[", "]]"),
    Part.VIRTUAL_PACKAGE: ("(", ")"),
    Part.PACKAGE: ("[", "]"),
    Part.DEAD_END: ("{{", "}}"),
}


def _mermaid(drawn: tuple[Picture, ...]) -> Iterator[str]:
    yield "flowchart LR"
    for number, picture in enumerate(drawn):
        yield f"  subgraph p{number}[{_mermaid_text(picture.title)}]"
        for shape in picture.shapes:
            begin, end = _MERMAID_SHAPES[shape.part]
            yield f"    {shape.key}{begin}{_mermaid_text(shape.label)}{end}"
        for arrow in picture.arrows:
            yield f"    {arrow.source} -->|{_mermaid_text(arrow.label)}| {arrow.target}"
        yield "  end"
    points = [shape.key for picture in drawn for shape in picture.shapes if shape.meeting_point]
    if points:
        yield "  classDef meeting stroke-width:4px"
        yield f"  class {','.join(points)} meeting"


def _mermaid_text(text: str) -> str:
    """A quoted text. Whatever could end it, or begin markup, stands as Mermaid's `#code;`."""
    return '"' + "".join(f"#{ord(mark)};" if mark in _MERMAID_MARKS else mark for mark in text) + '"'


_MERMAID_MARKS = frozenset('"#&;<>`\\')

_DOT_SHAPES = {
    Part.LINE: 'shape=box, style="rounded,bold"',
    Part.PIP_LINE: 'shape=box, style="rounded,bold"',
    Part.PIN: "shape=note",
    Part.TARGET: "shape=house",
    Part.VIRTUAL_PACKAGE: "shape=ellipse",
    Part.PACKAGE: "shape=box",
    Part.DEAD_END: "shape=octagon",
}


def _dot(drawn: tuple[Picture, ...]) -> Iterator[str]:
    yield "digraph envdoctor {"
    yield "  rankdir=LR;"
    for number, picture in enumerate(drawn):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_dot_text(picture.title)};"
        for shape in picture.shapes:
            double = ", peripheries=2" if shape.meeting_point else ""
            yield f"    {shape.key} [label={_dot_text(shape.label)}, {_DOT_SHAPES[shape.part]}{double}];"
        for arrow in picture.arrows:
            yield f"    {arrow.source} -> {arrow.target} [label={_dot_text(arrow.label)}];"
        yield "  }"
    yield "}"


def _dot_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_GRAPHML_KEYS = (
    ("label", "node", "string"),
    ("part", "node", "string"),
    ("platform", "node", "string"),
    ("meeting_point", "node", "boolean"),
    ("file", "node", "string"),
    ("line", "node", "int"),
    ("says", "edge", "string"),
    ("link", "edge", "string"),
    ("conflicts", "edge", "string"),
)


def _graphml(drawn: tuple[Picture, ...]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for name, domain, type_ in _GRAPHML_KEYS:
        yield f'  <key id="{name}" for="{domain}" attr.name="{name}" attr.type="{type_}"/>'
    yield '  <graph id="envdoctor" edgedefault="directed">'
    for picture in drawn:
        for shape in picture.shapes:
            yield from _graphml_node(shape, picture.title)
    arrows = [arrow for picture in drawn for arrow in picture.arrows]
    for number, arrow in enumerate(arrows):
        yield from _graphml_edge(arrow, number)
    yield "  </graph>"
    yield "</graphml>"


def _graphml_node(shape: Shape, platform: str) -> Iterator[str]:
    yield f"    <node id={quoteattr(shape.key)}>"
    yield _graphml_value("label", shape.label)
    yield _graphml_value("part", shape.part.value)
    yield _graphml_value("platform", platform)
    yield _graphml_value("meeting_point", "true" if shape.meeting_point else "false")
    if shape.file:
        yield _graphml_value("file", shape.file)
    if shape.line is not None:
        yield _graphml_value("line", str(shape.line))
    yield "    </node>"


def _graphml_edge(arrow: Arrow, number: int) -> Iterator[str]:
    # Two facts can lead from one name to another, and only edges with identities of their own stay apart.
    yield f'    <edge id="e{number}" source={quoteattr(arrow.source)} target={quoteattr(arrow.target)}>'
    yield _graphml_value("says", arrow.label)
    yield _graphml_value("link", arrow.link)
    if arrow.conflicts:
        yield _graphml_value("conflicts", " ".join(map(str, arrow.conflicts)))
    yield "    </edge>"


def _graphml_value(key: str, text: str) -> str:
    return f'      <data key="{key}">{escape(text)}</data>'
