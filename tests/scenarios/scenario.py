"""A scenario: a user's request over tiny channels, with what envdoctor must make of it and say about it.

The files `*.toml` beside this module say, in this order:

    name, reason        what the user did, and what the scenario is there for
    known_bug           what is wrong with the story for now; then it is not compared
    [request]           environment (the file's text); platforms, virtual_packages, pins, priority, exclude_newer
    [channels.NAME]     records of the channel; only fields that differ from version 1, build 0, no dependencies
    [[expected]]        one a platform: verdict, and for each conflict its core, kind and meeting point
    [story]             one text a platform: what the user reads

What is expected is written by hand. The story is what envdoctor says, and `python -m tests.scenarios.accept` writes it
anew: a changed wording is a deliberate change, seen in review.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envdoctor.model.channels import ChannelPriority
from envdoctor.model.names import Subdir
from envdoctor.model.outcome import Check, Unsatisfiable
from envdoctor.workflows.explain import explain_environment
from envdoctor.workflows.options import ExplainOptions, Surroundings, TargetOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import Conflict, PlatformDiagnosis

FOLDER = Path(__file__).parent
MACHINE = ("__glibc=2.35", "__linux=5.10", "__unix=0", "__osx=14.0", "__win=0", "__cuda", "__archspec")
"""A machine without a GPU; a scenario's own virtual packages come on top."""
PATIENCE = 600.0
A_DAY = 24 * 60 * 60 * 1000
"""Milliseconds. A date as a cut-off means the end of that day, as on the command line."""
HALVES = "halves"
"""The name under which a contradiction between the two halves of a file stands; it holds on every platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be found on one platform, or between the halves."""

    platform: str
    verdict: str
    conflicts: tuple[tuple[tuple[str, ...], str, str | None], ...]
    """Core, kind and meeting point of each conflict, in the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario file. `written` is its TOML as read."""

    path: Path
    written: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.stem

    @property
    def known_bug(self) -> bool:
        """Whether what is said is known to be untrue."""
        return "known_bug" in self.written

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What must be found, by platform."""
        return tuple(
            Expected(
                platform=entry["platform"],
                verdict=entry["verdict"],
                conflicts=tuple(
                    (tuple(conflict["core"]), conflict["kind"], conflict.get("meeting_point"))
                    for conflict in entry.get("conflicts", ())
                ),
            )
            for entry in self.written["expected"]
        )

    @property
    def stories(self) -> dict[str, str]:
        """What must be said, by platform."""
        return dict(self.written.get("story", {}))

    def explain(self) -> Diagnosis:
        """Run the whole way of `envdoctor explain` on the scenario."""
        with self.at_work() as surroundings:
            return explain_environment(self.options(), surroundings)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[Surroundings]:
        """Work in a folder of its own that holds the scenario's file and channels."""
        with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
            folder = Path(place)
            self.write_channels(folder / "channels")
            (folder / "environment.yml").write_text(self.written["request"]["environment"], "utf-8")
            yield Surroundings(
                environ={"CONDA_CHANNEL_ALIAS": (folder / "channels").as_uri()}, home=folder, folder=folder
            )

    def options(self) -> ExplainOptions:
        """The options that the user gave."""
        request = self.written["request"]
        moment = request.get("exclude_newer")
        return ExplainOptions(
            arguments=("environment.yml",),
            platforms=tuple(Subdir(name) for name in request.get("platforms", ["linux-64"])),
            target=TargetOptions(virtual_packages=(*MACHINE, *request.get("virtual_packages", ()))),
            pins=tuple(request.get("pins", ())),
            priority=ChannelPriority(request.get("priority", "strict")),
            exclude_newer=None if moment is None else _milliseconds(moment) + A_DAY,
            time_limit=PATIENCE,
        )

    def write_channels(self, root: Path) -> None:
        """Write the scenario's channels as plain ones."""
        for name, channel in self.written["channels"].items():
            subdirs: dict[str, dict[str, object]] = {"noarch": {}}
            for platform in self.options().platforms:
                subdirs.setdefault(platform, {})
            for description in channel["records"]:
                record = _whole_record(description)
                filename = f"{record['name']}-{record['version']}-{record['build']}.conda"
                known = subdirs.setdefault(record["subdir"], {})
                if filename in known:
                    raise ValueError(f"{self.path}: two records of {name} are called {filename}")
                known[filename] = record
            for subdir, records in subdirs.items():
                path = root / name / subdir / "repodata.json"
                path.parent.mkdir(parents=True)
                path.write_text(json.dumps({"info": {"subdir": subdir}, "packages.conda": records}), "utf-8")


def scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios, by name."""
    return tuple(
        Scenario(path=path, written=tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.toml"))
    )


def found_of(diagnosis: Diagnosis) -> tuple[Expected, ...]:
    """Return what was found, in the form in which a scenario expects it."""
    found = [_found_on(diagnosed) for diagnosed in diagnosis.platforms]
    if diagnosis.pip_conflicts:
        found.append(Expected(platform=HALVES, verdict="unsat", conflicts=_known_of(diagnosis.pip_conflicts)))
    return tuple(found)


def stories_of(diagnosis: Diagnosis) -> dict[str, str]:
    """Return what is said, by platform: headlines, details indented, ways out behind `>`."""
    told = {
        str(diagnosed.platform): _story(diagnosed.outcome.conflicts)
        for diagnosed in diagnosis.platforms
        if isinstance(diagnosed.outcome, Unsatisfiable)
    }
    if diagnosis.pip_conflicts:
        told[HALVES] = _story(diagnosis.pip_conflicts)
    return told


def _found_on(diagnosed: PlatformDiagnosis) -> Expected:
    assert diagnosed.check is Check.AGREED
    if not isinstance(diagnosed.outcome, Unsatisfiable):
        return Expected(platform=diagnosed.platform, verdict="sat", conflicts=())
    return Expected(platform=diagnosed.platform, verdict="unsat", conflicts=_known_of(diagnosed.outcome.conflicts))


def _known_of(conflicts: Sequence[Conflict]) -> tuple[tuple[tuple[str, ...], str, str | None], ...]:
    return tuple(
        (tuple(line.text for line in conflict.core), conflict.kind.value, conflict.meeting_point)
        for conflict in conflicts
    )


def _story(conflicts: Sequence[Conflict]) -> str:
    return "\n".join("".join(f"{line}\n" for line in _told(conflict)) for conflict in conflicts)


def _told(conflict: Conflict) -> Iterator[str]:
    yield conflict.headline
    yield from (f"    {detail}" for detail in conflict.details)
    yield from (f"> {hint}" for hint in conflict.way_out)


def _whole_record(description: Mapping[str, Any]) -> dict[str, Any]:
    build = str(description.get("build", "0"))
    number = build.rsplit("_", 1)[-1]
    return {
        "version": "1",
        "build": build,
        "build_number": int(number) if number.isdecimal() else 0,
        "depends": [],
        "subdir": "noarch" if "noarch" in description else "linux-64",
        **{name: value for name, value in description.items() if name != "built"},
        **({"timestamp": _milliseconds(description["built"])} if "built" in description else {}),
    }


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
