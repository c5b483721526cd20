"""What a conda-compatible executable answers to `create --dry-run --json`, as conda-lock reads it.

The form is that of conda's own answer (`actions` with `FETCH` and `LINK`); conda-lock 4.0.3 takes name, version, url,
hashes and dependencies from it (`conda_solver.py`), and asks no package cache where every linked package is fetched.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envdoctor.model.records import Record

FOLDER_VARIABLE = "ENVDOCTOR_CONDA_ANSWERS"
"""Names the folder of answers that were worked out before; one file a platform, `linux-64.json`."""


def success(records: Sequence[Record]) -> str:
    """Return the answer that these records are to be installed, in their order."""
    return _json({"success": True, "actions": {"FETCH": [_fetch(one) for one in records], "LINK": _links(records)}})


def failure(message: str) -> str:
    """Return the answer that nothing can be installed, with the reason."""
    return _json({"success": False, "error": message, "message": message})


def listed(records: Sequence[Record]) -> str:
    """Return the answer to `list --json`."""
    return _json(_links(records))


def _fetch(record: Record) -> dict[str, Any]:
    return {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "build_number": record.build_number,
        "channel": record.url.rsplit("/", 2)[0],
        "subdir": record.subdir,
        "fn": record.filename,
        "url": record.url,
        "md5": record.md5 or "",
        **({} if record.sha256 is None else {"sha256": record.sha256}),
        "depends": list(record.depends),
        "constrains": list(record.constrains),
        "size": record.size or 0,
        "timestamp": record.timestamp or 0,
    }


def _links(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        {
            "name": record.name,
            "version": record.version,
            "build_string": record.build,
            "build_number": record.build_number,
            "channel": record.url.rsplit("/", 2)[0],
            "platform": record.subdir,
            "base_url": record.url.rsplit("/", 2)[0],
            "dist_name": _dist_name(record.filename),
        }
        for record in records
    ]


def _dist_name(filename: str) -> str:
    return filename.removesuffix(".conda").removesuffix(".tar.bz2")


def _json(answer: object) -> str:
    return json.dumps(answer, sort_keys=True) + "\n"
