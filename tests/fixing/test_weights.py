"""The table of weights: complete, in order, and as the page has it."""

from __future__ import annotations

import re
from pathlib import Path

from envdoctor.fixing.weights import FURTHER, KIND, LINE, MOST_YEARS, PYTHON, YEAR, Change, largest, weight
from envdoctor.model.fixes import FixKind

PAGE = Path(__file__).parents[2] / "docs" / "fixing.md"


def test_every_kind_has_a_weight_in_the_order_of_the_kinds() -> None:
    assert list(KIND) == sorted(FixKind, key=lambda kind: KIND[kind])
    assert list(FixKind) == list(KIND)


def test_the_page_has_the_same_weights() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [(kind, int(number)) for kind, number in rows] == [(kind.value, number) for kind, number in KIND.items()]
    assert re.search(rf"^\| each change \| {LINE} \|", PAGE.read_text("utf-8"), re.MULTILINE)


def test_a_far_change_never_weighs_as_much_as_a_near_one_of_the_next_kind() -> None:
    following = {FixKind.PATCH: FixKind.MINOR, FixKind.MINOR: FixKind.MAJOR}
    for kind, larger in following.items():
        far = weight(Change(kind=kind, steps=1000, down=True, years_older=100))
        assert far < weight(Change(kind=larger))
    assert PYTHON + MOST_YEARS * YEAR + FURTHER[FixKind.MINOR][1] < KIND[FixKind.MAJOR]


def test_up_comes_before_down_and_near_before_far_and_new_before_old() -> None:
    near = weight(Change(kind=FixKind.MINOR))
    assert near < weight(Change(kind=FixKind.MINOR, down=True)) < weight(Change(kind=FixKind.MINOR, steps=2))
    assert near < weight(Change(kind=FixKind.MINOR, years_older=1.5))
    assert near < weight(Change(kind=FixKind.MINOR, of_python=True))


def test_a_fix_is_called_by_its_largest_change() -> None:
    assert largest([FixKind.PATCH, FixKind.DROP, FixKind.NAME]) is FixKind.DROP
