"""What is wrong with a dependency line, in one sentence with the form that was probably meant.

Each rule looks for one mistake and returns its sentence, or None where it finds nothing; the first rule that speaks is
heard. Every form refused here is one that conda refuses too, or takes for a name, version or build that no package can
have (tried on every line of 700 real files).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.environment.quoting import masked, quote
from envdoctor.environment.yaml_mistakes import template_in

if TYPE_CHECKING:
    from envdoctor.model.specs import MatchSpec

_OPERATOR = r"(?:===|==|=|!=|~=|>=|<=|>|<)"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*$")
_NAME_AND_REST = re.compile(r"([^ =<>!~]+)\s*(.*)$")
_VARIABLE = re.compile(r"\$\{?\w+\}?|%\w+%")
_VCS = re.compile(r"(git|hg|svn|bzr)\+|git@")
_PATH = re.compile(r"\.{0,2}/|~/|\.\\|[A-Za-z]:\\|\.{1,2}$")
_URL = re.compile(r"(https?|file|ftp|s3)://")
_PIP_OPTIONS = frozenset(
    {"-r", "--requirement", "-e", "--editable", "--extra-index-url", "--index-url", "-i", "-f", "--find-links"}
)
_BUILD = re.compile(r"[A-Za-z0-9_.*+]+$")
_ODD_IN_VERSION = re.compile(r"[^\w.*+!,|<>=~ ()\t-]")
_DANGLING = re.compile(r"(===|==|=|!=|~=|>=|<=|>|<|,|\|)\s*$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and its parts: `channel` with its `::`, `name`, and `version`, which is all that follows the name."""

    text: str
    channel: str = ""
    name: str = ""
    version: str = ""

    @property
    def shown(self) -> str:
        """The line as a message quotes it."""
        return quote(self.text)

    def with_version(self, version: str) -> str:
        """The line as it would be with another version, as a message quotes it."""
        blank = "" if version[:1] in {"=", "<", ">", "!", "~", ""} else " "
        return quote(f"{self.channel}{self.name}{blank}{version}", 120)


def at_first_sight(text: str) -> str | None:
    """Look at what the line begins with: another tool's language, a template, nothing at all."""
    line = _Line(text)
    rules = (_empty, _joined_lines, _template, _variable, _option, _source_code, _path, _address, _leftover, _nameless)
    return next((sentence for rule in rules if (sentence := rule(line))), None)


def of_name(text: str) -> str | None:
    """Look at the name, once conda's own reading of brackets and parentheses is known."""
    line = _parts(text)
    if _NAME.match(line.name):
        return _odd_channel(line) or _version_for_name(line)
    rules = (
        _no_name,
        _quotes,
        _caret,
        _at_sign,
        _colon_before_version,
        _colon_after_channel,
        _several_names,
        _punctuation_behind,
        _glob,
        _slash,
        _odd_character,
    )
    return next((sentence for rule in rules if (sentence := rule(line))), None)


def of_version(text: str) -> str | None:
    """Look at what follows the name: bounds without a comma, operators without a version, too many parts."""
    line = _parts(text)
    if not line.version:
        return None
    rules = (
        _at_sign,
        _marker,
        _odd_in_version,
        _dangling,
        _turned_round,
        _missing_comma,
        _lone_tilde,
        _dots,
        _too_many_parts,
    )
    return next((sentence for rule in rules if (sentence := rule(line))), None)


