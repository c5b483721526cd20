"""Random requests over the real records: each follows from a seed and its number alone, so any can be replayed.

What is popular is what the environment files of ../shared/envs ask for.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envdoctor.engine.specs import version

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Path(__file__).resolve().parents[2] / "shared" / "envs"
LINE = re.compile(r"^\s*-\s*[\"']?(?:[\w.-]+::)?([a-zA-Z0-9][\w.-]*)", re.MULTILINE)
"""A line of an environment file that names a package, near enough for counting."""

SUBDIRS = ("linux-64", "noarch")
SECTIONS = ("packages", "packages.conda")
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
SIZES = (1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8)
"""Lines of a request, the longer ones more often, since they clash more often."""
POPULAR = 250
"""How many packages count as popular: those that most files ask for."""
FEWEST_VERSIONS = 2
"""Of packages with fewer versions there is little to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that may be asked for: its versions, the lowest first, and how many files ask for it."""

    name: str
    versions: tuple[str, ...]
    files: int


def packages_of(channel: Path, folder: Path = FILES) -> tuple[Package, ...]:
    """Return what the channel in a folder has for linux-64 with at least two versions, by name.

    The files in `folder` say how popular each is.
    """
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for record in _records(channel):
        versions[record["name"]].add(record["version"])
    files = Counter(name for path in sorted(folder.glob("*.y*ml")) for name in _names_in(path))
    return tuple(
        Package(name=name, versions=tuple(sorted(known, key=version)), files=files[name])
        for name, known in sorted(versions.items())
        if len(known) >= FEWEST_VERSIONS and not name.startswith("_") and name != "python"
    )


def _records(channel: Path) -> Iterator[dict[str, Any]]:
    for subdir in SUBDIRS:
        repodata = json.loads((channel / subdir / "repodata.json").read_text("utf-8"))
        for section in SECTIONS:
            yield from repodata.get(section, {}).values()


def _names_in(path: Path) -> frozenset[str]:
    return frozenset(name.lower() for name in LINE.findall(path.read_text("utf-8", errors="ignore")))


def random_lines(packages: tuple[Package, ...], seed: int, number: int) -> tuple[str, ...]:
    """Return the lines of the request of that number: 1 to 8, about every second with a python, all names different."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - nobody is to be kept from guessing it
    count = chance.choice(SIZES)
    with_python = chance.random() < 0.5
    pool = _popular(packages) if chance.random() < 0.75 else packages
    others = min(max(count - with_python, 1), len(pool))
    asked = sorted(chance.sample(pool, others), key=lambda package: package.name)
    lines = [_line(package, chance) for package in asked]
    return (f"python={chance.choice(PYTHONS)}", *lines) if with_python else tuple(lines)


def _popular(packages: tuple[Package, ...]) -> tuple[Package, ...]:
    ranked = sorted(packages, key=lambda package: (-package.files, package.name))
    return tuple(ranked[:POPULAR])


def _line(package: Package, chance: random.Random) -> str:
    """A line for a package in one of the forms that people write, mostly `name=1.2`; its version is one that exists."""
    chosen = chance.choice(package.versions)
    series = ".".join(chosen.split(".")[:2])
    forms = {
        package.name: 15,
        f"{package.name}={series}": 65,
        f"{package.name}=={chosen}": 10,
        f"{package.name}>={chosen}": 5,
        f"{package.name}<{chance.choice(package.versions[1:])}": 5,
    }
    return chance.choices(tuple(forms), tuple(forms.values()))[0]
