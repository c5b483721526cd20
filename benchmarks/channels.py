"""Make big channels out of the real one: 0.1, 0.3 and 1 million records that solve as the real ones do.

usage: python benchmarks/channels.py OUT [--records NUMBER]... [--seed NUMBER]

OUT/NUMBER/conda-forge/{linux-64,noarch}/repodata.json is written for each number of records. README.md here says how
they are made, and what was measured on them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACKED = Path(__file__).resolve().parents[2] / "shared" / "channels"
CHANNEL = "conda-forge"
SUBDIRS = ("linux-64", "noarch")
SECTIONS = ("packages", "packages.conda")
SIZES = (100_000, 300_000, 1_000_000)

BUILD_HASH = re.compile(r"(?<=h)[0-9a-f]{7}(?![0-9a-z])")
"""The hash in a build string (`py310h5764c6d_1`)."""
SPEC_NAME = re.compile(r"[^\s=<>!~\[]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RealRecord:
    """A full record of the real channel. `section` is the part of repodata that it stands in."""

    subdir: str
    section: str
    filename: str
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        """The package's name."""
        return str(self.fields["name"])

    @property
    def can_be_rebuilt(self) -> bool:
        """Whether its build string has a hash, so that another build of it differs in nothing else."""
        return BUILD_HASH.search(self.fields["build"]) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often the package set is copied, and how many builds each of its records has in each copy.

    `builds[copy][number]` belongs to the real record of that number.
    """

    builds: tuple[tuple[int, ...], ...]

    @property
    def copies(self) -> int:
        """The number of package sets, the real one among them."""
        return len(self.builds)


def real_records() -> list[RealRecord]:
    """Read the full records of the real channel, by subdir, section and name.

    Those known from conda-lock.yml files only are left out: they lack `constrains`, so they conflict less.
    """
    weak = _unpacked(PACKED / "from-conda-lock.json.zst")
    records = []
    for subdir in SUBDIRS:
        repodata = _unpacked(PACKED / CHANNEL / subdir / "repodata.json.zst")
        partial = frozenset(weak.get(f"{CHANNEL}/{subdir}", ()))
        records += [
            RealRecord(subdir=subdir, section=section, filename=filename, fields=fields)
            for section in SECTIONS
            for filename, fields in repodata.get(section, {}).items()
            if filename not in partial
        ]
    return sorted(records, key=lambda record: (record.subdir, record.section, record.name, record.filename))


def planned(records: Sequence[RealRecord], total: int, seed: int) -> Plan:
    """Return the plan that makes exactly `total` records: about as many copies as builds of each record.

    Raises `ValueError` where `total` is less than what there is.
    """
    if total < len(records):
        raise ValueError(f"{total} records are fewer than the {len(records)} real ones")
    copies = round(math.sqrt(total / len(records)))
    chance = random.Random(seed)  # noqa: S311 - nobody is to be kept from guessing it
    sizes = [total // copies + (number < total % copies) for number in range(copies)]
    return Plan(builds=tuple(_builds(records, size, chance) for size in sizes))


def _builds(records: Sequence[RealRecord], size: int, chance: random.Random) -> tuple[int, ...]:
    """How many builds of each record make `size` records in all; who gets one more than others, chance decides."""
    several = [number for number, record in enumerate(records) if record.can_be_rebuilt]
    each, left = divmod(size - len(records), len(several))
    builds = [1] * len(records)
    for number in several:
        builds[number] += each
    for number in chance.sample(several, left):
        builds[number] += 1
    return tuple(builds)


def write_channel(records: Sequence[RealRecord], plan: Plan, out: Path, seed: int) -> int:
    """Write the channel's subdirs into the folder `out`, record by record, and return the number of records."""
    names = frozenset(record.name for record in records)
    written = 0
    for subdir in SUBDIRS:
        path = out / subdir / "repodata.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            stream.write(f'{{"info": {{"subdir": "{subdir}"}}')
            for section in SECTIONS:
                here = [(n, r) for n, r in enumerate(records) if (r.subdir, r.section) == (subdir, section)]
                stream.write(f',\n"{section}": {{')
                written += _write_section(stream, _multiplied(here, plan, names, seed))
                stream.write("}")
            stream.write(',\n"repodata_version": 1}\n')
    return written


def _write_section(stream: TextIO, records: Iterator[tuple[str, dict[str, Any]]]) -> int:
    count = 0
    for count, (filename, fields) in enumerate(records, start=1):
        stream.write(",\n" if count > 1 else "\n")
        stream.write(f"{json.dumps(filename)}: {json.dumps(fields, separators=(',', ':'))}")
    return count


def _multiplied(
    records: Sequence[tuple[int, RealRecord]], plan: Plan, names: frozenset[str], seed: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every copy and build, package by package, so that no more than one package's records are in memory."""
    for _, package in groupby(records, key=lambda numbered: numbered[1].name):
        same_name = list(package)
        for copy in range(plan.copies):
            for number, record in same_name:
                fields = _copied(record.fields, copy, names)
                for build in range(plan.builds[copy][number]):
                    yield _rebuilt(record.filename, fields, build, seed)


def _copied(fields: dict[str, Any], copy: int, names: frozenset[str]) -> dict[str, Any]:
    """The record as a copy of the package set has it: it and all that it names stay within the copy.

    The first copy is the real set. Names that no record bears (virtual packages, gaps) are the same in all copies.
    """
    if copy == 0:
        return fields

    def renamed(match: re.Match[str]) -> str:
        return f"{match[0]}-copy{copy}" if match[0] in names else match[0]

    lists = {
        key: [SPEC_NAME.sub(renamed, spec, count=1) for spec in fields[key]]
        for key in ("depends", "constrains")
        if key in fields
    }
    return fields | lists | {"name": f"{fields['name']}-copy{copy}"}


def _rebuilt(filename: str, fields: dict[str, Any], build: int, seed: int) -> tuple[str, dict[str, Any]]:
    """Another build of the record, with its file name: only the hash in the build string and the checksums differ."""
    text = fields["build"]
    if build > 0:
        fresh = hashlib.sha256(f"{seed} {text} {build}".encode()).hexdigest()[:7]
        text = BUILD_HASH.sub(fresh, text, count=1)
    suffix = ".tar.bz2" if filename.endswith(".tar.bz2") else ".conda"
    name = f"{fields['name']}-{fields['version']}-{text}{suffix}"
    if name == filename:
        return filename, fields
    checksums = {
        "md5": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
    }
    return name, fields | {"build": text} | checksums


def _unpacked(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as reader:
        content: dict[str, Any] = json.loads(reader.read())
    return content


def main() -> None:
    """Write the channels that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder to write to")
    parser.add_argument("--records", type=int, action="append", help=f"how many; again for more (default: {SIZES})")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    records = real_records()
    for total in options.records or SIZES:
        plan = planned(records, total, options.seed)
        folder = options.out / str(total) / CHANNEL
        written = write_channel(records, plan, folder, options.seed)
        print(f"{folder}: {written} records, {plan.copies} copies of the package set", flush=True)


if __name__ == "__main__":
    main()
