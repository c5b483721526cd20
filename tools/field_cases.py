"""The cases from the field of ../shared/cases, run as a user would run them, but on the snapshot of the channels.

The README there says what the fields mean; in short, `snapshot_…` replaces the field that it names, and a channel that
the snapshot lacks was left out when the verdicts were found.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from envdoctor.analysis.halves import conflicts_of_halves
from envdoctor.model.channels import ChannelPriority
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.names import Subdir
from envdoctor.model.outcome import Unsatisfiable
from envdoctor.workflows.explain import explain_environment, judged_of
from envdoctor.workflows.options import ExplainOptions, Surroundings, TargetOptions
from envdoctor.workflows.requests import read_environment_of, requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.fixes import Fixes
    from envdoctor.model.outcome import PlatformDiagnosis
    from envdoctor.model.target import Request

Core = tuple[str, ...]

CHECKERS_MACHINE = ("__glibc=2.35", "__linux=5.10", "__unix=0", "__osx=14.0", "__win=0", "__cuda", "__archspec")
"""What the verdicts were found with, as values of `--virtual-package`; a bare name means that there is none."""
DECLARED_INSTEAD = ("__glibc", "__osx", "__cuda")
"""What a case's own list replaces: those of them that it does not name are absent."""
UNDECIDED = ("missing-names", "not-expressible")
"""Verdicts from which nothing follows, since the snapshot lacks what the case is about."""
FILE = "environment.yml"
PATIENCE = 600.0
"""Seconds for the second engine, which must be heard here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCase:
    """One case. `fields` are those of its file."""

    name: str
    fields: dict[str, Any]

    def _field(self, name: str) -> object:
        """The field as the snapshot has it, else as the report has it; None where neither does."""
        return self.fields.get(f"snapshot_{name}", self.fields.get(name))

    @property
    def kind(self) -> str:
        """The kind that the collection gives it."""
        return str(self.fields["kind"])

    @property
    def text(self) -> str:
        """The environment file."""
        return str(self._field("environment"))

    @property
    def platforms(self) -> tuple[Subdir, ...]:
        """Where it was checked; empty for a case with no verdict."""
        return (
            tuple(Subdir(name) for name in _texts(self._field("platforms")))
            if "snapshot_verdict" in self.fields
            else ()
        )

    def verdict(self, platform: Subdir) -> str:
        """`sat`, `unsat`, or one of `UNDECIDED`."""
        return str(_by_platform(self.fields["snapshot_verdict"], platform))

    def cores(self, platform: Subdir) -> frozenset[Core]:
        """The minimal cores that are known, each with its lines in order."""
        found = _by_platform(self.fields.get("snapshot_cores"), platform)
        return frozenset(tuple(sorted(core)) for core in found) if isinstance(found, list) else frozenset()

    @property
    def all_cores_known(self) -> bool:
        """Whether there are no others."""
        return bool(self.fields.get("snapshot_cores_complete"))

    def options(self, platform: Subdir) -> ExplainOptions:
        """What a user would have to say to get the verdict's circumstances."""
        date = self._field("exclude_newer")
        return ExplainOptions(
            arguments=(FILE,),
            platforms=(platform,),
            target=TargetOptions(virtual_packages=(*CHECKERS_MACHINE, *self._declared(platform))),
            pins=(*_texts(self._field("pins")), *_texts(self._field("installed"))),
            priority=ChannelPriority(self.fields["channel_priority"]),
            exclude_newer=None if date is None else _milliseconds(str(date)),
            time_limit=PATIENCE,
        )

    def _declared(self, platform: Subdir) -> tuple[str, ...]:
        declared = self._field("virtual_packages")
        if isinstance(declared, dict) and any(isinstance(value, dict) for value in declared.values()):
            declared = declared.get(platform)
        if not isinstance(declared, dict):
            return ()
        return (*DECLARED_INSTEAD, *(f"{name}={version}" for name, version in declared.items()))


