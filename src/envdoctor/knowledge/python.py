"""The life of each Python minor version, at python.org and on conda-forge."""

from __future__ import annotations

from dataclasses import dataclass

from envdoctor.knowledge.tables import as_of, table


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRelease:
    """A minor version of Python. All days are ISO strings; None where it has not happened or is not known.

    `released` is None for a version that was still to come. `default_from` and `dropped` say from when and until when
    conda-forge built packages for it by default; `migration_from` says when it began to build for it at all.
    """

    minor: str
    released: str | None
    bugfix_until: str | None
    end_of_life: str | None
    migration_from: str | None
    default_from: str | None
    dropped: str | None
    dropped_source: str | None
    abi_tag: str | None
    removed_modules: tuple[str, ...]


def python_release(minor: str) -> PythonRelease | None:
    """Return what is known of a minor version (`3.11`); None where nothing is."""
    row = table("python")["versions"].get(minor)
    if row is None:
        return None
    conda_forge = row.get("conda_forge", {})
    later = row.get("dropped_after_snapshot", {})
    return PythonRelease(
        minor=minor,
        released=row.get("released"),
        bugfix_until=row.get("bugfix_until"),
        end_of_life=row.get("eol"),
        migration_from=conda_forge.get("migration", [None])[0],
        default_from=conda_forge.get("default_from"),
        dropped=conda_forge.get("dropped") or later.get("from"),
        dropped_source=later.get("source"),
        abi_tag=row.get("abi_tag"),
        removed_modules=tuple(row.get("removed_modules", ())),
    )


def python_as_of() -> str:
    """Return the day of the newest source of these dates."""
    return as_of("python")


def spec0_drop_day(package: str, minor: str) -> str | None:
    """Return the day after which SPEC 0 advises to drop a minor version of python; None where it names none."""
    day = table("python")["spec0"].get(package, {}).get(minor)
    return None if day is None else str(day)
