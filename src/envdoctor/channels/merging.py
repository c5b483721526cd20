"""How conda joins the values that several sources give one setting (`common/configuration.py`, conda 24 to 26).

The strongest source stands last. A key marked `#!final` silences all sources after it. A scalar is that of the last
source. Lists are joined, the strongest source's items first, an item marked `#!top` before all and one marked
`#!bottom` after all. Maps are joined key by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.channels.condarc import Pairs, Word, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from envdoctor.channels.condarc import Entry


def up_to_final(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that count: all, or those up to the first that is marked final."""
    for index, entry in enumerate(entries):
        if entry.final:
            return tuple(entries[: index + 1])
    return tuple(entries)


def merged_words(sources: Sequence[Words]) -> Words:
    """Join lists, weakest first; of equal items the one that comes first in the result stays."""
    top = [word for source in sources for word in source.words if word.flag == "top"]
    bottom = [word for source in reversed(sources) for word in source.words if word.flag == "bottom"]
    everything = [word for source in reversed(sources) for word in source.words]
    above = _unique([*top, *everything])
    return Words(tuple(reversed(_unique([*reversed(bottom), *reversed(above)]))))


def merged_pairs(sources: Sequence[Pairs]) -> Pairs:
    """Join maps, weakest first; a value marked final in a weaker source stays."""
    values: dict[str, list[Word | Words]] = {}
    for source in sources:
        for key, value in source.pairs:
            values.setdefault(key, []).append(value)
    return Pairs(tuple((key, _merged_value(found)) for key, found in values.items()))


def _merged_value(found: Sequence[Word | Words]) -> Word | Words:
    lists = [value for value in found if isinstance(value, Words)]
    if len(lists) == len(found):
        return merged_words(lists)
    for value in found:
        if isinstance(value, Word) and value.flag == "final":
            return value
    return found[-1]


def _unique(words: Iterable[Word]) -> list[Word]:
    kept: dict[str, Word] = {}
    for word in words:
        kept.setdefault(word.text, word)
    return list(kept.values())