def field_cases(folder: Path) -> tuple[FieldCase, ...]:
    """Return all cases of the folder in order."""
    return tuple(field_case(path) for path in sorted(folder.glob("C*.yaml")))


def field_case(path: Path) -> FieldCase:
    """Read one case."""
    return FieldCase(name=path.stem, fields=yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def run(case: FieldCase, channels: Path, gateway: Gateway) -> Diagnosis:
    """Explain the case on all its platforms. `channels` holds the snapshot's channels by their names."""
    with _folder_of(case) as bare:
        surroundings = replace(bare, environ={"CONDA_CHANNEL_ALIAS": channels.as_uri()})
        options = [case.options(platform) for platform in case.platforms]
        environment = read_environment_of(options[0], surroundings)
        platforms = tuple(
            judged_of(_without_unknown_channels(request, channels), gateway, asked, surroundings).diagnosis
            for asked in options
            for request in requests(environment, asked, surroundings)
        )
    return Diagnosis(environment=environment, platforms=platforms, pip_conflicts=conflicts_of_halves(environment))


def fixed(case: FieldCase, channels: Path) -> Fixes:
    """Return the fixes of a case that does not solve, all its platforms together.

    A channel that the snapshot lacks has no packages then, as it was left out when the verdicts were found.
    """
    with _folder_of(case) as bare:
        alias = bare.folder / "channels"
        alias.mkdir()
        for channel in channels.iterdir():
            (alias / channel.name).symlink_to(channel)
        surroundings = replace(bare, environ={"CONDA_CHANNEL_ALIAS": alias.as_uri()})
        options = replace(case.options(case.platforms[0]), platforms=case.platforms, fixes=5, proof=False)
        environment = read_environment_of(options, surroundings)
        named = [line.spec.channel for line in environment.requirements if line.spec.channel is not None]
        for channel_name in (*named, *(line.text for line in environment.channels)):
            _make_empty(alias / channel_name)
        diagnosis = explain_environment(options, surroundings)
    if diagnosis.fixes is None:
        raise ValueError(f"{case.name} solves")
    return diagnosis.fixes


def _make_empty(channel: Path) -> None:
    if not channel.exists():
        (channel / "noarch").mkdir(parents=True)
        (channel / "noarch" / "repodata.json").write_text('{"packages": {}, "packages.conda": {}}', "utf-8")


def environment_of(case: FieldCase) -> EnvironmentSpec:
    """Read the case's file. Raises `InputError` where it is no valid one."""
    with _folder_of(case) as surroundings:
        return read_environment_of(ExplainOptions(arguments=(FILE,)), surroundings)


@contextlib.contextmanager
def _folder_of(case: FieldCase) -> Iterator[Surroundings]:
    """Work in a folder that holds nothing but the case's file."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(FILE).write_text(case.text, "utf-8")
        yield Surroundings(environ={}, home=Path(folder), folder=Path(folder))


def verdict_of(diagnosed: PlatformDiagnosis) -> str:
    """Return the verdict in the words of the cases."""
    return "sat" if diagnosed.solvable else "unsat"


def cores_of(diagnosed: PlatformDiagnosis) -> frozenset[Core]:
    """Return the minimal cores found, each with its lines in order."""
    if not isinstance(diagnosed.outcome, Unsatisfiable):
        return frozenset()
    return frozenset(tuple(sorted(line.text for line in conflict.core)) for conflict in diagnosed.outcome.conflicts)


def _without_unknown_channels(request: Request, channels: Path) -> Request:
    """The request without the channels that the snapshot lacks, as the checker had it."""
    known = {f"{folder.as_uri()}/" for folder in channels.iterdir()}
    tiers = tuple(tier for tier in request.tiers if all(member.url in known for member in tier.members))
    return replace(request, tiers=tiers)


def _by_platform(value: object, platform: Subdir) -> object:
    return value.get(platform) if isinstance(value, dict) else value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
