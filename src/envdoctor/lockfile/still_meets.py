"""Whether locked packages are still what a request asks for: each way in which they are not, in one sentence.

Pure: the records are those of the channel where it was looked at, else what the lock itself says of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.analysis.wording import listed
from envdoctor.engine.records import matchable
from envdoctor.engine.specs import SpecError, matcher, spec_name
from envdoctor.model.locking import Staleness
from envdoctor.model.names import PackageName, is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.engine.records import PackageRecord
    from envdoctor.model.records import Record
    from envdoctor.model.specs import Requirement
    from envdoctor.model.target import Request

MOST_NAMED = 5


class _Locked:
    """The locked records and the virtual packages of a target, for matching."""

    def __init__(self, request: Request, records: Sequence[Record]) -> None:
        self.request = request
        self.records = {record.name: record for record in records}
        self.natives: dict[PackageName, PackageRecord] = {name: matchable(one) for name, one in self.records.items()}
        self.virtual = {package.name: package for package in request.target.virtual_packages}
        for package in request.target.virtual_packages:
            self.natives[package.name] = matchable(package)

    def met(self, text: str) -> bool | None:
        """Whether the package that a text is about is there and matches; None where it is not there."""
        name = name_in(text)
        native = None if name is None else self.natives.get(name)
        return None if native is None else bool(matcher(text).matches(native))

    def what(self, name: PackageName) -> str:
        """What is there of a name: `numpy 1.26.4`."""
        record, package = self.records.get(name), self.virtual.get(name)
        if record is not None:
            return f"{name} {record.version} {record.build}".strip()
        return f"{name} {package.version}" if package is not None else f"no {name}"


def misfits(request: Request, records: Sequence[Record], *, builds_known: bool = True) -> Iterator[Staleness]:
    """Every line, dependency, constraint and pin that the records do not meet, and records that nothing needs.

    `builds_known` is False for records that come from a lock which keeps no builds of dependencies.
    """
    locked = _Locked(request, records)
    platform = request.target.subdir
    for number, line in enumerate(request.requirements):
        sentence = _of_line(locked, number, line)
        if sentence:
            yield Staleness(kind="line-not-met", message=sentence, platform=platform)
    for record in records:
        for text in record.depends:
            sentence = _of_dependency(locked, record, text)
            if sentence:
                yield Staleness(kind="dependency-not-met", message=sentence, platform=platform)
        for text in record.constrains if builds_known else ():
            if locked.met(text) is False:
                there = locked.what(name_in(text) or PackageName(text))
                sentence = f"the locked {record} allows only {text}, and the lock has {there}"
                yield Staleness(kind="constraint-not-met", message=sentence, platform=platform)
    for pin in request.pins:
        if locked.met(pin.spec.text) is False:
            sentence = f"the pin {pin.text} ({pin.origin}) does not allow the locked {locked.what(pin.spec.name)}"
            yield Staleness(kind="pin-not-met", message=sentence, platform=platform)
    yield from _surplus(locked)


def name_in(text: str) -> PackageName | None:
    """The package that a dependency text is about; None where it cannot be read."""
    try:
        return PackageName(spec_name(matcher(text)))
    except SpecError:
        return None


def _of_line(locked: _Locked, number: int, line: Requirement) -> str | None:
    record = locked.records.get(line.name)
    if record is None and is_virtual(line.name):
        there = None if locked.met(line.spec.text) else f"the target is taken to have {locked.what(line.name)}"
    elif record is None:
        there = f"the lock has no {line.name}"
    elif not matcher(line.spec.text).matches(locked.natives[line.name]):
        there = f"the lock has {locked.what(line.name)}"
    else:
        there = _elsewhere(locked.request.channels_wanted_by(number), line, record)
    return None if there is None else f"{line.place}: `{line.text}` is asked for, and {there}"


def _elsewhere(urls: Sequence[str] | None, line: Requirement, record: Record) -> str | None:
    """Where a record comes from, if the line asks for it from elsewhere."""
    if urls is not None and not any(record.url.startswith(url.rstrip("/") + "/") for url in urls):
        return f"the lock has {line.name} from {record.channel}"
    if line.spec.subdir is not None and record.subdir != line.spec.subdir:
        return f"the lock has {line.name} of {record.subdir}"
    return None


def _of_dependency(locked: _Locked, record: Record, text: str) -> str | None:
    met = locked.met(text)
    if met:
        return None
    if met is None:
        name = name_in(text)
        where = "the target is taken to have none" if name is not None and is_virtual(name) else "the lock has none"
        return f"the locked {record} needs {text}, and {where}"
    return f"the locked {record} needs {text}, and the lock has {locked.what(name_in(text) or PackageName(text))}"


def _surplus(locked: _Locked) -> Iterator[Staleness]:
    waiting = [line.name for line in locked.request.requirements]
    needed: set[PackageName] = set()
    while waiting:
        name = waiting.pop()
        if name in needed or name not in locked.records:
            continue
        needed.add(name)
        waiting += [about for text in locked.records[name].depends if (about := name_in(text)) is not None]
    surplus = sorted(locked.records.keys() - needed)
    if surplus:
        more = [] if len(surplus) <= MOST_NAMED else [f"{len(surplus) - MOST_NAMED} more"]
        named = listed([*surplus[:MOST_NAMED], *more])
        yield Staleness(
            kind="not-needed",
            message=f"nothing asks for {named}, which the lock has",
            platform=locked.request.target.subdir,
        )