def of_reading(spec: MatchSpec, text: str) -> str | None:
    """Look at what the parser made of the line: a word where a version should be, operators in the build."""
    line = _parts(text)
    if re.fullmatch(r"[A-Za-z][A-Za-z_-]*( [\w.-]+)*", line.version):
        items = " and ".join(quote(f"- {word}", 40) for word in (line.name, *line.version.split()[:4]))
        second = quote(line.version.split()[0], 40)
        return (
            f"{line.shown} names several packages in one item (conda would take {second} for a version); "
            f"write one item for each, {items}"
        )
    if spec.build is not None and not spec.build.startswith("^") and not _BUILD.match(spec.build):
        return (
            f"{line.shown} would ask for the build string {quote(spec.build, 40)}, which no package has; "
            "write a build behind `=` as in `numpy=1.26=py312*`, and join bounds with a comma as in `numpy>=1.26,<2`"
        )
    if spec.build is not None and line.version.endswith(spec.build) and _glued(line, spec.build):
        return f"{line.shown} has {quote(spec.build, 40)} behind the version, which is no part of it; delete it"
    return None


def _glued(line: _Line, build: str) -> bool:
    """Whether the parser cut the build off a version that it could not read to its end (`1.2.+3`)."""
    return not line.version[: -len(build)].endswith(("=", " "))


def _parts(text: str) -> _Line:
    rest = text.rsplit("::", 1)[-1]
    found = _NAME_AND_REST.match(re.sub(r"\[[^\[\]]*\]", "", rest.strip()))
    channel = text[: len(text) - len(rest)]
    if found is None:
        return _Line(text, channel)
    return _Line(text, channel, found.group(1), found.group(2).strip())


def _empty(line: _Line) -> str | None:
    return None if line.text else "the item is empty; write a package such as `numpy=2.2`, or delete the line"


def _template(line: _Line) -> str | None:
    template = template_in(line.text)
    if template is None:
        return None
    return (
        f"{line.shown} holds {quote(template, 40)}, template syntax that conda does not fill in; "
        "render the template first and give the result"
    )


def _variable(line: _Line) -> str | None:
    if not _VARIABLE.search(line.text) or _URL.match(line.text):
        return None
    return f"{line.shown} holds a variable, which conda does not fill in here; write the package itself"


def _option(line: _Line) -> str | None:
    if not line.text.startswith("-"):
        return None
    option, _, value = line.text.partition(" ")
    if option in {"-c", "--channel"} and value:
        return f"{line.shown} is an option of the command line; write {quote('- ' + value)} below `channels:`"
    if option.split("=")[0] in _PIP_OPTIONS:
        return f"{line.shown} is an option of pip; move it to the `pip:` section"
    inner = line.text.lstrip("- ")
    if option == "-" and inner:
        return f"{line.shown} has a dash too many; write {quote('- ' + inner)}"
    return f"{line.shown} is an option, not a package; delete it, or move it to the `pip:` section if it is pip's"


def _source_code(line: _Line) -> str | None:
    if not _VCS.match(line.text):
        return None
    return f"{line.shown} is an address of source code, which only pip installs; move it to the `pip:` section"


def _path(line: _Line) -> str | None:
    if not _PATH.match(line.text):
        return None
    return f"{line.shown} is a path, which only pip installs; move it to the `pip:` section"


def _address(line: _Line) -> str | None:
    if not _URL.match(line.text) or "::" in line.text:
        return None
    return (
        f"{line.shown} is not the address of a conda package (`.conda` or `.tar.bz2`); "
        "give one, or move the line to the `pip:` section"
    )


def _leftover(line: _Line) -> str | None:
    if not line.text.startswith("~") or "::" in line.text:
        return None
    return (
        f"{line.shown} names no package: a name that begins with `~` is what a broken pip installation leaves behind; "
        "delete the line, or write the package's true name"
    )


def _nameless(line: _Line) -> str | None:
    if not re.match(rf"{_OPERATOR}\s*[\w*]", line.text):
        return None
    return (
        f"{line.shown} has a version but no package name; write the name first, as in `python{masked(line.text, 60)}`"
    )


def _odd_channel(line: _Line) -> str | None:
    if not re.search(r"[=<>,|;\s]", line.channel):
        return None
    return f"{line.shown} has `::` behind more than a channel; write it like `conda-forge::numpy=1.26`"


