"""What a spec means and how versions are ordered: py-rattler decides, this module translates."""

from __future__ import annotations

from functools import lru_cache

import rattler
from rattler.exceptions import InvalidMatchSpecError, InvalidVersionError

from envdoctor.model.names import Subdir, package_name
from envdoctor.model.specs import MatchSpec


class SpecError(ValueError):
    """A text that py-rattler does not take for a match spec; the message is its reason in one line."""


def parse_spec(text: str) -> MatchSpec:
    """Return what py-rattler understands by `text`, as conda's `MatchSpec` takes it from files and command lines.

    Raises `SpecError` where it is no match spec.
    """
    native = _parse(text)
    name = native.name
    if name is None:
        raise SpecError("the package name is missing")
    url = text.strip() if "://" in text and "::" not in text and "[" not in text else None
    return MatchSpec(
        text=_without_channel(native),
        name=package_name(_exact_name(name)),
        version=None if native.version is None else str(native.version),
        build=None if native.build is None else str(native.build),
        build_number=None if native.build_number is None else str(native.build_number),
        channel=_channel_text(text, native),
        subdir=Subdir(native.subdir) if native.subdir else None,
        url=url,
        extra=_extra(native),
    )


@lru_cache(maxsize=65536)
def matcher(text: str) -> rattler.MatchSpec:
    """Return the native spec, for matching records. Texts come from channels or from `MatchSpec.text`.

    Raises `SpecError`, as `parse_spec` does.
    """
    return _parse(text)


def allows(text: str, version_text: str) -> bool:
    """Whether what a spec says of versions is true of one; its build, channel and the like do not count."""
    condition = _parse(text).version
    if condition is None:
        return True
    name = "package"
    record = rattler.PackageRecord(
        name=name, version=version_text, build=rattler.BuildString("0"), build_number=0, subdir="noarch"
    )
    return bool(matcher(f"{name} {condition}").matches(record))


def spec_name(native: rattler.MatchSpec) -> str:
    """Return the bare name that a native spec asks for."""
    return package_name(_exact_name(native.name))


@lru_cache(maxsize=65536)
def version(text: str) -> rattler.Version:
    """Return a version that compares as conda orders versions. Raises `ValueError` where it is none."""
    try:
        return rattler.Version(text)
    except InvalidVersionError as error:
        raise ValueError(f"{text!r} is no version") from error


def _parse(text: str) -> rattler.MatchSpec:
    try:
        return rattler.MatchSpec(text)
    except InvalidMatchSpecError as error:
        raise SpecError(str(error).splitlines()[0]) from error


def _exact_name(name: object) -> str:
    normalized = getattr(name, "normalized", None)
    if isinstance(normalized, str):
        return normalized
    return str(getattr(name, "source", None) or name)


def _channel_text(text: str, native: rattler.MatchSpec) -> str | None:
    """The channel as written, since py-rattler has resolved it against its own idea of an alias by now."""
    if native.channel is None:
        return None
    if "::" in text:
        written = text.split("::", 1)[0].strip()
        return written.rsplit("/", 1)[0] if native.subdir and written.endswith(f"/{native.subdir}") else written
    return native.channel.base_url


def _without_channel(native: rattler.MatchSpec) -> str:
    parts = [
        f"{key}={str(value)!r}"
        for key, value in (
            ("version", native.version),
            ("build", native.build),
            ("build_number", native.build_number),
        )
        if value is not None
    ]
    bare = _exact_name(native.name)
    if native.channel is None and native.subdir is None:
        return str(native)
    return f"{bare}[{','.join(parts)}]" if parts else bare


def _extra(native: rattler.MatchSpec) -> str | None:
    parts = [
        f"{key}={value}"
        for key, value in (
            ("file_name", native.file_name),
            ("md5", native.md5.hex() if native.md5 else None),
            ("sha256", native.sha256.hex() if native.sha256 else None),
        )
        if value
    ]
    return ",".join(parts) or None
