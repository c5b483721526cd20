"""All rules, in one explicit list: nothing finds them by magic."""

from __future__ import annotations

from envdoctor.rules import abi, channels, file_form, locks, pip_lines, python_life, resolution, resolved, specs, target

RULES = (
    *file_form.RULES,
    *specs.RULES,
    *channels.RULES,
    *python_life.RULES,
    *abi.RULES,
    *target.RULES,
    *pip_lines.RULES,
    *locks.RULES,
    *resolved.RULES,
    *resolution.RULES,
)
"""By family and number."""

FAMILIES = (
    ("EF", "File form"),
    ("ES", "Specs"),
    ("EC", "Channels"),
    ("EP", "Python and life cycles"),
    ("EA", "What has to be built alike"),
    ("EG", "The machine"),
    ("EI", "The pip section"),
    ("EL", "Locks"),
    ("ER", "With the channels' records (`--resolve`)"),
)
"""The families, with their titles on the page of rules."""
