"""Roots as an environment.yml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.model.lockfile import Manager
from envdoctor.report.layout import shown
from envdoctor.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envdoctor.model.exported import Root, RootSpec

SELECTORS = {
    "linux-64": "linux64",
    "linux-aarch64": "aarch64",
    "linux-ppc64le": "ppc64le",
    "osx-64": "osx64",
    "osx-arm64": "arm64",
    "win-64": "win64",
}
"""The word of conda-lock that stands for one platform alone; for others its own name, which envdoctor reads."""

_PLAIN = re.compile(r"[A-Za-z0-9_./][^#{}\[\]&*!|>'\"%@`,]*")


def render_root_spec(spec: RootSpec) -> str:
    """Return the text of an environment.yml, the same for the same roots."""
    return "".join(f"{line}\n" for line in _rows(spec))


def _rows(spec: RootSpec) -> Iterator[str]:
    conda = [root for root in spec.roots if root.manager is Manager.CONDA]
    pip = [root for root in spec.roots if root.manager is Manager.PIP]
    where = "" if len(spec.platforms) == 1 else f" on {counted(len(spec.platforms), 'platform')}"
    yield f"# The roots of {shown(spec.source)}, which holds {counted(spec.packages, 'package')}{where}."
    if any(root.platforms for root in spec.roots):
        yield "# conda reads every line on every platform; conda-lock and envdoctor heed the words in brackets."
    for notice in spec.notices:
        yield f"# {shown(str(notice))}"
    yield from _listed("channels", spec.channels)
    yield from _listed("platforms", spec.platforms)
    yield "dependencies:" if spec.roots else "dependencies: []"
    yield from (f"  - {_item(root)}" for root in conda)
    if pip:
        yield "  - pip:"
        yield from (f"    - {_item(root)}" for root in pip)


def _listed(key: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"{key}:"
        yield from (f"  - {_quoted(text)}" for text in texts)


def _item(root: Root) -> str:
    selectors = ", ".join(SELECTORS.get(platform, platform) for platform in root.platforms or ())
    return f"{_quoted(root.text)}  # [{selectors}]" if selectors else _quoted(root.text)


def _quoted(text: str) -> str:
    """The text as YAML reads it back, in quotes only where it must be."""
    if _PLAIN.fullmatch(text) and ": " not in text and not text.endswith((":", " ")):
        return text
    return "'" + shown(text).replace("'", "''") + "'"
