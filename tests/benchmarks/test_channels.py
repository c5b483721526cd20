"""Grown channels have exactly the records asked for, and every copy of the package set is closed in itself."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.channels import RealRecord, planned, write_channel

if TYPE_CHECKING:
    from pathlib import Path


def record(name: str, build: str, *depends: str, **more: Any) -> RealRecord:
    fields = {"name": name, "version": "1.0", "build": build, "depends": list(depends)} | more
    return RealRecord(subdir="linux-64", section="packages.conda", filename=f"{name}-1.0-{build}.conda", fields=fields)


RECORDS = [
    record("blas", "mkl"),
    record("gdal", "py310h5764c6d_1", "libgdal ==1.0 habcdef0_0", "python>=3.10", "__glibc >=2.17", "gone"),
    record("libgdal", "habcdef0_0", constrains=["blas * mkl"]),
    record("python", "h1234567_0_cpython"),
]


def grown(out: Path, total: int, seed: int = 0) -> dict[str, dict[str, Any]]:
    written = write_channel(RECORDS, planned(RECORDS, total, seed), out, seed)
    repodata: dict[str, dict[str, dict[str, Any]]] = json.loads((out / "linux-64/repodata.json").read_text("utf-8"))
    assert written == total
    return repodata["packages.conda"]


@pytest.mark.parametrize("total", [4, 5, 15, 16, 17, 64, 101])
def test_a_channel_has_exactly_as_many_records_as_asked_for(tmp_path: Path, total: int) -> None:
    assert len(grown(tmp_path, total)) == total


def test_the_real_records_are_among_them_unchanged(tmp_path: Path) -> None:
    found = grown(tmp_path, 101)

    assert {one.filename: found[one.filename] for one in RECORDS} == {one.filename: one.fields for one in RECORDS}


def test_a_copy_needs_nothing_of_another_copy(tmp_path: Path) -> None:
    found = grown(tmp_path, 16)

    assert {fields["name"] for fields in found.values()} == {
        name + copy for name in ("blas", "gdal", "libgdal", "python") for copy in ("", "-copy1")
    }
    copies = [fields for fields in found.values() if fields["name"] == "gdal-copy1"]
    assert copies
    for fields in copies:
        assert fields["depends"] == ["libgdal-copy1 ==1.0 habcdef0_0", "python-copy1>=3.10", "__glibc >=2.17", "gone"]
    assert found["libgdal-copy1-1.0-habcdef0_0.conda"]["constrains"] == ["blas-copy1 * mkl"]


def test_another_build_differs_in_its_hash_and_checksums_alone(tmp_path: Path) -> None:
    found = grown(tmp_path, 16)
    builds = [fields for fields in found.values() if fields["name"] == "gdal"]

    assert len(builds) >= 2
    assert len({fields["build"] for fields in builds}) == len(builds)
    for fields in builds:
        assert (fields["build"][:6], fields["build"][-2:], len(fields["build"])) == ("py310h", "_1", 15)
        assert fields["depends"] == RECORDS[1].fields["depends"]


def test_a_build_without_a_hash_stays_the_only_one_in_its_copy(tmp_path: Path) -> None:
    names = Counter(fields["name"] for fields in grown(tmp_path, 101).values())

    assert {count for name, count in names.items() if name.startswith("blas")} == {1}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder, seed in (("one", 3), ("two", 3), ("other", 4)):
        grown(tmp_path / folder, 50, seed)
    one, two, other = ((tmp_path / name / "linux-64/repodata.json").read_bytes() for name in ("one", "two", "other"))

    assert one == two
    assert one != other


def test_fewer_records_than_there_are_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="3 records are fewer than the 4 real ones"):
        planned(RECORDS, 3, 0)
