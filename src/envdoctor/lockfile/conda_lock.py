"""The adapter over conda-lock's solving and writing: a specification goes in, lockfiles come out.

conda-lock is an extra and is imported only by the functions that need it. It calls a conda-compatible executable for
each platform, solves the pip part itself, and writes its own format; this module hands it what was solved before and
takes the result. `environment/conda_lock.py` is the other half: what goes in.
"""

from __future__ import annotations

import json
import locale
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.engine.client import variables_set
from envdoctor.environment.conda_lock import quiet, to_lock_specification
from envdoctor.environment.quoting import without_secrets
from envdoctor.errors import OutputError, RecordsError
from envdoctor.files import write_scratch
from envdoctor.knowledge.names import conda_names_of, pypi_names_of
from envdoctor.lockfile import conda_answers
from envdoctor.model.lockfile import LockedPackage, Manager
from envdoctor.model.names import PackageName, PypiName, Subdir, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conda_lock.lockfile.v2prelim.models import LockedDependency, Lockfile
    from conda_lock.models.lock_spec import LockSpecification
    from conda_lock.virtual_package import FakeRepoData

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.records import Record, VirtualPackage


_USER = re.compile(r"(?<=://)[^/@]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be locked.

    `environment` names the channels as they are to stand in the lock. `records` are the solved conda packages of each
    platform; None lets `solver` find them. `path` is where the lock will stand: its sources are written relative to
    it. `previous` is the lock that is there, whose pip packages stay where they still fit, but for those to `update`.
    `notes` go into the lock's own metadata.
    """

    environment: EnvironmentSpec
    platforms: tuple[Subdir, ...]
    virtual_packages: tuple[tuple[Subdir, tuple[VirtualPackage, ...]], ...]
    solver: str
    path: Path
    records: tuple[tuple[Subdir, tuple[Record, ...]], ...] | None = None
    previous: Path | None = None
    update: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPipSolution:
    """The pip part cannot be solved beside the conda packages of a platform; the resolver's reason, line by line."""

    platform: Subdir
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverRefused:
    """The user's own solver did not solve a platform; what it said, in short."""

    platform: Subdir
    message: str


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock of conda-lock's; opaque but for what this module writes of it."""

    native: Lockfile

    def count(self, platform: Subdir, manager: Manager) -> int:
        """How many packages of a manager are locked for a platform."""
        return len(self.packages(platform, manager))

    def packages(self, platform: Subdir, manager: Manager) -> tuple[LockedPackage, ...]:
        """What is locked for a platform, by name."""
        return tuple(
            LockedPackage(
                name=one.name,
                version=one.version,
                platform=platform,
                url=one.url,
                manager=manager,
                depends=tuple(f"{name} {text}".strip() for name, text in sorted(one.dependencies.items())),
                md5=one.hash.md5,
                sha256=one.hash.sha256,
                categories=tuple(sorted(one.categories)),
            )
            for one in sorted(self.native.package, key=lambda one: one.name)
            if one.platform == platform and one.manager == manager.value and not one.name.startswith("__")
        )


def lock(order: Order) -> Locked | NoPipSolution | SolverRefused:
    """Let conda-lock lock every platform.

    Raises `InputError` with conda-lock's reason in one sentence where it cannot even begin, and `RecordsError` where
    PyPI or a repository cannot be reached.
    """
    file = order.environment.sources[0]
    with quiet(file), _own_temporary_folder(), _mapping(order) as mapping, _answers(order.records):
        specification = to_lock_specification(order.environment, order.platforms)
        virtual = _virtual_packages(order.virtual_packages)
        before = _packages_of(order.previous)
        parts = []
        for platform in order.platforms:
            part = _lock_one(order, platform, specification, virtual, before, mapping)
            if isinstance(part, NoPipSolution | SolverRefused):
                return part
            parts.append(part)
    return Locked(_joined(parts, specification, order))


def _lock_one(  # noqa: PLR0913, PLR0917 - what conda-lock wants to know
    order: Order,
    platform: Subdir,
    specification: LockSpecification,
    virtual: FakeRepoData,
    before: Sequence[LockedDependency],
    mapping: str,
) -> Lockfile | NoPipSolution | SolverRefused:
    from conda_lock._vendor.poetry.exceptions import PoetryError  # noqa: PLC0415 - an extra, and slow
    from conda_lock._vendor.poetry.puzzle.exceptions import SolverProblemError  # noqa: PLC0415
    from conda_lock._vendor.poetry.repositories.exceptions import (  # noqa: PLC0415
        InvalidSourceError,
        PackageNotFoundError,
        RepositoryError,
    )
    from conda_lock.conda_lock import create_lockfile_from_spec  # noqa: PLC0415
    from conda_lock.lockfile.v2prelim.models import UpdateSpecification  # noqa: PLC0415

    try:
        return create_lockfile_from_spec(
            conda=order.solver,
            spec=specification,
            platforms=[platform],
            lockfile_path=order.path,
            update_spec=UpdateSpecification(locked=_pip_of(before, platform), update=list(order.update)),
            strip_auth=True,
            virtual_package_repo=virtual,
            mapping_url=mapping,
        )
    except subprocess.CalledProcessError as error:
        return SolverRefused(platform=platform, message=_said_by_solver(error))
    except SolverProblemError as error:
        return NoPipSolution(platform=platform, reasons=_reasons(str(error)))
    except (OSError, RepositoryError, PackageNotFoundError, InvalidSourceError, PoetryError) as error:
        if isinstance(error, OSError) and not type(error).__module__.startswith("requests"):
            raise
        raise RecordsError(
            f"the pip part cannot be solved for {platform}: {without_secrets(' '.join(str(error).split()))}; "
            "check the network, and `pip-repositories:`"
        ) from error


def _reasons(text: str) -> tuple[str, ...]:
    """The resolver's words with the file in the place of the project that conda-lock makes up for it."""
    lines = [without_secrets(line.strip()) for line in text.splitlines()]
    return tuple(
        line.replace("_dummy_package_ (0.0.0)", "the file").replace("_dummy_package_", "the file")
        for line in lines
        if line
    )


def _said_by_solver(error: subprocess.CalledProcessError) -> str:
    """The message in a solver's answer, else the end of what it wrote."""
    try:
        said = json.loads(error.stdout or "")["message"]
    except (ValueError, KeyError, TypeError):
        said = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        said = said[0] if said else f"exit code {error.returncode}"
    return without_secrets(str(said).strip())


def _packages_of(path: Path | None) -> Sequence[LockedDependency]:
    from conda_lock.lockfile import parse_conda_lock_file  # noqa: PLC0415 - an extra, and slow

    return [] if path is None else parse_conda_lock_file(path).package


def content_hashes(
    environment: EnvironmentSpec, virtual_packages: Sequence[tuple[Subdir, tuple[VirtualPackage, ...]]]
) -> tuple[tuple[Subdir, str], ...]:
    """Return conda-lock's hash of the inputs for each platform. Raises `InputError`."""
    platforms = tuple(subdir for subdir, _ in virtual_packages)
    with quiet(environment.sources[0]), _own_temporary_folder():
        from conda_lock.content_hash import compute_content_hashes  # noqa: PLC0415 - an extra, and slow

        specification = to_lock_specification(environment, platforms)
        found = compute_content_hashes(specification, _virtual_packages(virtual_packages))
    return tuple((Subdir(subdir), digest) for subdir, digest in sorted(found.items()))


def unified(locked: Locked, name: str) -> bytes:
    """Return the text of conda-lock.yml, in UTF-8 with plain newlines on every system; `name` is the file's."""
    from conda_lock.lockfile import write_conda_lock_file  # noqa: PLC0415 - an extra, and slow

    with quiet(name), _quick_yaml(), tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        path = Path(folder, name)
        try:
            write_conda_lock_file(locked.native, path, metadata_choices=None)
        except OSError as error:
            raise OutputError(
                f"{path} cannot be written: {(error.strerror or '').lower()}; nothing was changed"
            ) from error
        # conda-lock writes in the encoding and newlines of the system, so it is read in them.
        return path.read_text(encoding=locale.getpreferredencoding(do_setlocale=False)).encode()


def rendered(locked: Locked, platform: Subdir, kind: str) -> bytes:
    """Return what `conda-lock render` makes of the lock: `explicit` or `env`, of one platform.

    Variables stay unexpanded, so that what they hold does not reach a file.
    """
    from conda_lock.conda_lock import render_lockfile_for_platform  # noqa: PLC0415 - an extra, and slow

    with quiet(""), _no_variables():
        lines = render_lockfile_for_platform(
            lockfile=locked.native.model_copy(deep=True),
            include_dev_dependencies=True,
            extras=_categories(locked.native),
            kind=kind,
            platform=platform,
            suppress_warning_for_pip_and_explicit=True,
        )
    return ("\n".join(lines) + "\n").encode()


def _joined(parts: Sequence[Lockfile], specification: LockSpecification, order: Order) -> Lockfile:
    """The platforms as one lock, in the order of their names."""
    first = parts[0]
    metadata = first.metadata.model_copy(
        update={
            "channels": list(specification.channels),
            "platforms": sorted(order.platforms),
            "custom_metadata": dict(sorted(order.notes)) or None,
        }
    )
    packages = [without_secrets_in(package) for part in parts for package in part.package]
    return first.model_copy(update={"package": packages, "metadata": metadata})


def without_secrets_in(package: LockedDependency) -> LockedDependency:
    """Return a package whose addresses hold no credential; variables, which are none, stay."""
    source = package.source
    return package.model_copy(
        update={
            "url": _plain(package.url),
            "source": None if source is None else source.model_copy(update={"url": _plain(source.url)}),
        }
    )


def _plain(url: str) -> str:
    """An address without user and password, and with `***` for a token in it; variables stay."""
    bare = _USER.sub(lambda found: found.group() if "$" in found.group() else "", url)
    return bare if "$" in bare else redact(bare)


def _pip_of(packages: Sequence[LockedDependency], platform: Subdir) -> list[LockedDependency]:
    """conda-lock takes the pip packages of all platforms for one, so it gets those of one."""
    return [package for package in packages if package.manager == "pip" and package.platform == platform]


def _categories(lockfile: Lockfile) -> set[str]:
    return {category for package in lockfile.package for category in package.categories}


def _virtual_packages(wanted: Sequence[tuple[Subdir, tuple[VirtualPackage, ...]]]) -> FakeRepoData:
    """conda-lock's own set, changed only for platforms where something else is assumed.

    Only so the hash of the inputs is the one that plain conda-lock computes.
    """
    from conda_lock import virtual_package as theirs  # noqa: PLC0415 - an extra, and slow

    repository = theirs.default_virtual_package_repodata()
    for subdir, packages in wanted:
        stated = {(str(one.name), one.version, "" if one.build == "0" else one.build) for one in packages}
        known = {
            (one.name, one.version, one.build_string)
            for one, subdirs in repository.packages_by_subdir.items()
            if subdir in subdirs
        }
        # conda-lock states __osx twice on osx-64, by mistake kept for its hashes.
        if stated == known - {("__osx", "10.15", "")}:
            continue
        for one, subdirs in list(repository.packages_by_subdir.items()):
            subdirs.discard(subdir)
            if not subdirs:
                del repository.packages_by_subdir[one]
        for name, version, build in sorted(stated):
            repository.add_package(
                theirs.VirtualPackage(name=name, version=version, build_string=build), subdirs=[subdir]
            )
    repository.write()
    return repository


@contextmanager
def _quick_yaml() -> Iterator[None]:
    """Let conda-lock write with PyYAML's C part, whose text is the same and takes a tenth of the time."""
    import yaml  # noqa: PLC0415 - comes with conda-lock
    from conda_lock import lockfile  # noqa: PLC0415 - an extra, and slow

    quick = getattr(yaml, "CDumper", yaml.Dumper)
    before = lockfile.yaml
    lockfile.yaml = SimpleNamespace(dump=partial(yaml.dump, Dumper=quick))
    try:
        yield
    finally:
        lockfile.yaml = before


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """A folder for what conda-lock leaves behind: it cleans up at the end of Python, which we do not wait for."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder, variables_set({"RUNNER_TEMP": folder}):
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
            invoke = sys.modules.get("conda_lock.invoke_conda")
            if invoke is not None:
                invoke.CONDA_PKGS_DIRS = None  # type: ignore[attr-defined] # else it would look for it the next time


@contextmanager
def _answers(records: Sequence[tuple[Subdir, tuple[Record, ...]]] | None) -> Iterator[None]:
    """What was solved, where envdoctor's own executable finds it when conda-lock calls it."""
    if records is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        for subdir, chosen in records:
            write_scratch(Path(folder, f"{subdir}.json"), conda_answers.success(chosen))
        with variables_set({conda_answers.FOLDER_VARIABLE: folder}):
            yield


@contextmanager
def _mapping(order: Order) -> Iterator[str]:
    """A file with the PyPI names that this lock can need, which conda-lock would download."""
    entries: dict[str, Mapping[str, str]] = {}
    for project in sorted({line.name for line in order.environment.pip if line.name is not None}):
        names = conda_names_of(project)
        if names:
            entries[project] = _entry(project, names[0])
    for name in sorted({record.name for _, records in order.records or () for record in records}):
        for project in pypi_names_of(name):
            if project != pypi_name(name):
                entries[project] = _entry(project, name)
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        path = Path(folder, "names.json")
        write_scratch(path, json.dumps(entries))
        yield str(path)


def _entry(project: PypiName, name: PackageName) -> dict[str, str]:
    return {"conda_name": name, "pypi_name": project, "import_name": project}


@contextmanager
def _no_variables() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    try:
        yield
    finally:
        os.environ.update(before)
