"""Reads conda-lock.yml without conda-lock, whose import takes longer than all else that a check does.

The format is version 1 of conda-lock's lockfile (`conda_lock/lockfile/v1/models.py` of 4.0.3).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from envdoctor.channels.secrets import redact, split_credential
from envdoctor.engine.specs import version
from envdoctor.errors import InputError
from envdoctor.lockfile import notes
from envdoctor.model.lockfile import LockedPackage, Lockfile, LockFormat, Manager, NotLocked
from envdoctor.model.names import Subdir, package_name
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover - PyYAML without its C part
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

KNOWN_VERSION = 1
RENEW = "make it anew with `envdoctor lock --fresh`"


def read_conda_lock(path: str) -> Lockfile:
    """Return what a conda-lock.yml holds. Raises `InputError` where it is none that conda-lock 1.0 to 4.0 writes."""
    try:
        text = Path(path).read_text("utf-8")
        document = yaml.load(text, Loader)
    except OSError as error:
        raise InputError(
            f"the lock cannot be read: {(error.strerror or str(error)).lower()}", place=Place(path)
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"the lock is no UTF-8 text; {RENEW}", place=Place(path)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
        raise InputError(f"the lock is broken YAML; {RENEW}", place=place) from error
    return _Reader(path).lockfile(document)


class _Reader:
    """Turns the document into values, and whatever is not as it should be into one sentence."""

    def __init__(self, path: str) -> None:
        self.path = path

    def lockfile(self, document: object) -> Lockfile:
        """The lock of a whole document."""
        whole = self._mapping(document, "the lock")
        if whole.get("version") != KNOWN_VERSION:
            found = f"{whole['version']!r} was found" if "version" in whole else "there is no `version:`"
            raise self._wrong(f"`version: {KNOWN_VERSION}` is expected, and {found}", "version")
        metadata = self._mapping(whole.get("metadata"), "`metadata`")
        custom = {str(key): str(value) for key, value in (metadata.get("custom_metadata") or {}).items()}
        packages = self._packages(whole.get("package"))
        return Lockfile(
            path=self.path,
            format=LockFormat.CONDA_LOCK,
            platforms=tuple(Subdir(str(one)) for one in self._list(metadata.get("platforms"), "`platforms`")),
            packages=packages,
            channels=tuple(_channel(one) for one in self._list(metadata.get("channels"), "`channels`")),
            sources=tuple(str(one) for one in self._list(metadata.get("sources"), "`sources`")),
            content_hashes=tuple(
                sorted((Subdir(str(subdir)), str(digest)) for subdir, digest in self._hashes(metadata).items())
            ),
            virtual_packages=self._virtual_packages(custom),
            not_locked=self._not_locked(custom),
            lines=self._lines(custom),
        )

    def _hashes(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._mapping(metadata.get("content_hash"), "`content_hash`")

    def _packages(self, value: object) -> tuple[LockedPackage, ...]:
        """One value for an artifact of several categories, for which the format repeats it."""
        found: dict[tuple[str, str, str, str], LockedPackage] = {}
        for number, part in enumerate(self._list(value, "`package`"), start=1):
            package = self._package(self._mapping(part, f"package {number}"), number)
            key = (package.manager.value, package.name, package.platform, package.url)
            known = found.get(key)
            if known is not None:
                categories = tuple(sorted({*known.categories, *package.categories}))
                package = replace(package, categories=categories)
            found[key] = package
        return tuple(found.values())

    def _package(self, part: Mapping[str, Any], number: int) -> LockedPackage:
        try:
            hashes, depends = part.get("hash") or {}, part.get("dependencies") or {}
            manager = Manager(part["manager"])
            url = str(part["url"])
            return LockedPackage(
                name=str(part["name"]),
                version=str(part["version"]),
                platform=Subdir(str(part["platform"])),
                url=redact(url) if manager is Manager.PIP else split_credential(url)[0],
                manager=manager,
                build=part.get("build") or (_build_in(url, str(part["version"])) if manager is Manager.CONDA else None),
                depends=tuple(f"{name} {text or ''}".strip() for name, text in sorted(depends.items())),
                md5=hashes.get("md5") or None,
                sha256=hashes.get("sha256") or None,
                categories=(str(part.get("category") or "main"),),
            )
        except (KeyError, ValueError, AttributeError) as error:
            name = part.get("name") or f"number {number}"
            found = f"package {name} lacks {error}, or has it in another form"
            raise self._wrong(found, "package", number - 1) from error

    def _virtual_packages(self, custom: Mapping[str, str]) -> tuple[tuple[Subdir, tuple[VirtualPackage, ...]], ...]:
        return tuple(
            (Subdir(name.removeprefix(notes.VIRTUAL_PACKAGES)), tuple(self._machine(text)))
            for name, text in sorted(custom.items())
            if name.startswith(notes.VIRTUAL_PACKAGES)
        )

    def _machine(self, text: str) -> Iterable[VirtualPackage]:
        for part in filter(None, text.split(",")):
            name, _, rest = part.partition("=")
            number, _, build = rest.partition("=")
            try:
                version(number)
            except ValueError as error:
                raise self._wrong(f"the virtual package {part!r} has no version") from error
            yield VirtualPackage(name=package_name(name), version=number, build=build or "0", origin="the lock")

    def _not_locked(self, custom: Mapping[str, str]) -> tuple[NotLocked, ...]:
        parts = self._note(custom, notes.NOT_LOCKED)
        try:
            return tuple(NotLocked(text=one["text"], place=one["place"], reason=one["reason"]) for one in parts or ())
        except (TypeError, KeyError) as error:
            raise self._wrong(f"`{notes.NOT_LOCKED}` was changed by hand") from error

    def _lines(self, custom: Mapping[str, str]) -> tuple[tuple[str, tuple[Subdir, ...] | None], ...] | None:
        parts = self._note(custom, notes.LINES)
        try:
            return None if parts is None else tuple(_line(*part) for part in parts)
        except (TypeError, ValueError) as error:
            raise self._wrong(f"`{notes.LINES}` was changed by hand") from error

    def _note(self, custom: Mapping[str, str], name: str) -> list[Any] | None:
        if name not in custom:
            return None
        try:
            return self._list(json.loads(custom[name]), f"`{name}`")
        except ValueError as error:
            raise self._wrong(f"`{name}` was changed by hand") from error

    def _mapping(self, value: object, what: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(f"{what} is no mapping")
        return value

    def _list(self, value: object, what: str) -> list[Any]:
        if not isinstance(value, list):
            raise self._wrong(f"{what} is no list")
        return value

    def _wrong(self, found: str, *way: str | int) -> InputError:
        """The error for what stands at `way` in the document: keys and positions, from the outside in."""
        return InputError(f"this is no lock that conda-lock reads: {found}; {RENEW}", place=self._place(way))

    def _place(self, way: Sequence[str | int]) -> Place:
        """The line at the end of the way. Only errors need lines, so the file is read again for them."""
        if not way:
            return Place(self.path)
        node = yaml.compose(Path(self.path).read_text("utf-8"), Loader)
        for part in way:
            if isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == part), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                node = node.value[part]
        return Place(self.path, node.start_mark.line + 1 if node else None)


def _line(text: str, platforms: list[str] | None) -> tuple[str, tuple[Subdir, ...] | None]:
    return text, None if platforms is None else tuple(Subdir(one) for one in platforms)


def _channel(value: object) -> str:
    return redact(str(value["url"] if isinstance(value, dict) else value))


def _build_in(url: str, of_version: str) -> str | None:
    """The build in a conda file name (`name-version-build.conda`)."""
    stem = url.rsplit("/", 1)[-1].removesuffix(".conda").removesuffix(".tar.bz2")
    head, _, build = stem.rpartition("-")
    return build if head.endswith(f"-{of_version}") else None
