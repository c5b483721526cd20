"""What plain conda-lock would make of a file otherwise: one word for each line that it loses or changes.

conda decides what a file means, and conda-lock's own parser reads some lines in another way (conda-lock 4.0.3; each
rule below names what it was seen to do). Who moves between the tools must know.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.environment.conda_lock import plain_lines_of, read_plainly
from envdoctor.environment.decoding import decode
from envdoctor.environment.quoting import quote, without_secrets
from envdoctor.environment.selectors import selector_in
from envdoctor.errors import InputError
from envdoctor.model.place import Notice, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envdoctor.environment.conda_lock import PlainLine
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.names import Subdir
    from envdoctor.model.specs import PipRequirement, Requirement

    Key = tuple[str, str]

_BRACKETS = re.compile(r"#.*\[[^\[\]]+\]")


def lost_by_conda_lock(environment: EnvironmentSpec, platforms: Sequence[Subdir]) -> tuple[Notice, ...]:
    """Return a notice for each line that plain conda-lock reads otherwise, in the order of the file.

    Files that are read through conda-lock anyway, lists and standard input are left out.
    """
    (*files,) = (source for source in environment.sources if _is_environment_yaml(source))
    if len(files) != 1 or len(environment.sources) != 1:
        return ()
    names = [line.name for line in environment.pip if line.name is not None]
    try:
        theirs = read_plainly(files[0], platforms, names)
    except InputError as error:
        return (
            Notice(
                kind="conda-lock-refuses",
                message=f"plain conda-lock refuses this file ({error.message.partition(': ')[2] or error.message})",
                place=Place(files[0]),
            ),
        )
    notices = _Comparison(environment, files[0]).notices(plain_lines_of(environment, platforms), theirs)
    return tuple(dict.fromkeys(sorted(notices, key=lambda one: (one.place.line or 0) if one.place else 0)))


def _is_environment_yaml(source: str) -> bool:
    path = Path(source)
    return path.suffix in {".yml", ".yaml"} and path.name != "meta.yaml" and path.is_file()


class _Comparison:
    """Both readings of one file, and its lines."""

    def __init__(self, environment: EnvironmentSpec, file: str) -> None:
        self.environment = environment
        self.file = file
        self.text = decode(Path(file).read_bytes(), file).split("\n")
        self.kinds = {notice.kind for notice in environment.notices}

    def notices(self, ours: Sequence[PlainLine], theirs: Sequence[PlainLine]) -> Iterator[Notice]:
        """A word for each name on which they differ on some platform, and for lines that only ours keeps."""
        for platform in dict.fromkeys(line.platform for line in ours):
            mine, other = ({_key(one): one for one in lines if one.platform == platform} for lines in (ours, theirs))
            for key, line in mine.items():
                if key not in other or _wanted(other[key]) != _wanted(line):
                    yield from self._differs(key, line, other.get(key))
            for key in other.keys() - mine.keys():
                yield from self._only_theirs(other[key])
        for pip in self.environment.pip:
            if pip.kind == "editable":
                yield self._notice("editable", pip, "plain conda-lock leaves this editable line out without a word")

    def _differs(self, key: Key, line: PlainLine, other: PlainLine | None) -> Iterator[Notice]:
        written = self._lines_of(key)
        if not written:
            if key == ("conda", "pip") and other is not None:
                yield Notice(
                    kind="implied-pip", message="plain conda-lock adds pip in another way", place=Place(self.file)
                )
            return
        last = written[-1]
        if key == ("conda", "pip") and other is not None and not other.version:
            yield self._notice(
                "pin-of-pip", last, "plain conda-lock forgets the version of pip beside a `pip:` section"
            )
        elif other is not None and len(written) > 1:
            yield self._notice(
                "last-line-counts",
                written[0],
                f"plain conda-lock forgets this line: of several for {line.name} only the last counts there",
            )
        elif other is not None:
            asked = without_secrets(" ".join(part for part in (other.version, other.build) if part)) or "any version"
            yield self._notice("read-otherwise", last, f"plain conda-lock reads {line.name} {asked} here")
        else:
            yield self._lost(last)

    def _lost(self, line: Requirement | PipRequirement) -> Notice:
        raw = self._raw(line)
        if "sel(" in raw:
            return self._notice("sel-item", line, "plain conda-lock drops `sel(…)` items")
        if _BRACKETS.search(raw):
            if selector_in(raw[raw.index("#") :]) is not None:
                return self._notice(
                    "compound-selector", line, "plain conda-lock takes this selector to be false on every platform"
                )
            return self._notice(
                "comment-in-brackets",
                line,
                "plain conda-lock takes the brackets of this comment for a selector and drops the line",
            )
        if getattr(line, "marker", None):
            return self._notice("marker", line, "plain conda-lock decides this marker by itself")
        return self._notice("line-lost", line, "plain conda-lock does not read this line")

    def _only_theirs(self, line: PlainLine) -> Iterator[Notice]:
        if "pip-section-no-list" in self.kinds and len(line.name) == 1:
            yield Notice(
                kind="conda-lock-letter-by-letter",
                message="plain conda-lock reads the one text of `pip:` letter by letter",
                place=Place(self.file),
            )
            return
        near = [pip for pip in self.environment.pip if pip.url is not None and _bare(line.version) == _bare(pip.url)]
        near += [pip for pip in self.environment.pip if pip.kind == "path" and line.name in pip.text.lower()]
        for pip in near[:1]:
            message = f"plain conda-lock takes this address or path for a project named {quote(line.name)}"
            yield self._notice("name-guessed", pip, message)

    def _lines_of(self, key: Key) -> list[Requirement | PipRequirement]:
        manager, name = key
        if manager == "conda":
            return [line for line in self.environment.requirements if line.name == name]
        return [line for line in self.environment.pip if line.name == name]

    def _raw(self, line: Requirement | PipRequirement) -> str:
        inside = line.place.file == self.file and line.place.line is not None
        return self.text[(line.place.line or 1) - 1] if inside else ""

    def _notice(self, kind: str, line: Requirement | PipRequirement, message: str) -> Notice:
        return Notice(kind=f"conda-lock-{kind}", message=f"{message}: {quote(line.text)}", place=line.place)


def _key(line: PlainLine) -> Key:
    return line.manager, line.name


def _wanted(line: PlainLine) -> tuple[str, str]:
    return _bare(line.version), line.build


def _bare(text: str) -> str:
    """An address without what conda-lock spells anew; any other text as it is."""
    return re.sub(r"(\.git)?/?([@#].*)?$", "", text.removeprefix("git+")) if "://" in text else text
