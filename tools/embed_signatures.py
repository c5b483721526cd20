"""Make the catalogue of `diagnose` from ../shared/logs/signatures.yaml and tools/signatures_own.yaml.

    python -m tools.embed_signatures [OUT]

The own file adds signatures, changes fields of those of the survey (by id), and drops some with the reason. For every
pattern the literals of the prefilter are worked out here: in each line that the pattern matches stands at least one.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from tools.pattern_literals import required_literals

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "logs" / "signatures.yaml"
OWN = Path(__file__).with_name("signatures_own.yaml")
OUT = ROOT / "src" / "envdoctor" / "logs" / "data" / "signatures.json"

Row = dict[str, Any]
LEAST_LITERAL = 4
"""Shorter ones stand in every second line."""


def main(out: Path) -> None:
    """Write the catalogue."""
    survey = yaml.safe_load(SHARED.read_text("utf-8"))
    own = yaml.safe_load(OWN.read_text("utf-8"))
    rows: dict[str, Row] = {row["id"]: row for row in survey["signatures"]}
    for name in own["dropped"]:
        del rows[name]
    for row in own["changed"]:
        rows[row["id"]] = rows[row["id"]] | row
    for row in own["added"]:
        if row["id"] in rows:
            raise SystemExit(f"{row['id']} is in the survey already")
        rows[row["id"]] = row
    kept = [_kept(row) for row in rows.values()]
    head = {"as_of": str(own["as_of"]), "survey_as_of": str(survey["as_of"]), "sources": survey["sources"]}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept)
    out.write_text(
        f'{json.dumps(head, ensure_ascii=False)[:-1]},\n"signatures": [\n{lines}\n]}}\n', "utf-8", newline="\n"
    )
    print(f"{len(kept)} signatures")


def _kept(row: Row) -> Row:
    re.compile(row["regex"])
    literals = row.get("literals") or required_literals(row["regex"])
    least = 2 if row["role"] == "mark" else LEAST_LITERAL
    short = [literal for literal in literals if len(literal.encode()) < least]
    if not literals or short:
        raise SystemExit(f"{row['id']}: no literal of {LEAST_LITERAL} letters stands in every match ({literals})")
    kept: Row = {
        "id": row["id"],
        "class": row["class"],
        "role": row["role"],
        "tool": row["tool"],
        "regex": row["regex"],
        "literals": list(literals),
        "sentence": row.get("sentence") or row.get("cause", ""),
        "fixes": row.get("fixes", []),
    }
    if row.get("refs"):
        kept["refs"] = row["refs"]
    if row.get("soft"):
        kept["soft"] = True
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
