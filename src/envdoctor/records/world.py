"""The closed world of one request: every record that could matter, what hides it, and which records a spec matches.

Everything is loaded by bare name and nothing is filtered away: a record that strict priority or a cut-off date hides
stays known, with the fact that hides it, so that an explanation can name it and a fix can reach it. A name is loaded
when it is first asked about, so that cost grows with what is looked at and not with the channel.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from envdoctor.engine.records import built_at, frozen, frozen_virtual, native_name, virtual_record
from envdoctor.engine.specs import SpecError, matcher, spec_name
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.facts import HiddenByPriority, NewerThanCutoff
from envdoctor.model.names import NOARCH, PackageName, Subdir, is_virtual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.engine.gateway import Gateway, NativeRecord
    from envdoctor.engine.records import PackageRecord
    from envdoctor.model.records import Record
    from envdoctor.model.target import Pin, Request

RecordId = int
"""A record's number in its world; virtual packages have numbers too. Numbers say nothing beyond identity."""

Said = tuple[tuple[str, PackageName], ...]
"""Dependency or constraint texts, each with the name that it is about."""


class World:
    """Records by number; they, and what is derived from them, are loaded and worked out on demand and kept."""

    def __init__(self, request: Request, gateway: Gateway) -> None:
        """Load what the lines and pins ask for. This and all questions to a world may raise `RecordsError`."""
        self.request = request
        self.gateway = gateway
        self.subdirs: tuple[Subdir, ...] = (request.target.subdir, NOARCH)
        self._natives: list[NativeRecord | PackageRecord] = []
        self._ids: dict[PackageName, list[RecordId]] = {}
        self._ordered: dict[PackageName, tuple[RecordId, ...]] = {}
        self._matches: dict[str, tuple[RecordId, ...]] = {}
        self._hidden: dict[RecordId, HiddenByPriority | NewerThanCutoff] = {}
        self._spec_names: dict[str, PackageName | None] = {}
        self._frozen: dict[RecordId, Record] = {}
        self._versions: dict[RecordId, str] = {}
        self._said: dict[RecordId, tuple[Said, Said]] = {}
        self._name_of: list[PackageName] = []
        self._loaded: set[PackageName] = set()
        self._tier_of_url = {
            member.url.rstrip("/"): index for index, tier in enumerate(request.tiers) for member in tier.members
        }
        self._virtual = {
            self._number(package.name, virtual_record(package)): package for package in request.target.virtual_packages
        }
        self.load(self._asked_for())

    @cached_property
    def names(self) -> frozenset[PackageName]:
        """All names of the channels on the target, reached by the request or not. Raises `RecordsError`."""
        return self.gateway.names(self.request.tiers, self.subdirs)

    def candidates(self, name: PackageName) -> tuple[RecordId, ...]:
        """All records of a name, hidden ones too: by channel, subdir and file name."""
        ordered = self._ordered.get(name)
        if ordered is None:
            self.load((name,))
            ordered = self._ordered[name] = tuple(self._ids.get(name, ()))
            self._hide(name, ordered)
        return ordered

    def hidden(self, record: RecordId) -> HiddenByPriority | NewerThanCutoff | None:
        """The fact that keeps a record out of sight; None for a visible one.

        A record that is both newer than the cut-off and below another channel counts as newer.
        """
        self.candidates(self.name_of(record))
        return self._hidden.get(record)

    def visible(self, name: PackageName) -> tuple[RecordId, ...]:
        """The records of a name that a solver may choose from."""
        return tuple(record for record in self.candidates(name) if record not in self._hidden)

    def matching(self, text: str) -> tuple[RecordId, ...]:
        """All records, hidden ones too, that a dependency or constraint text matches.

        A text that is no spec at all matches nothing, as in py-rattler.
        """
        found = self._matches.get(text)
        if found is None:
            name = self.spec_name(text)
            natives, spec = self._natives, None if name is None else matcher(text)
            found = self._matches[text] = (
                ()
                if name is None or spec is None
                else tuple(record for record in self.candidates(name) if spec.matches(natives[record]))
            )
        return found

    def matching_line(self, index: int) -> tuple[RecordId, ...]:
        """All records, hidden ones too, that the requirement at `index` asks for, its channel and subdir included."""
        line = self.request.requirements[index]
        found = self.from_wanted_channels(index, self.matching(line.spec.text))
        if line.spec.subdir is not None:
            found = tuple(record for record in found if self._natives[record].subdir == line.spec.subdir)
        return found

    def from_wanted_channels(self, index: int, records: Sequence[RecordId]) -> tuple[RecordId, ...]:
        """Those of some records that are in a channel that the requirement at `index` names; all if it names none."""
        urls = self.request.channels_wanted_by(index)
        if urls is None:
            return tuple(records)
        wanted = {url.rstrip("/") for url in urls}
        return tuple(record for record in records if self._channel_url(record) in wanted)

    def matching_pin(self, pin: Pin) -> tuple[RecordId, ...]:
        """All records, hidden ones too, that a pin allows of its package."""
        return self.matching(pin.spec.text)

    def spec_name(self, text: str) -> PackageName | None:
        """The package that a dependency or constraint text is about; None where py-rattler cannot read it."""
        if text not in self._spec_names:
            try:
                self._spec_names[text] = PackageName(spec_name(matcher(text)))
            except SpecError:
                self._spec_names[text] = None
        return self._spec_names[text]

    def name_of(self, record: RecordId) -> PackageName:
        """The name of a record."""
        return self._name_of[record]

    def depends(self, record: RecordId) -> Said:
        """The dependencies of a record: each text with the name that it is about, in the record's order.

        A text that py-rattler cannot read is about a name that nothing has: itself.
        """
        return self._what(record)[0]

    def constrains(self, record: RecordId) -> Said:
        """The constraints of a record: each text with the name that it is about. Unreadable ones are left out."""
        return self._what(record)[1]

    def speaks_of(self, record: RecordId) -> tuple[PackageName, ...]:
        """The names that a record's dependencies and constraints are about, unreadable ones left out."""
        depends, constrains = self._what(record)
        return tuple(about for text, about in (*depends, *constrains) if self.spec_name(text) is not None)

    def _what(self, record: RecordId) -> tuple[Said, Said]:
        said = self._said.get(record)
        if said is None:
            native, name = self._natives[record], self.spec_name
            depends, constrains = ([], []) if record in self._virtual else (native.depends, native.constrains)
            said = self._said[record] = (
                tuple((text, name(text) or PackageName(text)) for text in depends),
                tuple((text, about) for text in constrains if (about := name(text)) is not None),
            )
        return said

    def version_of(self, record: RecordId) -> str:
        """The version of a record."""
        found = self._versions.get(record)
        if found is None:
            found = self._versions[record] = str(self._natives[record].version)
        return found

    def build_of(self, record: RecordId) -> str:
        """The build string of a record."""
        return str(self._natives[record].build)

    def native(self, record: RecordId) -> NativeRecord:
        """A record as py-rattler has it; not for a virtual package."""
        return self._file(record)

    def record(self, record: RecordId) -> Record:
        """A record as a frozen value."""
        found = self._frozen.get(record)
        if found is None:
            package = self._virtual.get(record)
            found = frozen_virtual(package) if package else frozen(self._file(record), self.channel_of(record))
            self._frozen[record] = found
        return found

    def channel_of(self, record: RecordId) -> str:
        """The name of a record's channel as users know it; empty for a virtual package."""
        tier = self._tier_of_url.get(self._channel_url(record))
        if tier is None:
            return self._channel_url(record)
        members = self.request.tiers[tier].members
        return next(member.name for member in members if member.url.rstrip("/") == self._channel_url(record))

    def tier_of(self, record: RecordId) -> int:
        """The place of a record's channel in the order of priority, from 0."""
        return self._tier_of_url.get(self._channel_url(record), len(self.request.tiers))

    def id_of(self, native: NativeRecord) -> RecordId:
        """The number of a record that py-rattler chose. Raises `KeyError` for one that is not of this world."""
        url, wanted = (native.channel or "").rstrip("/"), (native.subdir, native.file_name)
        for record in self.candidates(native_name(native)):
            known = self._file(record)
            if (known.subdir, known.file_name) == wanted and self._channel_url(record) == url:
                return record
        raise KeyError(native.file_name)

    def all_records(self) -> tuple[Record, ...]:
        """Every record that the request can reach, for saving the world: by name, channel, subdir and file name."""
        self._add(self.gateway.reachable(self.request.tiers, self.subdirs, self._asked_for()))
        names = sorted(name for name in self._ids if not is_virtual(name))
        return tuple(self.record(record) for name in names for record in self._ids[name])

    def load(self, names: Iterable[PackageName]) -> None:
        """Fetch the records of names that were not looked at yet, in one question. Raises `RecordsError`."""
        fresh = sorted({name for name in names if name not in self._loaded and not is_virtual(name)})
        if fresh:
            self._add(self.gateway.named(self.request.tiers, self.subdirs, fresh))
            self._loaded.update(fresh)

    def _file(self, record: RecordId) -> NativeRecord:
        """The native record of a file, which a virtual package is not."""
        return cast("NativeRecord", self._natives[record])

    def _asked_for(self) -> list[PackageName]:
        lines, pins = self.request.requirements, self.request.pins
        wanted = {line.name for line in lines} | {pin.spec.name for pin in pins}
        return sorted(name for name in wanted if not is_virtual(name))

    def _add(self, natives: Iterable[NativeRecord]) -> None:
        """Number the records of names that are not loaded yet; of a loaded name all records are known."""
        fresh: set[PackageName] = set()
        for native in natives:
            name = native_name(native)
            if name not in self._loaded:
                fresh.add(name)
                self._number(name, native)
        self._loaded |= fresh

    def _number(self, name: PackageName, native: NativeRecord | PackageRecord) -> RecordId:
        record = len(self._natives)
        self._natives.append(native)
        self._name_of.append(name)
        self._ids.setdefault(name, []).append(record)
        return record

    def _hide(self, name: PackageName, records: Iterable[RecordId]) -> None:
        """Apply strict priority and the cut-off date, as py-rattler does.

        A spec that names a channel makes that channel the only one looked at for its package. A record that is too
        new still claims its name for its channel.
        """
        if is_virtual(name):
            return
        cutoff = self.request.exclude_newer
        if self.request.priority is ChannelPriority.STRICT:
            first = self._claiming_tier(name, records)
            for record in records:
                if self.tier_of(record) != first:
                    self._hidden[record] = HiddenByPriority(name)
        if cutoff is not None:
            for record in records:
                built = built_at(self._natives[record])
                if built is None or built > cutoff:
                    self._hidden[record] = NewerThanCutoff(name)

    def _claiming_tier(self, name: PackageName, records: Iterable[RecordId]) -> int | None:
        wanted = [
            {url.rstrip("/") for url in urls}
            for index, line in enumerate(self.request.requirements)
            if line.name == name and (urls := self.request.channels_wanted_by(index)) is not None
        ]
        tiers = [
            self.tier_of(record) for record in records if all(self._channel_url(record) in urls for urls in wanted)
        ]
        return min(tiers, default=None)

    def _channel_url(self, record: RecordId) -> str:
        native = self._natives[record]
        return (getattr(native, "channel", None) or "").rstrip("/")
