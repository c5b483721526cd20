"""What a line could become: every loosening and move to another version, in the user's own style, with its cost."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.engine.specs import SpecError, allows, version
from envdoctor.engine.versions import depth, first_difference, next_after, truncated
from envdoctor.environment.spec_lines import read_spec
from envdoctor.errors import InputError
from envdoctor.fixing.weights import KIND, Change, weight
from envdoctor.fixing.written import Condition, written
from envdoctor.model.fixes import FixKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from envdoctor.fixing.written import Written
    from envdoctor.model.names import PackageName
    from envdoctor.model.specs import Requirement

PYTHON = "python"
_SERIES = re.compile(r"\.?\*$")
_BEFORE_FIRST = re.compile(r"(\.0)?a0$")
"""How bounds leave out a version's forerunners: `<3.13.0a0`."""

_WORD = re.compile(r"[A-Za-z]{3,}[A-Za-z0-9]*|py\d+")
_PYTHON_BUILD = re.compile(r"(py|cp|cpython)\d*$")
_SIZES = (FixKind.MAJOR, FixKind.MINOR)
_YEAR = 365.25 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternative:
    """One text that could stand in the place of a line; empty where the line goes.

    Each is made once and known by identity, since groups of them are looked up thousands of times.

    It asks for one of `versions` of `name`, of any build or of those that `builds` (a spec) matches. `wanted` is false
    where nothing is asked for any more.
    """

    line: Requirement
    text: str
    kind: FixKind
    cost: int
    name: PackageName
    versions: frozenset[str] = frozenset()
    builds: str | None = None
    wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What the channels have of a package for a line: its versions in rising order, wherever the line counts.

    `matched` are those that the line's version allows, whatever the build. `built` is when the newest build of a
    version was made, in milliseconds since 1970.
    """

    versions: tuple[str, ...]
    matched: frozenset[str]
    built: Mapping[str, int]


def alternatives(line: Requirement, shelf: Shelf) -> tuple[Alternative, ...]:
    """Return what the line could become for the same package, the cheapest first; none for a bare name."""
    if line.spec.url or line.spec.extra:
        return ()
    parts = written(line)
    found = [*_other_builds(line, parts, shelf)]
    keeps_build = line.spec.build is not None and set(line.spec.build) & set("*^")
    if keeps_build:
        found += _moves(line, parts, shelf, builds=f"{line.name} * {line.spec.build}")
    if line.spec.version is not None:
        found += _moves(line, parts.without_build(), shelf, builds=None)
    best: dict[str, Alternative] = {}
    for one in found:
        known = best.get(one.text)
        if known is None:
            best[one.text] = one
        else:
            best[one.text] = replace(one, versions=one.versions | known.versions, cost=min(one.cost, known.cost))
    return tuple(sorted(best.values(), key=lambda one: (one.cost, one.text)))


def removal(line: Requirement, kind: FixKind) -> Alternative:
    """Return that the line goes."""
    return Alternative(line=line, text="", kind=kind, cost=weight(Change(kind=kind)), name=line.name, wanted=False)


def renaming(line: Requirement, name: PackageName, shelf: Shelf) -> tuple[Alternative, ...]:
    """Return the same wish for another package: with the line's version where that exists, and without."""
    cost = weight(Change(kind=FixKind.NAME))
    parts = written(line).without_build().with_name(name)
    found = []
    if shelf.matched and parts.version:
        found.append(_renamed(line, str(parts), cost, name, shelf.matched))
    if shelf.versions:
        # A version that the other package never had says nothing about it.
        found.append(_renamed(line, name, cost + (1 if found else 0), name, frozenset(shelf.versions)))
    return tuple(found)


def _renamed(line: Requirement, text: str, cost: int, name: PackageName, versions: frozenset[str]) -> Alternative:
    return Alternative(line=line, text=text, kind=FixKind.NAME, cost=cost, name=name, versions=versions)


def _other_builds(line: Requirement, parts: Written, shelf: Shelf) -> list[Alternative]:
    if line.spec.build is None and line.spec.build_number is None:
        return []
    kind = FixKind.VARIANT if _chooses_a_variant(line.spec.build or "") else FixKind.BUILD
    return [
        Alternative(
            line=line,
            text=str(parts.without_build()),
            kind=kind,
            cost=weight(Change(kind=kind)),
            name=line.name,
            versions=shelf.matched,
        )
    ]


def _chooses_a_variant(build: str) -> bool:
    """Whether a build is a pattern with a word in it that is no python version and no hash: `cuda*`, `*openblas*`."""
    return bool(set(build) & set("*^")) and any(not _PYTHON_BUILD.match(word) for word in _WORD.findall(build))


def _moves(line: Requirement, parts: Written, shelf: Shelf, *, builds: str | None) -> list[Alternative]:
    """One alternative for each version that the line does not allow; those with one text are put together."""
    found = []
    for candidate in shelf.versions:
        if candidate in shelf.matched:
            continue
        text = _matching(line, _text_for(line, parts, candidate), candidate)
        change = _change(line, shelf, candidate)
        if text is None or change is None:
            continue
        found.append(
            Alternative(
                line=line,
                text=text,
                kind=change.kind,
                cost=weight(change) + _of_lost_build(line, builds),
                name=line.name,
                versions=frozenset([candidate]),
                builds=builds,
            )
        )
    return found


