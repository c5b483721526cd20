"""An edit changes its item and nothing else, whatever the file looks like around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.environment.edits import EditRefusedError, edited
from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError
from envdoctor.model.fixes import Action, Edit, FixKind
from envdoctor.model.place import Place
from tests.conftest import SHARED

if TYPE_CHECKING:
    from pathlib import Path

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import PipRequirement, Requirement

FILE = "environment.yml"
ENVS = sorted(path for path in (SHARED / "envs").rglob("*") if path.suffix in {".yml", ".yaml", ".txt"})
MOST_LINES = 6
"""Lines of one real file that are edited; the first, the last, and some between."""


def edit_of(raw: str | bytes, needle: str, action: Action, after: str = "", before: str | None = None) -> Edit:
    """An edit of the item whose text is `needle`, found as the reader would place it."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
    lines = text.replace("\r\n", "\n").split("\n")
    number, line = next((number, line) for number, line in enumerate(lines, start=1) if needle in line)
    column = line.index(needle) + 1
    if column > 1 and line[column - 2] in "'\"":
        column -= 1
    known = needle if before is None else before
    return Edit(place=Place(FILE, number, column), action=action, kind=FixKind.MINOR, before=known, after=after)


def made(text: str, *edits: Edit) -> str:
    return edited(text.encode(), edits, FILE).decode()


BLOCK = "dependencies:\n  # first\n  - numpy=1.26   # why\n  - pandas\n"


def test_a_line_is_replaced_and_its_comment_stays() -> None:
    edit = edit_of(BLOCK, "numpy=1.26", Action.REPLACE, "numpy=2.0")
    assert made(BLOCK, edit) == BLOCK.replace("numpy=1.26", "numpy=2.0")


def test_a_line_that_goes_takes_its_own_comment_and_no_other() -> None:
    edit = edit_of(BLOCK, "numpy=1.26", Action.REMOVE)
    assert made(BLOCK, edit) == "dependencies:\n  # first\n  - pandas\n"


@pytest.mark.parametrize(
    ("text", "needle", "after", "expected"),
    [
        ('- "numpy >=1"\n', "numpy >=1", "numpy >=2", '- "numpy >=2"\n'),
        ("- 'numpy >=1'\n", "numpy >=1", "numpy >=2", "- 'numpy >=2'\n"),
        ("d: [numpy=1, pandas]\n", "numpy=1", "numpy>=1,<3", 'd: ["numpy>=1,<3", pandas]\n'),
        ("d: [ numpy=1 , pandas ]\n", "numpy=1", "numpy=2", "d: [ numpy=2 , pandas ]\n"),
        ("- numpy=1\r\n- pandas\r\n", "numpy=1", "numpy=2", "- numpy=2\r\n- pandas\r\n"),
        ("- numpy=1", "numpy=1", "numpy=2", "- numpy=2"),
        ("- numpy=1  \n", "numpy=1", "numpy", "- numpy  \n"),
        ("- sel(linux): numpy=1\n", "numpy=1", "numpy=2", "- sel(linux): numpy=2\n"),
        ("-   numpy=1 # [win]\n", "numpy=1", "numpy=2", "-   numpy=2 # [win]\n"),
        ("- ünïcode # é\n- numpy=1\n", "numpy=1", "numpy=2", "- ünïcode # é\n- numpy=2\n"),
    ],
)
def test_the_style_around_an_item_stays(text: str, needle: str, after: str, expected: str) -> None:
    assert made(text, edit_of(text, needle, Action.REPLACE, after)) == expected


@pytest.mark.parametrize(
    ("text", "needle", "expected"),
    [
        ("d: [a, b, c]\n", "a", "d: [b, c]\n"),
        ("d: [a, b, c]\n", "c", "d: [a, b]\n"),
        ("d: [a]\n", "a", "d: []\n"),
        ("- b\n- a", "a", "- b\n"),
        ("- sel(win): a\n- b\n", "a", "- b\n"),
    ],
)
def test_an_item_goes_with_what_joins_it(text: str, needle: str, expected: str) -> None:
    assert made(text, edit_of(text.replace("d:", "  "), needle, Action.REMOVE)) == expected


