"""`lock`: every platform solved, handed to conda-lock, and written; or the diagnosis of what does not solve."""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from envdoctor.environment.plain_conda_lock import lost_by_conda_lock
from envdoctor.environment.read import specs_and_files
from envdoctor.errors import InputError, OutputError, UsageError
from envdoctor.files import write_whole
from envdoctor.lockfile.conda_lock import Locked, Order, SolverRefused, lock, rendered, unified
from envdoctor.lockfile.conda_lock_file import read_conda_lock
from envdoctor.lockfile.notes import notes
from envdoctor.lockfile.pip_part import not_locked_lines, refusal_of, replaced_by_pip
from envdoctor.lockfile.pixi import pixi_lock
from envdoctor.model.diagnosis import Diagnosis
from envdoctor.model.environment import ChannelLine
from envdoctor.model.lockfile import LockFormat, Manager
from envdoctor.model.locking import Fate, LockedPlatform, LockRefusal, LockReport, WrittenFile
from envdoctor.model.names import Subdir, package_name
from envdoctor.model.outcome import Resolution
from envdoctor.model.place import Place
from envdoctor.workflows.bearing import bearing_on
from envdoctor.workflows.requests import gateway_for, read_environment_of, requests
from envdoctor.workflows.resolving import Resolved, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.engine.gateway import Gateway
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import Lockfile
    from envdoctor.model.names import PackageName
    from envdoctor.model.records import VirtualPackage
    from envdoctor.model.target import Request
    from envdoctor.workflows.options import LockOptions, Surroundings

EXECUTABLE = "envdoctor-conda"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be locked: the environment, and one request for each platform."""

    environment: EnvironmentSpec
    requests: tuple[Request, ...]
    gateway: Gateway

    @property
    def platforms(self) -> tuple[Subdir, ...]:
        """The platforms, in the order of their names."""
        return tuple(request.target.subdir for request in self.requests)

    @property
    def virtual_packages(self) -> tuple[tuple[Subdir, tuple[VirtualPackage, ...]], ...]:
        """What each platform's machine is taken to have."""
        return tuple((one.target.subdir, one.target.virtual_packages) for one in self.requests)


def lock_environment(options: LockOptions, surroundings: Surroundings) -> LockReport | LockRefusal | Diagnosis:
    """Lock the environment and write the files; or return the diagnosis of what cannot be locked, nothing written.

    Raises `InputError`, `UsageError`, `RecordsError`, `OutputError`, `DisagreementError`.
    """
    # conda-lock takes half a second to import; py-rattler reads records meanwhile, outside Python's lock.
    Thread(target=_import_conda_lock, daemon=True).start()
    _check_arguments(options)
    environment = read_environment_of(options.explain, surroundings)
    return lock_plan(plan_of(environment, options, surroundings), options, surroundings)


def _check_arguments(options: LockOptions) -> None:
    """Raise before anything is read what would be in vain."""
    _, specs = specs_and_files(options.explain.arguments)
    if specs:
        raise UsageError(
            f"lock takes files, and {specs[0]!r} is a spec: write it into an environment file, so that the lock can be "
            "checked against it"
        )
    folder = options.lockfile.parent
    if not folder.is_dir():
        raise OutputError(f"{options.lockfile} cannot be written: there is no folder {folder}; make it first")


def lock_plan(plan: Plan, options: LockOptions, surroundings: Surroundings) -> LockReport | LockRefusal | Diagnosis:
    """Lock what was planned, as `lock_environment` does."""
    if options.solver is not None:
        return _by_own_solver(plan, options, surroundings)
    before = _lock_before(options)
    update = _names_to_update(plan, before, options)
    solve = Resolver(gateway=plan.gateway, options=options.explain, surroundings=surroundings)
    resolved = solve.anew(plan.requests) if before is None else solve.moving_little(plan.requests, before, update)
    if not all(one.diagnosis.solvable for one in resolved):
        return diagnosis_of(plan, resolved)
    return _locked(plan, resolved, options, surroundings)


