"""Cut the sample channels out of the real ones in ../shared/channels, the same bytes each time.

    python tools/cut_sample.py [OUT]

The sample is the union of the resolutions of the requests below, each solved on the whole snapshot: so every record in
it can be installed from it, and each story of sample_envs/ finds both of its sides. Added are the records of BROKEN,
whose dependencies the snapshot itself cannot meet. Records keep what a solve and its explanation need.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rattler
import zstandard

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "channels"
OUT = ROOT / "src" / "envdoctor" / "channels" / "sample_channel"

SAMPLE, EXTRA = "envdoctor-sample", "envdoctor-sample-extra"
SOURCES = {SAMPLE: "conda-forge", EXTRA: "main"}
LINUX, MAC, WINDOWS = "linux-64", "osx-arm64", "win-64"
SUBDIRS = (LINUX, MAC, "noarch", WINDOWS)

VIRTUAL = {
    LINUX: {"__unix": "0", "__linux": "6.8", "__glibc": "2.39", "__cuda": "12.4", "__archspec": "1=x86_64_v3"},
    MAC: {"__unix": "0", "__osx": "15.0", "__archspec": "1=m1"},
    WINDOWS: {"__win": "10", "__archspec": "1=x86_64_v3"},
}
"""A machine that has all that any request asks for."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Specs to be solved together on one platform of one channel, not looking at records built after `before`."""

    channel: str
    platform: str
    specs: tuple[str, ...]
    before: str = "2026-08-22"


ASKS = (
    # A data scientist's plain environment, with room to choose.
    Ask(SAMPLE, LINUX, ("python=3.12", "numpy", "pandas", "scipy")),
    Ask(SAMPLE, LINUX, ("python=3.13", "numpy=2.2", "pandas=2.2", "scipy=1.15"), "2025-06-01"),
    Ask(SAMPLE, LINUX, ("python=3.11", "numpy=1.26", "pandas=2.1", "scipy=1.11", "pip"), "2024-03-01"),
    Ask(SAMPLE, LINUX, ("python=3.11", "numpy=2.3", "pandas=2.3")),
    Ask(SAMPLE, LINUX, ("python=3.10", "numpy=1.26", "pandas=2.2"), "2024-09-01"),
    Ask(SAMPLE, LINUX, ("python=3.12", "numpy=2.1", "pandas=2.2"), "2025-01-01"),
    # pandas 2.2 and SQLAlchemy 1.4 exclude each other by run_constrained.
    Ask(SAMPLE, LINUX, ("python=3.11", "pandas=2.2", "sqlalchemy=2.0"), "2025-06-01"),
    Ask(SAMPLE, LINUX, ("python=3.11", "sqlalchemy=1.4", "pandas=2.1")),
    # numba 0.60 was built for Python up to 3.12.
    Ask(SAMPLE, LINUX, ("python=3.12", "numba=0.60"), "2024-10-01"),
    Ask(SAMPLE, LINUX, ("python=3.13", "numba=0.61"), "2025-06-01"),
    # GDAL 3.8 and pyarrow 20 each install alone; together they meet in lz4-c and others.
    Ask(SAMPLE, LINUX, ("python=3.11", "gdal=3.8"), "2024-08-01"),
    Ask(SAMPLE, LINUX, ("python=3.11", "pyarrow=20"), "2025-06-15"),
    Ask(SAMPLE, LINUX, ("python=3.11", "gdal=3.8", "pyarrow"), "2024-08-01"),
    # PyTorch for CUDA asks the machine for __cuda.
    Ask(SAMPLE, LINUX, ("python=3.11", "pytorch=2.4=cuda118*")),
    # Pure Python, the same on three platforms.
    Ask(SAMPLE, LINUX, ("python=3.12", "flask=3", "requests", "pyyaml")),
    Ask(SAMPLE, MAC, ("python=3.12", "flask=3", "requests", "pyyaml", "numpy", "pandas")),
    Ask(SAMPLE, WINDOWS, ("python=3.12", "flask=3", "requests", "pyyaml", "numpy", "pandas")),
    # deepdiff 9.0 can be installed; 9.1 is among BROKEN.
    Ask(SAMPLE, LINUX, ("python=3.12", "deepdiff=9.0")),
    # What only one platform has.
    Ask(SAMPLE, LINUX, ("python=3.11", "requests")),
    Ask(SAMPLE, WINDOWS, ("python=3.11", "pywin32", "numpy=1.26", "requests"), "2024-06-01"),
    Ask(SAMPLE, MAC, ("python=3.13", "mlx=0.20", "numpy")),
    # The older channel that lies before the newer one in the story of strict priority.
    Ask(EXTRA, LINUX, ("python=3.7", "flask")),
)

