"""The graph of a resolution: order, subtrees, sizes, roots and cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from envdoctor.graph.dependency import dependency_graph, largest, topological_order
from envdoctor.model.names import Subdir, package_name
from envdoctor.model.records import Record
from tests.graph.solving import solved

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

MENU: list[dict[str, Any]] = [
    {"name": "menu", "depends": ["dropdown >=1", "icons"], "size": 100},
    {"name": "dropdown", "depends": ["intl >=1", "__glibc >=2.17"], "size": 20},
    {"name": "icons", "depends": ["intl"], "size": 3},
    {"name": "intl"},
    {"name": "lonely", "size": 5},
]


def record(name: str, *depends: str) -> Record:
    return Record(
        name=package_name(name),
        version="1",
        build="0",
        build_number=0,
        channel="channel",
        subdir=Subdir("noarch"),
        filename=f"{name}-1-0.conda",
        depends=depends,
    )


def test_edges_carry_the_dependency_texts_and_virtual_packages_take_part(make_channel: ChannelFactory) -> None:
    _, resolution = solved([make_channel(MENU)], "menu", "lonely", virtual=["__glibc=2.36"])
    graph = dependency_graph(resolution)

    assert graph.roots == ("lonely", "menu")
    assert graph.needs(package_name("dropdown")) == ("__glibc", "intl")
    assert graph.needed_by(package_name("intl")) == ("dropdown", "icons")
    assert graph.texts(package_name("menu"), package_name("dropdown")) == ("dropdown >=1",)
    assert graph.virtual_package(package_name("__glibc")) is not None
    assert graph.cycles == ()


def test_sizes_are_those_of_the_whole_subtree_and_unknown_ones_are_counted(make_channel: ChannelFactory) -> None:
    _, resolution = solved([make_channel(MENU)], "menu", "lonely", virtual=["__glibc=2.36"])
    size = dependency_graph(resolution).subtree_size(package_name("menu"))

    assert (size.packages, size.bytes_, size.unknown) == (4, 123, 1)
    assert largest(resolution) == (("menu", 4, 123), ("lonely", 1, 5))


def test_a_cycle_is_told_as_one_and_does_not_stop_the_order() -> None:
    records = topological_order([record("app", "pip"), record("pip", "python"), record("python", "pip")])

    assert [one.name for one in records] == ["python", "pip", "app"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_each_record_comes_after_what_it_depends_on(pairs: list[tuple[int, int]]) -> None:
    needs: dict[int, set[int]] = {number: set() for number in range(10)}
    for one, other in pairs:
        if one < other:
            needs[one].add(other)
    records = [record(f"p{number}", *(f"p{other}" for other in sorted(needs[number]))) for number in range(10)]
    position = {str(one.name): index for index, one in enumerate(topological_order(records))}

    assert len(position) == len(records)
    assert all(position[f"p{other}"] < position[f"p{one}"] for one, others in needs.items() for other in others)
