"""`since`: which upload broke an environment, or changed what it solves to, found by bisection over time stamps.

More records can only make more solvable, but for strict channel priority: there a first record of a name in a higher
channel hides all others. So an upload breaks a file by that alone; what was removed or patched since, the channel's
present records do not tell.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from envdoctor.engine.as_of import solve_as_of
from envdoctor.engine.records import built_at, frozen, native_name
from envdoctor.environment.read import read_environment
from envdoctor.graph.walks import reasons
from envdoctor.lockfile.moves import Change, moves
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.lockfile.still_meets import name_in
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.history import Bound, History, Turn, Turning
from envdoctor.model.lockfile import Manager
from envdoctor.model.names import NOARCH, PackageName, package_name
from envdoctor.model.outcome import Resolution
from envdoctor.solving.solution_check import is_solution
from envdoctor.solving.verdict import single_channels
from envdoctor.workflows.dependencies import dependencies_of_resolution
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests
from envdoctor.workflows.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.model.dependencies import Way
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import Record
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import ExplainOptions, Surroundings

MOST_TRIED = 20
"""Moments tried, from the last backwards, at which an environment may have solved that solves at neither end."""

Solution = dict[PackageName, "NativeRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between which moments to look, in milliseconds since 1970; `lock` is the good state where it is known exactly."""

    good: int | None
    bad: int | None
    lock: str | None = None
    package: str | None = None


def since(span: Span, options: ExplainOptions, surroundings: Surroundings) -> History:
    """Return what uploads did to the environment. Raises every `EnvdoctorError`."""
    environment = read_environment_of(options, surroundings)
    gateway = gateway_for(environment, options, surroundings)
    lock = None if span.lock is None else read_lockfile(span.lock)
    bad = span.bad if span.bad is not None else round(time.time() * 1000)
    searches = [
        _Search.of(request, environment, gateway, span, lock, bad, options, surroundings)
        for request in requests(environment, options, surroundings)
    ]
    return History(
        name=" and ".join(environment.sources),
        good=tuple((search.request.target.subdir, search.good) for search in searches),
        bad=bad,
        turnings=tuple(search.turning() for search in searches),
        package=span.package,
        notices=(*environment.notices, *gateway.notices),
    )


def is_lock(text: str) -> bool:
    """Whether what is given as the good state is a lockfile, and no date."""
    return looks_like_lockfile(text)