PIP = "dependencies:\n  - pip\n  - pip:\n    - numpy>=2\n"


def test_a_pip_section_that_gets_empty_goes_too() -> None:
    assert made(PIP, edit_of(PIP, "numpy>=2", Action.REMOVE)) == "dependencies:\n  - pip\n"
    more = PIP + "    - six\n"
    assert made(more, edit_of(more, "numpy>=2", Action.REMOVE)) == PIP.replace("numpy>=2", "six")


@pytest.mark.parametrize(
    ("text", "needle", "action", "expected"),
    [
        ("c:\n  - a\nd: 1\n", "a", Action.INSERT_AFTER, "c:\n  - a\n  - new\nd: 1\n"),
        ("c:\n  - a\nd: 1\n", "a", Action.INSERT_BEFORE, "c:\n  - new\n  - a\nd: 1\n"),
        ("c:\n  - a", "a", Action.INSERT_AFTER, "c:\n  - a\n  - new"),
        ("c:\r\n- a\r\n", "a", Action.INSERT_AFTER, "c:\r\n- a\r\n- new\r\n"),
        ("  [a, b]\n", "a", Action.INSERT_BEFORE, "  [new, a, b]\n"),
        ("  [a, b]\n", "b", Action.INSERT_AFTER, "  [a, b, new]\n"),
    ],
)
def test_a_new_item_looks_like_its_neighbour(text: str, needle: str, action: Action, expected: str) -> None:
    assert made(text, edit_of(text, needle, action, "new")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", "- a  # [linux]\n"),
        ("- a   # for linux\n", "- a   # [linux] for linux\n"),
    ],
)
def test_a_selector_stands_first_in_the_comment(text: str, expected: str) -> None:
    assert made(text, edit_of(text, "a", Action.SELECT, "# [linux]")) == expected


