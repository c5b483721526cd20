"""What a container image brings: its C library, and the CUDA toolkit of images that are made for one.

Only what the table says is told; an image or tag that it does not know is None, never a guess. Where a tag leaves
several distributions open (they changed over the years), the oldest C library of them counts, for what runs on it runs
on the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from envdoctor.knowledge.tables import as_of, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_DOCKER_HUB = re.compile(r"^(?:(?:index\.)?docker\.io/)?(?:library/)?")
_DATED = re.compile(r"-\d{8}(\.\d+)?$")
MUSL, NONE = "musl", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMachine:
    """What an image brings. `glibc` is None for one without (`libc` says what it has), `cuda` None where none is told.

    `distributions` are those that it can be; several where its tag leaves that open.
    """

    libc: str
    glibc: str | None
    distributions: tuple[str, ...] = ()
    cuda: str | None = None


def image_machine(reference: str) -> ImageMachine | None:
    """Return what an image brings, by its reference as `FROM` has it (`debian:12`, `python:3.12-slim`)."""
    name, tag = split_reference(reference)
    for row in _rows():
        if re.fullmatch(row["match"], name) is None:
            continue
        rule = next((one for one in row.get("tag_base", ()) if re.search(one["pattern"], tag)), None)
        if _is_distribution(name) or rule is not None:
            return _by_tag(rule or {}, name, tag)
        return _by_base(row, tag) or _by_libc(row, name)
    return None


def split_reference(reference: str) -> tuple[str, str]:
    """Return name and tag; the tag is `latest` where none is written. A digest says nothing and is left out."""
    bare = _DOCKER_HUB.sub("", reference.strip().partition("@")[0])
    head, colon, tag = bare.rpartition(":")
    if not colon or "/" in tag:
        return bare, "latest"
    return head, tag


def known_images() -> tuple[str, ...]:
    """Return words for the images that are known, for messages."""
    families = sorted({name.partition(":")[0] for name in _distributions()})
    return (*families, "python", "nvidia/cuda", "pytorch/pytorch", "condaforge/miniforge3", "mambaorg/micromamba")


def images_as_of() -> str:
    """Return the day on which the images were looked at."""
    return as_of("images")


def _rows() -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = table("images")["images"]
    return rows


def _distributions() -> Mapping[str, Mapping[str, str]]:
    rows: Mapping[str, Mapping[str, str]] = table("images")["distributions"]
    return rows


def _is_distribution(name: str) -> bool:
    return name in {distribution.partition(":")[0] for distribution in _distributions()}


def _by_tag(rule: Mapping[str, Any], name: str, tag: str) -> ImageMachine | None:
    if name == "python":
        return _python(tag)
    if _is_distribution(name):
        return _machine([f"{name}:{_DATED.sub('', tag.removesuffix('-slim'))}"])
    ubi = re.search(r"/ubi(\d+)(-|/|$)", name)
    if ubi is not None:
        return _machine([f"ubi:{ubi.group(1)}"])
    found = re.search(rule["pattern"], tag)
    # Alpine with a layer of glibc: which glibc that is the table does not tell.
    if found is None or rule.get("glibc_layer"):
        return None
    return _machine([_filled(rule["base"], found)], _filled(rule.get("cuda", ""), found) or None)


def _by_base(row: Mapping[str, Any], tag: str) -> ImageMachine | None:
    bases = row.get("base")
    if not isinstance(bases, list):
        return None
    return _machine(bases[-1:] if tag == "latest" else bases)


def _by_libc(row: Mapping[str, Any], name: str) -> ImageMachine | None:
    libc = row.get("libc")
    if libc is None:
        return None
    if libc.get("kind") in {MUSL, NONE}:
        return ImageMachine(libc=libc["kind"], glibc=None)
    number = next((libc[key] for key in libc if re.search(rf"/{re.escape(key)}_", f"/{name.rsplit('/', 1)[-1]}")), None)
    return None if number is None else ImageMachine(libc="glibc", glibc=number)


def _python(tag: str) -> ImageMachine | None:
    """The tags of the official image name their suite, or are built on the suite of the day."""
    alpine = re.search(r"alpine([\d.]+)$", tag)
    if alpine is not None:
        return _machine([f"alpine:{alpine.group(1)}"])
    suite = re.search(r"(trixie|bookworm|bullseye|buster|stretch|jessie)$", tag)
    if suite is not None:
        return _machine([f"debian:{suite.group(1)}"])
    minor = re.sub(r"^(\d+\.\d+)(\.\d+|-rc|\.\d+(a|b|rc)\d+)?(?=-|$)", r"\1", tag)
    suites = table("images")["python_tags"].get(minor)
    if suites is None:
        return None
    return _machine([f"alpine:{one.removeprefix('alpine')}" if "alpine" in one else f"debian:{one}" for one in suites])


def _machine(names: Iterable[str], cuda: str | None = None) -> ImageMachine | None:
    """The machine of one of some distributions; None where one of them is not known."""
    found = [_distribution(name) for name in names]
    if not found or any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    kinds = {row["libc"] for _, row in known}
    if len(kinds) > 1:
        return None
    libc = kinds.pop()
    glibcs = sorted((row["glibc"] for _, row in known if "glibc" in row), key=_number)
    return ImageMachine(
        libc=libc, glibc=glibcs[0] if glibcs else None, distributions=tuple(name for name, _ in known), cuda=cuda
    )


def _distribution(name: str) -> tuple[str, Mapping[str, str]] | None:
    """A distribution by version or codename; `alpine:3.19.1` is `alpine:3.19`, `almalinux:9.4` is `almalinux:9`."""
    family, _, version = name.partition(":")
    rows = _distributions()
    if family == "alpine" and version in {"", "latest", "edge"}:
        # Every Alpine has musl.
        newest = next(one for one in rows if one.startswith("alpine:"))
        return family, rows[newest]
    while version:
        if f"{family}:{version}" in rows:
            return f"{family}:{version}", rows[f"{family}:{version}"]
        named = [one for one, row in rows.items() if one.startswith(f"{family}:") and row.get("codename") == version]
        if named:
            return named[0], rows[named[0]]
        version = version.rpartition(".")[0]
    return None


def _filled(text: str, found: re.Match[str]) -> str:
    return re.sub(r"\$(\d)", lambda one: found.group(int(one.group(1))) or "", text)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
