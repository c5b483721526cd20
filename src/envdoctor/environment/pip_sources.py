"""Where pip lines are looked up, and which of them no lockfile can hold.

An index that a `pip:` section names by an option counts as one of `pip-repositories:` does, with pip's meaning:
`--index-url` stands in PyPI's place, `--extra-index-url` beside it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.specs import PipRequirement

_COMMIT = re.compile(r"@[0-9a-f]{40}(?=$|[#&])")
_INDEX = frozenset({"-i", "--index-url", "--pypi-url"})
_EXTRA_INDEX = frozenset({"--extra-index-url"})
_NO_INDEX = "--no-index"

_REASONS = {
    "editable": "an editable install is whatever its folder holds on the day",
    "path": "a path is whatever lies there on the day",
    "option": "it is an option of pip, which locking does not pass on",
    "requirements-file": "the file that it names was not read",
    "constraints-file": "constraints files are not read",
    "vcs": "only a full commit (`@` and 40 digits) stays the same; a branch or tag moves",
}
NAMELESS = "no project name stands in front of the address; write `name @ https://…`"
PLAIN_HTTP = "conda-lock takes an address of plain http for a path; write https"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipSources:
    """The indexes that pip lines are looked up in, in order, and whether PyPI is one more. May hold secrets."""

    repositories: tuple[str, ...]
    pypi: bool


def pip_sources(environment: EnvironmentSpec) -> PipSources:
    """Return the indexes of an environment: those of its options, then those of `pip-repositories:`."""
    first: list[str] = []
    extra: list[str] = []
    pypi = environment.allow_pypi
    for line in environment.pip:
        option, value = _option(line)
        if option in _INDEX and value:
            first, pypi = [value], False
        elif option in _EXTRA_INDEX and value:
            extra.append(value)
        elif option == _NO_INDEX:
            pypi = False
    return PipSources(
        repositories=tuple(dict.fromkeys((*first, *extra, *environment.pip_repositories))),
        pypi=pypi,
    )


def not_lockable(environment: EnvironmentSpec) -> tuple[tuple[PipRequirement, str], ...]:
    """Return the pip lines that no lockfile can hold, each with the reason."""
    read = {line.included_by for line in environment.pip}
    found = []
    for line in environment.pip:
        names_index = _option(line)[0] in {*_INDEX, *_EXTRA_INDEX, _NO_INDEX}
        if names_index or (line.kind == "requirements-file" and line.place in read):
            continue
        reason = _reason(line)
        if reason is not None:
            found.append((line, reason))
    return tuple(found)


def is_lockable(line: PipRequirement) -> bool:
    """Whether a lockfile can hold what a pip line asks for."""
    return line.name is not None and _reason(line) is None


def _reason(line: PipRequirement) -> str | None:
    if line.kind == "vcs" and line.name is not None:
        return None if _COMMIT.search(line.url or "") else _REASONS["vcs"]
    if line.kind in _REASONS and line.kind != "vcs":
        return _REASONS[line.kind]
    if line.url is not None and line.url.startswith("file:"):
        return _REASONS["path"]
    if line.url is not None and line.url.startswith("http://"):
        return PLAIN_HTTP
    return NAMELESS if line.name is None else None


def _option(line: PipRequirement) -> tuple[str, str]:
    """An option line as option and value; two empty texts for every other line."""
    if line.kind != "option" or not line.text.startswith("-"):
        return "", ""
    words = shlex.split(line.text)
    option, equals, value = words[0].partition("=")
    if equals:
        return option, value
    return option, words[1] if len(words) > 1 else ""
