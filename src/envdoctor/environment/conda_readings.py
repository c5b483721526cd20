"""Forms of a spec that conda takes and reads in its own way: each is rewritten to what conda reads, with a word.

Each rule looks for one form and returns its rereading, or None. Source: conda's `MatchSpec`, tried on real lines and on
thousands of altered ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from envdoctor.environment.quoting import quote

_BRACKETS = re.compile(r"\s*\[([^\[\]]*)\]")
_BRACKET_PAIR = re.compile(r"[A-Za-z0-9_-]+\s*=")
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Rereading:
    """What conda reads in place of a text. `kind` is the slug of the notice; empty where no word is needed."""

    text: str
    kind: str = ""
    message: str = ""


def rereadings(text: str) -> tuple[Rereading, ...]:
    """Return one rereading after another, each of the text of the one before; the last has what conda reads."""
    found = []
    for rule in (
        _extras,
        _brackets_within,
        _single_colon,
        _parentheses,
        _blank_in_operator,
        _dangling_operator,
        _doubled_operator,
        _turned_round,
        _dangling_dot,
        _triple_equals,
    ):
        reading = rule(text)
        if reading is not None:
            found.append(reading)
            text = reading.text
    return tuple(found)


def _extras(text: str) -> Rereading | None:
    match = next((one for one in _BRACKETS.finditer(text) if not _BRACKET_PAIR.search(one.group(1))), None)
    if match is None:
        return None
    bare = text.replace(match.group(), "", 1)
    extras, name = quote(f"[{match.group(1).strip()}]", 40), quote(bare.split("::")[-1])
    return Rereading(
        bare,
        "extras-ignored",
        f"conda knows no extras and reads {extras} as nothing: it installs {name} alone; "
        "name the packages that the extra needs, or move the line to the `pip:` section",
    )


def _brackets_within(text: str) -> Rereading | None:
    """`pytorch[build=x] 2.1`: for conda, brackets may stand anywhere; py-rattler wants them at the end."""
    match = _BRACKETS.search(text)
    if match is None or text.count("[") > 1 or text.endswith("]"):
        return None
    return Rereading(f"{text.replace(match.group(), '', 1)}{match.group().strip()}")


def _single_colon(text: str) -> Rereading | None:
    match = re.fullmatch(r"([A-Za-z][\w./-]*):([A-Za-z_][\w.-]*)([ =<>!~].*)?", text)
    if match is None:
        return None
    channel, name, version = match.groups(default="")
    bare = f"{name}{version}"
    mended = quote(f"{channel}::{bare}")
    return Rereading(
        bare, "single-colon", f"conda ignores what stands before `:` and reads {quote(bare)}; write {mended}"
    )


def _parentheses(text: str) -> Rereading | None:
    match = _PARENTHESES.search(text)
    if match is None or not _NAME.match(text.rsplit("::", maxsplit=1)[-1]):
        return None
    bare = _PARENTHESES.sub("", text)
    mended = quote(f"{bare} {match.group(1).strip()}")
    return Rereading(
        bare,
        "parentheses-ignored",
        f"conda ignores what stands in parentheses and reads {quote(bare)}; write {mended}",
    )


def _dangling_operator(text: str) -> Rereading | None:
    match = re.fullmatch(r"([^=<>!~\s\[]+)[=<>!~](\[[^\[\]]*\])?", text)
    if match is None:
        return None
    bare = "".join(match.groups(default=""))
    return Rereading(bare, "dangling-operator", f"no version stands behind the operator, and conda reads {quote(bare)}")


def _blank_in_operator(text: str) -> Rereading | None:
    """`gdal > =3.1`: conda takes all blanks out of a version."""
    joined = re.sub(r"([<>!~])\s+=(?!=)", r"\1=", text)
    return None if joined == text else Rereading(joined)


def _doubled_operator(text: str) -> Rereading | None:
    match = re.fullmatch(r"([^=<>!~\s]+)\s*==\s*([<>]=?\s*[\w.*!+-]+)", text)
    if match is None:
        return None
    read = f"{match.group(1)}{match.group(2)}"
    return Rereading(read, "doubled-operator", f"two operators follow each other, and conda reads {quote(read)}")


def _turned_round(text: str) -> Rereading | None:
    """For conda, `x=>1.2` is `x>1.2*`, which means `x>=1.2`, and `x=<1.2` means `x<1.2`."""
    match = re.fullmatch(r"([^=<>!~\s]+)\s*=([<>])\s*([\w.*]+)", text)
    if match is None:
        return None
    name, operator, version = match.groups()
    read = f"{name}{'>=' if operator == '>' else '<'}{version}"
    mended = quote(f"{name}{operator}={version}")
    return Rereading(
        read, "operator-turned-round", f"the operator is turned round, and conda reads {quote(read)}; write {mended}"
    )


def _dangling_dot(text: str) -> Rereading | None:
    match = re.fullmatch(r"([^=<>!~\s]+\s*=\s*\d(?:[\w.]*\w)?)\.", text)
    if match is None:
        return None
    read = f"{match.group(1)}.*"
    return Rereading(read, "dangling-dot", f"conda reads {quote(text)} as {quote(read)}; leave out the last dot")


def _triple_equals(text: str) -> Rereading | None:
    match = re.fullmatch(r"([^=<>!~\s]+)\s*===\s*([\w.*!+-]+)", text)
    if match is None:
        return None
    name, version = match.groups()
    mended = quote(f"{name}=={version}")
    return Rereading(
        f"{name}={version}",
        "triple-equals",
        f"conda reads `===` as `=`, so any {quote(f'{version}.*', 40)} will do; write {mended} for one version",
    )
