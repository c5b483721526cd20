"""Findings of `check` that bear on a result: why it will not do although it solves, or what a clash has to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.model.findings import Subject
from envdoctor.model.outcome import Kind, Unsatisfiable
from envdoctor.model.place import Notice
from envdoctor.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.findings import Finding
    from envdoctor.model.outcome import PlatformDiagnosis
    from envdoctor.model.place import Place
    from envdoctor.rules.rule import Rule

OF_LINES = ("EA101", "EA102", "EG101", "EG102", "EG103", "EG104", "EG105", "EG107", "EI108", "EI109", "ES108", "ES109")
"""Rules about what lines bring together. None depends on the day, so that a result does not either."""

OF_CHANNELS = ("EC104", "EC105")
"""Rules about the order of channels, which bear on what a channel hides or lacks."""

_HIDDEN_OR_LACKING = frozenset({Kind.STRICT_PRIORITY, Kind.MISSING_PACKAGE, Kind.MISSING_VERSION, Kind.BROKEN_PACKAGE})


def bearing_on(environment: EnvironmentSpec, platforms: Collection[PlatformDiagnosis]) -> tuple[Notice, ...]:
    """Return the findings that bear on what came of an environment, as notices.

    Where it solves, all about its lines; where it does not, those about lines that clash, and about channels where the
    clash is about what they have. What reading has noticed already is not said again.
    """
    if environment.explicit or not environment.sources:
        return ()
    conflicts = [
        conflict
        for platform in platforms
        if isinstance(platform.outcome, Unsatisfiable)
        for conflict in platform.outcome.conflicts
    ]
    clashing = {line.place for conflict in conflicts for line in conflict.core}
    channels = any(conflict.kind in _HIDDEN_OR_LACKING for conflict in conflicts)
    known = {notice.place for notice in environment.notices}
    subject = Subject(
        file=environment.sources[0], lines=(), today="", environment=environment, platforms=environment.platforms
    )
    return tuple(
        Notice(kind=finding.kind, message=f"{finding.message}; {finding.fix} ({finding.code})", place=finding.place)
        for rule in RULES
        if rule.code in OF_LINES or (channels and rule.code in OF_CHANNELS)
        for finding in _findings(rule, subject, clashing if conflicts and rule.code in OF_LINES else None)
        if finding.place not in known
    )


def _findings(rule: Rule, subject: Subject, lines: Collection[Place] | None) -> Iterator[Finding]:
    """What a rule finds in some lines; in all, where None are given."""
    for finding in rule.findings(subject):
        if lines is None or finding.place in lines:
            yield finding
