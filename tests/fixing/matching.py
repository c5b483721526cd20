"""Whether a spec matches a version, asked of py-rattler by a record that has it."""

from __future__ import annotations

import rattler

from envdoctor.engine.specs import matcher, spec_name


def matches(text: str, version: str, build: str = "py312h8753938_0") -> bool:
    """Whether a spec's text matches a record of that version."""
    spec = matcher(text)
    record = rattler.PackageRecord(
        name=spec_name(spec),
        version=version,
        build=rattler.BuildString(build),
        build_number=0,
        subdir="noarch",
        arch=None,
        platform=None,
    )
    return bool(spec.matches(record))
