"""Settings of `check` that a project keeps: `[tool.envdoctor]` of pyproject.toml, or `.envdoctor.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envdoctor.errors import InputError
from envdoctor.model.findings import Severity
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = (".envdoctor.toml", "pyproject.toml")
"""The first that has settings counts."""

KEYS = ("select", "ignore", "severity", "platforms", "baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """What a project has set; the command line goes before it, and adds to what is ignored."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Severity | None = None
    platforms: tuple[str, ...] = ()
    baseline: Path | None = None


def read_settings(folder: Path) -> CheckSettings:
    """Return the settings of a folder, empty ones where it has none. Raises `InputError` for what cannot be used."""
    for name in FILES:
        path = folder / name
        if not path.is_file():
            continue
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            if name == "pyproject.toml":
                continue  # its own tools will say so
            raise InputError(f"this is no TOML ({error}); mend it", place=Place(str(path))) from error
        table = content if name == ".envdoctor.toml" else content.get("tool", {}).get("envdoctor")
        if table is not None:
            return _settings(table, Place(str(path)))
    return CheckSettings()


def _settings(table: Mapping[str, Any], place: Place) -> CheckSettings:
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        raise InputError(f"there is no setting {unknown[0]!r}; known are {', '.join(KEYS)}", place=place)
    severity = table.get("severity")
    if severity is not None and severity not in {one.value for one in Severity}:
        raise InputError(f"severity {severity!r} is none of error, warning and info", place=place)
    baseline = table.get("baseline")
    return CheckSettings(
        select=_texts(table, "select", place),
        ignore=_texts(table, "ignore", place),
        severity=None if severity is None else Severity(severity),
        platforms=_texts(table, "platforms", place),
        baseline=None if baseline is None else Path(place.file).parent / str(baseline),
    )


def _texts(table: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{key} must be a list of texts, such as {key} = ['ES101']", place=place)
    return tuple(value)
