"""What stands in the way of a wish, or what would move for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.locking import Moved
    from envdoctor.model.names import Subdir
    from envdoctor.model.specs import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The wish can be had on a platform; `moved` is what would not be as it is now."""

    platform: Subdir
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishReport:
    """What came of a wish beside a file or lock.

    `granted` has the platforms where it can be had. `refused` is the diagnosis of the file with the wish, None where it
    can be had everywhere. Where the wish is refused by lines of the same package alone, those are `giving_way`, and
    `beyond` is the diagnosis without them.
    """

    wish: str
    name: str
    granted: tuple[Granted, ...] = ()
    refused: Diagnosis | None = None
    giving_way: tuple[Requirement, ...] = ()
    beyond: Diagnosis | None = None
