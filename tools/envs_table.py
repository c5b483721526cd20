"""Read every real environment file of ../shared/envs and write the tables of docs/environment-files.md.

    python tools/envs_table.py [--check]

Each file is read by envdoctor and compared with what conda-lock's own parser made of it (`parse.jsonl` there). Every
refusal and every difference must have a named reason, else the script fails. With `--check` nothing is written, and a
table that is out of date is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from envdoctor.engine.specs import SpecError, parse_spec
from envdoctor.environment.decoding import decode
from envdoctor.environment.read import read_environment
from envdoctor.environment.selectors import selector_in
from envdoctor.errors import InputError
from envdoctor.model.names import Subdir, package_name, pypi_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import PipRequirement, Requirement

ROOT = Path(__file__).resolve().parents[1]
ENVS = ROOT.parent / "shared" / "envs"
PAGE = ROOT / "docs" / "environment-files.md"
BEGIN, END = "<!-- tables: tools/envs_table.py -->", "<!-- end of tables -->"

REFUSALS: tuple[tuple[str, str, str], ...] = (
    ("the file is empty", r"the file is empty", "conda refuses it too"),
    (
        "no `dependencies`",
        r"there is no `dependencies:` list",
        "conda would make an empty environment of it: these are files of other tools, or cut off",
    ),
    ("no mapping at the top", r"the file holds a list", "conda stops with an error"),
    ("unfinished merge", r"unfinished merge left behind", "no YAML; conda stops"),
    ("template not filled in", r"template syntax", "no YAML, or names in braces; conda stops"),
    (
        "broken YAML",
        r"neither a list item|no space \(U\+|does not fit the block|not valid YAML",
        "no YAML; conda stops",
    ),
    ("duplicate key", r"is given twice", "conda's YAML reader refuses duplicate keys"),
    ("tag", r"the YAML tag", "conda's YAML reader refuses the tag"),
    ("binary content", r"binary content|was UTF-16 text", "conda's YAML reader refuses NUL characters"),
    ("`dependencies` is no list", r"`dependencies:` must be a list", "conda would read it letter by letter and stop"),
    ("empty item", r"this dependency is empty", "conda stops with an error"),
    ("unknown installer", r"is no installer that conda has", "conda stops: it has no such installer"),
    ("lines run together", r"is several lines in one", "conda refuses the spec"),
    ("operator without a version", r"and nothing behind it", "conda refuses the spec"),
    (
        "pip's language in the conda part",
        r"is an option of pip|has `@`, which only pip reads|only pip installs",
        "conda takes the text for the name of a package, which no channel can have",
    ),
    ("one `=` in a pip line", r"has one `=` as conda has it", "pip refuses the line, so `conda env create` fails"),
)
"""Reason, what its sentence says, and why refusing is right."""


ONLY_PIP = "a `pip:` line that pip takes and packaging does not"


@dataclass(frozen=True, slots=True)
class Lines:
    """What one side asks of one name on one platform: pairs of version condition and build, or an address."""

    manager: str
    name: str
    wanted: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One name on which the two readings of a file differ on a platform, and why. An empty reason is a failure."""

    file: str
    platform: str
    manager: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What envdoctor reads in one file, and the lines of its text."""

    file: str
    spec: EnvironmentSpec
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that envdoctor refuses, and the sentence for it."""

    file: str
    sentence: str


def readings(folder: Path) -> Iterator[Reading | Refusal]:
    """Read every file of the folder, in order."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        for path in sorted(Path().glob("[0-9]*")):
            raw = path.read_bytes()
            try:
                spec = read_environment([str(path)])
            except InputError as error:
                yield Refusal(str(path), str(error))
            else:
                yield Reading(str(path), spec, tuple(decode(raw, str(path)).split("\n")))
    finally:
        os.chdir(before)


def reason_of_refusal(sentence: str) -> str:
    """Return the name of the reason, or nothing where there is none."""
    return next((name for name, pattern, _ in REFUSALS if re.search(pattern, sentence)), "")


def of_conda_lock(folder: Path) -> dict[str, dict[str, Any]]:
    """What conda-lock's parser made of each file."""
    lines = (folder / "parse.jsonl").read_text("utf-8").splitlines()
    return {entry["file"]: entry for entry in map(json.loads, lines)}


def differences(reading: Reading, theirs: Mapping[str, Any]) -> list[Difference]:
    """Compare the two readings of a file that both accept."""
    found = []
    for platform, rows in theirs["platforms"].items():
        other = _their_lines(rows)
        own = _own_lines(reading.spec, Subdir(platform))
        addresses = {_plain_address(version) for line in other.values() for version, _ in line.wanted}
        for key in sorted(set(own) | set(other)):
            mine, that = own.get(key), other.get(key)
            if mine is not None and that is not None and mine.wanted == that.wanted:
                continue
            reason = _Explainer(reading, Subdir(platform), key, own, addresses).reason(mine, that)
            found.append(Difference(reading.file, platform, *key, reason))
    return found


