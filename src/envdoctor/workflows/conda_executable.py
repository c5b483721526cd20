"""What `envdoctor-conda` answers to conda-lock: the same reading, records, engines and explanations as all else."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from envdoctor.engine.detect import current_subdir
from envdoctor.engine.specs import parse_spec
from envdoctor.environment.read import read_environment
from envdoctor.errors import InputError, UsageError
from envdoctor.lockfile import conda_answers
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.lockfile import LockedPackage, Lockfile, LockFormat
from envdoctor.model.names import KNOWN_SUBDIRS, NOARCH, Subdir, package_name
from envdoctor.model.outcome import Resolution
from envdoctor.model.records import Record, VirtualPackage
from envdoctor.model.target import Target
from envdoctor.report.terminal import render_text
from envdoctor.workflows.options import ExplainOptions
from envdoctor.workflows.requests import gateway_for, requests
from envdoctor.workflows.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.workflows.options import Surroundings

WIDTH = 100
VIRTUAL = "virtual_system"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call, as conda's command line has it."""

    command: str
    prefix: Path
    channels: tuple[str, ...]
    specs: tuple[str, ...]


def answer(arguments: Sequence[str], surroundings: Surroundings) -> tuple[str, int]:
    """Return what to print, and the exit code. Raises every `EnvdoctorError`."""
    call = _call(arguments)
    match call.command:
        case "info":
            return _info(surroundings), 0
        case "list":
            return conda_answers.listed(_installed(call.prefix)), 0
        case _:
            return _solved(call, surroundings)


def _call(arguments: Sequence[str]) -> _Call:
    parser = argparse.ArgumentParser(prog="envdoctor-conda", exit_on_error=False, allow_abbrev=False)
    parser.add_argument("command", choices=("create", "install", "update", "list", "info"))
    parser.add_argument("-p", "--prefix", type=Path, default=Path())
    parser.add_argument("-c", "--channel", action="append", default=[])
    for flag in ("--dry-run", "--json", "--override-channels", "--no-pip"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("specs", nargs="*")
    try:
        found, unknown = parser.parse_known_intermixed_args(list(arguments))
    except argparse.ArgumentError as error:
        raise UsageError(f"envdoctor-conda answers conda-lock, and not this: {error}") from error
    if unknown:
        raise UsageError(f"envdoctor-conda does not know {' '.join(unknown)}; it plans for conda-lock, nothing else")
    if found.command not in {"list", "info"} and not found.dry_run:
        raise UsageError("envdoctor-conda installs nothing; it is called with --dry-run --json, as conda-lock does")
    return _Call(command=found.command, prefix=found.prefix, channels=tuple(found.channel), specs=tuple(found.specs))


def _info(surroundings: Surroundings) -> str:
    folder = surroundings.environ.get("CONDA_PKGS_DIRS") or str(surroundings.home / ".conda" / "pkgs")
    return json.dumps({"pkgs_dirs": [folder], "platform": _subdir(surroundings)}) + "\n"


def _subdir(surroundings: Surroundings) -> Subdir:
    stated = surroundings.environ.get("CONDA_SUBDIR")
    if stated and stated not in KNOWN_SUBDIRS:
        raise UsageError(f"CONDA_SUBDIR is {stated!r}, which is no platform of conda")
    return Subdir(stated) if stated else current_subdir()


def _solved(call: _Call, surroundings: Surroundings) -> tuple[str, int]:
    subdir = _subdir(surroundings)
    stated = [(text, _virtual_packages_in(text, subdir)) for text in call.channels]
    options = ExplainOptions(
        channels=tuple(text for text, packages in stated if packages is None),
        override_channels=True,
        platforms=(subdir,),
        proof=False,
    )
    installed = _installed(call.prefix) if call.command != "create" else []
    named = {parse_spec(text).name for text in call.specs}
    # What is installed stays installed, in whatever version; conda-lock names only what is to be updated.
    staying = [record.name for record in installed if record.name not in named]
    environment = read_environment((), specs=(*call.specs, *staying))
    gateway = gateway_for(environment, options, surroundings)
    asked = requests(environment, options, surroundings)
    known = [packages for _, packages in stated if packages is not None]
    if known:
        target = Target(subdir=subdir, virtual_packages=tuple(sorted(known[-1], key=lambda one: one.name)))
        asked = tuple(replace(request, target=target) for request in asked)
    solve = Resolver(gateway=gateway, options=options, surroundings=surroundings)
    if installed:
        lock = _as_lock(installed, call.prefix, subdir)
        (resolved,) = solve.moving_little(asked, lock, sorted(named))
    else:
        (resolved,) = solve.anew(asked)
    outcome = resolved.diagnosis.outcome
    if isinstance(outcome, Resolution):
        return conda_answers.success(outcome.records), 0
    return conda_answers.failure(
        _explained(
            environment, Diagnosis(environment=environment, platforms=(resolved.diagnosis,), notices=gateway.notices)
        )
    ), 1


def _as_lock(records: Sequence[Record], prefix: Path, subdir: Subdir) -> Lockfile:
    """The records of a prefix as a lock of one platform."""
    packages = tuple(
        LockedPackage(
            name=record.name,
            version=record.version,
            build=record.build,
            platform=subdir,
            url=record.url,
            depends=record.depends,
            md5=record.md5,
            sha256=record.sha256,
        )
        for record in records
    )
    return Lockfile(path=str(prefix), format=LockFormat.CONDA_LOCK, platforms=(subdir,), packages=packages)


def _explained(environment: EnvironmentSpec, diagnosis: Diagnosis) -> str:
    del environment
    return render_text(diagnosis, width=WIDTH, colour=False, verbose=False)


def _virtual_packages_in(channel: str, subdir: Subdir) -> list[VirtualPackage] | None:
    """The virtual packages that conda-lock wrote as a channel of its own; None for every other channel."""
    if not channel.startswith("file:"):
        return None
    folder = Path(url2pathname(urlsplit(channel).path))
    entries = [entry for place in (NOARCH, subdir) for entry in _entries(folder / place / "repodata.json")]
    if not entries or any(entry.get("package_type") != VIRTUAL for entry in entries):
        return None
    newest: dict[str, VirtualPackage] = {}
    for entry in entries:
        package = VirtualPackage(
            name=package_name(entry["name"]), version=entry["version"], build=entry["build"], origin="conda-lock"
        )
        known = newest.get(entry["name"])
        if known is None or _is_newer(package, known):
            newest[entry["name"]] = package
    return list(newest.values())


def _is_newer(package: VirtualPackage, known: VirtualPackage) -> bool:
    from envdoctor.engine.specs import version

    return version(package.version) > version(known.version)


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [*found.get("packages", {}).values(), *found.get("packages.conda", {}).values()]


def _installed(prefix: Path) -> list[Record]:
    """The records of a prefix, as conda keeps them in `conda-meta`."""
    found = []
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            entry = json.loads(path.read_text("utf-8"))
            found.append(
                Record(
                    name=package_name(entry["name"]),
                    version=entry["version"],
                    build=entry["build"],
                    build_number=entry["build_number"],
                    channel=entry["channel"],
                    subdir=Subdir(entry["subdir"]),
                    filename=entry["fn"],
                    url=entry["url"],
                    depends=tuple(entry.get("depends", ())),
                    md5=entry.get("md5"),
                    sha256=entry.get("sha256"),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path} is no record of an installed package: {error}") from error
    return found
