"""Fixes: edits of what the user wrote, and settings beside it, after which everything solves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName, Subdir
    from envdoctor.model.place import Place


class FixKind(Enum):
    """What a fix changes at most, from the smallest change to the last resort. The values are stable slugs."""

    DUPLICATE = "duplicate"
    """A line goes whose package another line still asks for."""
    BUILD = "build"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"
    VARIANT = "variant"
    """A pattern of builds goes that chose a variant, such as `cuda*` or `*openblas`."""
    NAME = "name"
    CHANNEL = "channel"
    PRIORITY = "priority"
    EXCLUDE_NEWER = "exclude-newer"
    VIRTUAL_PACKAGE = "virtual-package"
    PIP = "pip"
    """A package moves between the two halves of a file, or leaves one of them."""
    ELSEWHERE = "other-platform"
    """A line goes whose package belongs to other platforms and is not for this one."""
    ROOTS = "roots"
    """An exported list becomes the packages that somebody wanted."""
    SELECTOR = "selector"
    """A line counts on some platforms only."""
    PLATFORM = "platform"
    """Another set of platforms."""
    DROP = "drop"


class Action(Enum):
    """What an edit does to a file."""

    REPLACE = "replace"
    REMOVE = "remove"
    INSERT_BEFORE = "insert-before"
    INSERT_AFTER = "insert-after"
    SELECT = "select"
    """A comment with a selector is put behind an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of one item of a file.

    `place` is where the item begins that is replaced, removed or selected, or beside which a new one is put. `before`
    is its text and empty for what is put in; `after` is the new text and empty for what goes. Of a selected item
    `after` is the comment.
    """

    place: Place
    action: Action
    kind: FixKind
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Something to state or set that stands in no environment file: an option of envdoctor and how conda is told it."""

    option: str
    value: str
    kind: FixKind
    conda: str = ""
    """What to run or set for conda and mamba."""
    warning: str = ""
    """What it means, and when it must not be done."""

    def __str__(self) -> str:
        """Return the option as it is written on a command line."""
        return f"{self.option} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """What a line asked for and what it gets.

    `before` is the newest version that the line as written matches, None where there is none; `after` is None where the
    package is not there any more.
    """

    name: PackageName
    before: str | None
    after: str | None
    older: bool = False
    newest: str | None = None
    """The newest version in sight, whatever the line says."""
    touched: bool = False
    """Whether the fix changes the line that asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """That the edited file solves on one platform: how many packages it has then, and what the lines get."""

    platform: Subdir
    packages: int
    changes: tuple[VersionChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits and settings that were proven to make everything solve: py-rattler solved the edited text on each platform.

    `cost` orders fixes, the cheapest first; see `envdoctor.fixing.weights`.
    """

    kind: FixKind
    cost: int
    edits: tuple[Edit, ...] = ()
    settings: tuple[Setting, ...] = ()
    verified: tuple[Proven, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""
    """Why the text cannot be edited by machine, in words; empty where it can."""

    @property
    def lines(self) -> int:
        """How many changes the user has to make."""
        return len(self.edits) + len(self.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was written of a fix: the edited files, and the copies of what they held before."""

    fix: Fix
    files: tuple[str, ...]
    backups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """The proven fixes of one environment, the cheapest first.

    `further` counts those that were found and neither proven nor shown. `complete` is false where the time limit cut
    the search. `hints` could not be proven.
    """

    found: tuple[Fix, ...] = ()
    further: int = 0
    complete: bool = True
    hints: tuple[str, ...] = ()
