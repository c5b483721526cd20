"""Constraints that stand in no environment file and that conda applies all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.engine.specs import SpecError, parse_spec
from envdoctor.errors import InputError, UsageError
from envdoctor.model.channels import Origin
from envdoctor.model.place import Place
from envdoctor.model.target import Pin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from envdoctor.channels.configuration import Configuration

OPTION = "--pin"


def pins(configuration: Configuration, prefix: Path | None, given: Sequence[str]) -> tuple[Pin, ...]:
    """Return the pins of options, conda's configuration and `conda-meta/pinned` below `prefix`, in this order.

    conda joins the last two in `core/solve.py` (`get_pinned_specs`). `CONDA_PINNED_PACKAGES` is part of the
    configuration. A pin that is said twice counts once, with the first origin. Raises `InputError` and `UsageError`.
    """
    found = [_given(text) for text in given if text.strip()]
    found += [_written(setting.value, setting.origin.text) for setting in configuration.pinned_packages]
    if prefix is not None:
        found += _pinned_file(prefix / "conda-meta" / "pinned")
    first: dict[str, Pin] = {}
    for pin in found:
        first.setdefault(pin.spec.text, pin)
    return tuple(first.values())


def _pinned_file(path: Path) -> list[Pin]:
    if not path.is_file():
        return []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError("the file of pins must be UTF-8 text; save it as UTF-8", place=Place(str(path))) from error
    except OSError as error:
        raise InputError(f"the file of pins cannot be read: {error.strerror}", place=Place(str(path))) from error
    return [
        _written(line, f"{path}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.strip().startswith("#")
    ]


def _given(text: str) -> Pin:
    try:
        return _pin(text, OPTION)
    except SpecError as error:
        raise UsageError(
            f"{OPTION} {text!r} is no match spec: {error}; write, for example, {OPTION} 'numpy<2'"
        ) from error


def _written(text: str, origin: str) -> Pin:
    try:
        return _pin(text, origin)
    except SpecError as error:
        file, _, line = origin.rpartition(":")
        place = Place(file, int(line)) if line.isdigit() else Place(origin)
        raise InputError(
            f"the pin {text.strip()!r} is no match spec: {error}; write, for example, `numpy <2`", place=place
        ) from error


def _pin(text: str, origin: str) -> Pin:
    without_comment = text.partition(" #")[0].strip()
    return Pin(text=without_comment, spec=parse_spec(without_comment), origin=Origin(text=origin))
