"""The cases from the field that are no valid requests: each sentence names the mistake, the line and the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from envdoctor.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Reader  # type: ignore[import-not-found]

EXPECTED = {
    "C087": (
        "environment.yml:3:1: the line is indented with a tab, which YAML forbids; "
        "indent with spaces, as in `  - python=3.7`"
    ),
    "C088": (
        "environment.yml:1:1: the file is a web page (HTML), not an environment file: the page that shows the file was "
        "saved; download the raw file instead"
    ),
    "C090": "environment.yml:4:5: `setuptools <59.6.` has a dot too many behind the version; write `setuptools<59.6`",
    "C092": (
        "environment.yml:6:9: `pycocotools>=2.0.2<3` lacks a comma between two bounds; write `pycocotools>=2.0.2,<3`"
    ),
    "C093": (
        "environment.yml:4:5: `~umpy=1.21.5` names no package: a name that begins with `~` is what a broken pip "
        "installation leaves behind; delete the line, or write the package's true name"
    ),
}
ACCEPTED = {"C089": ["pip-not-listed", "pip-section-empty"], "C091": []}
"""C089 may pass with a word (an empty `pip:`); C091 (`boost == 1.56.0`) reads cleanly."""


def case(shared: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((shared / "cases" / f"{name}.yaml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_mistake_from_the_field_is_named_with_line_and_mend(shared: Path, read: Reader, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read(case(shared, name)["environment"])
    assert str(caught.value) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_what_may_pass_passes_with_its_words(shared: Path, read: Reader, name: str) -> None:
    spec = read(case(shared, name)["environment"])
    assert sorted(notice.kind for notice in spec.notices) == ACCEPTED[name]


def test_these_are_all_of_them(shared: Path) -> None:
    paths = sorted((shared / "cases").glob("C*.yaml"))
    kinds = {path.stem: yaml.safe_load(path.read_text("utf-8"))["kind"] for path in paths}
    assert {name for name, kind in kinds.items() if kind == "input-error"} == set(EXPECTED) | set(ACCEPTED)


def test_every_other_case_is_read(shared: Path, read: Reader) -> None:
    for path in sorted((shared / "cases").glob("C*.yaml")):
        loaded = yaml.safe_load(path.read_text("utf-8"))
        if loaded["kind"] == "input-error":
            continue
        for key in ("environment", "snapshot_environment"):
            if loaded.get(key):
                assert read(loaded[key]).requirements, path.stem