def _version_for_name(line: _Line) -> str | None:
    if not re.fullmatch(r"\d[\d._]*", line.name):
        return None
    return f"{line.shown} has a version in place of the name; write the name first, as in {quote('numpy=' + line.name)}"


def _no_name(line: _Line) -> str | None:
    if line.name:
        return None
    if line.channel:
        mended = quote(f"{line.channel}numpy")
        return f"{line.shown} has a channel but no package name; write the name behind it, as in {mended}"
    return f"{line.shown} has no package name; write one first, as in `numpy=2.2`"


def _quotes(line: _Line) -> str | None:
    if line.name[:1] not in {"'", '"'} and line.name[-1:] not in {"'", '"'}:
        return None
    clean = line.text.replace("'", "").replace('"', "")
    return f"{line.shown} has quotes within the text; write {quote(clean)}"


def _caret(line: _Line) -> str | None:
    found = re.fullmatch(r"([\w.-]+)\^(\d{1,6})?([\w.*]*)", line.name)
    if found is None:
        return None
    name, major, rest = found.groups()
    bounds = f">={major}{rest},<{int(major) + 1}" if major else f">={rest}"
    return f"{line.shown} has `^`, which conda does not know; write {quote(name + bounds)}"


def _joined_lines(line: _Line) -> str | None:
    """A more deeply indented `- next` continues the text of the item above it, for YAML."""
    first, dash, rest = line.text.partition(" - ")
    if not dash or not first.strip() or not rest.strip():
        return None
    following = masked(rest.split()[0], 40)
    if first.strip() == "pip":
        return f"{line.shown} is several lines in one: `pip` lacks its colon; write `- pip:` above `- {following}`"
    return f"{line.shown} is several lines in one; indent `- {following}` like `- {masked(first, 40)}`"


def _at_sign(line: _Line) -> str | None:
    found = re.fullmatch(r"([\w.-]+)@([\d*][\w.*]*)", line.name)
    if found is not None:
        return f"{line.shown} has `@`, which conda does not know; write {quote(f'{found.group(1)}={found.group(2)}')}"
    if "@" in line.name or line.version.startswith("@"):
        return f"{line.shown} has `@`, which only pip reads; move the line to the `pip:` section"
    return None


def _colon_before_version(line: _Line) -> str | None:
    found = re.fullmatch(r"([\w.-]+):(\d[\w.*]*)", line.name)
    if found is None:
        return None
    return f"{line.shown} has `:` between name and version; write {quote(f'{found.group(1)}={found.group(2)}')}"


def _colon_after_channel(line: _Line) -> str | None:
    found = re.fullmatch(r"([\w./-]+):([\w.-]+)", line.name)
    if found is None:
        return None
    spec = f"{found.group(1)}::{found.group(2)}{line.version}"
    return f"{line.shown} has one colon between channel and package; write {quote(spec)}"


def _several_names(line: _Line) -> str | None:
    pieces = re.split(r"[,|;&]", line.name.strip(",|;&"))
    if len(pieces) < 2 or not all(_NAME.match(piece) for piece in pieces):  # noqa: PLR2004 - several
        return None
    items = " and ".join(quote(f"- {piece}", 40) for piece in (*pieces[:3], *(["…"] if len(pieces) > 3 else [])))  # noqa: PLR2004
    return f"{line.shown} names several packages in one item; write one item for each, {items}"


def _punctuation_behind(line: _Line) -> str | None:
    bare = line.name.rstrip(",;:.")
    if bare == line.name or not _NAME.match(bare):
        return None
    mended = quote(f"{line.channel}{bare}{line.version}")
    return f"{line.shown} has {quote(line.name[len(bare) :], 20)} behind the name; write {mended}"


def _glob(line: _Line) -> str | None:
    if "*" not in line.name:
        return None
    return f"{line.shown} has `*` in the name, but a name must be given whole; write the package's full name"


