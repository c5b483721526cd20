"""Pins that stand in no environment file, with where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from envdoctor.channels.configuration import read_configuration
from envdoctor.channels.pins import pins
from envdoctor.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_pins_of_all_sources_keep_their_origin(tmp_path: Path) -> None:
    (tmp_path / ".condarc").write_text("pinned_packages:\n  - openssl 3.*\n", "utf-8")
    meta = tmp_path / "env" / "conda-meta"
    meta.mkdir(parents=True)
    (meta / "pinned").write_text("# ours\nnumpy <2  # for now\n\nopenssl 3.*\n", "utf-8")
    configuration = read_configuration({"CONDA_PINNED_PACKAGES": "python=3.11"}, tmp_path, None)

    found = pins(configuration, tmp_path / "env", ["pandas=2.1"])

    assert [(pin.text, str(pin.origin)) for pin in found] == [
        ("pandas=2.1", "--pin"),
        ("python=3.11", "CONDA_PINNED_PACKAGES"),
        ("openssl 3.*", f"{tmp_path / '.condarc'}:2"),
        ("numpy <2", f"{meta / 'pinned'}:2"),
    ]
    assert [pin.spec.name for pin in found] == ["pandas", "python", "openssl", "numpy"]


def test_without_any_source_there_is_no_pin(tmp_path: Path) -> None:
    assert pins(read_configuration({}, tmp_path, None), tmp_path, []) == ()


def test_a_pin_that_is_no_spec_is_named_with_its_place(tmp_path: Path) -> None:
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    (meta / "pinned").write_text("python=3.11\nnumpy >>1\n", "utf-8")
    configuration = read_configuration({}, tmp_path, None)

    with pytest.raises(InputError) as raised:
        pins(configuration, tmp_path, [])
    assert str(raised.value.place) == f"{meta / 'pinned'}:2"

    with pytest.raises(UsageError, match="--pin"):
        pins(configuration, None, ["numpy >>1"])
