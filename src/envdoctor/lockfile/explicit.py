"""Explicit lists (`@EXPLICIT`) as lockfiles: of `conda list --explicit`, conda-lock, micromamba and pixi.

What a line may look like is `environment/text_lists.py`'s affair. A hash stands behind `#`: an MD5, or a SHA-256 with
or without `sha256:` before it (conda's `misc.py`, `url_pat`). conda-lock adds pip packages as comments that begin with
`# pip `.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from envdoctor.channels.secrets import redact
from envdoctor.environment.quoting import quote
from envdoctor.environment.text_lists import read_text_list
from envdoctor.errors import InputError
from envdoctor.lockfile.addresses import bare
from envdoctor.model.lockfile import LockedPackage, Lockfile, LockFormat, Manager
from envdoctor.model.names import KNOWN_SUBDIRS, NOARCH, Subdir, pypi_name
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from envdoctor.model.specs import Requirement

_HASH = re.compile(r"(?:(?P<md5>[0-9a-fA-F]{32})|(?:sha256:)?(?P<sha256>[0-9a-fA-F]{64}))?")
_PIP = re.compile(r"# pip (?P<name>[\w.-]+) *(?:@ *(?P<url>[^\s#]+)|== *(?P<version>\S+))")
_PIP_HASH = re.compile(r"sha256[:=]([0-9a-fA-F]{64})")
_PLATFORM = re.compile(r"^#\s*platform:\s*(\S+)", re.MULTILINE)
_WHEEL = re.compile(r"/[\w.]+-([^-/]+)-[^/]+\.whl$|-(\d[^-/]*)\.(?:tar\.gz|zip)$")


def read_explicit(text: str, path: str, platform_untold: Subdir | None = None) -> Lockfile:
    """Return what an explicit list holds; `platform_untold` is the platform of one whose packages are for any.

    Raises `InputError` with the line for what is no address of a package, and where the platform is not known.
    """
    lines = () if _is_empty(text) else read_text_list(text, path).requirements
    platform = _platform(lines, text, path, platform_untold)
    packages = tuple(_package(line, platform) for line in lines)
    channels = dict.fromkeys(package.url.rsplit("/", 2)[0] for package in packages)
    return Lockfile(
        path=path,
        format=LockFormat.EXPLICIT,
        platforms=(platform,),
        packages=(*packages, *_pip_packages(text, platform)),
        channels=tuple(channels),
    )


def _is_empty(text: str) -> bool:
    """Whether the list names no package at all, as that of an empty environment."""
    return all(line.startswith("#") or line in {"", "@EXPLICIT"} for line in map(str.strip, text.splitlines()))


def _platform(lines: tuple[Requirement, ...], text: str, path: str, untold: Subdir | None) -> Subdir:
    """The platform of the comment, else of the addresses, else the one that is taken where none is told."""
    stated = _PLATFORM.search(text)
    if stated is not None and stated.group(1) in KNOWN_SUBDIRS:
        return Subdir(stated.group(1))
    found = {
        subdir: line for line in reversed(lines) if (subdir := _subdir(line)) in KNOWN_SUBDIRS and subdir != NOARCH
    }
    if len(found) > 1:
        one, other = list(found.items())[-2:]
        raise InputError(
            f"this package is of {one[0]}, and that in line {other[1].place.line} of {other[0]}; an explicit list "
            "is of one platform: delete the lines of the other",
            place=one[1].place,
        )
    if not found and untold is not None:
        return untold
    if not found:
        raise InputError(
            "no line tells the platform, since all packages are noarch; add a line such as `# platform: linux-64`",
            place=Place(path),
        )
    return Subdir(next(iter(found)))


def _subdir(line: Requirement) -> str:
    parts = line.text.partition("#")[0].rsplit("/", 2)
    return parts[-2] if len(parts) > 1 else ""


def _package(line: Requirement, platform: Subdir) -> LockedPackage:
    address, _, fragment = line.text.partition("#")
    hashes = _HASH.fullmatch(fragment.strip())
    if hashes is None:
        raise InputError(
            f"{quote('#' + fragment, 40)} is no hash; write an MD5 (32 hexadecimal digits) or `sha256:` with 64 digits",
            place=line.place,
        )
    stem = unquote(address.rsplit("/", 1)[-1]).removesuffix(".conda").removesuffix(".tar.bz2")
    try:
        name, version, build = stem.rsplit("-", 2)
        url = bare(address.strip())
    except ValueError as error:
        raise InputError(
            f"{quote(stem)} names no package file; expected is `name-version-build`, as in `numpy-2.2.0-py312_0.conda`",
            place=line.place,
        ) from error
    md5, sha256 = hashes.group("md5"), hashes.group("sha256")
    return LockedPackage(
        name=name.lower(),
        version=version,
        platform=platform,
        url=url,
        build=build,
        md5=md5.lower() if md5 else None,
        sha256=sha256.lower() if sha256 else None,
    )


def _pip_packages(text: str, platform: Subdir) -> tuple[LockedPackage, ...]:
    return tuple(_pip_package(line, platform) for line in text.splitlines() if line.startswith("# pip "))


def _pip_package(line: str, platform: Subdir) -> LockedPackage:
    found = _PIP.match(line)
    digest = _PIP_HASH.search(line)
    if found is None:
        return LockedPackage(name=line.split()[2], version="", platform=platform, url="", manager=Manager.PIP)
    url = redact(found.group("url") or "")
    in_name = _WHEEL.search(url)
    return LockedPackage(
        name=pypi_name(found.group("name")),
        version=found.group("version") or (in_name.group(1) or in_name.group(2) if in_name else ""),
        platform=platform,
        url=url,
        manager=Manager.PIP,
        sha256=digest.group(1).lower() if digest else None,
    )
