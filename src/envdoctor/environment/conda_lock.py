"""The one adapter over conda-lock: its reading of `meta.yaml` and `pyproject.toml`, and what is handed to it.

conda-lock is an extra (`pip install 'envdoctor[lock]'`) and is imported only by the functions that need it. Whatever it
prints or raises becomes one sentence.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import tempfile
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envdoctor.engine.specs import SpecError, parse_spec
from envdoctor.environment.joining import joined_part, joined_versions
from envdoctor.environment.name_places import NamePlaces
from envdoctor.environment.pip_sources import is_lockable, pip_sources
from envdoctor.environment.quoting import masked, quote, without_secrets
from envdoctor.errors import InputError
from envdoctor.knowledge.names import conda_names_of
from envdoctor.model.environment import ChannelLine, EnvironmentSpec
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir, pypi_name
from envdoctor.model.place import Place
from envdoctor.model.specs import PipRequirement, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conda_lock.models.lock_spec import LockSpecification

    from envdoctor.model.specs import MatchSpec

_USER = re.compile(r"(?<=://)[^/@]*@")
_TOKEN = re.compile(r"/t/[^/]+(?=/|$)")
_PARAMETERS = re.compile(r"[?#].*$")
MISSING = "reading this file needs conda-lock, which is not installed; install it with `pip install 'envdoctor[lock]'`"


def read_through_conda_lock(path: str, text: str) -> EnvironmentSpec:
    """Return what conda-lock reads in a `meta.yaml` or `pyproject.toml`, with places found in the text.

    PyPI names become conda names by envdoctor's own dated tables; nothing is downloaded. Raises `InputError`.
    """
    with quiet(path), _mapping_file(text) as mapping_url:
        from conda_lock.src_parser import DEFAULT_PLATFORMS, make_lock_spec  # noqa: PLC0415 - an extra, and slow
        from conda_lock.src_parser.pyproject_toml import parse_platforms_from_pyproject_toml  # noqa: PLC0415

        stated = [] if path.endswith(".yaml") else parse_platforms_from_pyproject_toml(Path(path))
        unknown = [name for name in stated if name not in KNOWN_SUBDIRS]
        if unknown:
            raise InputError(f"`{unknown[0]}` is no platform of conda; write one such as linux-64", place=Place(path))
        lock_spec = make_lock_spec(
            src_files=[Path(path)], platform_overrides=stated or DEFAULT_PLATFORMS, mapping_url=mapping_url
        )
    return _from_lock_specification(lock_spec, path, text, tuple(Subdir(name) for name in stated))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainLine:
    """One dependency as conda-lock's own parser reads it; `version` may be an address."""

    platform: Subdir
    manager: str
    name: str
    version: str
    build: str


def read_plainly(path: str, platforms: Sequence[Subdir], names: Sequence[str]) -> tuple[PlainLine, ...]:
    """Return what conda-lock's own parser makes of an environment file, for comparison; `names` are its pip projects.

    Raises `InputError` with conda-lock's reason where it refuses the file.
    """
    with quiet(path), _mapping_file(" ".join(names)) as mapping_url:
        from conda_lock.src_parser import make_lock_spec  # noqa: PLC0415 - an extra, and slow

        lock_spec = make_lock_spec(src_files=[Path(path)], platform_overrides=list(platforms), mapping_url=mapping_url)
    return _plain_lines(lock_spec)


def plain_lines_of(environment: EnvironmentSpec, platforms: Sequence[Subdir]) -> tuple[PlainLine, ...]:
    """Return what conda-lock is handed for an environment, in the form of `read_plainly`."""
    return _plain_lines(to_lock_specification(environment, platforms))


def _plain_lines(lock_spec: LockSpecification) -> tuple[PlainLine, ...]:
    return tuple(
        PlainLine(
            platform=Subdir(subdir),
            manager=line.manager,
            name=line.name,
            version=line.url or ("" if line.version == "*" else line.version),
            build=line.build or "",
        )
        for subdir, dependencies in lock_spec.dependencies.items()
        for line in map(_line, dependencies)
    )


def to_lock_specification(environment: EnvironmentSpec, platforms: Sequence[Subdir]) -> LockSpecification:
    """Return the environment as conda-lock's own specification, with conda's meaning of every line.

    Lines of one name are joined, as conda joins them. Lines that a lock file cannot hold are left out:
    `pip_sources.not_lockable` names them. Raises `InputError` where lines of one name cannot be joined.
    """
    file, sources = environment.sources[0], pip_sources(environment)
    with quiet(file), _mapping_file(" ".join(line.name or "" for line in environment.pip)) as mapping_url:
        from conda_lock.models.channel import Channel  # noqa: PLC0415 - an extra, and slow
        from conda_lock.models.lock_spec import LockSpecification  # noqa: PLC0415
        from conda_lock.models.pip_repository import PipRepository  # noqa: PLC0415

        return LockSpecification(
            dependencies={
                subdir: [
                    *_conda_dependencies(environment, subdir),
                    *_pip_dependencies(environment, subdir, mapping_url),
                ]
                for subdir in platforms
            },
            channels=[
                Channel.from_string(_without_literal_secret(line.text))
                for line in environment.channels
                if line.text != "nodefaults"
            ],
            pip_repositories=[PipRepository.from_string(address) for address in sources.repositories],
            allow_pypi_requests=sources.pypi,
            # Standard input is no file that a lock could name.
            sources=[Path(source) for source in environment.sources if Path(source).is_file()],
        )


