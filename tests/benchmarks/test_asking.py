"""A random request follows from its seed and number, and asks for packages and versions that the channel has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from benchmarks.asking import PYTHONS, SIZES, Package, packages_of, random_lines
from envdoctor.engine.specs import parse_spec

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ChannelFactory

PACKAGES = tuple(
    Package(name=f"package{number}", versions=("1.0", "1.9.1", "1.10", "2.0"), files=number % 7) for number in range(40)
)


def test_versions_stand_in_rising_order_and_files_count_once_each(make_channel: ChannelFactory, tmp_path: Path) -> None:
    records = [{"name": "gdal", "version": version} for version in ("3.10", "3.9", "3.8")]
    single = [{"name": "alone"}, {"name": "_private", "version": "1"}, {"name": "_private", "version": "2"}]
    make_channel([*records, *single], name="conda-forge")
    (tmp_path / "one.yml").write_text("dependencies:\n  - gdal=3.8\n  - conda-forge::gdal\n  - alone\n", "utf-8")
    (tmp_path / "two.yaml").write_text('dependencies:\n  - "GDAL>=3"\n', "utf-8")

    found = packages_of(tmp_path / "conda-forge", tmp_path)

    assert found == (Package(name="gdal", versions=("3.8", "3.9", "3.10"), files=2),)


@pytest.mark.parametrize("number", range(60))
def test_a_request_has_one_to_eight_lines_for_packages_and_versions_that_exist(number: int) -> None:
    lines = random_lines(PACKAGES, 1, number)

    names = [parse_spec(line).name for line in lines]
    known = {package.name for package in PACKAGES} | {"python"}
    assert 1 <= len(lines) <= max(SIZES) + 1
    assert len(set(names)) == len(names)
    assert set(names) <= known
    for line in lines:
        found = re.fullmatch(r"[a-z0-9]+(?:(==|>=|<|=)([\d.]+))?", line)
        assert found is not None
        versions = PYTHONS if line.startswith("python=") else ("1.0", "1.9.1", "1.10", "2.0", "1.9")
        assert found[2] is None or found[2] in versions


def test_no_line_asks_for_less_than_the_lowest_version() -> None:
    lines = {line for number in range(300) for line in random_lines(PACKAGES, 1, number)}

    assert any("<" in line for line in lines)
    assert not any(line.endswith("<1.0") for line in lines)


def test_a_request_follows_from_seed_and_number() -> None:
    assert random_lines(PACKAGES, 1, 5) == random_lines(PACKAGES, 1, 5)
    assert len({random_lines(PACKAGES, 1, number) for number in range(30)}) > 20
    assert random_lines(PACKAGES, 1, 5) != random_lines(PACKAGES, 2, 5)
