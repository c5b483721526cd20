"""What envdoctor writes into a lock's own metadata, and reads back: assumed machines, lines, what is not locked.

conda-lock keeps `custom_metadata` (texts by name) and lets it be; other readers pass over it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from envdoctor.environment.quoting import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.lockfile import NotLocked
    from envdoctor.model.names import Subdir
    from envdoctor.model.records import VirtualPackage

VIRTUAL_PACKAGES = "envdoctor.virtual_packages."
"""Followed by the platform; the value is `__cuda=11.4,__glibc=2.28`."""
LINES = "envdoctor.lines"
"""A list of `[text, platforms or null]`, one for each line of the inputs; pip lines begin with `pip: `."""
NOT_LOCKED = "envdoctor.not_locked"


def notes(
    environment: EnvironmentSpec,
    virtual_packages: Sequence[tuple[Subdir, tuple[VirtualPackage, ...]]],
    not_locked: Sequence[NotLocked],
) -> tuple[tuple[str, str], ...]:
    """Return the notes by name, in order, without secrets."""
    found = {
        f"{VIRTUAL_PACKAGES}{subdir}": ",".join(str(package) for package in packages)
        for subdir, packages in virtual_packages
    }
    found[LINES] = json.dumps([[text, platforms] for text, platforms in lines(environment)])
    if not_locked:
        found[NOT_LOCKED] = json.dumps(
            [{"text": one.text, "place": one.place, "reason": one.reason} for one in not_locked]
        )
    return tuple(sorted(found.items()))


def lines(environment: EnvironmentSpec) -> tuple[tuple[str, tuple[Subdir, ...] | None], ...]:
    """Return what the inputs ask for, line by line, as a lock remembers it."""
    conda = [(without_secrets(line.text), line.platforms) for line in environment.requirements]
    pip = [(f"pip: {without_secrets(line.text)}", line.platforms) for line in environment.pip]
    return (*conda, *pip)
