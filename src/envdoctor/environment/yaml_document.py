"""YAML text becomes nodes with places. Nothing is constructed or executed, and memory stays bounded.

Only the events of the parser are used, so a tag is a word like any other, and the depth and number of nodes are counted
while the tree grows. An alias is the node it stands for; a node's weight counts everything below it as often as aliases
repeat it, which is how a bomb is seen before anybody walks through it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from envdoctor.environment import yaml_mistakes
from envdoctor.environment.quoting import quote
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 40
MAX_WEIGHT = 20_000
"""The largest of 700 real files has 900 values."""

LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NO_BREAKS = {0x85: " ", 0x2028: " ", 0x2029: " "}
"""Characters that end a line for YAML 1.1, which the parser speaks, and not for YAML 1.2, which conda speaks."""

_TRAILING_COMMENT = re.compile(r":?\s+(#.*)")
"""What stands behind a value, or behind a key with its colon, if it is a comment and nothing else."""

_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NUMBER = re.compile(r"[-+]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")
_BOOLEANS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `plain` tells that it has no quotes; `comment` is what stands behind it on its line, from `#` on."""

    text: str
    place: Place
    plain: bool = True
    comment: str = ""
    weight: int = 1

    @property
    def is_null(self) -> bool:
        """Whether YAML reads it as nothing at all."""
        return self.plain and self.text in _NULLS

    @property
    def is_number(self) -> bool:
        """Whether YAML reads it as a number."""
        return self.plain and _NUMBER.match(self.text) is not None

    @property
    def is_boolean(self) -> bool:
        """Whether YAML (1.2, as conda reads it) takes it for true or false."""
        return self.plain and self.text in _BOOLEANS