def _matching(line: Requirement, text: str | None, candidate: str) -> str | None:
    """The text if it allows the version, else one that names the version exactly; None where none does."""
    exact = str(written(line).without_build().with_version(f"=={candidate}"))
    for one in (text, exact):
        with contextlib.suppress(SpecError, InputError):
            if one is not None and allows(read_spec(one, line.place).spec.text, candidate):
                return one
    return None


def _of_lost_build(line: Requirement, builds: str | None) -> int:
    """What it costs that a build which was asked for is given up with the version."""
    if line.spec.build is None or builds is not None:
        return 0
    return KIND[FixKind.VARIANT] if _chooses_a_variant(line.spec.build) else 1


def _change(line: Requirement, shelf: Shelf, candidate: str) -> Change | None:
    """How far a version is from what the line allows; None where one of them is no version."""
    reference = _reference(line, shelf, candidate)
    if reference is None:
        return None
    segment = first_difference(reference, candidate)
    low, high = sorted((version(reference), version(candidate)))
    between = {truncated(other, segment + 1) for other in shelf.versions if low < version(other) < high} - {
        truncated(reference, segment + 1),
        truncated(candidate, segment + 1),
    }
    return Change(
        kind=_SIZES[segment] if segment < len(_SIZES) else FixKind.PATCH,
        steps=len(between) + 1,
        down=version(candidate) < version(reference),
        of_python=line.name == PYTHON,
        years_older=_years_older(shelf, candidate),
    )


def _reference(line: Requirement, shelf: Shelf, candidate: str) -> str | None:
    """The version to measure from: of those that the line allows the nearest, else the one that it names."""
    allowed = [other for other in shelf.versions if other in shelf.matched]
    if allowed:
        below = [other for other in allowed if version(other) < version(candidate)]
        return below[-1] if below else allowed[0]
    named = re.search(r"\d[\w.!+]*", line.spec.version or "")
    return None if named is None else _version_or_none(named.group().rstrip("."))


def _version_or_none(text: str) -> str | None:
    try:
        version(text)
    except ValueError:
        return None
    return text


def _years_older(shelf: Shelf, candidate: str) -> float:
    newest, own = max(shelf.built.values(), default=None), shelf.built.get(candidate)
    return 0.0 if newest is None or own is None else (newest - own) / _YEAR


def _text_for(line: Requirement, parts: Written, candidate: str) -> str | None:
    """The line's text if it is to allow a version; None where no such text comes to mind."""
    conditions = parts.conditions
    try:
        if conditions is None or not conditions:
            return str(parts.with_version(_anew(line, candidate)))
        if len(conditions) == 1:
            return str(parts.with_condition(0, _single(line, parts, conditions[0], candidate)))
        return _bounded(parts, conditions, candidate)
    except ValueError:
        # What is no version, such as a variable of a template, cannot be moved.
        return None


def _anew(line: Requirement, candidate: str) -> str:
    named = re.search(r"\d[\w.!+]*", line.spec.version or "")
    return f"={truncated(candidate, depth(named.group().rstrip('.')) if named else 2)}"


def _single(line: Requirement, parts: Written, only: Condition, candidate: str) -> Condition | None:
    if only.operator in {"", "=", "==", "===", "~="}:
        return _equal(line, parts, only, candidate)
    return _moved(only, candidate)


def _equal(line: Requirement, parts: Written, only: Condition, candidate: str) -> Condition:
    bare = _SERIES.sub("", only.version)
    suffix = only.version[len(bare) :]
    exact = (line.spec.version or "").startswith("==") and (only.operator != "=" or bool(parts.build))
    if exact and not suffix:
        return replace(only, version=candidate)
    segments = max(depth(bare) if bare else 1, 2 if only.operator == "~=" else 1)
    return replace(only, version=truncated(candidate, segments) + suffix)


def _bounded(parts: Written, conditions: Sequence[Condition], candidate: str) -> str:
    for number, condition in reversed(tuple(enumerate(conditions))):
        if not _holds(condition, candidate):
            parts = parts.with_condition(number, _moved(condition, candidate))
    return str(parts)


def _holds(condition: Condition, candidate: str) -> bool:
    bound = _SERIES.sub("", condition.version)
    one, other = version(candidate), version(bound)
    match condition.operator:
        case ">=":
            return bool(one >= other)
        case ">":
            return bool(one > other)
        case "<":
            return bool(one < other)
        case "<=":
            return bool(one <= other)
        case "!=":
            whole = condition.version == bound
            return bool(one != other) if whole else truncated(candidate, depth(bound)) != bound
        case _:
            return truncated(candidate, depth(bound)) == bound


def _moved(condition: Condition, candidate: str) -> Condition | None:
    """The condition moved so far that it allows a version; None where it can only go."""
    bound = _SERIES.sub("", condition.version)
    match condition.operator:
        case ">=" | ">":
            return replace(condition, operator=">=", version=truncated(candidate, depth(bound)))
        case "<":
            forerunner = _BEFORE_FIRST.search(bound)
            end = forerunner.group() if forerunner else ""
            return replace(condition, version=next_after(candidate, depth(bound.removesuffix(end))) + end)
        case "<=":
            return replace(condition, version=candidate)
        case "!=":
            return None
        case _:
            return replace(condition, version=truncated(candidate, depth(bound)) + condition.version[len(bound) :])


def cheapest_cost(groups: Iterable[Sequence[Alternative]]) -> int:
    """Return what the cheapest alternatives of all groups cost together; they are sorted."""
    return sum(group[0].cost for group in groups if group)