def _without_literal_secret(channel: str) -> str:
    """A channel without credentials, unless they are variables, which conda-lock keeps and a lock may hold."""
    if "://" not in channel:
        return channel
    for secret in (_USER, _TOKEN, _PARAMETERS):
        channel = secret.sub(lambda found: found.group() if "$" in found.group() else "", channel)
    return channel


def _conda_dependencies(environment: EnvironmentSpec, subdir: Subdir) -> list[Any]:
    from conda_lock.models.lock_spec import VersionedDependency  # noqa: PLC0415 - an extra, and slow

    by_name: dict[str, list[Requirement]] = defaultdict(list)
    for requirement in environment.requirements_on(subdir):
        by_name[requirement.name].append(requirement)
    found = []
    for name, requirements in by_name.items():
        read = [_conda_dependency(line) for line in requirements]
        if len(read) > 1:
            read = [
                VersionedDependency(
                    name=name,
                    version=joined_versions([line.version for line in read]),
                    build=joined_part(requirements, "build", [line.build for line in read]),
                    conda_channel=joined_part(requirements, "channel", [line.conda_channel for line in read]),
                    category=read[-1].category,
                )
            ]
        found += read
    if environment.pip_on(subdir):
        found = [_as_implied(one) if one.name == "pip" else one for one in found]
    return found


def _as_implied(pip: Any) -> Any:  # noqa: ANN401 - conda-lock's class
    """conda-lock writes a pip of any version as `*` beside a pip section, which its hash of the inputs tells apart."""
    return pip if pip.version or pip.build else pip.model_copy(update={"version": "*"})


def _conda_dependency(line: Requirement) -> Any:  # noqa: ANN401 - conda-lock's class
    """What conda-lock makes of the line, so that a lock's input hash stays the same wherever the readings agree."""
    from conda_lock.models.lock_spec import VersionedDependency  # noqa: PLC0415 - an extra, and slow
    from conda_lock.src_parser.conda_common import conda_spec_to_versioned_dep  # noqa: PLC0415

    try:
        return conda_spec_to_versioned_dep(line.text, line.category)
    except RuntimeError:
        # Its copy of conda is older than some forms (`[when=…]`).
        spec = line.spec
        return VersionedDependency(
            name=spec.name,
            version=spec.version or "",
            build=spec.build,
            conda_channel=spec.channel,
            category=line.category,
        )


def _pip_dependencies(environment: EnvironmentSpec, subdir: Subdir, mapping_url: str) -> list[Any]:
    from conda_lock.src_parser.markers import evaluate_marker  # noqa: PLC0415 - an extra, and slow
    from conda_lock.src_parser.pyproject_toml import parse_python_requirement  # noqa: PLC0415

    found: dict[str, Any] = {}
    for line in environment.pip_on(subdir):
        if not is_lockable(line):
            continue
        try:
            dependency = parse_python_requirement(
                _plain(line), manager="pip", category=line.category, mapping_url=mapping_url
            )
        except ValueError as error:
            raise InputError(
                f"{quote(line.text)} cannot be locked ({masked(str(error), 120)})", place=line.place
            ) from error
        if evaluate_marker(dependency.markers, subdir):
            found[dependency.name] = dependency
    return list(found.values())


def _plain(line: PipRequirement) -> str:
    """The line without pip's options behind it; an address with its name in front, as PEP 508 has it."""
    if line.url is None:
        # conda-lock reads one hash, and no other option behind a requirement.
        options = r"\s-(?!-hash=)" if line.text.count("--hash=") == 1 else r"\s-"
        return re.split(options, line.text, maxsplit=1)[0].strip()
    address, _, fragment = line.url.partition("#")
    kept = [part for part in fragment.split("&") if part and not part.startswith("egg=")]
    extras = f"[{','.join(line.extras)}]" if line.extras else ""
    marker = f" ; {line.marker}" if line.marker else ""
    return f"{line.name}{extras} @ {address}{'#' if kept else ''}{'&'.join(kept)}{marker}"


@dataclass(frozen=True, slots=True)
class _Line:
    """One dependency of conda-lock, wherever it counts."""

    name: str
    version: str
    build: str | None
    channel: str | None
    manager: str
    category: str
    extras: tuple[str, ...]
    markers: str | None
    url: str | None


