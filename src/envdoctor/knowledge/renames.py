"""Names that are no longer, or never were, what a person expects behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from envdoctor.knowledge.tables import as_of, table
from envdoctor.model.names import PackageName, package_name

RenameKind = Literal[
    "not_a_name",
    "other_thing",
    "renamed",
    "replaced",
    "split",
    "metapackage",
    "merged",
    "selector",
    "abandoned",
    "import_differs",
]
"""Why a name is not what it seems: it is none on conda-forge, it holds another thing, it got another name, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """What stands for an old or mistaken name.

    `to` is the new name, or a match spec where only a build answers (`pytorch=*=cuda*`); None where nothing took its
    place. Days are ISO strings. `exists` says whether conda-forge still has the old name, `python` whether that holds
    a Python distribution, `channel` where `to` lives if not on conda-forge, `archived` when conda-forge put the
    feedstock away, `pulls` whether the newest record of the old name depends on the new one (None: not looked at).
    """

    name: PackageName
    to: str | None
    kind: RenameKind
    evidence: str
    since: str | None = None
    channel: str | None = None
    exists: bool = True
    python: bool = True
    archived: str | None = None
    pulls: bool | None = None


def renamed(name: str) -> Rename | None:
    """Return what stands for a name today; None where nothing is known about it."""
    wanted = package_name(name)
    row = table("renames")["renames"].get(wanted)
    if row is None:
        return None
    return Rename(
        name=wanted,
        to=row["to"],
        kind=cast("RenameKind", row["kind"]),
        evidence=row["evidence"],
        since=row.get("since"),
        channel=row.get("channel"),
        exists=row["exists"],
        python=row.get("python", True),
        archived=row.get("archived"),
        pulls=row.get("pulls"),
    )


def archived_on(feedstock: str) -> str | None:
    """Return the day on which conda-forge archived a feedstock (known since 2023), as an ISO string."""
    day: str | None = table("renames")["archived"].get(package_name(feedstock))
    return day


def renames_as_of() -> str:
    """Return the day of the newest source of the renames."""
    return as_of("renames")
