"""A request with its whole world in one file: a bug report that anyone can replay.

The file is JSON, the same bytes for the same world, and holds no credential. Its records become channels of their own
below a folder when it is read, so that the same engines work on them as on any others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.channels.secrets import redact
from envdoctor.errors import InputError, UsageError
from envdoctor.model.channels import Channel, ChannelPriority, ChannelTier, Origin
from envdoctor.model.names import KNOWN_SUBDIRS, NOARCH, PackageName, Subdir
from envdoctor.model.place import Place
from envdoctor.model.records import Record, VirtualPackage
from envdoctor.model.specs import MatchSpec, Requirement
from envdoctor.model.target import Pin, Request, Target
from envdoctor.records.case_parts import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSION = 1
SPEC_FIELDS = ("text", "name", "version", "build", "build_number", "channel", "subdir", "url", "extra")
RECORD_FIELDS = (
    "build",
    "build_number",
    "constrains",
    "depends",
    "license",
    "md5",
    "name",
    "noarch",
    "sha256",
    "size",
    "timestamp",
    "version",
)
"""The fields of a record that repodata has under the same name."""


def write_case(path: Path, request: Request, records: Sequence[Record]) -> None:
    """Write a request and all records that its world knows. Raises `UsageError` where the file cannot be written."""
    addresses = {member.name: member.url for tier in request.tiers for member in tier.members}
    lines = sorted(
        (addresses.get(record.channel, record.channel), record.subdir, record.filename, _record(record))
        for record in records
    )
    text = "".join(
        [
            f'{{\n"envdoctor_case": {VERSION},\n"request": {_json(_request(request), indent=1)},\n"records": [\n',
            ",\n".join(_json([redact(url), subdir, filename, fields]) for url, subdir, filename, fields in lines),
            "\n]\n}\n",
        ]
    )
    growing = path.with_name(f"{path.name}.part")
    try:
        growing.write_text(text, "utf-8")
        growing.replace(path)
    except OSError as error:
        raise UsageError(
            f"the case cannot be written to {path}: {error.strerror}; name a file in a folder that can be"
        ) from error


def read_case(path: Path, folder: Path) -> Request:
    """Return a saved request on channels of its own, which are written below `folder` and must stay while it is used.

    Raises `InputError` where the file is none, is damaged, or comes from a newer envdoctor.
    """
    document = Part(_loaded(path), "the case", Place(str(path)))
    version = document.at("envdoctor_case").number()
    if version != VERSION:
        raise InputError(
            f"this case has version {version}, and this envdoctor reads version {VERSION}; use the envdoctor that "
            "wrote it, or a newer one",
            place=document.place,
        )
    channels = _Channels(folder)
    request = _read_request(document.at("request"), channels)
    for part in document.at("records").parts():
        channels.add(part)
    channels.write(request.target.subdir)
    return request


class _Channels:
    """The channels of a case, by the address they had, as folders with plain repodata."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders: dict[str, Path] = {}
        self._records: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}

    def address(self, url: str) -> str:
        """The file:// address that stands for a channel's address."""
        folder = self._folders.setdefault(url, self._folder / f"channel-{len(self._folders)}")
        return f"{folder.as_uri()}/"

    def add(self, part: Part) -> None:
        url, subdir, filename, fields = part.parts(length=4)
        self.address(url.text())
        place = subdir.one_of((*KNOWN_SUBDIRS, NOARCH))
        entry: dict[str, Any] = {key: value.value for key, value in fields.entries(RECORD_FIELDS)}
        for key in ("build", "name", "version"):
            fields.at(key).text()
        for key in ("constrains", "depends"):
            entry[key] = list(fields.at(key).texts())
        fields.at("build_number").number()
        known = self._records.setdefault(url.text(), {}).setdefault(place, {})
        known[filename.text()] = {**entry, "subdir": place}

    def write(self, subdir: Subdir) -> None:
        for url, folder in self._folders.items():
            records = self._records.get(url, {})
            for place in sorted({NOARCH, subdir, *records}):
                path = folder / place / "repodata.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                known = records.get(place, {})
                repodata = {
                    "info": {"subdir": place},
                    "packages": {name: entry for name, entry in known.items() if name.endswith(".tar.bz2")},
                    "packages.conda": {name: entry for name, entry in known.items() if not name.endswith(".tar.bz2")},
                }
                path.write_text(_json(repodata), "utf-8")


