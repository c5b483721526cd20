"""Where a name stands in a text whose reader tells no places."""

from __future__ import annotations

import re

from envdoctor.knowledge.names import pypi_names_of
from envdoctor.model.names import package_name
from envdoctor.model.place import Place


class NamePlaces:
    """Finds the line of a text in which a name is first written as a word of its own, outside comments."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")

    def of(self, name: str) -> Place:
        """The place of the name, or of its project on PyPI; the file alone where neither is found."""
        spellings = (name, *pypi_names_of(package_name(name)))
        return next((place for one in spellings if (place := self._written(one)) is not None), Place(self.path))

    def _written(self, name: str) -> Place | None:
        pieces = [re.escape(piece) for piece in re.split(r"[-_.]", name)]
        word = re.compile(rf"(?<![\w.-]){'[-_.]'.join(pieces)}(?![\w.-])", re.IGNORECASE)
        likely = [
            (number, found.start() + 1, self.lines[number - 1])
            for number, line in enumerate(self.lines, 1)
            if (found := word.search(line.split("#", 1)[0])) is not None
        ]
        # The package itself may carry the name too (`name = "numpy"`); a list item or a key is the better witness.
        likely.sort(key=lambda hit: (re.match(r"\s*(-|[\"']|[\w.-]+\s*=\s*[\"'{>=<~^*\d])", hit[2]) is None, hit[0]))
        return Place(self.path, likely[0][0], likely[0][1]) if likely else None
