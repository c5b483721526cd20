"""Fixes as JSON, for `explain` and `fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envdoctor.report.json_parts import place_json

if TYPE_CHECKING:
    from envdoctor.model.fixes import Edit, Fix, Fixes, Proven, Setting

Json = dict[str, Any]


def fixes_json(fixes: Fixes | None) -> Json:
    """Return the fields of a report that tell its fixes."""
    return {
        "fixes": [fix_json(fix) for fix in fixes.found] if fixes else [],
        "further_fixes": fixes.further if fixes else 0,
        "fix_hints": list(fixes.hints) if fixes else [],
        "fixes_complete": fixes.complete if fixes else False,
    }


def fix_json(fix: Fix) -> Json:
    """Return one fix."""
    return {
        "kind": fix.kind.value,
        "cost": fix.cost,
        "edits": [_edit(edit) for edit in fix.edits],
        "settings": [_setting(setting) for setting in fix.settings],
        "verified": [{"platform": one.platform, "packages": one.packages} for one in fix.verified],
        "changes": [change for one in fix.verified for change in _changes(one)],
        "notes": list(fix.notes),
        "refusal": fix.refusal or None,
    }


def _edit(edit: Edit) -> Json:
    return {
        **place_json(edit.place),
        "action": edit.action.value,
        "kind": edit.kind.value,
        "from": edit.before or None,
        "to": edit.after or None,
    }


def _setting(setting: Setting) -> Json:
    return {
        "option": setting.option,
        "value": setting.value,
        "kind": setting.kind.value,
        "conda": setting.conda or None,
        "warning": setting.warning or None,
    }


def _changes(proven: Proven) -> list[Json]:
    return [
        {
            "platform": proven.platform,
            "name": change.name,
            "before": change.before,
            "after": change.after,
            "older": change.older,
            "touched": change.touched,
            "newest": change.newest,
        }
        for change in proven.changes
    ]