def _request(request: Request) -> dict[str, Any]:
    return {
        "platform": request.target.subdir,
        "virtual_packages": [
            _fields(package, "name version build origin assumed") for package in request.target.virtual_packages
        ],
        "requirements": [
            {
                "text": redact(line.text),
                "spec": _spec(line.spec),
                "place": _place(line.place),
                "platforms": None if line.platforms is None else list(line.platforms),
                "category": line.category,
                "optional": line.optional,
            }
            for line in request.requirements
        ],
        "wanted_channels": [None if urls is None else list(urls) for urls in request.wanted_channels],
        "pins": [
            {"text": redact(pin.text), "spec": _spec(pin.spec), "origin": redact(pin.origin.text)}
            for pin in request.pins
        ],
        "tiers": [
            {
                "name": tier.name,
                "members": [{"name": member.name, "url": redact(member.url)} for member in tier.members],
                "written": [redact(text) for text in tier.written],
                "place": None if tier.place is None else _place(tier.place),
            }
            for tier in request.tiers
        ],
        "priority": request.priority.value,
        "exclude_newer": request.exclude_newer,
    }


def _read_request(part: Part, channels: _Channels) -> Request:
    tiers = tuple(_read_tier(tier, channels) for tier in part.at("tiers").parts())
    wanted = tuple(
        None if urls.value is None else tuple(channels.address(url) for url in urls.texts())
        for urls in part.at("wanted_channels").parts()
    )
    newest = part.at("exclude_newer")
    return Request(
        target=Target(
            subdir=Subdir(part.at("platform").one_of(KNOWN_SUBDIRS)),
            virtual_packages=tuple(_read_virtual(package) for package in part.at("virtual_packages").parts()),
        ),
        requirements=tuple(_read_requirement(line) for line in part.at("requirements").parts()),
        wanted_channels=wanted,
        pins=tuple(
            Pin(
                text=pin.at("text").text(),
                spec=_read_spec(pin.at("spec")),
                origin=Origin(text=pin.at("origin").text()),
            )
            for pin in part.at("pins").parts()
        ),
        tiers=tiers,
        priority=ChannelPriority(part.at("priority").one_of([priority.value for priority in ChannelPriority])),
        exclude_newer=None if newest.value is None else newest.number(),
    )


def _read_tier(part: Part, channels: _Channels) -> ChannelTier:
    place = part.at("place")
    return ChannelTier(
        name=part.at("name").text(),
        members=tuple(
            Channel(name=member.at("name").text(), url=channels.address(member.at("url").text()))
            for member in part.at("members").parts()
        ),
        written=part.at("written").texts(),
        place=None if place.value is None else _read_place(place),
    )


def _read_requirement(part: Part) -> Requirement:
    platforms = part.at("platforms")
    return Requirement(
        text=part.at("text").text(),
        spec=_read_spec(part.at("spec")),
        place=_read_place(part.at("place")),
        platforms=None if platforms.value is None else tuple(Subdir(text) for text in platforms.texts()),
        category=part.at("category").text(),
        optional=part.at("optional").boolean(),
    )


def _read_virtual(part: Part) -> VirtualPackage:
    return VirtualPackage(
        name=PackageName(part.at("name").text()),
        version=part.at("version").text(),
        build=part.at("build").text(),
        origin=part.at("origin").text(),
        assumed=part.at("assumed").boolean(),
    )


def _read_spec(part: Part) -> MatchSpec:
    subdir = part.at("subdir").maybe_text()
    return MatchSpec(
        text=part.at("text").text(),
        name=PackageName(part.at("name").text()),
        version=part.at("version").maybe_text(),
        build=part.at("build").maybe_text(),
        build_number=part.at("build_number").maybe_text(),
        channel=part.at("channel").maybe_text(),
        subdir=None if subdir is None else Subdir(subdir),
        url=part.at("url").maybe_text(),
        extra=part.at("extra").maybe_text(),
    )


def _read_place(part: Part) -> Place:
    line, column = part.at("line"), part.at("column")
    return Place(
        part.at("file").text(),
        None if line.value is None else line.number(),
        None if column.value is None else column.number(),
    )


def _spec(spec: MatchSpec) -> dict[str, Any]:
    fields = _fields(spec, " ".join(SPEC_FIELDS))
    return {key: redact(value) if isinstance(value, str) else value for key, value in fields.items()}


def _record(record: Record) -> dict[str, Any]:
    fields = _fields(record, " ".join(RECORD_FIELDS))
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in fields.items() if value is not None
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": redact(place.file), "line": place.line, "column": place.column}


def _fields(value: object, names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names.split()}


def _json(value: object, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, separators=separators)


def _loaded(path: Path) -> Mapping[str, Any]:
    place = Place(str(path))
    try:
        value = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"the case cannot be read: {error.strerror}; name a file that --save-case wrote", place=place
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "this is no case, which would be UTF-8 text; name a file that --save-case wrote", place=place
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"this is no case, or a damaged one: {error.msg}; name a file that --save-case wrote",
            place=Place(str(path), error.lineno, error.colno),
        ) from error
    if not isinstance(value, dict) or "envdoctor_case" not in value:
        raise InputError("this JSON file is no case; name a file that --save-case wrote", place=place)
    return value
