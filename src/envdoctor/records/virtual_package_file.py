"""conda-lock's file of virtual packages: `subdirs: {linux-64: {packages: {__glibc: "2.28"}}}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from envdoctor.engine.specs import version
from envdoctor.errors import InputError
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir, package_name
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORM = 'the form is `subdirs: {linux-64: {packages: {__glibc: "2.28"}}}`'


def read_virtual_package_file(path: Path, subdir: Subdir) -> tuple[VirtualPackage, ...]:
    """Return what the file says of a platform, as conda-lock reads it: nothing else is assumed. Raises `InputError`."""
    document = _loaded(path)
    subdirs = _mapping(document.get("subdirs"), path, "`subdirs`")
    unknown = next((name for name in subdirs if name not in KNOWN_SUBDIRS), None)
    if unknown is not None:
        raise InputError(f"`{unknown}` is no platform of conda; {FORM}", place=_place(path, str(unknown)))
    if subdir not in subdirs:
        raise InputError(
            f"the file says nothing of {subdir}, which is asked for; add it below `subdirs:`", place=Place(str(path))
        )
    packages = _mapping(_mapping(subdirs[subdir], path, f"`{subdir}`").get("packages"), path, f"`packages` of {subdir}")
    return tuple(_package(path, str(name), value) for name, value in sorted(packages.items()))


def _package(path: Path, name: str, value: object) -> VirtualPackage:
    place = _place(path, name)
    if not name.startswith("__"):
        raise InputError(f"`{name}` is no virtual package: their names begin with two underscores", place=place)
    if not isinstance(value, str):
        raise InputError(f'the version of {name} must be a text; write `{name}: "{value}"`', place=place)
    number, _, build = value.partition(" ")
    try:
        number = str(version(number))
    except ValueError as error:
        raise InputError(f'`{value}` is no version of {name}; write one such as "2.28"', place=place) from error
    return VirtualPackage(name=package_name(name), version=number, build=build.strip() or "0", origin=str(path))


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {(error.strerror or '').lower()}", place=Place(str(path))
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        raise InputError(f"this is no YAML; {FORM}", place=place) from error
    return _mapping(document, path, "the file")


def _mapping(value: object, path: Path, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{what} is no mapping; {FORM}", place=Place(str(path)))
    return value


def _place(path: Path, word: str) -> Place:
    lines = path.read_text("utf-8").splitlines()
    return Place(str(path), next((number for number, line in enumerate(lines, start=1) if word in line), None))
