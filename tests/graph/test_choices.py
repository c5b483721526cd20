"""What each line got, how far that is from the newest, and what surely holds it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.graph.choices import choices
from envdoctor.model.channels import ChannelPriority
from tests.graph.solving import solved

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

NUMPY = [{"name": "numpy", "version": version} for version in ("1.26.4", "2.0.2", "2.3.1")]


def held_back(urls: list[str], *specs: str, pins: tuple[str, ...] = ()) -> dict[str, tuple[str, str, str]]:
    world, resolution = solved(urls, *specs, pins=pins)
    return {
        choice.requirement.text: (choice.record.version, choice.newest, choice.held_back_by)
        for choice in choices(resolution, world)
    }


def test_the_newest_is_held_back_by_nothing(make_channel: ChannelFactory) -> None:
    assert held_back([make_channel(NUMPY)], "numpy") == {"numpy": ("2.3.1", "2.3.1", "")}


def test_the_line_itself_is_named(make_channel: ChannelFactory) -> None:
    found = held_back([make_channel(NUMPY)], "numpy=1.26")

    assert found["numpy=1.26"] == ("1.26.4", "2.3.1", "line 1 asks for 1.26.*")


def test_a_build_that_is_asked_for_is_told_as_the_line_says_it(make_channel: ChannelFactory) -> None:
    blas = [{"name": "libblas", "version": "3.9", "build": "1_mkl"}, {"name": "libblas", "version": "3.11"}]

    assert held_back([make_channel(blas)], "libblas=*=*mkl")["libblas=*=*mkl"][2] == "line 1 asks for libblas=*=*mkl"


@pytest.mark.parametrize(
    ("field", "verb"), [("depends", "needs"), ("constrains", "allows only")], ids=["depends", "constrains"]
)
def test_a_package_that_bears_no_newer_one_is_named(make_channel: ChannelFactory, field: str, verb: str) -> None:
    url = make_channel([*NUMPY, {"name": "pandas", "version": "2.1.4", field: ["numpy <2"]}])

    assert held_back([url], "pandas", "numpy")["numpy"] == ("1.26.4", "2.3.1", f"pandas 2.1.4 {verb} numpy <2")


def test_a_pin_is_named_with_its_origin(make_channel: ChannelFactory) -> None:
    found = held_back([make_channel(NUMPY)], "numpy", pins=("numpy <2.3",))

    assert found["numpy"] == ("2.0.2", "2.3.1", "the pin numpy <2.3 (--pin)")


def test_another_line_that_the_newest_needs_otherwise_is_named(make_channel: ChannelFactory) -> None:
    url = make_channel(
        [
            {"name": "python", "version": "3.10.1"},
            {"name": "python", "version": "3.12.1"},
            {"name": "numpy", "version": "2.0", "depends": ["python >=3.9"]},
            {"name": "numpy", "version": "2.3", "depends": ["python >=3.11"]},
        ]
    )

    found = held_back([url], "python=3.10", "numpy")

    assert found["numpy"] == ("2.0", "2.3", "numpy 2.3 needs python >=3.11, against python=3.10 (line 1)")


def test_what_needs_something_that_is_not_to_be_had_says_so(make_channel: ChannelFactory) -> None:
    url = make_channel([{"name": "app", "version": "1"}, {"name": "app", "version": "2", "depends": ["ghost >=1"]}])

    assert held_back([url], "app")["app"] == ("1", "2", "app 2 needs ghost >=1, which is not to be had")


def test_a_newer_version_that_priority_hides_is_told(make_channel: ChannelFactory) -> None:
    first = make_channel(NUMPY[:1], name="first")
    second = make_channel(NUMPY[1:], name="second")
    world, resolution = solved([first, second], "numpy", priority=ChannelPriority.STRICT)
    (choice,) = choices(resolution, world)

    assert (choice.record.version, choice.newest) == ("1.26.4", "1.26.4")
    assert choice.held_back_by == "strict channel priority hides 2.3.1 of second"


def test_builds_that_fail_for_different_reasons_blame_nobody(make_channel: ChannelFactory) -> None:
    url = make_channel(
        [
            {"name": "app", "version": "1"},
            {"name": "app", "version": "2", "build": "a", "depends": ["ghost"]},
            {"name": "app", "version": "2", "build": "b", "depends": ["numpy >=2"]},
            *NUMPY,
        ]
    )

    found = held_back([url], "app", "numpy=1.26")

    assert found["app"][2] == "no single line or package: its builds fail for different reasons"
