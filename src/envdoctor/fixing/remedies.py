"""What could be done about a conflict beside moving versions, each kind only when its cause is at hand.

Nothing here is proven, and much of it does not help when another conflict stands in the way: the proof decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.fixing import channel_remedies, export_remedies, machine_remedies, name_remedies, platform_remedies

if TYPE_CHECKING:
    from envdoctor.fixing.illness import Illness
    from envdoctor.fixing.proposals import Proposal


def remedies(ill: Illness) -> tuple[Proposal, ...]:
    """Return all that could be tried, in no order."""
    return (
        *name_remedies.remedies(ill),
        *channel_remedies.remedies(ill),
        *machine_remedies.remedies(ill),
        *platform_remedies.remedies(ill),
        *export_remedies.remedies(ill),
    )
