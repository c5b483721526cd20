"""A conda dependency line becomes a match spec, read as conda reads it, or one sentence with the nearest valid form.

py-rattler decides what a spec means. Before it is asked, the forms that conda reads in its own way are rewritten, and
what either parser takes although nothing can ever match it is refused (`numpy scipy`, `x^1.2`, `numpy>=1.2<2` with the
build `<2`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envdoctor.engine.specs import SpecError, parse_spec
from envdoctor.environment import spec_mends
from envdoctor.environment.conda_readings import rereadings
from envdoctor.environment.quoting import masked, quote, without_secrets
from envdoctor.errors import InputError
from envdoctor.model.place import Notice

if TYPE_CHECKING:
    from envdoctor.model.place import Place
    from envdoctor.model.specs import MatchSpec

MAX_LENGTH = 2_000
"""The longest line that is read, in characters."""

PACKAGE_ENDINGS = (".conda", ".tar.bz2")

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class SpecReading:
    """What a line means, and what the user should know about it."""

    spec: MatchSpec
    notices: tuple[Notice, ...] = ()


def read_spec(text: str, place: Place) -> SpecReading:
    """Return what conda makes of a dependency line. Raises `InputError` with the nearest valid form."""
    written = text.strip()
    if len(written) > MAX_LENGTH:
        raise InputError(
            f"{quote(written, 40)} is {len(written)} characters long, which no package spec is; "
            "write one package in each item",
            place=place,
        )
    if is_package_address(written):
        return SpecReading(_parsed(written, written, place))
    bare = written if _URL.match(written) else written.split("#", 1)[0].strip()
    _refuse(spec_mends.at_first_sight(bare), place)
    read = rereadings(bare)
    bare = read[-1].text if read else bare
    _refuse(spec_mends.of_name(bare) or spec_mends.of_version(bare), place)
    spec = _parsed(bare, written, place)
    _refuse(spec_mends.of_reading(spec, bare), place)
    notices = (Notice(kind=one.kind, message=without_secrets(one.message), place=place) for one in read if one.kind)
    return SpecReading(spec, tuple(notices))


def is_package_address(text: str) -> bool:
    """Whether the line names one package file, by URL or path."""
    plain = text.split("#", 1)[0]
    return (
        plain.endswith(PACKAGE_ENDINGS) and "::" not in plain and ("://" in plain or plain.startswith(("/", ".", "~")))
    )


def _refuse(mistake: str | None, place: Place) -> None:
    if mistake is not None:
        raise InputError(without_secrets(mistake), place=place)


def _parsed(bare: str, written: str, place: Place) -> MatchSpec:
    try:
        return parse_spec(bare)
    except SpecError as error:
        raise InputError(
            f"{quote(written)} is no package spec that conda knows ({masked(str(error), 120)}); write it like "
            "`numpy>=1.26,<2` or `numpy=1.26.4=py312*`",
            place=place,
        ) from error
