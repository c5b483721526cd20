"""A line as it was written, in parts that can be changed one by one while the user's own style stays."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.specs import Requirement

_OPERATOR = r"(?:===|==|>=|<=|!=|~=|=|<|>)"
_VERSION = r"[^\s,|=<>!~\[\]()]+"
_PART = re.compile(rf"(?P<operator>{_OPERATOR})?(?P<gap>\s*)(?P<version>{_VERSION})$")
_LINE = re.compile(
    r"(?P<head>(?:[^\s\[\]]+::)?[A-Za-z0-9_][A-Za-z0-9_.-]*+)"
    rf"(?P<gap>\s*)(?P<version>{_OPERATOR}?\s*{_VERSION}(?:\s*[,|]\s*{_OPERATOR}?\s*{_VERSION})*)?"
    r"(?:(?P<joint>\s*=\s*|\s+)(?P<build>[^\s=\[\]]+))?$"
)
_NEEDS_GAP = re.compile(r"[\w.*!]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a version: `>=1.24` is `>=` and `1.24`, with the blanks between them. Empty operator: none."""

    operator: str
    gap: str
    version: str

    def __str__(self) -> str:
        """Return the condition as written."""
        return f"{self.operator}{self.gap}{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The parts of a line, which put together are its text. `head` is the name with the channel before it."""

    head: str
    gap: str = ""
    version: str = ""
    joint: str = ""
    build: str = ""

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.head}{self.gap if self.version else ''}{self.version}{self.joint}{self.build}"

    @property
    def conditions(self) -> tuple[Condition, ...] | None:
        """The conditions that all must hold; None where the version is no such list (a choice by `|`)."""
        if not self.version:
            return ()
        found = [_PART.match(part.strip()) for part in self.version.split(",")]
        if "|" in self.version or not all(found):
            return None
        return tuple(
            Condition(operator=match["operator"] or "", gap=match["gap"], version=match["version"])
            for match in found
            if match
        )

    def without_build(self) -> Written:
        """The line with its build left out, and with it a version that says nothing (`=*`)."""
        bare = replace(self, joint="", build="")
        return replace(bare, gap="", version="") if self.version.strip("= ") in {"", "*"} else bare

    def with_version(self, text: str) -> Written:
        """The line with another version; a blank is put before one that would run into the name."""
        gap = self.gap or (" " if _NEEDS_GAP.match(text) else "")
        return replace(self, gap=gap, version=text)

    def with_condition(self, number: int, condition: Condition | None) -> Written:
        """The line with another condition at a place, or without the one there; blanks after commas stay."""
        parts = self.version.split(",")
        if condition is None:
            del parts[number]
            return replace(self, version=",".join(parts).strip(), gap=self.gap if parts else "")
        lead = parts[number][: len(parts[number]) - len(parts[number].lstrip())]
        tail = parts[number][len(parts[number].rstrip()) :]
        parts[number] = f"{lead}{condition}{tail}"
        return replace(self, version=",".join(parts))

    def with_name(self, name: str) -> Written:
        """The line for another package; a channel before the name goes, since it was named for the old one."""
        return replace(self, head=name)


def written(line: Requirement) -> Written:
    """Return the parts of a line. One in another form (brackets) is written anew, in the plainest form for its spec."""
    match = _LINE.match(line.text)
    if match is not None:
        return Written(
            head=match["head"],
            gap=match["gap"],
            version=match["version"] or "",
            joint=match["joint"] or "",
            build=match["build"] or "",
        )
    spec = line.spec
    channel = f"{spec.channel}::" if spec.channel else ""
    build = spec.build or ""
    version = spec.version or ("*" if build else "")
    return Written(
        head=f"{channel}{line.name}",
        gap=" " if version else "",
        version=version,
        joint=" " if build else "",
        build=build,
    )
