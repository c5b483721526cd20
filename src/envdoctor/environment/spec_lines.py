"""A conda dependency line becomes a match spec, read as conda reads it, or one sentence with the nearest valid form.

py-rattler decides what a spec means. Before it is asked, this module catches what either parser takes although nothing
can ever match it (`numpy scipy`, `x^1.2`, `numpy>=1.2<2` with the build `<2`), and rewrites the few forms that conda
reads differently from py-rattler. Source of conda's reading: its `MatchSpec`, tried on every line of 700 real files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.specs import SpecError, parse_spec
from envdoctor.environment import spec_mends
from envdoctor.environment.quoting import quote, without_secrets
from envdoctor.errors import InputError
from envdoctor.model.place import Notice

if TYPE_CHECKING:
    from envdoctor.model.place import Place
    from envdoctor.model.specs import MatchSpec

PACKAGE_ENDINGS = (".conda", ".tar.bz2")

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PARENTHESES = re.compile(r"\s*\([^()]*\)")
_BRACKETS = re.compile(r"\s*\[([^\[\]]*)\]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BRACKET_PAIR = re.compile(r"[A-Za-z0-9_-]+\s*=")


@dataclass(frozen=True, slots=True)
class SpecReading:
    """What a line means, and what the user should know about it."""

    spec: MatchSpec
    notices: tuple[Notice, ...] = ()


def read_spec(text: str, place: Place) -> SpecReading:
    """Return what conda makes of a dependency line. Raises `InputError` with the nearest valid form."""
    written = text.strip()
    notices: list[Notice] = []
    if is_package_address(written):
        return SpecReading(_parsed(written, written, place))
    bare = written if _URL.match(written) else written.split("#", 1)[0].strip()
    mistake = spec_mends.at_first_sight(bare)
    if mistake is not None:
        raise InputError(without_secrets(mistake), place=place)
    bare = _as_conda_reads(bare, place, notices)
    mistake = spec_mends.of_name(bare)
    if mistake is not None:
        raise InputError(without_secrets(mistake), place=place)
    bare = _equals_then_operator(bare, place, notices)
    mistake = spec_mends.of_version(bare)
    if mistake is not None:
        raise InputError(without_secrets(mistake), place=place)
    spec = _parsed(bare, written, place)
    mistake = spec_mends.of_reading(spec, bare)
    if mistake is not None:
        raise InputError(without_secrets(mistake), place=place)
    return SpecReading(spec, tuple(notices))


def is_package_address(text: str) -> bool:
    """Whether the line names one package file, by URL or path."""
    plain = text.split("#", 1)[0]
    return (
        plain.endswith(PACKAGE_ENDINGS) and "::" not in plain and ("://" in plain or plain.startswith(("/", ".", "~")))
    )


def _parsed(bare: str, written: str, place: Place) -> MatchSpec:
    try:
        return parse_spec(bare)
    except SpecError as error:
        reason = without_secrets(str(error))
        raise InputError(
            f"{quote(written)} is no package spec that conda knows ({reason}); write it like `numpy>=1.26,<2` or "
            "`numpy=1.26.4=py312*`",
            place=place,
        ) from error


def _as_conda_reads(bare: str, place: Place, notices: list[Notice]) -> str:
    """Leave out what conda leaves out (parentheses, extras, a dangling `=`), with a word about each."""
    for match in _BRACKETS.finditer(bare):
        if not _BRACKET_PAIR.search(match.group(1)):
            extras = match.group(1).strip()
            bare = bare.replace(match.group(), "", 1)
            name = bare.split("::")[-1]
            notices.append(
                Notice(
                    kind="extras-ignored",
                    message=f"conda knows no extras and reads `[{extras}]` as nothing: it installs `{name}` alone; "
                    "name the packages that the extra needs, or move the line to the `pip:` section",
                    place=place,
                )
            )
    inner = _BRACKETS.search(bare)
    if inner is not None and bare.count("[") == 1 and not bare.endswith("]"):
        bare = f"{bare.replace(inner.group(), '', 1)}{inner.group().strip()}"
    namespaced = re.fullmatch(r"([A-Za-z][\w./-]*):([A-Za-z_][\w.-]*)([ =<>!~].*)?", bare)
    if namespaced is not None:
        channel, name, version = namespaced.groups(default="")
        bare = f"{name}{version}"
        notices.append(
            Notice(
                kind="single-colon",
                message=f"conda ignores `{channel}:` and reads `{bare}`; write `{channel}::{bare}` for the channel",
                place=place,
            )
        )
    parentheses = _PARENTHESES.search(bare)
    if parentheses is not None and _NAME.match(bare.split("::")[-1]):
        inside = parentheses.group().strip(" ()")
        bare = _PARENTHESES.sub("", bare)
        notices.append(
            Notice(
                kind="parentheses-ignored",
                message=f"conda ignores what stands in parentheses and reads `{bare}`; write `{bare} {inside}`",
                place=place,
            )
        )
    dangling = re.fullmatch(r"([^=<>!~\s\[]+)[=<>!~](\[[^\[\]]*\])?", bare)
    if dangling is not None:
        bare = "".join(dangling.groups(default=""))
        notices.append(
            Notice(
                kind="dangling-operator",
                message=f"an operator with no version behind it; conda reads {quote(bare)}",
                place=place,
            )
        )
    return bare


def _equals_then_operator(bare: str, place: Place, notices: list[Notice]) -> str:
    """For conda, `x=>1.2` is `x>=1.2`, `x=<1.2` is `x<1.2`, `x=1.2.` is `x=1.2.*`, and `x===1.2` is `x=1.2`."""
    turned = re.fullmatch(r"([^=<>!~\s]+)\s*=([<>])\s*([\w.*]+)", bare)
    if turned is not None:
        name, operator, version = turned.groups()
        read, meant = f"{name}{'>=' if operator == '>' else '<'}{version}", f"{name}{operator}={version}"
        notices.append(
            Notice(
                kind="operator-turned-round",
                message=f"the operator is turned round, and conda reads `{read}`; write `{meant}`",
                place=place,
            )
        )
        return read
    dotted = re.fullmatch(r"([^=<>!~\s]+\s*=\s*\d(?:[\w.]*\w)?)\.", bare)
    if dotted is not None:
        notices.append(
            Notice(
                kind="dangling-dot",
                message=f"conda reads `{bare}` as `{dotted.group(1)}.*`; leave out the last dot",
                place=place,
            )
        )
        return f"{dotted.group(1)}.*"
    tripled = re.fullmatch(r"([^=<>!~\s]+)\s*===\s*([\w.*!+-]+)", bare)
    if tripled is not None:
        name, version = tripled.groups()
        notices.append(
            Notice(
                kind="triple-equals",
                message=f"conda reads `===` as `=`, so any {version}.* will do; write `{name}=={version}` for just one",
                place=place,
            )
        )
        return f"{name}={version}"
    return bare
