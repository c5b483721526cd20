"""The base image of a Dockerfile's last stage: `FROM`, `ARG` before it, and stages that build on stages.

Only what decides the base is read (https://docs.docker.com/reference/dockerfile/#from).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envdoctor.environment.quoting import quote
from envdoctor.errors import InputError
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from pathlib import Path

_FROM = re.compile(r"FROM\s+((?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE)
_ARG = re.compile(r"ARG\s+([A-Za-z_]\w*)(?:=(\S*))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))")


def base_image(path: Path) -> tuple[str, Place]:
    """Return the image that the last stage begins with, and where it stands. Raises `InputError`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is no UTF-8 text").lower()
        raise InputError(f"the Dockerfile cannot be read: {reason}", place=Place(str(path))) from error
    arguments: dict[str, str | None] = {}
    stages: dict[str, tuple[str, Place]] = {}
    last: tuple[str, Place] | None = None
    for number, line in _instructions(text):
        place = Place(str(path), number)
        argument = _ARG.match(line)
        if argument is not None and last is None:
            arguments[argument.group(1)] = None if argument.group(2) is None else argument.group(2).strip("\"'")
        found = _FROM.match(line)
        if found is not None:
            image = _filled(found.group(2).strip("\"'"), arguments, place)
            last = stages.get(image.lower(), (image, place))
            if found.group(3):
                stages[found.group(3).lower()] = last
    if last is None:
        raise InputError("this Dockerfile has no FROM line; write `FROM debian:12` or the like", place=Place(str(path)))
    return last


def _instructions(text: str) -> list[tuple[int, str]]:
    """Lines joined where they end in a backslash, without comments, each with the number of its first line."""
    found: list[tuple[int, str]] = []
    pending, start = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("#") or not line:
            continue
        start = start if pending else number
        pending += line.removesuffix("\\") + " " if line.endswith("\\") else line
        if not line.endswith("\\"):
            found.append((start, pending.strip()))
            pending = ""
    return found


def _filled(image: str, arguments: dict[str, str | None], place: Place) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(3)
        known = arguments.get(name) or found.group(2)
        if known is None:
            raise InputError(
                f"{quote(image)} depends on the build argument {name}, which has no default here; "
                f"give one (`ARG {name}=…` before FROM), or name the image with --image",
                place=place,
            )
        return known

    return _VARIABLE.sub(value, image)
