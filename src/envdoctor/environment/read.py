"""File names and specs become one EnvironmentSpec. The only module of this room that touches files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.environment.arguments import COMMAND_LINE, is_file_argument
from envdoctor.environment.decoding import MAX_BYTES, decode
from envdoctor.environment.environment_yaml import read_environment_yaml
from envdoctor.environment.merging import merge
from envdoctor.environment.pip_lines import Inclusion
from envdoctor.environment.spec_lines import read_spec
from envdoctor.environment.text_lists import looks_like_list, read_text_list
from envdoctor.errors import InputError
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.place import Place
from envdoctor.model.specs import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STANDARD_INPUT = "<standard input>"

DEFAULT_FILES = ("environment.yml", "environment.yaml", "conda.yml", "conda.yaml", "env.yml", "env.yaml")
"""What the environment file of a folder may be called, the likeliest first."""


def read_environment(
    paths: Sequence[str],
    *,
    specs: Sequence[str] = (),
    stdin: Callable[[], bytes] | None = None,
    instead: Callable[[str], bytes | None] | None = None,
) -> EnvironmentSpec:
    """Return what the files and specs ask for together.

    `-` among the paths is what `stdin` gives; `instead` may give a file other bytes than it has. Raises `InputError`
    for what cannot be read; whatever else deserves a word is a notice of the result.
    """
    files = _Files(stdin=stdin, instead=instead)
    documents = [_read_file(path, files) for path in paths]
    if specs or not documents:
        documents.append(_from_command_line(specs))
    return merge(documents)


def default_file(folder: str) -> str | None:
    """Return the environment file of a folder, or None where it has none."""
    for name in DEFAULT_FILES:
        path = Path(folder, name)
        if path.is_file():
            return name if folder in {"", "."} else str(path)
    return None


def specs_and_files(arguments: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell file arguments from spec arguments. Returns files, then specs, each in the order given.

    Raises `InputError` for the name of a file that is not there.
    """
    files: list[str] = []
    specs: list[str] = []
    for argument in arguments:
        if argument == "-" or _is_file(argument):
            files.append(argument)
        elif is_file_argument(argument):
            raise InputError(f"there is no file `{argument}`; check the name, or give the folder with it")
        else:
            specs.append(argument)
    return tuple(files), tuple(specs)


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).is_file() and not argument.startswith("-")
    except (OSError, ValueError):
        return False


def _from_command_line(specs: Sequence[str]) -> EnvironmentSpec:
    place = Place(COMMAND_LINE)
    readings = [(text, read_spec(text, place)) for text in specs]
    return EnvironmentSpec(
        sources=(COMMAND_LINE,),
        requirements=tuple(
            Requirement(text=text.strip(), spec=reading.spec, place=place) for text, reading in readings
        ),
        notices=tuple(notice for _, reading in readings for notice in reading.notices),
    )


def raw_file(path: str) -> bytes:
    """Return the bytes of a file. Raises `InputError`."""
    return _Files(stdin=None, instead=None).raw(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """Where the bytes of files come from."""

    stdin: Callable[[], bytes] | None
    instead: Callable[[str], bytes | None] | None

    def raw(self, path: str) -> bytes:
        other = None if self.instead is None else self.instead(path)
        return _raw(path, self.stdin) if other is None else other

    def included(self, base: str, name: str) -> tuple[str, str] | None:
        """The name and text of a requirements file beside `base`; None where there is none."""
        plain = name.removeprefix("file://").removeprefix("file:")
        folder = Path(base) if base == "." else Path(base).parent
        path = os.path.normpath(folder / plain)
        try:
            if not Path(path).is_file():
                return None
        except (OSError, ValueError):
            return None
        return path, decode(self.raw(path), path)


def _read_file(path: str, files: _Files) -> EnvironmentSpec:
    name = Path(path).name
    file = STANDARD_INPUT if path == "-" else path
    text = decode(files.raw(path), file)
    if name in {"meta.yaml", "pyproject.toml"}:
        from envdoctor.environment.conda_lock import read_through_conda_lock  # noqa: PLC0415 - few have such files

        return read_through_conda_lock(path, text)
    if looks_like_list(name, text):
        return read_text_list(text, file)
    base = "." if path == "-" else path
    return read_environment_yaml(text, file, Inclusion(files.included, base, ()))


def _raw(path: str, stdin: Callable[[], bytes] | None) -> bytes:
    if path == "-":
        if stdin is None:
            raise InputError("there is no standard input to read `-` from; give the name of a file")
        return stdin()
    try:
        with Path(path).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("there is no such file; check the name", place=Place(path)) from error
    except IsADirectoryError as error:
        inside = default_file(path)
        mend = f"; give `{inside}`" if inside else "; give the environment file in it"
        raise InputError(f"this is a folder, not a file{mend}", place=Place(path)) from error
    except PermissionError as error:
        raise InputError("the file may not be read by this user; change its permissions", place=Place(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file cannot be read ({reason})", place=Place(path)) from error