def _from_lock_specification(
    lock_spec: LockSpecification, path: str, text: str, stated: tuple[Subdir, ...]
) -> EnvironmentSpec:
    where: dict[_Line, list[Subdir]] = defaultdict(list)
    for subdir, dependencies in lock_spec.dependencies.items():
        for dependency in dependencies:
            where[_line(dependency)].append(Subdir(subdir))
    places = NamePlaces(path, text)
    requirements: list[Requirement] = []
    pip: list[PipRequirement] = []
    for line, subdirs in where.items():
        platforms = None if len(subdirs) == len(lock_spec.dependencies) else tuple(subdirs)
        place = places.of(line.name)
        if line.manager == "conda":
            spec = _spec(line, place)
            requirements.append(
                Requirement(text=_spec_text(line), spec=spec, place=place, platforms=platforms, category=line.category)
            )
        else:
            pip.append(_pip_line(line, place, platforms))
    return EnvironmentSpec(
        sources=(path,),
        channels=tuple(ChannelLine(text=channel.url, place=places.of(channel.url)) for channel in lock_spec.channels),
        requirements=tuple(requirements),
        pip=tuple(pip),
        platforms=stated,
        pip_repositories=tuple(repository.url for repository in lock_spec.pip_repositories),
        allow_pypi=lock_spec.allow_pypi_requests,
    )


def _line(dependency: Any) -> _Line:  # noqa: ANN401 - one of four classes of conda-lock, read by their fields
    url = getattr(dependency, "url", None) or getattr(dependency, "source", None) or getattr(dependency, "path", None)
    return _Line(
        name=dependency.name,
        version=getattr(dependency, "version", None) or "",
        build=getattr(dependency, "build", None),
        channel=getattr(dependency, "conda_channel", None),
        manager=dependency.manager,
        category=dependency.category,
        extras=tuple(dependency.extras),
        markers=dependency.markers,
        url=url,
    )


def _spec_text(line: _Line) -> str:
    version = "" if line.version in {"", "*"} and line.build is None else line.version or "*"
    channel = f"{line.channel}::" if line.channel else ""
    return " ".join(part for part in (f"{channel}{line.name}", version, line.build) if part)


def _spec(line: _Line, place: Place) -> MatchSpec:
    try:
        return parse_spec(_spec_text(line))
    except SpecError as error:
        raise InputError(
            f"{quote(_spec_text(line))} is no package spec that conda knows: {error}", place=place
        ) from error


def _pip_line(line: _Line, place: Place, platforms: tuple[Subdir, ...] | None) -> PipRequirement:
    specifier = "" if line.version == "*" else line.version
    return PipRequirement(
        text=f"{line.name}{specifier}" if line.url is None else f"{line.name} @ {line.url}",
        kind="named" if line.url is None else "url",
        place=place,
        name=pypi_name(line.name),
        specifier=specifier,
        extras=line.extras,
        marker=line.markers,
        url=line.url,
        platforms=platforms,
        category=line.category,
    )


@contextlib.contextmanager
def quiet(file: str) -> Iterator[None]:
    """Keep conda-lock's words off the terminal, and turn what it raises into one sentence."""
    noise = io.StringIO()
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(noise), contextlib.redirect_stdout(noise):
            warnings.simplefilter("ignore")
            _require(file)
            yield
    except InputError:
        raise
    except (AttributeError, TypeError, LookupError) as error:
        raise InputError(
            f"conda-lock cannot read this file: its parser stops at a part that is missing or of another type "
            f"({_reason(error)}); check `[build-system]`, `[project]` and `[tool.conda-lock]`, or the recipe",
            place=Place(file),
        ) from error
    except _failures() as error:
        raise InputError(f"conda-lock cannot read this file: {_reason(error)}", place=Place(file)) from error
    finally:
        logging.disable(before)


def _reason(error: BaseException) -> str:
    return without_secrets(" ".join(str(error).split()))[:200] or type(error).__name__


def _require(file: str) -> None:
    try:
        import conda_lock  # noqa: F401, PLC0415 - only to see whether it is there
    except ImportError as error:
        raise InputError(MISSING, place=Place(file)) from error


def _failures() -> tuple[type[BaseException], ...]:
    """What conda-lock and the libraries in it raise for input that they cannot use."""
    import jinja2  # noqa: PLC0415 - comes with conda-lock
    import yaml  # noqa: PLC0415

    return (
        ArithmeticError,
        AssertionError,
        NotImplementedError,
        OSError,
        RuntimeError,
        SystemExit,
        ValueError,
        jinja2.TemplateError,
        yaml.YAMLError,
    )


@contextlib.contextmanager
def _mapping_file(text: str) -> Iterator[str]:
    """The address of a mapping of the PyPI names in `text` to conda names, which conda-lock would download whole."""
    projects = {pypi_name(word) for word in re.findall(r"[A-Za-z0-9][\w.-]*", text)}
    known = {
        project: {"conda_name": names[0], "pypi_name": project, "import_name": project}
        for project in sorted(projects)
        if (names := conda_names_of(project))
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names.json")
        path.write_text(json.dumps(known), encoding="utf-8")
        yield str(path)