@dataclass(frozen=True, slots=True)
class Listing:
    """A YAML sequence."""

    nodes: tuple[Node, ...]
    place: Place
    weight: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A YAML mapping whose keys are scalars, no two alike. `<<` is merged already."""

    entries: tuple[Entry, ...]
    place: Place
    weight: int

    def get(self, key: str) -> Node | None:
        """Return the value of the key, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def entry(self, key: str) -> Entry | None:
        """Return key and value, or None."""
        return next((entry for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Listing | Mapping


def kind_of(node: Node) -> str:
    """Name the kind of a node for a message: `a list`, `a mapping`, `a number`, `nothing`, `a text`."""
    if isinstance(node, Listing):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.is_null:
        return "nothing"
    if node.is_number:
        return "a number"
    return "a truth value" if node.is_boolean else "a text"


def compose(text: str, file: str) -> Node | None:
    """Return the root of the one document in `text`; None where there is none.

    Raises `InputError` for what is no YAML, has several documents, tags, duplicate keys or too much in it.
    """
    text = text.translate(NO_BREAKS)
    mistake = yaml_mistakes.before_parsing(text, file)
    if mistake is not None:
        raise mistake
    try:
        return _Composer(file, text.split("\n")).document(yaml.parse(text, Loader=LOADER))
    except yaml.YAMLError as error:
        raise yaml_mistakes.explain(error, text, file) from error
    except InputError as error:
        # `{{ root }}/src` is a mapping whose key is a mapping for YAML; for the user it is a template.
        raise (yaml_mistakes.template_at(error.place, text) or error) from error


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read; in a mapping, keys and values take turns."""

    place: Place
    is_mapping: bool
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)


class _Composer:
    """Builds nodes from events, without recursion, so that no input can exhaust the stack."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.lines = lines
        self.anchors: dict[str, Node] = {}
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    self._start_document(event)
                case yaml.AliasEvent():
                    self._add(self._aliased(event))
                case yaml.ScalarEvent():
                    self._check_tag(event)
                    self._add(self._scalar(event), event.anchor)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._check_tag(event)
                    self._open(event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._close()
                case _:
                    pass
        return self.root

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise InputError(
                "a second YAML document begins here (`---`), but an environment file is one document; "
                "delete the line or put the rest into a file of its own",
                place=self._place(event),
            )

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        plain = not event.style and event.tag is None
        rest = ""
        # A parser may end a value behind the last line, where there is no comment.
        behind = event.end_mark is not None and event.end_mark.line < len(self.lines)
        if behind and event.end_mark is not None and event.style not in {"|", ">"}:
            rest = self.lines[event.end_mark.line][event.end_mark.column :]
        # In `[a, b] # c` or `{a: b} # c` the comment belongs to no single item, so only blanks may stand between.
        found = _TRAILING_COMMENT.match(rest)
        return Scalar(event.value, self._place(event), plain, found.group(1).rstrip() if found else "")

    def _aliased(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise InputError(
                f"`*{event.anchor}` refers to an anchor that is not complete before this line; "
                "put the text in quotes if it is meant as it stands",
                place=self._place(event),
            )
        return self.anchors[event.anchor]

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise InputError(
                "lists and mappings are nested far deeper here than any environment file needs "
                f"(more than {MAX_DEPTH}); close the brackets, or write them side by side",
                place=self._place(event),
            )
        self.stack.append(_Open(self._place(event), isinstance(event, yaml.MappingStartEvent), event.anchor))

    def _close(self) -> None:
        opened = self.stack.pop()
        weight = 1 + sum(node.weight for node in opened.nodes)
        if weight > MAX_WEIGHT:
            raise _too_much(opened.place)
        node: Node
        if opened.is_mapping:
            node = Mapping(_entries(opened), opened.place, weight)
        else:
            node = Listing(tuple(opened.nodes), opened.place, weight)
        self._add(node, opened.anchor)

    def _add(self, node: Node, anchor: str | None = None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        nodes = self.stack[-1].nodes
        nodes.append(node)
        if len(nodes) > MAX_WEIGHT:
            raise _too_much(self.stack[-1].place)

    def _check_tag(self, event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        if event.tag in {None, "!"} or event.tag in _PLAIN_TAGS:
            return
        short = event.tag.replace("tag:yaml.org,2002:", "!!")
        danger = " (it asks to build a Python object, which envdoctor never does)" if "python" in short else ""
        raise InputError(
            f"the YAML tag {quote(short, 60)} has no meaning in an environment file{danger}; delete it",
            place=self._place(event),
        )

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file) if mark is None else Place(self.file, mark.line + 1, mark.column + 1)


def _too_much(place: Place) -> InputError:
    return InputError(
        f"this holds more than {MAX_WEIGHT} values once its aliases (`*name`) are written out; "
        "an environment file has a few hundred",
        place=place,
    )


def _entries(opened: _Open) -> tuple[Entry, ...]:
    pairs = list(zip(opened.nodes[0::2], opened.nodes[1::2], strict=True))
    entries: dict[str, Entry] = {}
    merged: dict[str, Entry] = {}
    for key, value in pairs:
        if not isinstance(key, Scalar):
            raise InputError(
                f"a key must be a text, but {kind_of(key)} was found; put the text in quotes if none was meant",
                place=key.place,
            )
        if key.text == "<<" and key.plain:
            for entry in _merge_sources(value):
                merged.setdefault(entry.key.text, entry)
            continue
        earlier = entries.get(key.text)
        if earlier is not None:
            raise InputError(
                f"the key {quote(key.text, 60)} is given twice (first in line {earlier.key.place.line}), and only one "
                "could count; join the two",
                place=key.place,
            )
        entries[key.text] = Entry(key, value)
    return (*entries.values(), *(entry for name, entry in merged.items() if name not in entries))


def _merge_sources(value: Node) -> Iterator[Entry]:
    """What `<<: *a` or `<<: [*a, *b]` brings in; the first source that has a key wins."""
    sources = value.nodes if isinstance(value, Listing) else (value,)
    for source in sources:
        if not isinstance(source, Mapping):
            raise InputError(f"`<<` merges mappings, but {kind_of(source)} was found", place=source.place)
        yield from source.entries
