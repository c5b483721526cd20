"""Conda's configuration files: where they lie, and what stands in them with line and flags, unmerged and untyped.

The search path, its order and the flags `#!final`, `#!top` and `#!bottom` are conda's (`base/constants.py` and
`common/configuration.py`, read in conda 24 to 26).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from envdoctor.channels.secrets import redact
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SYSTEM_FOLDERS = ("C:/ProgramData/conda",) if sys.platform == "win32" else ("/etc/conda", "/var/lib/conda")
FILE_NAMES = (".condarc", "condarc")
YAML_ENDINGS = (".yml", ".yaml")

_FLAG = re.compile(r"#!(final|top|bottom)\s*$")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One scalar as it was written, quotes taken off. `flag` is `final`, `top`, `bottom` or empty."""

    text: str
    origin: str
    flag: str = ""
    place: Place | None = None
    null: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A list of scalars."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A map from names to scalars or lists of them."""

    pairs: tuple[tuple[str, Word | Words], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of one source. `final` stops later sources from changing it."""

    key: str
    value: Word | Words | Pairs
    final: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Condarc:
    """One configuration file: its keys in the order of the file."""

    path: Path
    entries: tuple[Entry, ...]


def configuration_files(environ: Mapping[str, str], home: Path, prefix: Path | None) -> Iterator[Path]:
    """The files that conda would read, the strongest last, each once."""
    seen: set[Path] = set()
    for place in _search_path(environ, home, prefix):
        for path in _files_at(place):
            if path not in seen:
                seen.add(path)
                yield path


def conda_root(environ: Mapping[str, str]) -> Path | None:
    """The folder that conda or mamba is installed in, as far as the environment tells; None where it does not."""
    for name in ("CONDA_ROOT", "_CONDA_ROOT", "CONDA_ROOT_PREFIX", "MAMBA_ROOT_PREFIX"):
        if environ.get(name):
            return Path(environ[name])
    if environ.get("CONDA_EXE"):
        return Path(environ["CONDA_EXE"]).parent.parent
    return None


def read_condarc(path: Path) -> Condarc:
    """Read one file. Raises `InputError` where it is no map of settings."""
    place = Place(str(path))
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"conda's configuration must be UTF-8 text, and byte {error.start} is not; save the file as UTF-8",
            place=place,
        ) from error
    except OSError as error:
        raise InputError(
            f"conda's configuration cannot be read: {error.strerror}; mend its permissions or remove it", place=place
        ) from error
    root = _compose(text, path)
    if root is None:
        return Condarc(path=path, entries=())
    if not isinstance(root, yaml.MappingNode):
        raise InputError(
            "conda's configuration must be a map of settings such as `channels: [conda-forge]`, and this is none",
            place=_place(path, root),
        )
    return Condarc(path=path, entries=tuple(_Reader(path, text.splitlines()).entries(root)))


def _search_path(environ: Mapping[str, str], home: Path, prefix: Path | None) -> Iterator[Path]:
    folders = [Path(folder) for folder in SYSTEM_FOLDERS]
    root = conda_root(environ)
    if root is not None:
        folders.append(root)
    if environ.get("XDG_CONFIG_HOME"):
        folders.append(Path(environ["XDG_CONFIG_HOME"]) / "conda")
    folders += [home / ".config" / "conda", home / ".conda"]
    active = prefix or (Path(environ["CONDA_PREFIX"]) if environ.get("CONDA_PREFIX") else None)
    for folder in folders:
        yield from _names_in(folder)
    yield home / ".condarc"
    if active is not None:
        yield from _names_in(active)
    if environ.get("CONDARC"):
        named = environ["CONDARC"]
        yield home / named[2:] if named.startswith("~/") else Path(named)


def _names_in(folder: Path) -> Iterator[Path]:
    for name in FILE_NAMES:
        yield folder / name
    yield folder / "condarc.d"


def _files_at(place: Path) -> Iterator[Path]:
    """The files that a part of the search path stands for; conda passes over files with other names."""
    if place.is_file() and (place.name in FILE_NAMES or place.suffix in YAML_ENDINGS):
        yield place
    elif place.is_dir():
        yield from sorted(path for path in place.iterdir() if path.suffix in YAML_ENDINGS and path.is_file())


def _compose(text: str, path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        problem = redact(error.problem or "it cannot be read").replace("\n", " ")
        raise InputError(
            f"conda's configuration is no valid YAML: {problem}; mend this line, or the one before it", place=place
        ) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        raise InputError(
            "conda's configuration holds a control character that YAML does not allow; remove it",
            place=Place(str(path), line),
        ) from error


def _place(path: Path, node: yaml.Node) -> Place:
    return Place(str(path), node.start_mark.line + 1, node.start_mark.column + 1)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    lines: list[str]

    def entries(self, root: yaml.MappingNode) -> Iterator[Entry]:
        seen: dict[str, int] = {}
        for key_node, value_node in root.value:
            place = _place(self.path, key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise InputError("the name of a setting must be one word", place=place)
            key = key_node.value
            if key in seen:
                raise InputError(
                    f"`{key}` stands here a second time (first in line {seen[key]}); keep one of the two", place=place
                )
            seen[key] = key_node.start_mark.line + 1
            value = self.value(value_node)
            if value is not None:
                yield Entry(key=key, value=value, final=self.flag(key_node) == "final", place=place)

    def value(self, node: yaml.Node) -> Word | Words | Pairs | None:
        """None for what is nested deeper than any setting that counts here, such as `channel_settings`."""
        if isinstance(node, yaml.MappingNode):
            pairs = []
            for key, child in node.value:
                value = self.flat(child)
                if not isinstance(key, yaml.ScalarNode) or value is None:
                    return None
                pairs.append((key.value, value))
            return Pairs(tuple(pairs))
        return self.flat(node)

    def flat(self, node: yaml.Node) -> Word | Words | None:
        if isinstance(node, yaml.SequenceNode):
            if not all(isinstance(child, yaml.ScalarNode) for child in node.value):
                return None
            return Words(tuple(self.word(child, flagged=not node.flow_style) for child in node.value))
        if isinstance(node, yaml.ScalarNode):
            return self.word(node, flagged=True)
        return None

    def word(self, node: yaml.ScalarNode, *, flagged: bool) -> Word:
        place = _place(self.path, node)
        return Word(
            text=node.value,
            origin=f"{self.path}:{place.line}",
            flag=self.flag(node) if flagged else "",
            place=place,
            null=node.tag == "tag:yaml.org,2002:null",
        )

    def flag(self, node: yaml.Node) -> str:
        found = _FLAG.search(self.lines[node.start_mark.line])
        return found.group(1) if found else ""
