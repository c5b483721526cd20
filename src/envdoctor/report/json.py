"""A diagnosis as JSON, for programs: everything that the text says, and the values behind it.

The form is versioned and described by `explain.schema.json`; `docs/json.md` tells it to people. Within one version
fields are only added.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.channels.secrets import redact
from envdoctor.model.outcome import Check, Resolution
from envdoctor.report.fixes_json import fixes_json
from envdoctor.report.json_parts import (
    channel_json,
    choice_json,
    conflict_json,
    largest_json,
    line_json,
    notice_json,
    package_json,
    pin_json,
    shared_json,
    virtual_json,
)
from envdoctor.report.stories import shared_lines
from envdoctor.report.words import iso_moment

if TYPE_CHECKING:
    from envdoctor.errors import EnvdoctorError
    from envdoctor.model.diagnosis import Diagnosis
    from envdoctor.model.outcome import PlatformDiagnosis, Unsatisfiable

SCHEMA_VERSION = 1

_CHECKS = {Check.AGREED: "agreed", Check.NOT_HEARD: "not-heard"}


def render_json(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as JSON: UTF-8 without escapes, two spaces of indentation, a line feed at the end."""
    return json_text(document_of(diagnosis))


def document_of(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as JSON's values, for documents that hold one."""
    environment = diagnosis.environment
    return {
        "schema_version": SCHEMA_VERSION,
        "solvable": diagnosis.solvable,
        "environment": {
            "name": environment.name,
            "sources": list(environment.sources),
            "explicit": environment.explicit,
        },
        "platforms": [_platform(platform) for platform in diagnosis.platforms],
        "pip_conflicts": [conflict_json(conflict) for conflict in diagnosis.pip_conflicts],
        **fixes_json(diagnosis.fixes),
        "notices": [notice_json(notice) for notice in diagnosis.notices],
    }


def render_error_json(error: EnvdoctorError) -> str:
    """Return an error as JSON; file, line and column are null where there are none."""
    place = error.place
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "error": {
                "message": error.message,
                "file": place.file if place else None,
                "line": place.line if place else None,
                "column": place.column if place else None,
            },
        }
    )


def _platform(platform: PlatformDiagnosis) -> dict[str, Any]:
    request, outcome = platform.outcome.request, platform.outcome
    return {
        "platform": platform.platform,
        "solvable": platform.solvable,
        "check": _CHECKS[platform.check],
        "requirements": [line_json(line) for line in request.requirements],
        **(_resolution(platform, outcome) if isinstance(outcome, Resolution) else _conflicts(outcome)),
        "channels": [channel_json(tier) for tier in request.tiers],
        "channel_priority": request.priority.value,
        "virtual_packages": [virtual_json(package) for package in request.target.virtual_packages],
        "pins": [pin_json(pin) for pin in request.pins],
        "exclude_newer": None if request.exclude_newer is None else iso_moment(request.exclude_newer),
    }


def _conflicts(outcome: Unsatisfiable) -> dict[str, Any]:
    return {
        "complete": outcome.complete,
        "conflicts": [conflict_json(conflict) for conflict in outcome.conflicts],
        "corrections": [[line_json(line) for line in lines] for lines in outcome.corrections],
        "shared_lines": [shared_json(shared) for shared in shared_lines(outcome.conflicts)],
    }


def _resolution(platform: PlatformDiagnosis, outcome: Resolution) -> dict[str, Any]:
    sizes = [record.size for record in outcome.records]
    return {
        "complete": True,
        "conflicts": [],
        "corrections": [],
        "shared_lines": [],
        "package_count": len(sizes),
        "download_size": sum(size for size in sizes if size is not None),
        "unknown_sizes": sum(size is None for size in sizes),
        "choices": [choice_json(choice) for choice in platform.choices],
        "largest": [largest_json(*row) for row in platform.largest],
        "packages": [package_json(record) for record in outcome.records],
    }


def json_text(value: dict[str, Any] | list[dict[str, Any]]) -> str:
    """Return a document as text, without credentials."""
    return json.dumps(_clean(value), ensure_ascii=False, indent=2) + "\n"


def _clean(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The value with no credential in any text, and with no half of a surrogate pair, which UTF-8 cannot say."""
    match value:
        case str():
            return redact(value).encode("utf-8", "backslashreplace").decode("utf-8")
        case list():
            return [_clean(part) for part in value]
        case dict():
            return {key: _clean(part) for key, part in value.items()}
        case _:
            return value
