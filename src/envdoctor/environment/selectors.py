"""For which platforms a line counts: `# [linux]` as conda-lock has it, `sel(linux):` as micromamba has it.

conda itself knows neither and reads every line everywhere, so only what surely is a selector is taken for one: a
trailing comment that ends in brackets with nothing in them but platform words joined by `and`, `or`, `not`. Everything
else in brackets (`# see [issue 12]`, `#egg=dask[complete]`) is a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.model.names import KNOWN_SUBDIRS, Subdir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MICROMAMBA_WORDS = ("linux", "osx", "unix", "win")

_TRAILING = re.compile(r"\[([^\[\]]+)\][^\[\]()]*$")
_TOKEN = re.compile(r"\s*(\(|\)|&&?|\|\|?|!(?!=)|[\w.+-]+|[<>=!]=?)")
_OF_CONDA_BUILD = re.compile(
    r"(py\d*k?|np|vc|cuda\w*|pypy|cpython|build_platform|target_platform|environ)\b|\w+ *[<>=!]="
)


def _words() -> dict[str, frozenset[Subdir]]:
    """Every platform word with the platforms it stands for, as conda-build and conda-lock use them."""
    words: dict[str, set[Subdir]] = {}
    for subdir in KNOWN_SUBDIRS:
        system, _, machine = subdir.partition("-")
        unix = {"unix"} if system in {"linux", "osx"} else set()
        names = {subdir, system, f"{system}{machine}"} | unix
        names |= {machine} if machine not in {"32", "64"} else set()
        names |= {"x86_64"} if machine == "64" else set()
        names |= {"x86"} if machine in {"32", "64"} else set()
        for name in names:
            words.setdefault(name, set()).add(subdir)
    return {name: frozenset(subdirs) for name, subdirs in words.items()}


_WORDS = _words()
_EVERYWHERE = frozenset(KNOWN_SUBDIRS)


@dataclass(frozen=True, slots=True)
class Selector:
    """What a trailing comment selects. `platforms` is None where it is of conda-build's kind and cannot be decided."""

    text: str
    platforms: tuple[Subdir, ...] | None


def selector_in(comment: str) -> Selector | None:
    """Return the selector that a trailing comment (from `#` on) is; None where it is a plain comment."""
    found = _TRAILING.search(comment)
    if found is None:
        return None
    text = found.group(1).strip()
    platforms = evaluate(text)
    if platforms is not None:
        return Selector(text, platforms)
    return Selector(text, None) if _OF_CONDA_BUILD.match(text.removeprefix("not ")) else None


def evaluate(expression: str) -> tuple[Subdir, ...] | None:
    """Return the platforms for which a selector holds, in fixed order; None where it is not about platforms alone."""
    tokens = _tokens(expression)
    if not tokens:
        return None
    reader = _Reader(tokens)
    chosen = reader.either()
    if chosen is None or reader.rest:
        return None
    return tuple(subdir for subdir in KNOWN_SUBDIRS if subdir in chosen)


def micromamba_platforms(key: str) -> tuple[Subdir, ...] | None:
    """Return the platforms of a key `sel(linux)`; None where it is no such key or its word is unknown."""
    found = re.fullmatch(r"sel\(\s*([^()]*?)\s*\)", key.strip())
    return evaluate(found.group(1)) if found else None


def _tokens(expression: str) -> list[str] | None:
    tokens = []
    position = 0
    while position < len(expression.rstrip()):
        found = _TOKEN.match(expression, position)
        if found is None:
            return None
        tokens.append({"&": "and", "&&": "and", "|": "or", "||": "or", "!": "not"}.get(found.group(1), found.group(1)))
        position = found.end()
    return tokens if len(tokens) <= 64 else None  # noqa: PLR2004 - more is no selector; it also bounds the recursion


class _Reader:
    """Reads `or` of `and` of `not` of words; None stands for anything that is not about platforms."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]

    def either(self) -> frozenset[Subdir] | None:
        parts = list(self._joined("or", self.both))
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))

    def both(self) -> frozenset[Subdir] | None:
        parts = list(self._joined("and", self.one))
        return None if None in parts else _EVERYWHERE.intersection(*(part for part in parts if part is not None))

    def one(self) -> frozenset[Subdir] | None:
        word = self.rest.pop() if self.rest else ""
        if word == "not":
            inner = self.one()
            return None if inner is None else _EVERYWHERE - inner
        if word == "(":
            inner = self.either()
            return inner if self.rest and self.rest.pop() == ")" else None
        return _WORDS.get(word.lower())

    def _joined(self, joint: str, part: Callable[[], frozenset[Subdir] | None]) -> Iterator[frozenset[Subdir] | None]:
        yield part()
        while self.rest and self.rest[-1] == joint:
            self.rest.pop()
            yield part()
