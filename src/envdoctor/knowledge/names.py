"""What a project of PyPI, a Python module and a conda package are called in each other's world.

The likeliest name comes first everywhere. Names that are equal in both worlds are not in the tables, so an equal name
is an assumption, and is made only where conda-forge has a package of that name that is not known to be another thing
(`snappy` is a C++ library there).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from envdoctor.knowledge.tables import as_of, names_in, table
from envdoctor.model.names import PackageName, PypiName, package_name, pypi_name

if TYPE_CHECKING:
    from collections.abc import Mapping

CONDA_FORGE = "conda-forge"


def conda_names_of(pypi: PypiName) -> tuple[PackageName, ...]:
    """Return the conda-forge names of a PyPI project; `torch` is `pytorch`. Empty where none is known."""
    listed = table("pypi_names")["to_conda"].get(pypi)
    if listed is not None:
        return tuple(PackageName(name) for name in names_in(listed))
    others = table("pypi_names")["no_python"]
    return tuple(name for name in _equal_names(pypi) if name not in others)


def advised_conda_names_of(pypi: PypiName) -> tuple[PackageName, ...]:
    """Return the same names in the order in which a person is best advised: an equal name leads.

    For `matplotlib` that is `matplotlib`, whose likeliest holder of the files is `matplotlib-base`.
    """
    names = conda_names_of(pypi)
    return tuple(sorted(names, key=lambda name: pypi_name(name) != pypi))


def conda_names_of_import(module: str) -> tuple[PackageName, ...]:
    """Return the conda-forge names that bring a module: `cv2` comes from `opencv`. At most four, often one.

    Of a dotted module the longest part that is known decides.
    """
    known: Mapping[str, str | list[str]] = table("import_names")["to_conda"]
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        listed = known.get(".".join(parts[:length]))
        if listed is not None:
            return tuple(PackageName(name) for name in names_in(listed))
    return _equal_names(parts[0])


def pypi_names_of(conda: PackageName) -> tuple[PypiName, ...]:
    """Return the PyPI projects that a conda-forge package holds; `pytorch` is `torch`.

    Where the tables know none, the equal name is returned, which is no promise that such a project exists: `zlib` is
    a package too.
    """
    claimed = table("pypi_names")["claimed"].get(conda)
    known = names_in(claimed) if claimed is not None else _projects_by_package().get(conda, (pypi_name(conda),))
    return tuple(PypiName(name) for name in known)


def is_known_conda_forge_name(name: str) -> bool:
    """Whether conda-forge had a package of this name on the day `names_as_of()`."""
    return name in conda_forge_names()


@cache
def conda_forge_names() -> frozenset[PackageName]:
    """Return every package name that conda-forge had on the day `names_as_of()`."""
    names, before = [], ""
    for coded in table("conda_forge_names")["names"].split(" "):
        before = before[: ord(coded[0]) - ord("a")] + coded[1:]
        names.append(PackageName(before))
    return frozenset(names)


def in_other_channels(name: str) -> tuple[tuple[str, PackageName], ...]:
    """Return the channels that have a PyPI project or package which conda-forge lacks, and its name in each."""
    known = table("other_channels")["channels"]
    places = known.get(package_name(name)) or known.get(pypi_name(name)) or []
    return tuple((channel, PackageName(other)) for channel, other in places)


def names_as_of() -> str:
    """Return the day on which the names were looked at."""
    return as_of("conda_forge_names")


def _equal_names(name: str) -> tuple[PackageName, ...]:
    spellings = (name, name.lower(), name.replace("_", "-").lower(), name.replace("-", "_"), name.replace("-", "."))
    return tuple(PackageName(text) for text in dict.fromkeys(spellings) if is_known_conda_forge_name(text))


@cache
def _projects_by_package() -> Mapping[str, tuple[str, ...]]:
    first: dict[str, list[str]] = {}
    later: dict[str, list[str]] = {}
    for project, listed in table("pypi_names")["to_conda"].items():
        likeliest, *others = names_in(listed)
        first.setdefault(likeliest, []).append(project)
        for other in others:
            later.setdefault(other, []).append(project)
    return {conda: tuple(first.get(conda, []) + later.get(conda, [])) for conda in (*first, *later)}
