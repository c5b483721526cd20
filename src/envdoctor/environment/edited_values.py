"""Edits made on what was read, for text that cannot be edited: specs of the command line, aliases, standard input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from envdoctor.environment.selectors import selector_in
from envdoctor.environment.spec_lines import read_spec
from envdoctor.model.environment import ChannelLine
from envdoctor.model.fixes import Action
from envdoctor.model.specs import Requirement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Edit
    from envdoctor.model.specs import PipRequirement


def with_edits(environment: EnvironmentSpec, edits: Sequence[Edit]) -> EnvironmentSpec:
    """Return the environment as it would be read after the edits. Raises `InputError` for a spec that is none."""
    for edit in edits:
        environment = replace(
            environment,
            channels=_channels(environment.channels, edit),
            requirements=tuple(one for line in environment.requirements for one in _requirements(line, edit)),
            pip=tuple(one for line in environment.pip for one in _pip(line, edit)),
        )
    return environment


def _requirements(line: Requirement, edit: Edit) -> tuple[Requirement, ...]:
    at_place = line.place == edit.place and (edit.place.line is not None or line.text == edit.before)
    if not at_place:
        return (line,)
    match edit.action:
        case Action.REMOVE:
            return ()
        case Action.REPLACE:
            return (replace(line, text=edit.after, spec=read_spec(edit.after, line.place).spec),)
        case Action.SELECT:
            selector = selector_in(edit.after)
            return (replace(line, platforms=None if selector is None else selector.platforms),)
        case Action.INSERT_BEFORE | Action.INSERT_AFTER:
            new = Requirement(text=edit.after, spec=read_spec(edit.after, line.place).spec, place=line.place)
            return (line, new) if edit.action is Action.INSERT_AFTER else (new, line)


def _pip(line: PipRequirement, edit: Edit) -> tuple[PipRequirement, ...]:
    return () if line.place == edit.place and edit.action is Action.REMOVE else (line,)


def _channels(lines: Sequence[ChannelLine], edit: Edit) -> tuple[ChannelLine, ...]:
    found: list[ChannelLine] = []
    for line in lines:
        new = ChannelLine(text=edit.after, place=edit.place)
        if line.place != edit.place:
            found.append(line)
            continue
        match edit.action:
            case Action.REPLACE:
                found.append(new)
            case Action.INSERT_BEFORE:
                found += [new, line]
            case Action.INSERT_AFTER:
                found += [line, new]
            case _:
                pass
    return tuple(found)
