"""What moved between a lock and the one that follows it, and why: the plainest reason for each package. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.records import matchable
from envdoctor.engine.specs import matcher
from envdoctor.lockfile.still_meets import name_in
from envdoctor.model.locking import Moved
from envdoctor.model.names import is_virtual

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from envdoctor.engine.records import PackageRecord
    from envdoctor.model.names import PackageName
    from envdoctor.model.records import Record
    from envdoctor.model.specs import Requirement
    from envdoctor.model.target import Request

MOST_NAMED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two states of one platform: by name what was there and what is; what was to be updated; what is out of sight.

    `unusable` says of records that were there why they cannot be there any more (gone from the channel, hidden).
    """

    request: Request
    before: Mapping[PackageName, Record]
    after: Mapping[PackageName, Record]
    update: Collection[PackageName] = ()
    update_reason: str = "asked for (--update)"
    unusable: Mapping[PackageName, str] | None = None


def moves(change: Change) -> tuple[Moved, ...]:
    """Return every package that is not what it was, by name, each with its reason."""
    names = sorted(change.before.keys() | change.after.keys())
    return tuple(_moved(change, name) for name in names if change.before.get(name) != change.after.get(name))


def _moved(change: Change, name: PackageName) -> Moved:
    before, after = change.before.get(name), change.after.get(name)
    if after is None:
        reason = "nothing needs it any more"
    elif before is None:
        reason = _why_needed(change, name)
    else:
        reason = _why_changed(change, name, before)
    return Moved(name=name, before=_words(before, after), after=_words(after, before), reason=reason)


def _words(record: Record | None, other: Record | None) -> str | None:
    """The version; the build too where the version alone does not tell it from the other."""
    if record is None:
        return None
    if other is None or other.version != record.version:
        return record.version
    if other.build != record.build:
        return f"{record.version} {record.build}"
    return f"{record.version} {record.build} of {record.channel}"


def _why_needed(change: Change, name: PackageName) -> str:
    lines = [_placed(line) for line in change.request.requirements if line.name == name]
    if lines:
        return f"asked for by {lines[0]}"
    asking = [
        f"{record.name} {record.version} needs {text}"
        for record in change.after.values()
        for text in record.depends
        if name_in(text) == name
    ]
    return _first(asking) or "no single reason"


def _why_changed(change: Change, name: PackageName, before: Record) -> str:
    if name in change.update:
        return change.update_reason
    gone = (change.unusable or {}).get(name)
    if gone is not None:
        return gone
    native = matchable(before)
    reasons = [*_lines_against(change, name, native), *_packages_against(change, name, native)]
    reasons += _own_needs(change, before)
    return _first(reasons) or "no single reason: it goes together with the other changes"


def _lines_against(change: Change, name: PackageName, native: PackageRecord) -> Iterator[str]:
    for line in change.request.requirements:
        if line.name == name and not matcher(line.spec.text).matches(native):
            yield f"{_placed(line)} asks for another"
    for pin in change.request.pins:
        if pin.spec.name == name and not matcher(pin.spec.text).matches(native):
            yield f"the pin {pin.text} ({pin.origin}) asks for another"


def _packages_against(change: Change, name: PackageName, native: PackageRecord) -> Iterator[str]:
    for record in change.after.values():
        for verb, texts in (("needs", record.depends), ("allows only", record.constrains)):
            for text in texts:
                if name_in(text) == name and not matcher(text).matches(native):
                    yield f"{record.name} {record.version} {verb} {text}"


def _own_needs(change: Change, before: Record) -> Iterator[str]:
    """What the record that was there needs or allows, and does not find any more."""
    natives = {name: matchable(record) for name, record in change.after.items()}
    machine = {package.name: matchable(package) for package in change.request.target.virtual_packages}
    for verb, texts in (("needs", before.depends), ("allows only", before.constrains)):
        for text in texts:
            about = name_in(text)
            there = None if about is None else natives.get(about) or machine.get(about)
            if about is not None and there is not None and not matcher(text).matches(there):
                now = change.after[about].version if not is_virtual(about) else str(there.version)
                yield f"{before.name} {before.version} {verb} {text}, and {about} is {now}"


def _placed(line: Requirement) -> str:
    return line.text if line.place.line is None else f"{line.text} ({line.place.file}:{line.place.line})"


def _first(reasons: Sequence[str]) -> str:
    told = list(dict.fromkeys(reasons))
    rest = len(told) - MOST_NAMED
    return "; ".join(told[:MOST_NAMED]) + (f"; and {rest} more" if rest > 0 else "")
