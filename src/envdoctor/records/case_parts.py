"""Looking into JSON of unknown origin: each part knows where it stands, and a wrong one is told by its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from envdoctor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.model.place import Place


@dataclass(frozen=True, slots=True)
class Part:
    """A value inside a JSON document. All its methods raise `InputError` where the value is not what is asked for."""

    value: Any
    name: str
    place: Place

    def at(self, key: str) -> Part:
        """The value of a key."""
        if not isinstance(self.value, dict):
            raise self._damaged("a map")
        if key not in self.value:
            raise self._damaged(f"a map with {key!r}")
        return Part(self.value[key], f"{self.name}.{key}", self.place)

    def entries(self, keys: Sequence[str]) -> Iterator[tuple[str, Part]]:
        """Those of the keys that are there."""
        if not isinstance(self.value, dict):
            raise self._damaged("a map")
        return ((key, self.at(key)) for key in keys if key in self.value)

    def parts(self, length: int | None = None) -> tuple[Part, ...]:
        """The values of a list."""
        if not isinstance(self.value, list):
            raise self._damaged("a list")
        if length is not None and len(self.value) != length:
            raise self._damaged(f"a list of {length}")
        return tuple(Part(value, f"{self.name}[{index}]", self.place) for index, value in enumerate(self.value))

    def text(self) -> str:
        """A text."""
        if not isinstance(self.value, str):
            raise self._damaged("a text")
        return self.value

    def maybe_text(self) -> str | None:
        """A text or nothing."""
        return None if self.value is None else self.text()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(part.text() for part in self.parts())

    def number(self) -> int:
        """A whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self._damaged("a whole number")
        return self.value

    def boolean(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self._damaged("true or false")
        return self.value

    def one_of(self, words: Sequence[str]) -> str:
        """One of the words."""
        if self.text() not in words:
            raise self._damaged(f"one of {', '.join(words)}")
        return self.text()

    def _damaged(self, expected: str) -> InputError:
        return InputError(
            f"the file is damaged: {self.name} should be {expected}; write it again, or ask whoever sent it",
            place=self.place,
        )