BROKEN = ((SAMPLE, "noarch", "deepdiff-9.1.0-pyhcf101f3_0.conda"),)
"""deepdiff 9.1 needs cachebox, which the snapshot does not have."""

KEPT = ("build", "build_number", "constrains", "depends", "name", "noarch", "sha256", "size", "timestamp", "version")


def main(out: Path) -> None:
    """Write both channels below `out`."""
    with tempfile.TemporaryDirectory() as folder:
        wholes = {channel: unpacked(channel, Path(folder)) for channel in SOURCES}
        chosen = {(channel, subdir): set[str]() for channel in SOURCES for subdir in SUBDIRS}
        for ask in ASKS:
            for record in resolution(ask, Path(folder) / ask.channel):
                chosen[ask.channel, record.subdir].add(record.file_name)
    for channel, subdir, filename in BROKEN:
        chosen[channel, subdir].add(filename)
    for (channel, subdir), filenames in chosen.items():
        if filenames or subdir == "noarch":
            write(out / channel / subdir / "repodata.json", subdir, wholes[channel][subdir], filenames)


def unpacked(channel: str, folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Write the full records of a real channel as a plain one below `folder`, and return them by subdir."""
    weak = json.loads(read_zstd(SHARED / "from-conda-lock.json.zst"))
    records: dict[str, dict[str, dict[str, Any]]] = {}
    for subdir in SUBDIRS:
        source = SHARED / SOURCES[channel] / subdir / "repodata.json.zst"
        repodata = json.loads(read_zstd(source)) if source.exists() else {}
        both = {**repodata.get("packages", {}), **repodata.get("packages.conda", {})}
        left_out = set(weak.get(f"{SOURCES[channel]}/{subdir}", ())) if channel == SAMPLE else set()
        records[subdir] = {name: record for name, record in both.items() if name not in left_out}
        write(folder / channel / subdir / "repodata.json", subdir, records[subdir], set(records[subdir]), kept=None)
    return records


def resolution(ask: Ask, folder: Path) -> list[rattler.RepoDataRecord]:
    """Solve one request on the whole snapshot."""
    virtual = [
        rattler.GenericVirtualPackage(
            rattler.PackageName(name),
            rattler.Version(text.split("=")[0]),
            rattler.BuildString(text.partition("=")[2] or "0"),
        )
        for name, text in VIRTUAL[ask.platform].items()
    ]
    before = datetime.fromisoformat(ask.before).replace(tzinfo=UTC)
    return asyncio.run(
        rattler.solve(
            [rattler.Channel(folder.as_uri())],
            [rattler.MatchSpec(spec) for spec in ask.specs],
            platforms=[rattler.Subdir(ask.platform), rattler.Subdir("noarch")],
            virtual_packages=virtual,
            exclude_newer=before if ask.channel == SAMPLE else None,
        )
    )


def write(
    path: Path, subdir: str, whole: dict[str, dict[str, Any]], filenames: set[str], kept: tuple[str, ...] | None = KEPT
) -> None:
    """Write repodata with one record a line, which is small and still can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sections: dict[str, list[str]] = {"packages": [], "packages.conda": []}
    for filename in sorted(filenames):
        record = {key: value for key, value in sorted(whole[filename].items()) if kept is None or key in kept}
        record = {key: value for key, value in record.items() if value not in ([], None)} | {
            "depends": record.get("depends", []),
            "subdir": subdir,
        }
        section = "packages" if filename.endswith(".tar.bz2") else "packages.conda"
        sections[section].append(f"{json.dumps(filename)}:{json.dumps(record, sort_keys=True, separators=(',', ':'))}")
    parts = [f'"{section}":{{\n' + ",\n".join(lines) + "\n}" for section, lines in sections.items()]
    path.write_text(f'{{"info":{{"subdir":"{subdir}"}},\n' + ",\n".join(parts) + ',\n"repodata_version":1}\n', "utf-8")


def read_zstd(path: Path) -> bytes:
    """The content of a zstd file."""
    with path.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
        return reader.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
