"""Why a bound is there: moves of pins, patches of the index, and no more certainty than the sources have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import yaml

from envdoctor.engine.specs import version
from envdoctor.knowledge.migrations import open_migration_between, open_migrations_of
from envdoctor.knowledge.patches import patch_behind
from envdoctor.knowledge.pins import move_between, moves_of, pins_of
from envdoctor.knowledge.reasons import LONGEST, reason_for_bound, reason_for_dependency
from envdoctor.knowledge.tables import table
from envdoctor.model.names import PackageName, Subdir
from envdoctor.model.records import Record

if TYPE_CHECKING:
    from pathlib import Path


def record(
    name: str,
    number: str,
    built: str,
    *depends: str,
    build_number: int = 0,
    noarch: str | None = "python",
) -> Record:
    """A record of conda-forge, built on a day, with its dependencies as the patched index shows them."""
    day = datetime.fromisoformat(built).replace(tzinfo=UTC)
    return Record(
        name=PackageName(name),
        version=number,
        build=f"pyhd8ed1ab_{build_number}",
        build_number=build_number,
        channel="conda-forge",
        subdir=Subdir("noarch" if noarch else "linux-64"),
        filename=f"{name}-{number}-pyhd8ed1ab_{build_number}.conda",
        depends=("python >=3.9", *depends),
        timestamp=int(day.timestamp() * 1000),
        noarch=noarch,
    )


def older(one: str, other: str) -> bool:
    return version(one) < version(other)


@pytest.mark.parametrize(
    ("package", "low", "high", "expected"),
    [
        ("openssl", "1.1.1w", "3.3.2", ("1.1.1", "3", "2023-01-25")),
        ("libabseil", "20240722.0", "20250127.1", ("20240722", "20250127", "2025-04-20")),
        # Built against while the pin said 1.9.3.
        ("lz4-c", "1.9.4", "1.10.0", ("1.9", "1.10", "2025-02-17")),
        ("icu", "73.2", "75.1", ("73", "75", "2025-08-21")),
        ("hdf5", "1.12.2", "1.14.3", ("1.12.2", "1.14", "2023-10-01")),
        ("numpy", "1.26.4", "2.2.0", ("1", "2", "2025-06-07")),
    ],
)
def test_a_move_stands_between_two_versions(package: str, low: str, high: str, expected: tuple[str, str, str]) -> None:
    move = move_between(PackageName(package), low, high)

    assert move is not None
    assert (move.before, move.after, move.day) == expected
    assert move_between(PackageName(package), high, low) is None


@pytest.mark.parametrize(
    ("package", "low", "high"),
    [
        ("lz4-c", "1.10.0", "1.10.1"),
        ("no-such-package", "1", "2"),
        # No pin ever said 4.22 or 0.9.
        ("libprotobuf", "4.22.5", "5.28.3"),
        ("openssl", "0.9.8", "3.0.0"),
        # These were built side by side, or need no more than each other.
        ("numpy", "1.21.6", "1.26.4"),
        # The pin went there, back, and there again.
        ("abseil-cpp", "20220623.0", "20230125.0"),
    ],
)
def test_pins_that_do_not_explain_are_not_named(package: str, low: str, high: str) -> None:
    assert move_between(PackageName(package), low, high) is None


def test_a_move_knows_its_migration() -> None:
    move = moves_of(PackageName("lz4-c"))[-1]

    assert (move.migration, move.opened, move.is_direct) == ("lz4_c110", "2024-12-05", True)


def test_versions_between_are_told_apart() -> None:
    move = move_between(PackageName("libabseil"), "20240116.2", "20250127.1")

    assert move is not None
    assert (move.left, move.day, move.is_direct) == ("2024-10-23", "2025-04-20", False)


def test_an_open_migration_is_told_as_begun() -> None:
    (migration,) = open_migrations_of(PackageName("libboost"))

    assert (migration.name, migration.before, migration.after) == ("libboost190", ("1.88",), ("1.90",))
    assert open_migration_between(PackageName("libboost"), "1.86.0", "1.90.0") is None
    assert "began" in (reason_for_bound(PackageName("libboost"), ["1.88.0"], ["1.90.0"]) or "")


@pytest.mark.parametrize(
    ("package", "side_a", "side_b", "expected"),
    [
        (
            "lz4-c",
            ["1.10.0"],
            ["1.9.3", "1.9.4"],
            "conda-forge moved lz4-c from 1.9 to 1.10 between 2024-12-05 and 2025-02-17",
        ),
        ("hdf5", ["1.12.2"], ["1.14.3"], "conda-forge moved hdf5 from 1.12.2 to 1.14 on 2023-10-01"),
        (
            "libabseil",
            ["20240116.2"],
            ["20250127.1"],
            "conda-forge built on libabseil 20240116 until 2024-10-23, on 20250127 from 2025-04-20",
        ),
        ("python", ["3.7.12"], ["3.11.2", "3.12.1"], "conda-forge stopped building for Python 3.7 on 2022-10-25"),
        ("python", ["3.11.2"], ["3.12.1"], None),
        ("python", ["3.10.1"], ["3.12.1"], "conda-forge stopped building for Python 3.10 on 2026-08-31, as announced"),
        ("requests", ["2.31.0"], ["2.32.0"], None),
        ("openssl", ["1.1.1w", "3.0.0"], ["3.3.2"], None),
        ("openssl", [], ["3.3.2"], None),
    ],
)
def test_a_bound_has_a_reason_or_none(package: str, side_a: list[str], side_b: list[str], expected: str | None) -> None:
    assert reason_for_bound(PackageName(package), side_a, side_b) == expected


def test_a_pin_that_differed_on_the_platform_explains_nothing_there() -> None:
    move = next(move for move in moves_of(PackageName("icu")) if move.exceptions)
    sides = [move.before], [move.after]

    assert reason_for_bound(move.package, *sides, subdir=move.exceptions[0]) is None
    assert reason_for_bound(move.package, *sides) is None
    assert reason_for_bound(move.package, *sides, subdir=Subdir("win-64")) is not None


def test_the_numpy_bound_of_an_old_noarch_build_was_set_by_conda_forge() -> None:
    old = record("xarray", "2024.3.0", "2024-03-29", "numpy >=1.23,<2.0a0")

    assert (
        reason_for_dependency(old, "numpy >=1.23,<2.0a0", older=older)
        == "conda-forge set `numpy >=1.23,<2.0a0` on this build on 2024-05-13"
    )


@pytest.mark.parametrize(
    ("name", "number", "built", "noarch", "dependency"),
    [
        # A build pin gives the same text.
        ("xarray", "2024.3.0", "2024-03-29", None, "numpy >=1.23,<2.0a0"),
        # Built after the patch: its own recipe says it.
        ("xarray", "2024.3.0", "2024-05-14", "python", "numpy >=1.23,<2.0a0"),
        # Too new a version, another bound, another package.
        ("bokeh", "3.4.1", "2024-03-29", "python", "numpy >=1.23,<2.0a0"),
        ("xarray", "2024.3.0", "2024-03-29", "python", "numpy >=1.23,<2.0"),
        ("xarray", "2024.3.0", "2024-03-29", "python", "pandas >=1.23,<2.0a0"),
        ("requests", "2024.3.0", "2024-03-29", "python", "numpy >=1.23,<2.0a0"),
    ],
)
def test_a_patch_is_not_named_where_something_else_explains(
    name: str, number: str, built: str, noarch: str | None, dependency: str
) -> None:
    assert patch_behind(record(name, number, built, noarch=noarch), dependency, older=older) is None


def test_a_rebuild_in_the_days_of_the_patch_may_have_the_mend_in_its_recipe() -> None:
    dependency = "python >=3.8"

    assert patch_behind(record("pyjwt", "2.9.0", "2024-08-01"), dependency, older=older) is not None
    assert patch_behind(record("pyjwt", "2.9.0", "2024-08-28", build_number=1), dependency, older=older) is None


def test_without_an_order_of_versions_no_patch_for_a_range_is_named() -> None:
    old = record("bokeh", "3.4.0", "2024-03-29")

    assert patch_behind(old, "numpy >=1.23,<2.0a0", older=older) is not None
    assert patch_behind(old, "numpy >=1.23,<2.0a0") is None


def test_only_records_of_conda_forge_have_its_patches() -> None:
    text = "numpy >=1.23,<2.0a0"

    assert reason_for_dependency(record("xarray", "2024.3.0", "2024-03-29", text), text, older=older) is not None
    elsewhere = replace(record("xarray", "2024.3.0", "2024-03-29", text), channel="main")
    assert reason_for_dependency(elsewhere, text, older=older) is None


@pytest.mark.parametrize(
    ("name", "number", "built", "dependency", "told"),
    [
        # The reason was inferred from the change.
        (
            "xarray-schema",
            "0.0.3",
            "2023-01-01",
            "numpy >=1.21",
            "conda-forge set this bound on 2026-02-10 (probably: minimum of numpy was too low)",
        ),
        # Only the latest possible day is known.
        (
            "jinja2",
            "2.10.3",
            "2019-11-01",
            "markupsafe >=0.23,<2",
            "conda-forge set `markupsafe >=0.23,<2` on this build by 2023-08-31",
        ),
        # Edited later, so the bound may come from either day.
        (
            "traittypes",
            "0.2.1",
            "2020-11-02",
            "traitlets >=4.2.2",
            "conda-forge set `traitlets >=4.2.2` on this build between 2023-09-14 and 2023-09-15",
        ),
        # Its reason was stated.
        (
            "mapbox_earcut",
            "1.0.1",
            "2024-01-01",
            "numpy <2",
            "conda-forge set `numpy <2` on this build on 2024-07-12 (built for numpy 1)",
        ),
    ],
)
def test_what_is_only_probable_is_told_as_such(name: str, number: str, built: str, dependency: str, told: str) -> None:
    assert reason_for_dependency(record(name, number, built, dependency), dependency, older=older) == told


def test_no_patch_with_an_inferred_reason_is_ever_worded_as_sure() -> None:
    told_with_a_reason = set()
    for row in table("patches")["patches"]:
        for name in [row["if"]["name"]] if isinstance(row["if"]["name"], str) else row["if"]["name"]:
            for change in row["then"]:
                text = change.get("new") or change.get("spec") or f"{change['name']} <{change['upper_bound']}a0"
                number = row["if"].get("version", "1")
                old = record(name, number if isinstance(number, str) else number[0], "2010-01-01", text)
                patch = patch_behind(old, text, older=older)
                told = reason_for_dependency(old, text, older=older) or ""
                if patch is not None and patch.reason is not None and patch.reason in told:
                    assert (f"(probably: {patch.reason})" in told) == patch.reason_is_derived
                    told_with_a_reason.add(patch.reason_is_derived)
    assert told_with_a_reason == {True, False}


@pytest.mark.shared
def test_every_pin_is_that_of_the_source(shared: Path) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source = yaml.load((shared / "knowledge" / "pins.yaml").read_text("utf-8"), loader)  # noqa: S506 - safe loaders
    days = {
        (pin["package"], key, row["from"])
        for key, pin in source["pins"].items()
        if pin["package"]
        for row in pin["history"]
    }
    packages = sorted({package for package, _, _ in days})
    embedded = {(pin.package, pin.key, pin.day) for package in packages for pin in pins_of(PackageName(package))}

    assert embedded == days
    for package in packages:
        for move in moves_of(PackageName(package)):
            assert move.before != move.after
            told = reason_for_bound(PackageName(package), [move.before], [move.after])
            assert told is None or len(told) <= LONGEST
