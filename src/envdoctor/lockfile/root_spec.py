"""Packages become the short list of roots that brings all of them in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from envdoctor.engine.versions import minor
from envdoctor.graph.locked import key_of, roots
from envdoctor.model.exported import Root, RootSpec, Versions
from envdoctor.model.lockfile import Manager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.graph.locked import Key
    from envdoctor.model.exported import Installed
    from envdoctor.model.lockfile import LockedPackage
    from envdoctor.model.names import Subdir

PYTHON: Key = (Manager.CONDA, "python")
PIP: Key = (Manager.CONDA, "pip")
MINOR_NUMBERS = 2


def root_spec(installed: Installed, versions: Versions) -> RootSpec:
    """Return the roots of what is installed on all its platforms.

    Roots of conda's are those among conda's packages alone: what only a pip package needs would otherwise be left for
    pip to bring in.
    """
    found: dict[Key, dict[Subdir, str]] = {}
    for platform in installed.platforms:
        there = {key_of(package): package for package in installed.packages if package.platform == platform}
        for key in _roots_on(installed, platform, there):
            found.setdefault(key, {})[platform] = _text(there[key], versions)
    lines = [line for key in sorted(found, key=_order) for line in _lines(key, found[key], installed.platforms)]
    lines += [Root(name="", manager=Manager.PIP, text=text) for text in installed.pip_lines]
    return RootSpec(
        source=installed.name,
        channels=installed.channels,
        platforms=installed.platforms,
        roots=tuple(lines),
        packages=len(installed.packages),
        notices=installed.notices,
    )


def _roots_on(installed: Installed, platform: Subdir, there: dict[Key, LockedPackage]) -> set[Key]:
    conda = [package for package in there.values() if package.manager is Manager.CONDA]
    pip = [package for package in there.values() if package.manager is Manager.PIP]
    wanted = {
        (line.manager, line.name)
        for line in installed.wanted or ()
        if line.platforms is None or platform in line.platforms
    }
    if installed.wanted is None:
        # Which Python it is matters to whoever installs it, even where every other package would bring one in.
        wanted.add(PYTHON)
    if pip or installed.pip_lines:
        wanted.add(PIP)
    wanted &= there.keys()
    return {*roots(conda, wanted), *roots(pip, wanted)}


def _lines(key: Key, texts: dict[Subdir, str], platforms: tuple[Subdir, ...]) -> Iterator[Root]:
    """One line where all platforms have the same, else one for each platform: conda-lock knows single words only."""
    manager, name = key
    if len(texts) == len(platforms) and len(set(texts.values())) == 1:
        yield Root(name=name, manager=manager, text=next(iter(texts.values())))
        return
    for platform, text in texts.items():
        yield Root(name=name, manager=manager, text=text, platforms=(platform,))


def _text(package: LockedPackage, versions: Versions) -> str:
    if versions is Versions.NONE or not package.version:
        return package.name
    if package.manager is Manager.PIP:
        return f"{package.name}{_specifier(package.version, versions)}"
    if versions is Versions.EXACT:
        return f"{package.name}=={package.version}"
    return f"{package.name}={minor(package.version) or package.version}"


def _specifier(version: str, versions: Versions) -> str:
    """The specifier of PEP 440; a pre-release is asked for exactly, since no pattern finds it."""
    try:
        known = Version(version)
    except InvalidVersion:
        return f"=={version}"
    if versions is Versions.EXACT or known.is_prerelease or len(known.release) < MINOR_NUMBERS:
        return f"=={version}"
    epoch = f"{known.epoch}!" if known.epoch else ""
    return f"=={epoch}{known.release[0]}.{known.release[1]}.*"


def _order(key: Key) -> tuple[str, str]:
    return key[0].value, key[1]
