"""The items of a YAML file as they stand in its text: from where to where, in which quotes, and who else uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from envdoctor.environment.yaml_document import LOADER, NO_BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
"""Anchors and tags before a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One scalar: lines and columns from 0, the end not included, quotes included and anchors not.

    `flow` tells that it stands in `[…]` or `{…}`; `shared` that an alias repeats it or what holds it.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    quote: str
    flow: bool
    shared: bool


def items(lines: list[str]) -> dict[tuple[int, int], Item]:
    """Return the scalars of a YAML text, given as its lines, by line and column (from 0) as the parser places them."""
    text = "\n".join(lines).translate(NO_BREAKS)
    events = list(yaml.parse(text, Loader=LOADER))
    aliased = {event.anchor or "" for event in events if isinstance(event, yaml.AliasEvent)}
    found: dict[tuple[int, int], Item] = {}
    for event, flow, shared in _scalars(events, aliased):
        start, end = event.start_mark, event.end_mark
        if start is not None and end is not None:
            before = _PROPERTIES.match(lines[start.line], start.column) if start.line < len(lines) else None
            found[start.line, start.column] = Item(
                line=start.line,
                column=before.end() if before else start.column,
                end_line=end.line,
                end_column=end.column,
                quote=event.style or "",
                flow=flow,
                shared=shared,
            )
    return found


def _scalars(events: list[yaml.Event], aliased: set[str]) -> Iterator[tuple[yaml.ScalarEvent, bool, bool]]:
    """Each scalar, whether it stands in brackets, and whether an alias repeats it."""
    stack: list[tuple[bool, bool]] = [(False, False)]
    for event in events:
        flow, shared = stack[-1]
        match event:
            case yaml.ScalarEvent():
                yield event, flow, shared or event.anchor in aliased
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                stack.append((flow or bool(event.flow_style), shared or event.anchor in aliased))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                stack.pop()
            case _:
                pass
