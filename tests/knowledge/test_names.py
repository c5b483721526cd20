"""Names of one world in the other, platforms to which names are bound, and old names."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from envdoctor.knowledge.names import (
    advised_conda_names_of,
    conda_forge_names,
    conda_names_of,
    conda_names_of_import,
    in_other_channels,
    is_known_conda_forge_name,
    names_as_of,
    pypi_names_of,
)
from envdoctor.knowledge.platforms import is_transitive, mutex, only_on
from envdoctor.knowledge.python import python_release
from envdoctor.knowledge.renames import archived_on, renamed
from envdoctor.model.names import NOARCH, PackageName, PypiName, Subdir, pypi_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("project", "likeliest", "advised"),
    [
        ("torch", "pytorch", "pytorch"),
        ("opencv-python", "opencv", "opencv"),
        ("matplotlib", "matplotlib-base", "matplotlib"),
        ("graphviz", "python-graphviz", "python-graphviz"),
        ("numpy", "numpy", "numpy"),
    ],
)
def test_a_project_of_pypi_has_a_name_on_conda_forge(project: str, likeliest: str, advised: str) -> None:
    assert conda_names_of(PypiName(project))[0] == likeliest
    assert advised_conda_names_of(PypiName(project))[0] == advised


def test_a_project_that_conda_forge_lacks_has_no_name_there() -> None:
    assert conda_names_of(PypiName("no-such-project-at-all")) == ()
    # conda-forge's snappy is a C++ library, its docker the program.
    assert conda_names_of(PypiName("snappy")) == ()
    assert conda_names_of_import("no_such_module_at_all") == ()


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("cv2", "opencv"),
        ("sklearn", "scikit-learn"),
        ("sklearn.svm", "scikit-learn"),
        ("PIL", "pillow"),
        ("numpy", "numpy"),
    ],
)
def test_a_module_comes_from_a_package(module: str, package: str) -> None:
    assert conda_names_of_import(module)[0] == package


@pytest.mark.parametrize(
    ("package", "project"), [("pytorch", "torch"), ("python-graphviz", "graphviz"), ("numpy", "numpy")]
)
def test_a_package_holds_a_project(package: str, project: str) -> None:
    assert pypi_names_of(PackageName(package))[0] == project


def test_the_names_of_conda_forge_are_all_there() -> None:
    assert {"numpy", "_libgcc_mutex", "zziplib", "21cmfast"} <= conda_forge_names()
    assert not is_known_conda_forge_name("torch")
    assert names_as_of() == "2026-08-19"


def test_other_channels_have_what_conda_forge_lacks() -> None:
    assert in_other_channels("cudf") == (("rapidsai", "cudf"),)
    assert ("bioconda", "snakemake") in in_other_channels("snakemake")
    assert in_other_channels("numpy") == ()


@pytest.mark.shared
def test_the_embedded_names_are_those_of_the_source(shared: Path) -> None:
    source = json.loads((shared / "knowledge" / "names.json").read_text("utf-8"))

    assert conda_forge_names() == frozenset(source["conda_forge_names"].split())
    for project, listed in source["pypi_to_conda"].items():
        names = (listed,) if isinstance(listed, str) else tuple(listed)
        assert conda_names_of(PypiName(project)) == names
        assert sorted(advised_conda_names_of(PypiName(project))) == sorted(names)
        assert all(project in pypi_names_of(PackageName(name)) or pypi_names_of(PackageName(name)) for name in names)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("sklearn", "scikit-learn", "not_a_name"),
        ("PIL", "pillow", "not_a_name"),
        ("jpeg", "libjpeg-turbo", "replaced"),
        ("abseil-cpp", "libabseil", "renamed"),
        ("odo", None, "abandoned"),
    ],
)
def test_an_old_name_has_a_new_one(old: str, new: str | None, kind: str) -> None:
    change = renamed(old)

    assert change is not None
    assert (change.to, change.kind) == (new, kind)
    assert change.evidence


def test_a_name_in_use_was_not_renamed() -> None:
    assert renamed("numpy") is None
    assert archived_on("numpy") is None
    assert archived_on("theano") == "2023-01-05"


def test_a_name_is_bound_to_a_platform_surely_or_probably() -> None:
    bound, probable = only_on("winpty"), only_on("pythonnet")

    assert bound is not None
    assert (bound.family, bound.verified) == ("win", True)
    assert (bound.is_on(Subdir("win-64")), bound.is_on(Subdir("linux-64")), bound.is_on(NOARCH)) == (True, False, True)
    assert probable is not None
    assert not probable.verified
    assert only_on("numpy") is None
    # Often thought to be bound to one platform, and seen on more.
    assert only_on("pywin32") is None


def test_both_parts_of_unix_have_a_name_of_unix() -> None:
    bound = only_on("readline")

    assert bound is not None
    assert [bound.is_on(Subdir(name)) for name in ("linux-64", "osx-arm64", "win-64")] == [True, True, False]


def test_mutexes_and_names_that_nobody_asks_for() -> None:
    blas = mutex("blas")

    assert blas is not None
    assert "mkl" in blas.variants
    assert mutex("numpy") is None
    assert [is_transitive(name) for name in ("libgcc", "_openmp_mutex", "zipp", "librosa", "numpy")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_python_releases_have_their_days() -> None:
    old, newest, coming = python_release("3.8"), python_release("3.10"), python_release("3.15")

    assert old is not None
    assert (old.end_of_life, old.dropped, old.default_from) == ("2024-10-07", "2024-08-28", "2020-07-19")
    assert newest is not None
    assert (newest.dropped, newest.dropped_source is not None) == ("2026-08-31", True)
    assert coming is not None
    assert (coming.released, coming.end_of_life) == (None, None)
    assert python_release("3.99") is None


def test_nothing_is_read_before_it_is_asked_for_and_a_lookup_reads_only_its_own_table() -> None:
    code = (
        "import sys, envdoctor.knowledge.reasons, envdoctor.knowledge.names, envdoctor.knowledge.spelling\n"
        "from envdoctor.knowledge import tables\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "before = tables.table.cache_info().currsize\n"
        "from envdoctor.knowledge.names import conda_names_of\n"
        "conda_names_of('torch')\n"
        "read = [path.replace('\\\\', '/').split('/')[-1] for path in opened if path.endswith('.json')]\n"
        "print(before, 'rapidfuzz' in sys.modules, read)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "0 False ['pypi_names.json']"


def test_names_are_normalised_before_they_are_looked_up() -> None:
    assert conda_names_of(pypi_name("Torch")) == conda_names_of(PypiName("torch"))
