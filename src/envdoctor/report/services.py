"""Forms that services read, whatever is told in them: workflow commands of GitHub Actions, and SARIF."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import envdoctor
from envdoctor.report.json import json_text
from envdoctor.report.layout import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def annotation(level: str, text: str, properties: Mapping[str, object]) -> str:
    """Return a workflow command of GitHub Actions that shows a text, with an end of line."""
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {told}::{_data(text)}\n"


def _data(text: str) -> str:
    return "\n".join(map(shown, text.split("\n"))).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(rules: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]], page: str) -> str:
    """Return a run as SARIF 2.1.0 (OASIS); `page` is the address of the page about its rules."""
    driver = {"name": "envdoctor", "version": envdoctor.__version__, "informationUri": page, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def plain_path(file: str) -> str:
    """Return a path as repositories name it: with slashes, and no `./` before it."""
    return file.replace("\\", "/").removeprefix("./")


def sarif_address(file: str, folder: str = "") -> str:
    """Return the address of a file: relative to a folder where it lies below it, else absolute, as SARIF wants it."""
    path = PurePath(file)
    if not path.is_absolute():
        return quote(plain_path(file))
    if folder and path.is_relative_to(folder):
        return quote(path.relative_to(folder).as_posix())
    return path.as_uri()
