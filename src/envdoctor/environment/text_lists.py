"""Plain lists of packages: `conda list --explicit`, `conda list --export`, and what `conda create --file` takes."""

from __future__ import annotations

import re

from envdoctor.environment.quoting import quote
from envdoctor.environment.spec_lines import is_package_address, read_spec
from envdoctor.errors import InputError
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.names import KNOWN_SUBDIRS, Subdir
from envdoctor.model.place import Notice, Place
from envdoctor.model.specs import Requirement

_KEY = re.compile(r"[\w-]+\s*:(\s|$)")
_ITEM = re.compile(r"-(\s|$)")
_PLATFORM = re.compile(r"#\s*platform:\s*(\S+)")
_EXPORT_LINE = re.compile(r"([\w.-]+)=([^=\s]+)=([^=\s]+)$")


def looks_like_list(name: str, text: str) -> bool:
    """Whether the text is a plain list of packages rather than YAML.

    A list has a package in each line; YAML of an environment has keys or `- ` items at the start of some line.
    """
    lines = _lines(text)
    if any(line == "@EXPLICIT" for _, line, _ in lines):
        return not any(_KEY.match(line) for _, line, _ in lines if not is_package_address(line))
    if name.lower().endswith((".yml", ".yaml")) or not lines:
        return False
    return not any(
        _KEY.match(line) or _ITEM.match(line) or line in {"---", "{", "["} or line[:1] in "<{[" for _, line, _ in lines
    )


def read_text_list(text: str, file: str) -> EnvironmentSpec:
    """Return what a plain list asks for. Raises `InputError` for a line that conda could not use."""
    lines = _lines(text)
    explicit = any(line == "@EXPLICIT" for _, line, _ in lines)
    platform = _PLATFORM.search(text)
    notices: list[Notice] = []
    requirements: list[Requirement] = []
    for number, line, column in lines:
        place = Place(file, number, column)
        if line == "@EXPLICIT":
            continue
        is_address = is_package_address(line)
        if explicit and not is_address:
            raise InputError(
                f"{quote(line)} is no address of a package, but below `@EXPLICIT` every line must be one "
                "(`https://…/numpy-2.2.0-py312_0.conda`); delete the line or `@EXPLICIT`",
                place=place,
            )
        # A comment is no part of a spec; behind an address `#` begins a hash.
        spec = line if is_address else line.partition("#")[0].rstrip()
        exported = _EXPORT_LINE.match(spec)
        if exported is not None and exported.group(3) == "pypi_0":
            notices.append(
                Notice(
                    kind="pip-package-in-list",
                    message=f"{quote(spec)} was installed by pip, and no channel has it; it is left out",
                    place=place,
                )
            )
            continue
        reading = read_spec(spec, place)
        notices += reading.notices
        requirements.append(Requirement(text=spec, spec=reading.spec, place=place))
    if not requirements:
        raise InputError("the file lists no package; write one in each line, such as `numpy=2.2`", place=Place(file))
    return EnvironmentSpec(
        sources=(file,),
        requirements=tuple(requirements),
        platforms=(Subdir(platform.group(1)),) if platform and platform.group(1) in KNOWN_SUBDIRS else (),
        explicit=explicit,
        notices=tuple(notices),
    )


def _lines(text: str) -> list[tuple[int, str, int]]:
    """Number, text and column of every line that is neither blank nor a comment."""
    found = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            found.append((number, line, len(raw) - len(raw.lstrip()) + 1))
    return found