@dataclass(slots=True, kw_only=True)
class _Search:
    """The search on one platform. `stamps` are the distinct times of reachable records, rising."""

    request: Request
    environment: EnvironmentSpec
    gateway: Gateway
    options: ExplainOptions
    surroundings: Surroundings
    good: int
    bad: int
    natives: list[NativeRecord]
    stamps: list[int]
    by_stamp: dict[int, list[NativeRecord]]
    undated: int
    gone: tuple[str, ...]
    package: PackageName | None
    solves: int = 0
    known: dict[int, Solution | None] = field(default_factory=dict)

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - everything that a search needs
        cls,
        request: Request,
        environment: EnvironmentSpec,
        gateway: Gateway,
        span: Span,
        lock: Lockfile | None,
        bad: int,
        options: ExplainOptions,
        surroundings: Surroundings,
    ) -> _Search:
        """Read the reachable records, and find the good moment."""
        if surroundings.progress:
            surroundings.progress(f"reading records for {request.target.subdir}")
        names = sorted({line.name for line in request.requirements if not line.name.startswith("__")})
        natives = gateway.reachable(request.tiers, (request.target.subdir, NOARCH), names)
        by_stamp: dict[int, list[NativeRecord]] = {}
        for native in natives:
            stamp = built_at(native)
            if stamp is not None:
                by_stamp.setdefault(stamp, []).append(native)
        gone, newest = _of_lock(lock, request.target.subdir, natives)
        good = span.good if span.good is not None else newest
        return cls(
            request=request,
            environment=environment,
            gateway=gateway,
            options=options,
            surroundings=surroundings,
            good=good,
            bad=bad,
            natives=natives,
            stamps=sorted(stamp for stamp in by_stamp if good < stamp <= bad),
            by_stamp=by_stamp,
            undated=sum(built_at(native) is None for native in natives),
            gone=gone,
            package=None if span.package is None else package_name(span.package),
        )

    def turning(self) -> Turning:
        """What happened on this platform."""
        before, after = self.at(self.good), self.at(self.bad)
        if before is not None and after is None:
            return self._broke()
        if before is None:
            return self._never() if after is None else self._mended()
        if after is not None and self._look(before) == self._look(after):
            return self._turning(Turn.SAME)
        return self._changed()

    def at(self, moment: int) -> Solution | None:
        """What the environment solves to with what was there at a moment; None where it does not."""
        if moment not in self.known:
            if self.surroundings.progress:
                self.surroundings.progress(f"solving as of {time.strftime('%Y-%m-%d', time.gmtime(moment / 1000))}")
            self.solves += 1
            natives = solve_as_of(self.gateway, self.request, self.natives, moment, single_channels(self.request))
            # Of priority py-rattler alone knows here: the gateway's channels have later records too.
            request = replace(self.request, exclude_newer=moment, priority=ChannelPriority.DISABLED)
            checked = natives is not None and is_solution(request, natives, self.gateway)
            self.known[moment] = {native_name(one): one for one in natives or ()} if checked else None
        return self.known[moment]

    def _look(self, solution: Solution) -> object:
        """What of a solution is looked at: all of it, or one package."""
        if self.package is not None:
            native = solution.get(self.package)
            return None if native is None else native.url
        return sorted(native.url for native in solution.values())

    def _bisect(self, like_before: Callable[[int], bool]) -> tuple[int, int]:
        """The last moment that is like the good one, and the stamp after it that is not."""
        low, high = -1, len(self.stamps) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if like_before(self.stamps[middle]):
                low = middle
            else:
                high = middle
        return (self.good if low < 0 else self.stamps[low]), self.stamps[high]

    def _broke(self) -> Turning:
        last, moment = self._bisect(lambda stamp: self.at(stamp) is not None)
        diagnosis = self._diagnosis(moment)
        uploads = self._uploads(moment)
        solution = self.at(last) or {}
        return replace(
            self._turning(Turn.BROKE),
            moment=moment,
            uploads=uploads,
            way=self._way(solution, last, [record.name for record in uploads]),
            diagnosis=diagnosis,
            last_good=last,
        )

    def _mended(self) -> Turning:
        _, moment = self._bisect(lambda stamp: self.at(stamp) is None)
        return replace(self._turning(Turn.MENDED), moment=moment, uploads=self._uploads(moment))

    def _changed(self) -> Turning:
        good = self.at(self.good) or {}
        wanted = self._look(good)
        last, moment = self._bisect(lambda stamp: (at := self.at(stamp)) is not None and self._look(at) == wanted)
        before, after = self.at(last) or {}, self.at(moment) or {}
        uploads = self._uploads(moment)
        there = [record for record in uploads if _is_in(record, after)]
        change = Change(
            request=self.request,
            before={name: self._frozen(native) for name, native in before.items()},
            after={name: self._frozen(native) for name, native in after.items()},
            update=[record.name for record in there],
            update_reason="the upload",
        )
        named = there or list(uploads)
        return replace(
            self._turning(Turn.CHANGED),
            moment=moment,
            uploads=tuple(named),
            moved=moves(change),
            way=self._way(after, moment, [record.name for record in named]),
            bound=self._bound(named[0]) if there else None,
            last_good=last,
        )

    def _never(self) -> Turning:
        """It solves at neither end; where priority can have broken it, the moments before such uploads are tried."""
        last = next((stamp for stamp in self._before_claims() if self.at(stamp) is not None), None)
        return replace(self._turning(Turn.NEVER), diagnosis=self._diagnosis(self.bad), last_good=last)

    def _before_claims(self) -> list[int]:
        """The last stamps before a higher channel first had a name, the latest first."""
        if self.request.priority is not ChannelPriority.STRICT or len(self.request.tiers) < len(("one", "two")):
            return []
        first: dict[tuple[str, str], int] = {}
        for stamp, natives in sorted(self.by_stamp.items()):
            for native in natives:
                first.setdefault((native.channel or "", native_name(native)), stamp)
        every = sorted(self.by_stamp)
        moments = {every[every.index(stamp) - 1] for stamp in first.values() if every.index(stamp) > 0}
        return sorted(moments, reverse=True)[:MOST_TRIED]

    def _turning(self, turn: Turn) -> Turning:
        return Turning(
            platform=self.request.target.subdir,
            turn=turn,
            gone=self.gone,
            undated=self.undated,
            solves=self.solves,
        )

    def _diagnosis(self, moment: int) -> Diagnosis:
        """Why it does not solve at a moment, by both engines, as `explain` tells it."""
        request = replace(self.request, exclude_newer=moment)
        solve = Resolver(gateway=self.gateway, options=self.options, surroundings=self.surroundings)
        (resolved,) = solve.anew([request])
        return Diagnosis(environment=self.environment, platforms=(resolved.diagnosis,))

    def _uploads(self, moment: int) -> tuple[Record, ...]:
        found = [self._frozen(native) for native in self.by_stamp[moment]]
        return tuple(sorted(found, key=lambda record: (record.name, record.filename)))

    def _frozen(self, native: NativeRecord) -> Record:
        members = {member.url.rstrip("/"): member.name for tier in self.request.tiers for member in tier.members}
        return frozen(native, members.get((native.channel or "").rstrip("/"), ""))

    def _way(self, solution: Solution, moment: int, names: Sequence[PackageName]) -> Way | None:
        """The shortest way from a line to the first of the names that is in a solution."""
        records = tuple(self._frozen(native) for native in solution.values())
        resolution = Resolution(request=replace(self.request, exclude_newer=moment), records=records)
        dependencies = dependencies_of_resolution(resolution)
        ways = [way for name in names if name in solution for way in reasons(dependencies, name).ways]
        return ways[0] if ways else None

    def _bound(self, upload: Record) -> Bound:
        """A line that keeps the upload out: proven if the environment solves with it at the bad moment, without it."""
        line = f"{upload.name} <{upload.version}"
        (requirement,) = read_environment((), specs=(line,)).requirements
        wanted = self.request.wanted_channels
        request = replace(
            self.request,
            requirements=(*self.request.requirements, requirement),
            wanted_channels=(*wanted, None) if wanted else (),
            exclude_newer=self.bad,
        )
        self.solves += 1
        natives = solve_as_of(self.gateway, request, self.natives, self.bad, single_channels(request))
        free = natives is not None and all(native.file_name != upload.filename for native in natives)
        request = replace(request, priority=ChannelPriority.DISABLED)
        proven = free and natives is not None and is_solution(request, natives, self.gateway)
        return Bound(line=line, proven=proven)


def _is_in(record: Record, solution: Mapping[PackageName, NativeRecord]) -> bool:
    native = solution.get(record.name)
    return native is not None and native.url == record.url


def _of_lock(lock: Lockfile | None, subdir: Subdir, natives: Sequence[NativeRecord]) -> tuple[tuple[str, ...], int]:
    """What of a good lock the channels do not have any more, and the time of its newest package."""
    if lock is None:
        return (), 0
    by_end = {tuple(native.url.rsplit("/", 3)[1:]): native for native in natives}
    gone, newest = [], 0
    for package in lock.packages_on(subdir, Manager.CONDA):
        native = by_end.get(tuple(package.url.rsplit("/", 3)[1:]))
        if native is None:
            gone.append(f"{package.filename} is in no channel any more")
            continue
        newest = max(newest, built_at(native) or 0)
        locked, now = ({name_in(text) or text for text in texts} for texts in (package.depends or (), native.depends))
        if package.depends is not None and locked != now:
            gone.append(f"{package.filename} needs other packages now than it did ({', '.join(sorted(locked ^ now))})")
    return tuple(gone), newest