def _own_lines(spec: EnvironmentSpec, subdir: Subdir) -> dict[tuple[str, str], Lines]:
    wanted: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for line in spec.requirements_on(subdir):
        wanted["conda", line.name].add((line.spec.version or "", line.spec.build or ""))
    for pip in spec.pip_on(subdir):
        if pip.kind not in {"option", "requirements-file", "constraints-file"}:
            wanted["pip", pip.name or pip.text].add((pip.url or _specifier(pip.specifier), ""))
    return {key: Lines(*key, frozenset(_any(pair) for pair in pairs)) for key, pairs in wanted.items()}


def _their_lines(rows: Iterable[list[Any]]) -> dict[tuple[str, str], Lines]:
    found = {}
    for name, version, build, _, manager in rows:
        if manager == "pip":
            key = ("pip", str(pypi_name(name)))
            found[key] = Lines(*key, frozenset({(_specifier(version or ""), "")}))
        else:
            key = ("conda", str(package_name(name)))
            found[key] = Lines(*key, frozenset({_any(_canonical(name, version or "", build or ""))}))
    return found


def _any(pair: tuple[str, str]) -> tuple[str, str]:
    return ("" if pair[0] == "*" else pair[0], pair[1])


def _canonical(name: str, version: str, build: str) -> tuple[str, str]:
    if not version and not build:
        return ("", "")
    try:
        spec = parse_spec(f"{name} {version or '*'} {build}".strip())
    except SpecError:
        return (version, build)
    return (spec.version or "", spec.build or "")


def _specifier(text: str) -> str:
    if text in {"", "*"}:
        return ""
    try:
        return str(SpecifierSet(text.replace("===", "==")))
    except InvalidSpecifier:
        return text


def _plain_address(address: str) -> str:
    return re.sub(r"(\.git)?/?([@#].*)?$", "", address) if "://" in address else address


class _Explainer:
    """Finds the one reason for which the two readings differ on a name."""

    def __init__(
        self,
        reading: Reading,
        subdir: Subdir,
        key: tuple[str, str],
        own: Mapping[tuple[str, str], Lines],
        addresses: set[str],
    ) -> None:
        self.reading = reading
        self.notices = {notice.kind for notice in reading.spec.notices}
        self.manager, self.name = key
        self.addresses = addresses
        self.own_addresses = {_plain_address(wanted) for line in own.values() for wanted, _ in line.wanted}
        self.requirements = [line for line in reading.spec.requirements_on(subdir) if line.name == self.name]
        self.pip = [line for line in reading.spec.pip_on(subdir) if self.name in {line.name, line.text}]

    def reason(self, mine: Lines | None, theirs: Lines | None) -> str:
        return self._conda(mine, theirs) if self.manager == "conda" else self._pip(mine, theirs)

    def _conda(self, mine: Lines | None, theirs: Lines | None) -> str:
        if self.name == "pip" and "pip-section-empty" in self.notices:
            return "an empty `pip:` section brings in pip, for conda"
        if self.name == "pip" and theirs is not None and theirs.wanted == {("", "")}:
            return "the pin of pip is lost beside a `pip:` section (4)"
        if mine is not None and theirs is not None and len(mine.wanted) > 1 and theirs.wanted < mine.wanted:
            return "of several lines for one name only the last counts (5)"
        if mine is not None and theirs is None:
            return self._lost_line([self._line(line) for line in self.requirements])
        return ""

    def _pip(self, mine: Lines | None, theirs: Lines | None) -> str:
        if mine is None and theirs is not None:
            return self._only_theirs(theirs)
        if mine is not None and theirs is None:
            return self._only_ours(mine)
        if mine is None or theirs is None:
            return ""
        if len(mine.wanted) > 1 and theirs.wanted < mine.wanted:
            return "of several lines for one name only the last counts (5)"
        same = {_plain_address(one) for one, _ in mine.wanted} == {_plain_address(one) for one, _ in theirs.wanted}
        return "an address is spelled anew (`.git` or a hash cut off)" if same else ""

    def _only_theirs(self, theirs: Lines) -> str:
        if "pip-section-no-list" in self.notices and len(self.name) == 1:
            return "`pip:` with one text is read letter by letter (6)"
        if any(_plain_address(wanted) in self.own_addresses for wanted, _ in theirs.wanted):
            return "a name is guessed from an address (11)"
        if any(str(pypi_name(address)) == self.name for address in self.own_addresses):
            return "a path is taken for a name (11)"
        if "pip-section-overwritten" in self.notices:
            return "of two `pip:` sections conda reads the last only"
        return ""

    def _only_ours(self, mine: Lines) -> str:
        if any(line.kind == "editable" for line in self.pip):
            return "editable lines are left out (10)"
        if any(_plain_address(wanted) in self.addresses for wanted, _ in mine.wanted):
            return "a name is guessed from an address (11)"
        if any(line.kind == "path" for line in self.pip):
            return "a path is taken for a name (11)"
        if any(line.marker for line in self.pip):
            return "markers of platforms are decided already, ours are kept"
        if "pip-section-no-list" in self.notices:
            return "`pip:` with one text is read letter by letter (6)"
        return self._lost_line([self._line(line) for line in self.pip])

    def _line(self, line: Requirement | PipRequirement) -> str:
        return self.reading.text[line.place.line - 1] if line.place.line is not None else ""

    def _lost_line(self, raw: Iterable[str]) -> str:
        for line in raw:
            if "sel(" in line:
                return "`sel(…):` items are lost (3)"
            if not re.search(r"#.*\[[^\[\]]+\]", line):
                continue
            if selector_in(line[line.index("#") :]) is not None:
                return "compound selectors are false everywhere (2)"
            return "a comment that ends in brackets loses its line (1)"
        return ""


