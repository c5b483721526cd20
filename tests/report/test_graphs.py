from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from envdoctor.model.place import Place
from envdoctor.report.drawing import pictures
from envdoctor.report.graphs import render_dot, render_graph, render_graphml, render_mermaid
from tests.report.diagnoses import CLASH, DIAGNOSES, diagnosis, unsolved

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from envdoctor.model.diagnosis import Diagnosis

KINDS = ("mermaid", "dot", "graphml")

_DOT_STRING = re.compile(r'"(?:[^"\\]|\\["\\])*"')
_DOT_ROW = re.compile(
    r"digraph \w+ \{|rankdir=LR;|subgraph cluster_\d+ \{|\}|label=S;"
    r"|(?P<node>\w+) \[label=S(?:, \w+=(?:\w+|S))*\];"
    r"|(?P<source>\w+) -> (?P<target>\w+) \[label=S\];"
)
_MERMAID_TEXT = r'"(?:[^"#&;<>`\\]|#\d+;)*"'
_MERMAID_ROW = re.compile(
    rf"flowchart LR|subgraph p\d+\[{_MERMAID_TEXT}\]|end|classDef meeting stroke-width:4px|class [\w,]+ meeting"
    rf"|(?P<node>\w+)(?:\(\[|\[/|\[\[|\(|\[|\{{\{{){_MERMAID_TEXT}(?:\]\)|/\]|\]\]|\)|\]|\}}\}})"
    rf"|(?P<source>\w+) -->\|{_MERMAID_TEXT}\| (?P<target>\w+)"
)

Read = tuple[list[str], list[tuple[str, str]]]
"""The nodes and edges of a text, in its order."""


def read_back(text: str, kind: str) -> Read:
    """Read a text by the grammar of its language, as far as envdoctor uses it."""
    if kind == "graphml":
        graph = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
        return list(graph.nodes), [(edge[0], edge[1]) for edge in graph.edges]
    grammar = _MERMAID_ROW if kind == "mermaid" else _DOT_ROW
    nodes, edges, open_groups = [], [], 0
    for row in text.splitlines():
        bare = row.strip() if kind == "mermaid" else _DOT_STRING.sub("S", row.strip())
        found = grammar.fullmatch(bare)
        assert found is not None, row
        open_groups += bare.endswith("{") or bare.startswith("subgraph")
        open_groups -= bare in {"}", "end"}
        if found["node"]:
            nodes.append(found["node"])
        if found["source"]:
            edges.append((found["source"], found["target"]))
    assert open_groups == 0 or kind == "dot"
    return nodes, edges


@pytest.mark.parametrize("kind", KINDS)
def test_graphs_are_as_agreed(kind: str, snapshot: SnapshotAssertion) -> None:
    assert render_graph(DIAGNOSES["two_lines"], kind) == snapshot


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["independent", "halves", "solved", "took_part"])
def test_each_part_has_a_form_of_its_own(name: str, kind: str, snapshot: SnapshotAssertion) -> None:
    assert render_graph(DIAGNOSES[name], kind) == snapshot


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_says_the_same(name: str, kind: str) -> None:
    text = render_graph(DIAGNOSES[name], kind)
    nodes, edges = read_back(text, kind)
    drawn = pictures(DIAGNOSES[name])
    assert sorted(nodes) == sorted(shape.key for picture in drawn for shape in picture.shapes)
    assert sorted(edges) == sorted((arrow.source, arrow.target) for picture in drawn for arrow in picture.arrows)
    assert {node for edge in edges for node in edge} <= set(nodes)
    assert text == render_graph(DIAGNOSES[name], kind)
    assert text.endswith("\n")


def named(text: str) -> Diagnosis:
    """A conflict of a line with any text at all in it."""
    core = (replace(CLASH.core[0], text=text, place=Place(f"a {text}.yml", 6)), CLASH.core[1])
    return diagnosis(unsolved(replace(CLASH, core=core)))


@pytest.mark.parametrize(
    "text",
    [
        'gdal[version=">=3,<4|5", build="a*"]',
        "a\\b\\",
        'a" ] --> b',
        "<b>&amp;</b>; #35; `x` end",
        "]]> -- <!-- \x00\x1b[2J",
        "ü → 日本",
        "line\nbreak",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_label_ends_it(text: str, kind: str) -> None:
    usual = read_back(render_graph(DIAGNOSES["two_lines"], kind), kind)
    assert read_back(render_graph(named(text), kind), kind) == usual


def test_labels_come_back_whole() -> None:
    text = 'a\\b "c" <d> & #e; `f`'
    graph = nx.read_graphml(io.BytesIO(render_graphml(named(text)).encode()))
    assert f"{text} (a {text}.yml:6)" in [node["label"] for node in graph.nodes.values()]
    dot = render_dot(named(text))
    assert '"a\\\\b \\"c\\" <d> & #e; `f` (a a\\\\b' in dot
    mermaid = re.sub(r"#(\d+);", lambda code: chr(int(code.group(1))), render_mermaid(named(text)))
    assert f"{text} (a {text}.yml:6)" in mermaid


def test_what_conflicts_clash_in_is_marked() -> None:
    (picture,) = pictures(DIAGNOSES["two_lines"])
    assert [shape.label for shape in picture.shapes if shape.meeting_point] == ["lz4-c"]


def test_edges_say_what_is_left() -> None:
    (picture,) = pictures(DIAGNOSES["two_lines"])
    assert sorted(arrow.label for arrow in picture.arrows) == [
        "asks for",
        "asks for",
        "needs: 20.0.0",
        "needs: 3.8.3–3.8.5",
        "needs: <1.10",
        "needs: >=1.10",
    ]


def test_resolutions_are_drawn_only_where_all_is_well() -> None:
    assert [picture.title for picture in pictures(DIAGNOSES["solved"])] == ["linux-64"]
    assert [picture.title for picture in pictures(DIAGNOSES["solved_in_part"])] == ["osx-64"]
    assert [picture.title for picture in pictures(DIAGNOSES["halves"])] == ["conda and pip"]


def test_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        render_graph(DIAGNOSES["two_lines"], "svg")


def test_no_secret_is_drawn() -> None:
    for kind in KINDS:
        assert "hunter2" not in render_graph(named("https://anna:hunter2@conda.example/x"), kind)
