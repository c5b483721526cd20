"""Which texts stand in every line that a regex matches: what a prefilter may look for instead.

A small reader of the regex forms that the catalogue uses. What it does not know counts as a text that may be anything,
so the answer is never too narrow; a test lets hypothesis make matching lines and looks for the literals in them.
"""

from __future__ import annotations

from dataclasses import dataclass

Literals = tuple[str, ...]


@dataclass
class _Reader:
    pattern: str
    at: int = 0

    def alternatives(self) -> Literals:
        """Read alternatives up to the closing bracket; the literals of all of them, () if one of them has none."""
        found = [self._sequence()]
        while self.at < len(self.pattern) and self.pattern[self.at] == "|":
            self.at += 1
            found.append(self._sequence())
        return tuple(dict.fromkeys(text for one in found for text in one)) if all(found) else ()

    def _sequence(self) -> Literals:
        """Read one alternative; its best literals."""
        runs: list[Literals] = []
        run = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            letter, inner = self._atom()
            optional, repeated = self._quantifier()
            if letter and not optional:
                run += letter
                if not repeated:
                    continue
                # The letter stands there once at least; what follows may come after more of it.
                runs.append((run,))
                run = ""
                continue
            runs.append((run,))
            run = ""
            if inner and not optional:
                runs.append(inner)
        runs.append((run,))
        return max((one for one in runs if one and all(one)), key=_worth, default=())

    def _atom(self) -> tuple[str, Literals]:
        """Read one atom: a plain letter, or the literals of a group."""
        letter = self.pattern[self.at]
        self.at += 1
        if letter == "(":
            return "", self._group()
        if letter == "[":
            self._letters()
            return "", ()
        if letter == "\\":
            escaped = self.pattern[self.at]
            self.at += 1
            return ("" if escaped.isalnum() else escaped), ()
        return ("" if letter in ".^$" else letter), ()

    def _group(self) -> Literals:
        looks = False
        if self.pattern.startswith("?P<", self.at):
            self.at = self.pattern.index(">", self.at) + 1
        elif self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self.pattern.startswith("?", self.at):
            looks = True
        inner = self.alternatives()
        self.at += 1
        return () if looks else inner

    def _letters(self) -> None:
        """Pass over a set in square brackets."""
        if self.pattern.startswith("^", self.at):
            self.at += 1
        self.at += 1
        while self.pattern[self.at] != "]":
            self.at += 2 if self.pattern[self.at] == "\\" else 1
        self.at += 1

    def _quantifier(self) -> tuple[bool, bool]:
        """Read a quantifier: whether it allows none, and whether more than one."""
        rest = self.pattern[self.at :]
        if not rest or rest[0] not in "?*+{":
            return False, False
        if rest[0] == "{":
            end = rest.index("}")
            self.at += end + 1
            optional, repeated = rest[1:end].split(",")[0] in {"", "0"}, True
        else:
            self.at += 1
            optional, repeated = rest[0] in "?*", rest[0] != "?"
        if self.pattern.startswith("?", self.at):
            self.at += 1
        return optional, repeated


def _worth(literals: Literals) -> tuple[int, int]:
    """Long literals hit few lines; beyond a dozen letters more say nothing, and few are better than many."""
    return (min(*map(len, literals), 12), -len(literals))


def required_literals(pattern: str) -> Literals:
    """Return texts of which at least one stands in every match; () where none is sure."""
    return _Reader(pattern).alternatives()
