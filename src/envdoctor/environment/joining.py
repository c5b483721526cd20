"""Several lines of one name as the one line that a lock can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.specs import Requirement


def joined_versions(versions: Sequence[str]) -> str:
    """Return all version conditions as one. A choice (`|`) binds weaker than a comma, so it gets parentheses."""
    stated = [version for version in dict.fromkeys(versions) if version not in {"", "*"}]
    if len(stated) == 1:
        return stated[0]
    return ",".join(f"({version})" if "|" in version else version for version in stated)


def joined_part(requirements: Sequence[Requirement], part: str, values: Sequence[str | None]) -> str | None:
    """Return the one value that lines of a name state for a part. Raises `InputError` where they state several."""
    stated = list(dict.fromkeys(value for value in values if value is not None))
    if len(stated) > 1:
        raise InputError(
            f"`{requirements[0].text}` and `{requirements[-1].text}` ask for two {part}s of {requirements[0].name}, "
            "which a lock cannot hold; keep one of the lines",
            place=requirements[-1].place,
        )
    return stated[0] if stated else None
