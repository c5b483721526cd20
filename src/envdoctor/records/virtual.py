"""Virtual packages: what the target machine has, as stated, measured or assumed.

The sources, the strongest first: the options `--virtual-package` and `--with-cuda`, conda's variables
`CONDA_OVERRIDE_…`, the base image, a file in conda-lock's form, detection where the target is this machine's own
platform, and defaults where it is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.detect import detected_virtual_packages
from envdoctor.engine.specs import version
from envdoctor.errors import InputError, UsageError
from envdoctor.knowledge.images import images_as_of
from envdoctor.model.names import package_name
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from envdoctor.knowledge.images import ImageMachine
    from envdoctor.model.names import PackageName, Subdir

OPTION = "--virtual-package"
ABSENT = None

VARIABLES = {
    "CONDA_OVERRIDE_ARCHSPEC": "__archspec",
    "CONDA_OVERRIDE_CUDA": "__cuda",
    "CONDA_OVERRIDE_GLIBC": "__glibc",
    "CONDA_OVERRIDE_LINUX": "__linux",
    "CONDA_OVERRIDE_OSX": "__osx",
    "CONDA_OVERRIDE_WIN": "__win",
}
"""The variables of conda (`plugins/virtual_packages/`) and what each decides; an empty one says that there is none."""

FAMILIES = {
    "__glibc": ("linux",),
    "__linux": ("linux",),
    "__musl": ("linux",),
    "__osx": ("osx",),
    "__unix": ("linux", "osx"),
    "__win": ("win",),
}
"""The platforms that a virtual package can be on; one that is not named here can be on all."""

CONDA_LOCK_DEFAULTS = "assumed (conda-lock's default)"
_LINUX = {"__cuda": "11.4", "__glibc": "2.28", "__linux": "5.10", "__unix": "0"}
_OSX = {"__osx": "11.0", "__unix": "0"}
ASSUMED: dict[str, dict[str, str]] = {
    "linux-64": _LINUX | {"__archspec": "1=x86_64"},
    "linux-aarch64": _LINUX | {"__archspec": "1=aarch64"},
    "linux-ppc64le": _LINUX | {"__archspec": "1=ppc64le"},
    "osx-64": _OSX | {"__archspec": "1=x86_64"},
    "osx-arm64": _OSX | {"__archspec": "1=arm64"},
    "win-64": {"__archspec": "1=x86_64", "__cuda": "11.4", "__win": "0"},
}
"""What conda-lock assumes of a platform (`conda_lock/default-virtual-packages.yaml` of 4.0.3, read on 2026-11-25)."""

BY_PLATFORM = "assumed (follows from the platform)"
_ALWAYS = {"linux": ("__linux", "__unix"), "osx": ("__osx", "__unix"), "win": ("__win",)}


Stated = tuple["PackageName", "VirtualPackage | None"]
"""A virtual package that somebody stated; None for a machine that has none of the name."""


def virtual_packages(  # noqa: PLR0913 - the sources, the weakest last
    subdir: Subdir,
    given: Sequence[str],
    environ: Mapping[str, str],
    this_machine: Subdir | None,
    *,
    image: Sequence[Stated] = (),
    basis: Sequence[VirtualPackage] | None = None,
) -> tuple[VirtualPackage, ...]:
    """Return the virtual packages of a target, by name.

    `given` are the values of the option: `__cuda=12.4`, `__archspec=1=x86_64_v3`, and `__cuda` or `__cuda=` for a
    machine that has none. `this_machine` is None where nothing is to be detected. `image` is what a base image brings,
    `basis` stands in the place of what would be detected or assumed. Raises `UsageError` and `InputError` for a value
    that is no version.
    """
    known = {package.name: package for package in (_basis(subdir, this_machine) if basis is None else basis)}
    for name, package in [*image, *_of_variables(environ), *_of_options(given)]:
        if not _can_be_on(name, subdir):
            continue
        known.pop(name, None)
        if package is not ABSENT:
            known[name] = package
    return tuple(known[name] for name in sorted(known))


def brought_by(image: str, machine: ImageMachine) -> tuple[Stated, ...]:
    """Return what a base image says of its containers: glibc or none, and CUDA where the image is made for one."""
    origin = f"the image {image}, as of {images_as_of()}"
    glibc = None if machine.glibc is None else _package("__glibc", machine.glibc, origin)
    found: list[Stated] = [(package_name("__glibc"), glibc)]
    if machine.cuda is not None:
        # The toolkit in an image needs a driver that is at least as new, which is what __cuda stands for.
        cuda = ".".join(machine.cuda.split(".")[:2])
        found.append((package_name("__cuda"), _package("__cuda", cuda, origin)))
    return tuple(found)


def _basis(subdir: Subdir, this_machine: Subdir | None) -> Sequence[VirtualPackage]:
    if subdir == this_machine:
        return detected_virtual_packages()
    assumed = ASSUMED.get(subdir)
    if assumed is not None:
        return [_package(name, text, CONDA_LOCK_DEFAULTS, assumed=True) for name, text in assumed.items()]
    return [_package(name, "0", BY_PLATFORM, assumed=True) for name in _ALWAYS.get(_family(subdir), ())]


def _of_variables(environ: Mapping[str, str]) -> list[tuple[PackageName, VirtualPackage | None]]:
    found: list[tuple[PackageName, VirtualPackage | None]] = []
    for variable, name in sorted(VARIABLES.items()):
        if variable not in environ:
            continue
        text = environ[variable].strip()
        if not text:
            found.append((package_name(name), ABSENT))
            continue
        try:
            package = _package(name, f"1={text}" if name == "__archspec" else text, variable)
        except ValueError as error:
            raise InputError(
                f"{text!r} is no version; set it to one such as 12.4, or to nothing for a machine without {name}",
                place=Place(variable),
            ) from error
        found.append((package_name(name), package))
    return found


def _of_options(given: Sequence[str]) -> list[tuple[PackageName, VirtualPackage | None]]:
    found: list[tuple[PackageName, VirtualPackage | None]] = []
    for text in given:
        name, _, rest = text.strip().replace("==", "=").partition("=")
        name, rest = name.strip().lower(), rest.strip()
        if not name.startswith("__") or name == "__":
            nearest = f"__{name.strip('_') or 'cuda'}={rest or '12.4'}"
            raise UsageError(
                f"{OPTION} {text!r} names no virtual package, whose names begin with two underscores; "
                f"write {OPTION} {nearest}"
            )
        try:
            found.append((package_name(name), _package(name, rest, OPTION) if rest else ABSENT))
        except ValueError as error:
            raise UsageError(
                f"{OPTION} {text!r} has no version after the equals sign; write, for example, {OPTION} {name}=12.4"
            ) from error
    return found


def _package(name: str, text: str, origin: str, *, assumed: bool = False) -> VirtualPackage:
    """Raises `ValueError` where the text is no version, with or without `=BUILD`."""
    number, _, build = text.partition("=")
    return VirtualPackage(
        name=package_name(name), version=str(version(number)), build=build or "0", origin=origin, assumed=assumed
    )


def _can_be_on(name: PackageName, subdir: Subdir) -> bool:
    return _family(subdir) in FAMILIES.get(name, (_family(subdir),))


def _family(subdir: Subdir) -> str:
    return subdir.partition("-")[0]