def _lock_before(options: LockOptions) -> Lockfile | None:
    """The lock from which as little as possible is to move; None for none."""
    if options.fresh or not options.lockfile.exists():
        return None
    return read_conda_lock(str(options.lockfile))


def _names_to_update(plan: Plan, before: Lockfile | None, options: LockOptions) -> tuple[PackageName, ...]:
    """The conda packages to update. Raises `UsageError` for a name that nothing locked has."""
    if not options.update:
        return ()
    if before is None:
        raise UsageError(f"--update moves a lock, and there is no {options.lockfile}; `envdoctor lock` makes it")
    locked = {package.name for package in before.packages} | {line.name for line in plan.environment.requirements}
    locked |= {line.name for line in plan.environment.pip if line.name is not None}
    unknown = [name for name in options.update if name.lower() not in locked]
    if unknown:
        near = get_close_matches(unknown[0].lower(), sorted(locked), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"--update {unknown[0]}: the lock has no package of that name{hint}")
    return tuple(package_name(name) for name in options.update)


def plan_of(environment: EnvironmentSpec, options: LockOptions, surroundings: Surroundings) -> Plan:
    """Make a request for each platform of the environment that depends on no machine. Raises `InputError`."""
    if environment.explicit:
        raise InputError(
            "an explicit list is locked already: it names every package by its address; "
            "`envdoctor export-spec` makes an environment file of it",
            place=Place(environment.sources[0]),
        )
    gateway = gateway_for(environment, options.explain, surroundings)
    asked = requests(environment, options.explain, surroundings, detect=False)
    asked = tuple(sorted(asked, key=lambda request: request.target.subdir))
    return Plan(environment=environment, requests=asked, gateway=gateway)


def _import_conda_lock() -> None:
    try:
        importlib.import_module("conda_lock.conda_lock")
    except ImportError:
        # Said in full where it is used.
        return


def diagnosis_of(plan: Plan, resolved: Sequence[Resolved]) -> Diagnosis:
    """Return what came of all platforms, one of which at least does not solve."""
    return Diagnosis(
        environment=plan.environment,
        platforms=tuple(one.diagnosis for one in resolved),
        notices=(
            *plan.environment.notices,
            *plan.gateway.notices,
            *bearing_on(plan.environment, tuple(one.diagnosis for one in resolved)),
        ),
    )


def _locked(
    plan: Plan, resolved: Sequence[Resolved], options: LockOptions, surroundings: Surroundings
) -> LockReport | LockRefusal:
    resolutions = tuple(one.diagnosis.outcome for one in resolved if isinstance(one.diagnosis.outcome, Resolution))
    records = tuple((one.request.target.subdir, one.records) for one in resolutions)
    if surroundings.progress:
        surroundings.progress("conda-lock writes the lock")
    with own_executable() as solver:
        made = lock(replace(_order(plan, options), solver=solver, records=records))
    if not isinstance(made, Locked):
        return refusal_of(made, plan.environment)
    replaced = [clash for one in resolutions if (clash := replaced_by_pip(made, one, plan.environment)) is not None]
    if replaced:
        return replaced[0]
    return _report(plan, made, _write(plan, made, options), resolved)


def _by_own_solver(
    plan: Plan, options: LockOptions, surroundings: Surroundings
) -> LockReport | LockRefusal | Diagnosis:
    """What the user's conda, mamba or micromamba solves; envdoctor explains what it refuses."""
    solver = shutil.which(str(options.solver))
    if solver is None:
        raise UsageError(f"--solver {options.solver}: there is no such program; name a conda, mamba or micromamba")
    if surroundings.progress:
        surroundings.progress(f"{Path(solver).name} solves")
    made = lock(replace(_order(plan, options), solver=solver))
    if isinstance(made, Locked):
        return _report(plan, made, _write(plan, made, options), ())
    if isinstance(made, SolverRefused):
        solve = Resolver(gateway=plan.gateway, options=options.explain, surroundings=surroundings)
        resolved = solve.anew(plan.requests)
        if not all(one.diagnosis.solvable for one in resolved):
            return diagnosis_of(plan, resolved)
    return refusal_of(made, plan.environment)


