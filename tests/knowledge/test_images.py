"""What the reference of an image tells of its C library and CUDA, and that nothing is guessed."""

from __future__ import annotations

import pytest

from envdoctor.knowledge.images import image_machine, images_as_of, known_images


@pytest.mark.parametrize(
    ("reference", "libc", "glibc", "cuda"),
    [
        ("debian:12", "glibc", "2.36", None),
        ("debian:bookworm-slim", "glibc", "2.36", None),
        ("debian:bookworm-20240211-slim", "glibc", "2.36", None),
        ("ubuntu:22.04@sha256:0123", "glibc", "2.35", None),
        ("docker.io/library/ubuntu:jammy", "glibc", "2.35", None),
        ("python:3.12.4-slim-bookworm", "glibc", "2.36", None),
        ("python:3.9-alpine", "musl", None, None),
        ("alpine", "musl", None, None),
        ("alpine:3.19.1", "musl", None, None),
        ("almalinux:9.4", "glibc", "2.34", None),
        ("registry.access.redhat.com/ubi9/ubi:9.4", "glibc", "2.34", None),
        ("quay.io/pypa/manylinux_2_28_x86_64", "glibc", "2.28", None),
        ("quay.io/pypa/musllinux_1_2_x86_64", "musl", None, None),
        ("mambaorg/micromamba:1.5-jammy", "glibc", "2.35", None),
        ("mambaorg/micromamba:cuda12.4.1-ubuntu22.04", "glibc", "2.35", "12.4.1"),
        ("nvidia/cuda:12.2.0-runtime-ubuntu22.04", "glibc", "2.35", "12.2.0"),
        ("nvcr.io/nvidia/cuda:12.1.1-base-rockylinux8", "glibc", "2.28", "12.1.1"),
        ("pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime", "glibc", "2.35", "12.1"),
        ("scratch", "none", None, None),
    ],
)
def test_what_an_image_brings(reference: str, libc: str, glibc: str | None, cuda: str | None) -> None:
    machine = image_machine(reference)

    assert machine is not None
    assert (machine.libc, machine.glibc, machine.cuda) == (libc, glibc, cuda)


def test_the_oldest_library_counts_where_a_tag_leaves_several_open() -> None:
    machine = image_machine("condaforge/miniforge3:24.3.0-0")

    assert machine is not None
    assert (machine.glibc, machine.distributions) == ("2.31", ("ubuntu:20.04", "ubuntu:24.04"))


@pytest.mark.parametrize(
    "reference",
    [
        "example/own:1",
        "debian",
        "ubuntu:latest",
        "debian:99",
        "python:3.99",
        "mambaorg/micromamba:alpine",
        "debian@sha256:0",
    ],
)
def test_what_the_table_does_not_know_is_not_guessed(reference: str) -> None:
    assert image_machine(reference) is None


def test_the_table_says_its_day_and_what_it_knows() -> None:
    assert images_as_of().startswith("2026-")
    assert {"debian", "nvidia/cuda", "python"} <= set(known_images())
