"""Whether records are a solution of a request: each demand looked at by itself, without searching.

It is what the encoding says in clauses, said in loops: for a solution that py-rattler found this is the second opinion,
and costs only what the solution is large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.records import built_at, native_name, virtual_record
from envdoctor.engine.specs import SpecError, matcher, spec_name
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import NOARCH, PackageName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.engine.records import PackageRecord
    from envdoctor.model.target import Request


def is_solution(request: Request, natives: Sequence[NativeRecord], gateway: Gateway) -> bool:
    """Whether the records fulfil all lines, dependencies, constraints and pins, and each may be seen.

    The gateway is asked whether a channel of higher priority has a record's name. Raises `RecordsError`.
    """
    chosen: dict[PackageName, PackageRecord] = {native_name(native): native for native in natives}
    if len(chosen) < len(natives):
        return False
    for package in request.target.virtual_packages:
        chosen[package.name] = virtual_record(package)
    return (
        all(_line_holds(request, index, chosen) for index in range(len(request.requirements)))
        and all(_holds(chosen, text, needed=needed) for native in natives for text, needed in _said(native))
        and all(_holds(chosen, pin.spec.text, needed=False) for pin in request.pins)
        and _in_sight(request, natives, gateway)
    )


def _said(native: NativeRecord) -> Iterator[tuple[str, bool]]:
    """The dependencies of a record, which are needed, and its constraints, which are not."""
    yield from ((text, True) for text in native.depends)
    yield from ((text, False) for text in native.constrains)


def _holds(chosen: Mapping[PackageName, PackageRecord], text: str, *, needed: bool) -> bool:
    """Whether what a text speaks of is there and matches, or is not there and need not be.

    A text that py-rattler cannot read matches nothing; as a constraint it says nothing.
    """
    try:
        spec = matcher(text)
    except SpecError:
        return not needed
    there = chosen.get(PackageName(spec_name(spec)))
    return not needed if there is None else bool(spec.matches(there))


def _line_holds(request: Request, index: int, chosen: Mapping[PackageName, PackageRecord]) -> bool:
    line, urls = request.requirements[index], request.channels_wanted_by(index)
    if not _holds(chosen, line.spec.text, needed=True):
        return False
    there = chosen[line.name]
    if line.spec.subdir is not None and there.subdir != line.spec.subdir:
        return False
    return urls is None or _channel(there) in {url.rstrip("/") for url in urls}


def _channel(record: PackageRecord) -> str:
    return (getattr(record, "channel", None) or "").rstrip("/")


def _in_sight(request: Request, natives: Sequence[NativeRecord], gateway: Gateway) -> bool:
    """Whether neither strict priority nor the cut-off date hides one of the records."""
    cutoff = request.exclude_newer
    if cutoff is not None and any((built := built_at(native)) is None or built > cutoff for native in natives):
        return False
    if request.priority is not ChannelPriority.STRICT:
        return True
    tier_of = {member.url.rstrip("/"): number for number, tier in enumerate(request.tiers) for member in tier.members}
    names_at: dict[int, list[NativeRecord]] = {}
    for native in natives:
        names_at.setdefault(tier_of.get(_channel(native), len(request.tiers)), []).append(native)
    return not any(
        _claimed_above(request, tier, [native_name(native) for native in those], gateway)
        for tier, those in names_at.items()
        if tier > 0
    )


def _claimed_above(request: Request, tier: int, names: Sequence[PackageName], gateway: Gateway) -> bool:
    """Whether a channel above a tier has one of the names, which then belongs to it.

    A line that names a channel makes that channel the only one looked at for its package.
    """
    bound = {
        line.name for index, line in enumerate(request.requirements) if request.channels_wanted_by(index) is not None
    }
    open_names = [name for name in names if name not in bound]
    if not open_names:
        return False
    return bool(gateway.seen_elsewhere(request.tiers[:tier], (request.target.subdir, NOARCH), open_names))
