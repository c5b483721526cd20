"""The catalogue of signatures: data, read on first use (made by tools/embed_signatures.py)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick_rs

from envdoctor.model.logs import Role, Signature

_FILE = Path(__file__).parent / "data" / "signatures.json"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All signatures, and one search for the literals of all of them."""

    signatures: tuple[Signature, ...]
    in_bytes: ahocorasick_rs.BytesAhoCorasick
    wanted_by: tuple[tuple[int, ...], ...]
    """For each literal, the numbers of the signatures that need it."""

    def hits(self, block: bytes) -> list[tuple[int, int, int]]:
        """Return where literals stand in a block, by their ends: the number of the literal, its start and its end."""
        return self.in_bytes.find_matches_as_indexes(block, overlapping=True)

    def regex(self, number: int) -> re.Pattern[str]:
        """Return the compiled pattern of a signature; most logs need few of them."""
        return _compiled(self.signatures[number].pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


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