@pytest.mark.parametrize(
    ("text", "needle", "action", "why"),
    [
        ("x: &n numpy=1\ny:\n  - *n\n", "&n numpy=1", Action.REPLACE, "alias"),
        ("x: &n [numpy=1]\ny: *n\n", "numpy=1", Action.REPLACE, "alias"),
        ('- "num\\x70y=1"\n', "num\\x70y=1", Action.REPLACE, "does not hold the text"),
        ("- numpy\n  =1\n", "numpy", Action.REPLACE, "several lines"),
        ("- a  # see [1]\n", "a", Action.SELECT, "selector"),
        ("- {a: 1}\n", "a", Action.REMOVE, "list"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_the_reason(text: str, needle: str, action: Action, why: str) -> None:
    before = {"&n numpy=1": "numpy=1", "num\\x70y=1": "numpy=1", "numpy": "numpy =1"}.get(needle, needle)
    with pytest.raises(EditRefusedError, match=why) as refused:
        made(text, edit_of(text, needle, action, "numpy=2", before=before))
    assert str(refused.value).startswith(f"{FILE}:")


def test_an_anchor_that_nothing_repeats_stays() -> None:
    text = "- &n numpy=1\n- pandas\n"
    edit = edit_of(text, "&n numpy=1", Action.REPLACE, "numpy=2", before="numpy=1")
    assert made(text, edit) == "- &n numpy=2\n- pandas\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_and_its_mark_stay(encoding: str) -> None:
    text = "dependencies:\r\n  - numpy=1 # é\r\n"
    edit = edit_of(text, "numpy=1", Action.REPLACE, "numpy=2")
    assert edited(text.encode(encoding), [edit], FILE) == text.replace("numpy=1", "numpy=2").encode(encoding)


def test_several_edits_of_one_file_do_not_get_in_each_others_way() -> None:
    text = "channels: [main, conda-forge]\ndependencies:\n  - a=1\n  - b=1\n  - c=1\n"
    edits = [
        edit_of(text, "main", Action.INSERT_BEFORE, "first"),
        edit_of(text, "a=1", Action.REMOVE),
        edit_of(text, "b=1", Action.REPLACE, "b"),
        edit_of(text, "c=1", Action.INSERT_AFTER, "d"),
    ]
    assert made(text, *edits) == "channels: [first, main, conda-forge]\ndependencies:\n  - b\n  - c=1\n  - d\n"


def test_an_explicit_or_plain_list_is_edited_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "spec.txt"
    path.write_bytes(b"# made by hand\nnumpy=1.26\n  pandas=2  # why\n")
    (_, pandas) = read_environment([str(path)]).requirements
    assert pandas.text == "pandas=2"
    edit = Edit(place=pandas.place, action=Action.REPLACE, kind=FixKind.MINOR, before="pandas=2", after="pandas=3")
    assert edited(path.read_bytes(), [edit], str(path)) == b"# made by hand\nnumpy=1.26\n  pandas=3  # why\n"


@pytest.mark.shared
@pytest.mark.skipif(not ENVS, reason="../shared/envs is absent")
def test_one_spec_of_a_real_file_changes_and_nothing_else_moves() -> None:
    """Over all real files: the bytes around the item are the same, and the file reads as it did but for it."""
    count, refused = 0, []
    for path in ENVS:
        try:
            environment = read_environment([str(path)])
        except InputError:
            continue
        raw = path.read_bytes()
        lines: list[Requirement | PipRequirement] = [*environment.requirements, *environment.pip]
        lines = [line for line in lines if line.place.file == str(path) and line.text not in {"pip", "@EXPLICIT"}]
        for line in _some(lines):
            for action, after in ((Action.REPLACE, f"{line.name or 'x'}==99.9"), (Action.REMOVE, "")):
                edit = Edit(place=line.place, action=action, kind=FixKind.MINOR, before=line.text, after=after)
                try:
                    new = edited(raw, [edit], str(path))
                except EditRefusedError as error:
                    refused.append(str(error))
                    continue
                count += 1
                _check_nothing_else_moved(raw, new, line.text, after)
                _check_reads_the_same(path, new, edit, environment)
    assert count > 5000
    assert len(refused) < 0.02 * count, refused[:5]


def _some(lines: list[Requirement | PipRequirement]) -> list[Requirement | PipRequirement]:
    if len(lines) <= MOST_LINES:
        return lines
    step = (len(lines) - 1) / (MOST_LINES - 1)
    return [lines[round(number * step)] for number in range(MOST_LINES)]


def _check_nothing_else_moved(raw: bytes, new: bytes, before: str, after: str) -> None:
    start = 0
    while start < min(len(raw), len(new)) and raw[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(raw), len(new)) - start and raw[-1 - end] == new[-1 - end]:
        end += 1
    gone, come = raw[start : len(raw) - end], new[start : len(new) - end]
    assert len(come) <= len(after.encode("utf-16")) + 4
    assert gone.count(b"\n") <= (0 if after else 2), (before, gone)


def _check_reads_the_same(
    path: Path,
    new: bytes,
    edit: Edit,
    environment: EnvironmentSpec,
) -> None:
    requirements, pip = environment.requirements, environment.pip

    def instead(name: str) -> bytes | None:
        return new if name == str(path) else None

    try:
        read = read_environment([str(path)], instead=instead)
    except InputError:
        # The last package of a list is gone, or the pip line was of a form that no version goes with.
        assert not edit.after or edit.place in {other.place for other in pip} or len(requirements) == 1
        return
    expected = [_after(other, edit) for other in requirements]
    texts = [text for text in expected if text]
    assert [other.text for other in read.requirements if other.text != "pip"] == [t for t in texts if t != "pip"]
    expected_pip = [_after(other, edit) for other in pip]
    assert [other.text for other in read.pip] == [text for text in expected_pip if text]


def _after(line: Requirement | PipRequirement, edit: Edit) -> str:
    return edit.after if (line.place, line.text) == (edit.place, edit.before) else line.text
