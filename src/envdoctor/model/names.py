"""Names as types, so that a string which was checked once need not be checked again."""

from __future__ import annotations

import re
from typing import NewType

PackageName = NewType("PackageName", str)
"""A conda package name in lower case, as channels spell it."""

PypiName = NewType("PypiName", str)
"""A PyPI project name, normalised as PEP 503 says."""

Subdir = NewType("Subdir", str)
"""A platform directory of a channel: `linux-64`, `noarch`, …"""

NOARCH = Subdir("noarch")

KNOWN_SUBDIRS: tuple[Subdir, ...] = tuple(
    Subdir(name)
    for name in (
        "emscripten-wasm32",
        "linux-32",
        "linux-64",
        "linux-aarch64",
        "linux-armv6l",
        "linux-armv7l",
        "linux-ppc64",
        "linux-ppc64le",
        "linux-riscv64",
        "linux-s390x",
        "osx-64",
        "osx-arm64",
        "wasi-wasm32",
        "win-32",
        "win-64",
        "win-arm64",
        "zos-z",
    )
)
"""The platforms that conda and py-rattler both know (conda's `KNOWN_SUBDIRS`, without `noarch`)."""


def package_name(text: str) -> PackageName:
    """Return the name as channels spell it: stripped and in lower case."""
    return PackageName(text.strip().lower())


def pypi_name(text: str) -> PypiName:
    """Return the PyPI project name normalised (PEP 503: runs of `-`, `_` and `.` become one `-`)."""
    return PypiName(re.sub(r"[-_.]+", "-", text.strip()).lower())


def is_virtual(name: PackageName) -> bool:
    """Whether the name is one of a virtual package (`__cuda`), a fact about a machine and no file."""
    return name.startswith("__")