def _order(plan: Plan, options: LockOptions) -> Order:
    not_locked = not_locked_lines(plan.environment)
    return Order(
        environment=replace(plan.environment, channels=channel_lines(plan, options)),
        platforms=plan.platforms,
        virtual_packages=plan.virtual_packages,
        solver="",
        path=options.lockfile,
        previous=options.lockfile if options.lockfile.exists() and not options.fresh else None,
        update=options.update,
        notes=notes(plan.environment, plan.virtual_packages, not_locked),
    )


def channel_lines(plan: Plan, options: LockOptions) -> tuple[ChannelLine, ...]:
    """The channels as they are to stand in the lock: as they are written, and if nobody wrote any, as they count."""
    given = tuple(ChannelLine(text=text, place=Place("--channel")) for text in options.explain.channels)
    written = (*given, *(line for line in plan.environment.channels if line.text != "nodefaults"))
    if written:
        return written
    tiers = plan.requests[0].tiers
    return tuple(ChannelLine(text=tier.name, place=tier.place or Place("configuration")) for tier in tiers)


def _write(plan: Plan, made: Locked, options: LockOptions) -> tuple[WrittenFile, ...]:
    """Make all files before the first is written, so that a format that cannot be made leaves the others alone."""
    ready: list[tuple[Path, bytes]] = []
    for kind in options.kinds:
        if kind is LockFormat.CONDA_LOCK:
            ready.append((options.lockfile, unified(made, options.lockfile.name)))
        elif kind is LockFormat.PIXI:
            ready.append((options.lockfile.with_name("pixi.lock"), pixi_lock(made, plan.gateway, plan.requests)))
        else:
            ending = ".yml" if kind is LockFormat.ENVIRONMENT else ""
            ready += [
                (options.lockfile.with_name(f"conda-{subdir}.lock{ending}"), rendered(made, subdir, kind.value))
                for subdir in plan.platforms
            ]
    return tuple(_written(path, content) for path, content in ready)


def _written(path: Path, content: bytes) -> WrittenFile:
    fate = Fate.UNCHANGED if path.is_file() and path.read_bytes() == content else Fate.WRITTEN
    if fate is Fate.WRITTEN:
        write_whole(path, content)
    return WrittenFile(path=str(path), fate=fate)


def _report(plan: Plan, made: Locked, files: tuple[WrittenFile, ...], resolved: Sequence[Resolved]) -> LockReport:
    by_platform = {one.diagnosis.platform: one for one in resolved}
    return LockReport(
        sources=plan.environment.sources,
        files=files,
        platforms=tuple(
            LockedPlatform(
                platform=subdir,
                conda=made.count(subdir, Manager.CONDA),
                pip=made.count(subdir, Manager.PIP),
                virtual_packages=packages,
                check=by_platform[subdir].diagnosis.check if subdir in by_platform else None,
                moved=by_platform[subdir].moved if subdir in by_platform else None,
            )
            for subdir, packages in plan.virtual_packages
        ),
        not_locked=not_locked_lines(plan.environment),
        notices=(
            *plan.environment.notices,
            *lost_by_conda_lock(plan.environment, plan.platforms),
            *plan.gateway.notices,
            *bearing_on(plan.environment, ()),
        ),
    )


@contextmanager
def own_executable() -> Iterator[str]:
    """The conda-compatible executable of this installation; where pip put none, one made for the moment."""
    beside = Path(sys.executable).with_name(EXECUTABLE)
    found = shutil.which(str(beside)) or shutil.which(EXECUTABLE)
    if found is not None:
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        path = Path(folder, EXECUTABLE)
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m envdoctor.cli.conda "$@"\n', "utf-8")
        path.chmod(0o700)
        yield str(path)
