"""Lockfiles of every format become `Lockfile`: which format it is, is told by the name or by what the file holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.channels.secrets import redact
from envdoctor.engine.lockfiles import UnreadableLockError, read_pixi_lock
from envdoctor.environment.decoding import decode
from envdoctor.environment.quoting import masked
from envdoctor.errors import InputError
from envdoctor.lockfile.addresses import bare
from envdoctor.lockfile.conda_lock_file import read_conda_lock
from envdoctor.lockfile.explicit import read_explicit
from envdoctor.model.lockfile import LockedPackage, Lockfile, LockFormat, Manager
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from envdoctor.model.names import Subdir

_EXPLICIT = re.compile(r"^@EXPLICIT\s*$", re.MULTILINE)
_KEY = re.compile(r"^([\w-]+):", re.MULTILINE)
_LINE = re.compile(r"at line (\d+)")
PIXI_KEYS = {"version", "environments", "packages"}
CONDA_LOCK_KEYS = {"metadata", "package"}
PIXI_NAME = "pixi.lock"
CONDA_LOCK_NAMES = ("conda-lock.yml", "conda-lock.yaml")


def looks_like_lockfile(path: str) -> bool:
    """Whether the file is a lockfile that `read_lockfile` is for, whole or broken; False where there is no file."""
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        return False
    return _format(path, content.decode("utf-8", "replace")) is not None


def read_lockfile(path: str, platform_untold: Subdir | None = None) -> Lockfile:
    """Return what a conda-lock.yml, an explicit list or a pixi.lock holds; no secret is in the value.

    `platform_untold` is the platform of a list whose packages are for any; without it such a list is not read.

    Raises `InputError` for what cannot be read, is none of these, or is of a version that is not known.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"the lockfile cannot be read ({reason}); check the name", place=Place(path)) from error
    match _format(path, content.decode("utf-8", "replace")):
        case LockFormat.EXPLICIT:
            return read_explicit(decode(content, path), path, platform_untold)
        case LockFormat.PIXI:
            return _pixi(path)
        case LockFormat.CONDA_LOCK:
            return read_conda_lock(path)
        case _:
            raise InputError(
                "this is no lockfile: neither conda-lock.yml, nor pixi.lock, nor a list with the line `@EXPLICIT`",
                place=Place(path),
            )


def _format(path: str, text: str) -> LockFormat | None:
    name = Path(path).name
    keys = set(_KEY.findall(text))
    if name == PIXI_NAME or keys >= PIXI_KEYS:
        return LockFormat.PIXI
    if name.endswith(CONDA_LOCK_NAMES) or (keys >= CONDA_LOCK_KEYS and "requirements" not in keys):
        return LockFormat.CONDA_LOCK
    return LockFormat.EXPLICIT if _EXPLICIT.search(text) else None


def _pixi(path: str) -> Lockfile:
    try:
        channels, platforms = read_pixi_lock(path)
        packages = tuple(_without_secrets(package) for _, found in platforms for package in found)
    except ValueError as error:
        line = _LINE.search(str(error))
        place = Place(path, int(line.group(1))) if isinstance(error, UnreadableLockError) and line else Place(path)
        raise InputError(
            f"this is no pixi.lock that can be read ({masked(redact(str(error)), 160)}); make it anew with `pixi lock`",
            place=place,
        ) from error
    return Lockfile(
        path=path,
        format=LockFormat.PIXI,
        platforms=tuple(platform for platform, _ in platforms),
        packages=packages,
        channels=tuple(bare(channel) for channel in channels),
    )


def _without_secrets(package: LockedPackage) -> LockedPackage:
    return replace(package, url=redact(package.url) if package.manager is Manager.PIP else bare(package.url))
