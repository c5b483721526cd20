"""Fixtures of all rooms: the real data beside the repository, real channels unpacked, and small channels made up."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import zstandard
from filelock import FileLock
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHARED = Path(__file__).resolve().parents[2] / "shared"
ABSENT = f"the real data is absent: there is no folder {SHARED.name!r} beside the repository"
SECTIONS = ("packages", "packages.conda")

# A slow machine is no failure, and what fails here must fail again tomorrow.
settings.register_profile("envdoctor", deadline=None, derandomize=True, database=None)
settings.load_profile("envdoctor")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the real data, by whatever way, and skip it where that is absent."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=ABSENT))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    return SHARED


@dataclass(frozen=True, slots=True)
class SharedChannels:
    """The real channels as plain ones, which any conda tool reads over file://.

    Two variants stand side by side, each made when it is first asked for, once for all workers: all records, and only
    the full ones. The others come from conda-lock.yml files and lack `constrains` and time stamps, so they conflict
    less than they should.
    """

    packed: Path
    folder: Path

    def root(self, *, full_only: bool) -> Path:
        """The folder that holds the channels by their names."""
        target = self.folder / ("full" if full_only else "all")
        with FileLock(self.folder / f"{target.name}.lock"):
            if not target.exists():
                growing = target.with_suffix(".growing")
                shutil.rmtree(growing, ignore_errors=True)
                _unpack_channels(self.packed, growing, full_only=full_only)
                growing.rename(target)
        return target

    def url(self, channel: str, *, full_only: bool) -> str:
        """The address of a channel, with a final slash."""
        return f"{(self.root(full_only=full_only) / channel).as_uri()}/"


@pytest.fixture(scope="session")
def shared_channels(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> SharedChannels:
    """The real channels, unpacked on demand."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-channels"
    folder.mkdir(exist_ok=True)
    return SharedChannels(shared / "channels", folder)


class ChannelFactory(Protocol):
    """Makes small channels; see the fixture `make_channel`."""

    def __call__(
        self, records: Iterable[Mapping[str, Any]], *, name: str = "channel", subdir: str = "linux-64"
    ) -> str: ...


@pytest.fixture
def make_channel(tmp_path: Path) -> ChannelFactory:
    """Write a channel and return its file:// address, with a final slash.

    A record says what matters: `{"name": "menu", "version": "15", "depends": ["dropdown >=2"]}`. Version 1, build 0
    and no dependencies are the defaults; any field of repodata may be given. A record goes to `subdir`, unless it
    names one of its own or is noarch (`"noarch": "python"`). The folder `noarch` is always there, for py-rattler
    refuses a channel without one. A second call with the same name adds to the channel.
    """

    def write(records: Iterable[Mapping[str, Any]], *, name: str = "channel", subdir: str = "linux-64") -> str:
        channel = tmp_path / name
        subdirs: dict[str, dict[str, dict[str, Any]]] = {subdir: {}, "noarch": {}}
        for description in records:
            record = _whole_record(description, subdir)
            filename = "{name}-{version}-{build}.conda".format_map(record)
            known = subdirs.setdefault(record["subdir"], {})
            assert filename not in known, f"two records of {name} are called {filename}"
            known[filename] = record
        for folder, known in subdirs.items():
            _add_records(channel / folder / "repodata.json", folder, known)
        return f"{channel.as_uri()}/"

    return write


def _whole_record(description: Mapping[str, Any], subdir: str) -> dict[str, Any]:
    build = str(description.get("build", "0"))
    number = build.rsplit("_", 1)[-1]
    return {
        "version": "1",
        "build": build,
        "build_number": int(number) if number.isdecimal() else 0,
        "depends": [],
        "subdir": "noarch" if "noarch" in description else subdir,
    } | dict(description)


def _add_records(path: Path, subdir: str, records: Mapping[str, Mapping[str, Any]]) -> None:
    known = json.loads(path.read_text("utf-8"))["packages.conda"] if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    repodata = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": known | dict(records)}
    path.write_text(json.dumps(repodata, indent=1), "utf-8")


def _unpack_channels(packed: Path, out: Path, *, full_only: bool) -> None:
    weak = json.loads(_unpacked(packed / "from-conda-lock.json.zst")) if full_only else {}
    for source in sorted(packed.rglob("repodata.json.zst")):
        place = source.parent.relative_to(packed)
        text = _unpacked(source)
        if full_only:
            text = _without(text, frozenset(weak.get(place.as_posix(), ())))
        target = out / place / "repodata.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
        return reader.read()


def _without(text: bytes, filenames: frozenset[str]) -> bytes:
    repodata = json.loads(text)
    for section in SECTIONS:
        records = repodata.get(section, {})
        repodata[section] = {name: record for name, record in records.items() if name not in filenames}
    return json.dumps(repodata).encode()
