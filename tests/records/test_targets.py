"""What the target has, told by images, Dockerfiles, files in conda-lock's form, and options."""

from __future__ import annotations

from pathlib import Path

import pytest

from envdoctor.errors import InputError, UsageError
from envdoctor.model.names import Subdir
from envdoctor.workflows.options import Surroundings, TargetOptions
from envdoctor.workflows.targets import Machines

LINUX, MAC, WINDOWS = Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64")


def has(subdir: Subdir, options: TargetOptions, **environ: str) -> dict[str, str]:
    surroundings = Surroundings(environ=environ, home=Path(), folder=Path())
    machines = Machines(options=options, surroundings=surroundings, detect=False)
    return {package.name: package.version for package in machines.of(subdir)}


def test_nothing_depends_on_this_machine_where_nothing_is_to_be_detected() -> None:
    assert has(LINUX, TargetOptions(), CONDA_OVERRIDE_CUDA="12.9")["__cuda"] == "11.4"
    assert has(LINUX, TargetOptions())["__glibc"] == "2.28"


def test_cuda_can_be_stated_and_taken_away() -> None:
    assert has(LINUX, TargetOptions(with_cuda="12.4"))["__cuda"] == "12.4"
    assert has(WINDOWS, TargetOptions(with_cuda="12.4"))["__cuda"] == "12.4"
    assert "__cuda" not in has(MAC, TargetOptions(with_cuda="12.4"))
    assert "__cuda" not in has(LINUX, TargetOptions(without_cuda=True))


def test_an_image_says_its_glibc_and_cuda_for_linux_alone() -> None:
    options = TargetOptions(image="nvidia/cuda:12.2.0-runtime-ubuntu22.04")

    assert (has(LINUX, options)["__glibc"], has(LINUX, options)["__cuda"]) == ("2.35", "12.2")
    assert "__glibc" not in has(MAC, options)


def test_an_option_is_stronger_than_an_image() -> None:
    options = TargetOptions(image="debian:12", virtual_packages=("__glibc=2.17",))

    assert has(LINUX, options)["__glibc"] == "2.17"


@pytest.mark.parametrize(
    ("image", "says"),
    [("alpine:3.19", "has musl and no glibc"), ("scratch", "has no C library"), ("own/image:1", "is not known")],
)
def test_an_image_that_conda_cannot_run_on_or_nobody_knows_is_refused(image: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        has(LINUX, TargetOptions(image=image))


@pytest.mark.parametrize(
    ("text", "glibc"),
    [
        ("FROM debian:12\n", "2.36"),
        ("# comment\n\nfrom --platform=linux/amd64 ubuntu:22.04 AS base\nRUN x\nFROM base\n", "2.35"),
        ("ARG VERSION=20.04\nFROM ubuntu:${VERSION}\n", "2.31"),
        ("ARG V\nFROM ubuntu:${V:-22.04}\n", "2.35"),
        ("FROM ubuntu:22.04 AS build\nFROM debian:11 \\\n  AS last\n", "2.31"),
    ],
)
def test_a_dockerfile_is_what_its_last_stage_builds_on(tmp_path: Path, text: str, glibc: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(text, "utf-8")

    assert has(LINUX, TargetOptions(dockerfile=path))["__glibc"] == glibc


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("RUN x\n", "has no FROM line"),
        ("ARG V\nFROM ubuntu:$V\n", r"Dockerfile:2: .* depends on the build argument V"),
    ],
)
def test_a_dockerfile_that_does_not_tell_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(text, "utf-8")

    with pytest.raises(InputError) as error:
        has(LINUX, TargetOptions(dockerfile=path))

    assert error.match(says)


def test_a_file_in_conda_locks_form_says_everything_of_its_platforms(tmp_path: Path) -> None:
    path = tmp_path / "machine.yaml"
    path.write_text(
        'subdirs:\n  linux-64:\n    packages:\n      __glibc: "2.17"\n      __archspec: "1 x86_64_v3"\n', "utf-8"
    )

    assert has(LINUX, TargetOptions(spec_file=path)) == {"__archspec": "1", "__glibc": "2.17"}
    with pytest.raises(InputError, match="says nothing of osx-arm64"):
        has(MAC, TargetOptions(spec_file=path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "is no YAML"),
        ("a: 1", "`subdirs` is no mapping"),
        ("subdirs: {linux-63: {packages: {}}}", "`linux-63` is no platform"),
        ("subdirs: {linux-64: {packages: {glibc: '2'}}}", "`glibc` is no virtual package"),
        ("subdirs: {linux-64: {packages: {__glibc: 2.28}}}", 'write `__glibc: "2.28"`'),
        ("subdirs: {linux-64: {packages: {__glibc: 'new!!'}}}", "is no version of __glibc"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "machine.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(InputError) as error:
        has(LINUX, TargetOptions(spec_file=path))

    assert says in str(error.value)
    assert str(error.value).startswith(str(path))
