"""What a machine has: stated over measured over assumed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from envdoctor.engine.detect import current_subdir, detected_virtual_packages
from envdoctor.errors import InputError, UsageError
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir
from envdoctor.records.virtual import ASSUMED, virtual_packages

LINUX, MAC, WINDOWS = Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64")


def test_this_machines_platform_is_measured() -> None:
    here = current_subdir()

    assert virtual_packages(here, [], {}, here) == detected_virtual_packages()
    assert all(not package.assumed for package in detected_virtual_packages())
    assert "__archspec" in [package.name for package in detected_virtual_packages()]


def test_another_platform_is_assumed_and_says_so() -> None:
    packages = virtual_packages(LINUX, [], {}, MAC)

    assert [str(package) for package in packages] == [
        "__archspec=1=x86_64",
        "__cuda=11.4",
        "__glibc=2.28",
        "__linux=5.10",
        "__unix=0",
    ]
    assert all(package.assumed for package in packages)


def test_the_defaults_are_those_of_conda_lock() -> None:
    conda_lock = pytest.importorskip("conda_lock")
    text = (Path(conda_lock.__file__).parent / "default-virtual-packages.yaml").read_text("utf-8")
    theirs = {
        subdir: {name: str(value).replace(" ", "=") for name, value in entry["packages"].items()}
        for subdir, entry in yaml.safe_load(text)["subdirs"].items()
    }

    assert theirs == ASSUMED


@pytest.mark.parametrize("subdir", KNOWN_SUBDIRS)
def test_every_platform_has_what_makes_it_one(subdir: Subdir) -> None:
    names = {package.name for package in virtual_packages(subdir, [], {}, Subdir("none"))}

    assert ("__unix" in names) == subdir.startswith(("linux", "osx"))
    assert ("__win" in names) == subdir.startswith("win")


def test_an_option_wins_over_a_variable_and_both_over_the_rest() -> None:
    packages = virtual_packages(
        LINUX, ["__cuda=12.4"], {"CONDA_OVERRIDE_CUDA": "11.0", "CONDA_OVERRIDE_GLIBC": "2.17"}, MAC
    )

    origins = {str(package.name): (package.version, package.origin, package.assumed) for package in packages}
    assert origins["__cuda"] == ("12.4", "--virtual-package", False)
    assert origins["__glibc"] == ("2.17", "CONDA_OVERRIDE_GLIBC", False)
    assert origins["__linux"] == ("5.10", "assumed (conda-lock's default)", True)


@pytest.mark.parametrize(("given", "environ"), [(["__cuda"], {}), (["__cuda="], {}), ([], {"CONDA_OVERRIDE_CUDA": ""})])
def test_nothing_means_that_there_is_none(given: list[str], environ: dict[str, str]) -> None:
    assert "__cuda" not in [package.name for package in virtual_packages(LINUX, given, environ, MAC)]


def test_what_cannot_be_on_a_platform_is_not_put_there() -> None:
    given = ["__glibc=2.17", "__osx=13.1", "__win=10", "__cuda=12"]

    assert [package.name for package in virtual_packages(WINDOWS, given, {}, MAC)] == ["__archspec", "__cuda", "__win"]


def test_builds_may_be_stated() -> None:
    stated = virtual_packages(LINUX, ["__archspec=1=x86_64_v3"], {}, MAC)
    varied = virtual_packages(LINUX, [], {"CONDA_OVERRIDE_ARCHSPEC": "zen3"}, MAC)

    assert [str(packages[0]) for packages in (stated, varied)] == ["__archspec=1=x86_64_v3", "__archspec=1=zen3"]


@pytest.mark.parametrize("text", ["cuda=12.4", "__", "=12"])
def test_an_option_without_underscores_is_mended(text: str) -> None:
    with pytest.raises(UsageError, match=r"write --virtual-package __cuda="):
        virtual_packages(LINUX, [text], {}, MAC)


def test_a_value_that_is_no_version_is_refused() -> None:
    with pytest.raises(UsageError, match="no version"):
        virtual_packages(LINUX, ["__cuda=new!!"], {}, MAC)
    with pytest.raises(InputError, match=r"^CONDA_OVERRIDE_CUDA: "):
        virtual_packages(LINUX, [], {"CONDA_OVERRIDE_CUDA": "new!!"}, MAC)
