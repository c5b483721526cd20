"""Lines of a `pip:` section, read as pip reads a requirements file, each kept with its place.

conda writes the lines of the section into a requirements file and hands it to pip, so options, paths, `-r` and markers
are all at home here. pip's own rules come from https://pip.pypa.io/en/stable/reference/requirements-file-format/, the
form of a requirement from PEP 508.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envdoctor.environment import pip_mends
from envdoctor.environment.quoting import masked, quote, without_secrets
from envdoctor.errors import InputError
from envdoctor.model.names import pypi_name
from envdoctor.model.place import Notice, Place
from envdoctor.model.specs import PipRequirement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from packaging.requirements import InvalidRequirement

    from envdoctor.model.names import PypiName, Subdir

MAX_LENGTH = 20_000
"""The longest line that is read, in characters: one with hashes of every wheel may have some thousands."""

_COMMENT = re.compile(r"(^|(?<=\s))#.*$")
_VCS = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//|/|[A-Za-z]:)")
_DIRECT = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*@\s*(\S+)")
_OPTIONS_BEHIND = re.compile(r"\s-")
"""Where pip stops reading a requirement: options such as `--hash` or `--no-binary` may follow on its line."""
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]*)(?:\[([^\]]*)\])?")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
_LEGACY = re.compile(
    r"([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*((?:(?:===|==|!=|<=|>=|~=|<|>)\s*[^\s,;<>=!~]+\s*,?\s*)+)$"
)


@dataclass(frozen=True, slots=True)
class PipReading:
    """What one item of a `pip:` section, or a requirements file, holds."""

    lines: tuple[PipRequirement, ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Inclusion:
    """How `-r` files are reached. `read` gives the text of a file beside `base`; None where there is no such file."""

    read: Callable[[str, str], tuple[str, str] | None]
    base: str
    """The file whose folder relative names start from."""
    chain: tuple[str, ...] = ()


def read_pip_item(
    text: str,
    place: Place,
    inclusion: Inclusion,
    *,
    platforms: tuple[Subdir, ...] | None = None,
    category: str = "main",
) -> PipReading:
    """Read one item of a `pip:` section. It may hold several lines, which all get its place. Raises `InputError`."""
    lines: list[PipRequirement] = []
    notices: list[Notice] = []
    for _, line in _logical_lines(text):
        reading = _read_line(line, place, inclusion)
        lines += reading.lines
        notices += reading.notices
    chosen = tuple(replace(line, platforms=platforms, category=category) for line in lines)
    return PipReading(chosen, tuple(notices))


def read_requirements_text(text: str, file: str, inclusion: Inclusion, included_by: Place | None) -> PipReading:
    """Read a whole requirements file. Raises `InputError`."""
    lines: list[PipRequirement] = []
    notices: list[Notice] = []
    for offset, line in _logical_lines(text):
        reading = _read_line(line, Place(file, offset + 1, 1), inclusion)
        lines += [replace(found, included_by=found.included_by or included_by) for found in reading.lines]
        notices += reading.notices
    return PipReading(tuple(lines), tuple(notices))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, joined where they end in a backslash, with the offset of their first line."""
    pending, start = "", 0
    for offset, raw in enumerate(text.split("\n")):
        if not pending:
            start = offset
        if raw.rstrip().endswith("\\") and not raw.lstrip().startswith("#"):
            pending += raw.rstrip()[:-1] + " "
            continue
        line = _COMMENT.sub("", pending + raw).strip()
        pending = ""
        if line:
            yield start, line
    line = _COMMENT.sub("", pending).strip()
    if line:
        yield start, line


def _read_line(line: str, place: Place, inclusion: Inclusion) -> PipReading:
    if len(line) > MAX_LENGTH:
        raise InputError(
            f"{quote(line, 40)} is {len(line)} characters long, which no requirement is; write one in each item",
            place=place,
        )
    if line.startswith("-"):
        return _read_option(line, place, inclusion)
    if _VARIABLE.search(line) and not _ADDRESS.match(line) and not _VCS.match(line):
        notice = Notice(
            kind="pip-variable",
            message=f"pip fills in the environment variable of {quote(line)}; envdoctor does not know what it asks for",
            place=place,
        )
        return PipReading((PipRequirement(text=line, kind="option", place=place),), (notice,))
    mistake = pip_mends.at_first_sight(line)
    if mistake is not None:
        raise InputError(mistake, place=place)
    return _read_requirement(line, place)


def _read_option(line: str, place: Place, inclusion: Inclusion) -> PipReading:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise InputError(f"{quote(line)} opens a quote and does not close it; close it", place=place) from error
    option, value = _option_and_value(words)
    if option in {"-r", "--requirement", "-c", "--constraint"}:
        if not value:
            raise InputError(f"{quote(line)} names no file; write `{option} requirements.txt`", place=place)
        return _include(line, option, value, place, inclusion)
    if option in {"-e", "--editable"}:
        name, extras = _egg(value)
        return _one(
            PipRequirement(text=line, kind="editable", place=place, name=name, extras=extras, url=value or None)
        )
    if option == "-":
        notice = Notice(
            kind="pip-line-ignored",
            message=f"{quote(line)} has a dash too many, and pip ignores it; write `- {masked(line.lstrip('- '), 60)}`",
            place=place,
        )
        return PipReading((), (notice,))
    return _one(PipRequirement(text=line, kind="option", place=place))


