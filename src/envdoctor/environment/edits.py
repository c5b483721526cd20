"""Edits of a file that leave every other byte as it is: comments, order, quotes, line ends, encoding, indentation.

The text is never written anew from what was read. An edit finds its item by line and column in the bytes as they stand
and changes that alone; whatever is not as expected there is refused in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from envdoctor.environment.decoding import as_written
from envdoctor.environment.items import Item, items
from envdoctor.environment.quoting import quote
from envdoctor.environment.text_lists import looks_like_list
from envdoctor.errors import InputError
from envdoctor.model.fixes import Action
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.fixes import Edit

_LINE_END = re.compile(r"\r\n|\r|\n")
_DASH = re.compile(r"\s*-\s+(?:sel\([^)]*\)\s*:\s+)?(?:[&!]\S*\s+)*$")
_PIP_SECTION = re.compile(r"\s*-\s+pip\s*:\s*(#.*)?$")
_NOTHING = re.compile(r"\s*(#.*)?$")
_COMMENT = re.compile(r"(?P<gap>\s*)(?:#\s*(?P<said>[^\[\]()]*))?$")
"""A comment that may stand behind a selector."""

_UNSAFE_START = tuple("*&!|>%@`\"'#{}[],?:-")


class EditRefusedError(InputError):
    """A file that cannot be edited at some place; the sentence says why, and what to do instead."""


@dataclass(slots=True)
class _Text:
    """The lines of a file without their ends, and the ends."""

    file: str
    lines: list[str]
    ends: list[str]
    items: dict[tuple[int, int], Item]

    def whole(self) -> str:
        return "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))

    def end_of_line(self) -> str:
        """How a new line ends: as most others do."""
        return next((end for end in self.ends if end), "\n")


def edited(raw: bytes, edits: Sequence[Edit], file: str) -> bytes:
    """Return the bytes of a file with the edits made, all others as they were.

    Raises `EditRefusedError` where an edit cannot be made, and `InputError` where the file cannot be read.
    """
    before = as_written(raw, file)
    text = _text_of(before.text, file)
    # From the last to the first, so that the places of those before stay true.
    for edit in sorted(edits, key=lambda edit: (edit.place.line or 0, edit.place.column or 0), reverse=True):
        _make(text, edit)
    return before.encoded(text.whole())


def _text_of(text: str, file: str) -> _Text:
    ends = [match.group() for match in _LINE_END.finditer(text)] + [""]
    lines = _LINE_END.split(text)
    is_yaml = not looks_like_list(file.replace("\\", "/").rsplit("/", 1)[-1], "\n".join(lines))
    try:
        found = items(lines) if is_yaml else {}
    except yaml.YAMLError as error:
        raise EditRefusedError(
            "only YAML files and plain lists are edited by envdoctor; change this one by hand", place=Place(file)
        ) from error
    return _Text(file=file, lines=lines, ends=ends, items=found)


def _make(text: _Text, edit: Edit) -> None:
    item = _item_at(text, edit)
    match edit.action:
        case Action.REPLACE:
            _replace(text, item, edit)
        case Action.REMOVE:
            _remove(text, item, edit)
        case Action.INSERT_BEFORE | Action.INSERT_AFTER:
            _insert(text, item, edit)
        case Action.SELECT:
            _select(text, item, edit)


def _item_at(text: _Text, edit: Edit) -> Item:
    place = edit.place
    if place.line is None or place.column is None or place.line > len(text.lines):
        raise _refused(edit, "the text stands in no file that could be edited")
    position = (place.line - 1, place.column - 1)
    item = text.items.get(position) if text.items else _plain_item(text, position)
    if item is None or item.end_line != item.line:
        raise _refused(edit, "its text goes over several lines or comes from elsewhere")
    if item.shared:
        raise _refused(edit, "an alias (`*name`) repeats this text elsewhere, so more than one line would change")
    if edit.before and edit.before not in text.lines[item.line][item.column : item.end_column]:
        raise _refused(edit, "the file does not hold the text there that was read (an escape, or the file has changed)")
    return item


def _plain_item(text: _Text, position: tuple[int, int]) -> Item | None:
    """The item of a plain list: the line without blanks and comment."""
    number, column = position
    found = re.match(r"[^#]*[^#\s]|", text.lines[number][column:])
    end = column + (found.end() if found else 0)
    return Item(line=number, column=column, end_line=number, end_column=end, quote="", flow=False, shared=False)


def _refused(edit: Edit, why: str) -> EditRefusedError:
    what = quote(edit.before or edit.after, 60)
    return EditRefusedError(f"{what} cannot be edited here: {why}; change it by hand", place=edit.place)


def _replace(text: _Text, item: Item, edit: Edit) -> None:
    line = text.lines[item.line]
    token = line[item.column : item.end_column]
    if edit.before and token.count(edit.before) == 1 and not _is_unsafe(edit.after, item):
        # What stands around the text within the item, such as quotes and blanks, stays.
        token = token.replace(edit.before, _escaped(edit.after, item))
    else:
        token = _scalar(edit.after, item)
    text.lines[item.line] = line[: item.column] + token + line[item.end_column :]


def _escaped(text: str, item: Item) -> str:
    return text.replace("'", "''") if item.quote == "'" else text


def _scalar(text: str, item: Item) -> str:
    """A text as an item like another: in the same quotes, or in quotes where it cannot stand without."""
    if item.quote in {"'", '"'}:
        return f"{item.quote}{_escaped(text, item)}{item.quote}"
    return f'"{text}"' if _is_unsafe(text, item) else text


def _is_unsafe(text: str, item: Item) -> bool:
    """Whether a text means something else without quotes where it is to stand."""
    if item.quote:
        return False
    special = text.startswith(_UNSAFE_START) or ": " in text or " #" in text or text.endswith(":")
    return special or (item.flow and any(character in text for character in ",[]{}"))


def _remove(text: _Text, item: Item, edit: Edit) -> None:
    line = text.lines[item.line]
    if item.flow:
        text.lines[item.line] = _without_flow_item(line, item, edit)
        return
    before, after = line[: item.column], line[item.end_column :]
    is_alone = _NOTHING.match(after) and (not text.items or _DASH.match(before))
    if not is_alone:
        raise _refused(edit, "other things stand in the same line")
    _delete(text, item.line)
    if text.items and item.line and _is_empty_pip_section(text.lines, item.line - 1):
        _delete(text, item.line - 1)


def _delete(text: _Text, number: int) -> None:
    del text.lines[number]
    del text.ends[number]


def _is_empty_pip_section(lines: list[str], number: int) -> bool:
    """Whether a line is `- pip:` with nothing below it."""
    if not _PIP_SECTION.match(lines[number]):
        return False
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return _indentation(below) <= _indentation(lines[number])


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_flow_item(line: str, item: Item, edit: Edit) -> str:
    behind = re.match(r"\s*,\s*", line[item.end_column :])
    if behind:
        return line[: item.column] + line[item.end_column + behind.end() :]
    ahead = re.search(r"\s*,\s*$", line[: item.column])
    if ahead:
        return line[: ahead.start()] + line[item.end_column :]
    if line[: item.column].rstrip().endswith("[") and line[item.end_column :].lstrip().startswith("]"):
        return line[: item.column] + line[item.end_column :]
    raise _refused(edit, "its list goes over several lines")


def _insert(text: _Text, item: Item, edit: Edit) -> None:
    line, after = text.lines[item.line], edit.action is Action.INSERT_AFTER
    new = _scalar(edit.after, item)
    if item.flow:
        where = item.end_column if after else item.column
        put = f", {new}" if after else f"{new}, "
        text.lines[item.line] = line[:where] + put + line[where:]
        return
    before = line[: item.column]
    if text.items and not _DASH.match(before):
        raise _refused(edit, "it is to stand beside what is no item of a list")
    number = item.line + (1 if after else 0)
    if after and not text.ends[item.line]:
        text.ends[item.line] = text.end_of_line()
        text.lines.insert(number, _dash(before) + new)
        text.ends.insert(number, "")
        return
    text.lines.insert(number, _dash(before) + new)
    text.ends.insert(number, text.end_of_line())


def _dash(before: str) -> str:
    """What stands before an item, with nothing but indentation and dash."""
    found = re.match(r"\s*-\s+", before)
    return found.group() if found else before


def _select(text: _Text, item: Item, edit: Edit) -> None:
    line = text.lines[item.line]
    behind = _COMMENT.match(line[item.end_column :])
    if item.flow or behind is None:
        raise _refused(edit, "a selector has to stand behind an item in a line of its own, with no brackets behind it")
    gap, said = behind["gap"] or "  ", behind["said"]
    text.lines[item.line] = f"{line[: item.end_column]}{gap}{edit.after}{f' {said}' if said else ''}"