def _slash(line: _Line) -> str | None:
    if "/" not in line.name and "\\" not in line.name:
        return None
    return (
        f"{line.shown} has a slash in the name; write `channel::package` for a channel, "
        "or move a path or a repository to the `pip:` section"
    )


def _odd_character(line: _Line) -> str | None:
    odd = next((character for character in line.name if not re.match(r"[\w.-]", character, re.ASCII)), line.name[:1])
    return f"{line.shown} has `{odd}` in the name, but names hold only letters, digits, `-`, `_` and `.`"


def _marker(line: _Line) -> str | None:
    if ";" not in line.version:
        return None
    bare = line.with_version(line.version.split(";", 1)[0].strip())
    return (
        f"{line.shown} has a marker after `;`, which only pip reads; write {bare} with a selector such as `# [win]` "
        "behind it, or move the line to the `pip:` section"
    )


def _odd_in_version(line: _Line) -> str | None:
    """Quotes, brackets and the like in a version or a build. A regular expression (`^…$`) may hold anything."""
    found = _ODD_IN_VERSION.search(line.version)
    if found is None or ("^" in line.version and line.version.endswith("$")):
        return None
    mended = line.with_version(_ODD_IN_VERSION.sub("", line.version).strip())
    return f"{line.shown} has `{found.group()}` in the version, which no version has; write {mended}"


def _dangling(line: _Line) -> str | None:
    found = _DANGLING.search(line.version)
    if found is None:
        return None
    kept = line.with_version(re.sub(r"[=<>!~,|\s]+$", "", line.version))
    return f"{line.shown} ends with `{found.group(1)}` and nothing behind it; write {kept}"


def _missing_comma(line: _Line) -> str | None:
    """`>=1.2<2` and `>=1.2 <2`. In `1.2=py_0` a build follows, not a bound."""
    squeezed = re.sub(rf"({_OPERATOR})\s+", r"\1", line.version)
    mended = re.sub(r"(?<=[\w.*])\s*(?=(?:>=|<=|!=|~=|<|>)\s*[\w.*])", ",", squeezed)
    mended = re.sub(r"(?<=[\w.*])\s*(?===[\w.*])", ",", mended)
    if mended == squeezed:
        return None
    return f"{line.shown} lacks a comma between two bounds; write {line.with_version(mended)}"


def _turned_round(line: _Line) -> str | None:
    found = re.match(r"=\s*([<>])\s*(?=[\w.])", line.version)
    if found is None:
        return None
    mended = line.with_version(f"{found.group(1)}={line.version[found.end() :]}")
    return f"{line.shown} has its operator turned round; write {mended}"


def _lone_tilde(line: _Line) -> str | None:
    found = re.match(r"~\s*(\w[\w.]*)", line.version)
    if found is None:
        return None
    return f"{line.shown} has `~` where conda knows `~=`; write {line.with_version('~=' + found.group(1))}"


def _dots(line: _Line) -> str | None:
    if ".." in line.version:
        mended = re.sub(r"\.{2,}", ".", line.version)
        return f"{line.shown} has two dots in a row in the version; write {line.with_version(mended)}"
    mended = re.sub(r"\.(?=$|[,|\s=])", "", line.version)
    if mended != line.version:
        return f"{line.shown} has a dot too many behind the version; write {line.with_version(mended)}"
    if re.match(rf"{_OPERATOR}\s*\.", line.version):
        mended = line.version.replace(".", "0.", 1)
        return f"{line.shown} has a version that begins with a dot; write {line.with_version(mended)}"
    return None


def _too_many_parts(line: _Line) -> str | None:
    parts = [part.strip() for part in re.split(r"(?<![=<>!~])=(?!=)", line.version.lstrip("=").strip())]
    if len(parts) <= 2:  # noqa: PLR2004 - version and build
        return None
    mended = line.with_version(f"={parts[0]}={parts[1]}")
    return f"{line.shown} has more than name, version and build between its `=`; write {mended}"