def _option_and_value(words: list[str]) -> tuple[str, str]:
    first = words[0]
    if first.startswith("--") and "=" in first:
        option, _, value = first.partition("=")
        return option, value
    if re.match(r"-[rce].", first) and not first.startswith("--"):
        return first[:2], first[2:]
    return first, words[1] if len(words) > 1 else ""


def _include(line: str, option: str, value: str, place: Place, inclusion: Inclusion) -> PipReading:
    kind = "requirements-file" if option in {"-r", "--requirement"} else "constraints-file"
    itself = PipRequirement(text=line, kind=kind, place=place, url=value)
    if _ADDRESS.match(value) and not value.startswith("file:"):
        notice = Notice(
            kind="requirements-not-read",
            message=f"{quote(value)} is fetched by pip; envdoctor does not read what it holds",
            place=place,
        )
        return PipReading((itself,), (notice,))
    found = inclusion.read(inclusion.base, value)
    if found is None:
        notice = Notice(
            kind="requirements-missing",
            message=f"there is no file {quote(value)} (looked beside {inclusion.base}), so pip will stop at this line",
            place=place,
        )
        return PipReading((itself,), (notice,))
    file, text = found
    if file in inclusion.chain:
        circle = " → ".join((*inclusion.chain[inclusion.chain.index(file) :], file))
        raise InputError(
            f"{quote(line)} includes a file that includes itself ({circle}); leave out one of them", place=place
        )
    if kind == "constraints-file":
        return PipReading((itself,))
    inner = Inclusion(inclusion.read, file, (*inclusion.chain, file))
    reading = read_requirements_text(text, file, inner, place)
    return PipReading((itself, *reading.lines), reading.notices)


def _read_requirement(line: str, place: Place) -> PipReading:
    plain = " ".join(_OPTIONS_BEHIND.split(line, maxsplit=1)[0].split())
    if _VCS.match(plain):
        name, extras = _egg(plain)
        return _one(PipRequirement(text=line, kind="vcs", place=place, name=name, extras=extras, url=plain))
    if _ADDRESS.match(plain):
        name, extras = _egg(plain)
        return _one(
            PipRequirement(text=line, kind="url", place=place, name=name, extras=extras, url=plain.split(" ")[0])
        )
    if _is_path(plain):
        return _one(PipRequirement(text=line, kind="path", place=place, url=plain))
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - slow, only for pip lines

    try:
        requirement = Requirement(plain)
    except InvalidRequirement as error:
        return _legacy_or_refusal(line, plain, place, error)
    kind = "named"
    if requirement.url:
        kind = "vcs" if _VCS.match(requirement.url) else "url"
    return _one(
        PipRequirement(
            text=line,
            kind=kind,
            place=place,
            name=pypi_name(requirement.name),
            specifier=str(requirement.specifier),
            extras=tuple(sorted(requirement.extras)),
            marker=str(requirement.marker) if requirement.marker else None,
            url=requirement.url,
        )
    )


def _legacy_or_refusal(line: str, plain: str, place: Place, error: InvalidRequirement) -> PipReading:
    """Forms that older pips take (`>=1.0.*`, `==2004d`) are kept with a word; what no pip takes is refused."""
    direct = _DIRECT.match(plain)
    if direct is not None:
        kind = "vcs" if _VCS.match(direct.group(3)) else "url"
        return _one(
            PipRequirement(text=line, kind=kind, place=place, name=pypi_name(direct.group(1)), url=direct.group(3))
        )
    legacy = _LEGACY.match(plain.split(";", 1)[0].strip())
    if legacy is not None and not pip_mends.missing_comma(plain):
        bad = next((part for part in re.split(r",", legacy.group(3)) if part.strip() and not _valid(part)), "")
        notice = Notice(
            kind="pip-legacy-version",
            message=f"{quote(bad, 60)} is no version condition that today's pip takes (24.1 and newer refuse it)"
            f"{pip_mends.legacy_mend(bad)}",
            place=place,
        )
        kept = PipRequirement(text=line, kind="named", place=place, name=pypi_name(legacy.group(1)))
        return PipReading((kept,), (notice,))
    reason = str(error).splitlines()[0]
    raise InputError(without_secrets(pip_mends.of_requirement(plain, reason)), place=place) from error


def _valid(part: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - slow, only for pip lines

    try:
        SpecifierSet(part)
    except InvalidSpecifier:
        return False
    return True


def _is_path(text: str) -> bool:
    bare = re.sub(r"\[[^\]]*\]$", "", text.split(";", 1)[0].split(" @ ", 1)[0].strip())
    if bare.lower().endswith(_ARCHIVES):
        return True
    if " @ " in text or "@ " in text:
        return False
    return (
        bare in {".", ".."}
        or bare.startswith(("./", "../", "/", "~", ".\\", "..\\"))
        or (
            re.match(r"[A-Za-z]:[\\/]", bare) is not None
            or ("/" in bare and re.fullmatch(r"[\w./\\-]+", bare) is not None)
        )
    )


def _egg(text: str) -> tuple[PypiName | None, tuple[str, ...]]:
    found = _EGG.search(text)
    if found is None:
        return None, ()
    extras = tuple(sorted(extra.strip() for extra in (found.group(2) or "").split(",") if extra.strip()))
    return pypi_name(found.group(1)), extras


def _one(line: PipRequirement) -> PipReading:
    return PipReading((line,))
