"""A comparison as JSON, version 1 of `comparison.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from envdoctor.channels.secrets import redact
from envdoctor.lockfile.compare import channel_of
from envdoctor.model.lockfile import Manager
from envdoctor.report.json_parts import notice_json

if TYPE_CHECKING:
    from envdoctor.model.comparison import Asker, Change, Comparison, PlatformComparison, Side
    from envdoctor.model.lockfile import LockedPackage

SCHEMA_VERSION = 1


def render_comparison_json(comparison: Comparison) -> str:
    """Return the comparison as JSON: UTF-8 without escapes, two spaces of indentation, a line feed at the end."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "differ": comparison.differ,
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "platforms": [_platform(one) for one in comparison.platforms],
        "only_before": list(comparison.only_before),
        "only_after": list(comparison.only_after),
        "notices": [notice_json(notice) for notice in comparison.notices],
    }
    return redact(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {"name": side.name, "direct_from": side.direct_from.name.lower()}


def _platform(one: PlatformComparison) -> dict[str, Any]:
    return {"platform": one.platform, "same": one.same, "changes": [_change(change) for change in one.changes]}


def _change(change: Change) -> dict[str, Any]:
    kind = "added" if change.before is None else "removed" if change.after is None else "changed"
    return {
        "name": change.name,
        "manager": change.manager.value,
        "kind": kind,
        "parts": [part.value for part in change.parts],
        "turn": None if change.turn is None else change.turn.value,
        "direct": change.direct,
        "before": None if change.before is None else _package(change.before),
        "after": None if change.after is None else _package(change.after),
        "asked_by": [_asker(asker) for asker in change.askers],
    }


def _package(package: LockedPackage) -> dict[str, Any]:
    return {
        "version": package.version,
        "build": package.build,
        "channel": channel_of(package) if package.manager is Manager.CONDA else None,
        "url": package.url or None,
        "md5": package.md5,
        "sha256": package.sha256,
    }


def _asker(asker: Asker) -> dict[str, Any]:
    place = asker.place
    return {
        "package": None if asker.by is None else str(asker.by),
        "text": asker.text,
        "rules_out_before": asker.rules_out,
        "file": place.file if place else None,
        "line": place.line if place else None,
    }
