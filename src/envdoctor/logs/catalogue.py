"""The catalogue of signatures: data, read on first use (made by tools/embed_signatures.py)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick_rs

from envdoctor.model.logs import Role, Signature

_FILE = Path(__file__).parent / "data" / "signatures.json"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All signatures, and two searches for their literals: in raw bytes, to find lines, and in a cleaned line."""

    signatures: tuple[Signature, ...]
    in_bytes: ahocorasick_rs.BytesAhoCorasick
    in_text: ahocorasick_rs.AhoCorasick
    wanted_by: tuple[tuple[int, ...], ...]
    """For each literal, the numbers of the signatures that need it."""
    regexes: dict[int, re.Pattern[str]] = field(default_factory=dict)

    def candidates(self, text: str) -> list[int]:
        """Return the numbers of the signatures of which a literal stands in the text, in order."""
        found = {number for index, _, _ in self.in_text.find_matches_as_indexes(text, overlapping=True)
                 for number in self.wanted_by[index]}  # fmt: skip
        return sorted(found)

    def regex(self, number: int) -> re.Pattern[str]:
        """Return the compiled pattern of a signature; most logs need few of them."""
        if number not in self.regexes:
            self.regexes[number] = re.compile(self.signatures[number].pattern)
        return self.regexes[number]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that is part of this version."""
    rows = json.loads(_FILE.read_bytes())["signatures"]
    return built(tuple(_signature(row) for row in rows))


def built(signatures: tuple[Signature, ...]) -> Catalogue:
    """Return a catalogue of these signatures."""
    needs: dict[str, list[int]] = {}
    for number, signature in enumerate(signatures):
        for literal in signature.literals:
            needs.setdefault(literal, []).append(number)
    literals = list(needs)
    return Catalogue(
        signatures=signatures,
        in_bytes=ahocorasick_rs.BytesAhoCorasick(
            [literal.encode() for literal in literals], implementation=ahocorasick_rs.Implementation.DFA
        ),
        in_text=ahocorasick_rs.AhoCorasick(literals),
        wanted_by=tuple(tuple(needs[literal]) for literal in literals),
    )


def _signature(row: dict[str, Any]) -> Signature:
    return Signature(
        name=row["id"],
        kind=row["class"],
        role=Role(row["role"]),
        tool=row["tool"],
        pattern=row["regex"],
        literals=tuple(row["literals"]),
        sentence=row["sentence"],
        fixes=tuple(row["fixes"]),
        references=tuple(row.get("refs", ())),
        soft=bool(row.get("soft")),
    )