def reason_of_their_refusal(reading: Reading, theirs: Mapping[str, Any]) -> str:
    """Why conda-lock refuses a file that envdoctor reads, as conda does; nothing where no reason is known."""
    notices = {notice.kind for notice in reading.spec.notices}
    kinds = {line.kind for line in reading.spec.pip} - {"named"}
    exception = theirs["exception"]
    witnesses = (
        (exception == "UnicodeDecodeError", "UTF-16 (17)"),
        ("no-dependencies" in notices, "`dependencies:` without items"),
        (exception == "RuntimeError", "a spec that its older copy of conda does not take (9)"),
        (exception == "InvalidRequirement" and bool(kinds), "options, paths or addresses in the `pip:` section"),
        (bool(notices & {"pip-line-ignored", "pip-legacy-version"}), ONLY_PIP),
        (any(" -" in line.text for line in reading.spec.pip), ONLY_PIP),
        ("pip-section-no-list" in notices, "`pip:` with one text is read letter by letter (6)"),
    )
    return next((reason for holds, reason in witnesses if holds), "")


@dataclass(slots=True)
class Tally:
    """What the tables count."""

    files: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    both: Counter[str] = field(default_factory=Counter)
    refused_there: Counter[str] = field(default_factory=Counter)
    differences: dict[str, set[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(set))
    unexplained: list[str] = field(default_factory=list)

    def refusal(self, refusal: Refusal, theirs: Mapping[str, Any]) -> None:
        """Count a file that envdoctor refuses."""
        reason = reason_of_refusal(refusal.sentence)
        self.files["refused"] += 1
        self.refused[reason] += 1
        self.both[f"refused here, {'accepted' if theirs['accepted'] else 'refused'} there"] += 1
        if not reason:
            self.unexplained.append(refusal.sentence)

    def reading(self, reading: Reading, theirs: Mapping[str, Any]) -> None:
        """Count a file that envdoctor reads."""
        self.files["read with a word" if reading.spec.notices else "read"] += 1
        self.notices.update({notice.kind for notice in reading.spec.notices})
        if not theirs["accepted"]:
            self.both["read here, refused there"] += 1
            reason = reason_of_their_refusal(reading, theirs)
            self.refused_there[reason] += 1
            if not reason:
                self.unexplained.append(f"{reading.file}: conda-lock says {theirs['exception']}: {theirs['message']}")
            return
        found = differences(reading, theirs)
        self.both["read by both, differently" if found else "read by both, alike"] += 1
        for difference in found:
            self.differences[difference.reason].add((difference.file, difference.manager, difference.name))
            if not difference.reason:
                self.unexplained.append(str(difference))


def tally(folder: Path) -> Tally:
    """Read all files of the folder and count."""
    theirs = of_conda_lock(folder)
    counted = Tally()
    for outcome in readings(folder):
        match outcome:
            case Reading():
                counted.reading(outcome, theirs[outcome.file])
            case Refusal():
                counted.refusal(outcome, theirs[outcome.file])
    return counted


def tables(counted: Tally) -> str:
    """Return the tables as Markdown."""
    changed = [
        (reason, len(lines), len({file for file, _, _ in lines})) for reason, lines in counted.differences.items()
    ]
    return "\n\n".join(
        (
            _table(("what envdoctor makes of them", "files"), counted.files.items()),
            _table(("a word about (a file may have several)", "files"), counted.notices.items()),
            _table(
                ("refused because of", "files", "why that is right"),
                ((name, counted.refused[name], why) for name, _, why in REFUSALS if counted.refused[name]),
            ),
            _table(("beside conda-lock 4.0.3", "files"), counted.both.items()),
            _table(("conda-lock refuses what conda takes because of", "files"), counted.refused_there.items()),
            _table(("conda-lock reads differently", "lines", "files"), changed),
        )
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    """One Markdown table, the largest counts first."""
    ordered = sorted(rows, key=lambda row: (-int(row[1]), str(row[0])))
    lines = [head, tuple("---" for _ in head), *ordered]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def main() -> int:
    """Write or check the page. Return 1 where something has no reason or the page is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the page is out of date")
    check = parser.parse_args().check
    counted = tally(ENVS)
    text = tables(counted)
    for line in counted.unexplained:
        print(f"no reason: {line}", file=sys.stderr)
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    new = f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
    if check:
        return int(bool(counted.unexplained) or new != page)
    PAGE.write_text(new, "utf-8")
    return int(bool(counted.unexplained))


if __name__ == "__main__":
    sys.exit(main())
