"""The settings of conda that decide what a solve sees, each with the place that it comes from.

conda itself is neither needed nor asked: its files and variables are read as it reads them. Settings that only matter
for installing are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from envdoctor.channels.condarc import Entry, Pairs, Word, Words, conda_root, configuration_files, read_condarc
from envdoctor.channels.merging import merged_pairs, merged_words, up_to_final
from envdoctor.channels.secrets import redact
from envdoctor.errors import InputError
from envdoctor.model.channels import ChannelPriority, Origin
from envdoctor.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T_co = TypeVar("T_co", covariant=True)

DEFAULT_ALIAS = "https://conda.anaconda.org"
"""conda's `DEFAULT_CHANNEL_ALIAS`."""

BUILT_IN = Origin(text="conda's default")

_TRUE = ("true", "yes", "on", "y")
_FALSE = ("false", "off", "n", "no", "non", "none", "")
_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})")


@dataclass(frozen=True, slots=True, repr=False)
class Setting(Generic[T_co]):
    """A value and where it comes from. A value may hold a secret, so `repr` hides what looks like one."""

    value: T_co
    origin: Origin

    def __repr__(self) -> str:
        """Return value and origin without credentials."""
        return f"Setting({redact(repr(self.value))}, {self.origin.text!r})"


Texts = tuple[Setting[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What conda's files and variables say; a setting that nobody made has conda's default.

    `channels` and `default_channels` are empty where nobody set them. `ssl_verify` is a boolean, `truststore`, or the
    path of a bundle of certificates. Time-outs are in seconds. `local_channels` are the addresses of the folders in
    which conda-build leaves packages (the channel `local`), as far as they exist. Values are those to be used, with
    environment variables put in; they may hold secrets and are shown through `redact` only. `environ` is kept for the
    channels of environment files, which may hold variables too.
    """

    files: tuple[Path, ...]
    channel_alias: Setting[str]
    channels: Texts
    default_channels: Texts
    custom_channels: tuple[tuple[str, Setting[str]], ...]
    custom_multichannels: tuple[tuple[str, Texts], ...]
    channel_priority: Setting[ChannelPriority]
    override_channels_enabled: Setting[bool]
    proxy_servers: tuple[tuple[str, Setting[str]], ...]
    ssl_verify: Setting[bool | str]
    offline: Setting[bool]
    remote_connect_timeout_secs: Setting[float]
    remote_read_timeout_secs: Setting[float]
    remote_max_retries: Setting[int]
    repodata_use_zst: Setting[bool]
    pinned_packages: Texts
    local_channels: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)


def read_configuration(environ: Mapping[str, str], home: Path, prefix: Path | None) -> Configuration:
    """Read what conda would read for the environment at `prefix` (None: the active one, if any).

    Raises `InputError`, with file and line, where a file or a value cannot be used.
    """
    files = tuple(configuration_files(environ, home, prefix))
    sources = _Sources(entries=tuple(entry for path in files for entry in read_condarc(path).entries), environ=environ)
    return Configuration(
        files=files,
        channel_alias=_alias(sources),
        channels=sources.texts("channels", "channel", expanded=True),
        default_channels=sources.texts("default_channels", expanded=True),
        custom_channels=sources.map_of_texts("custom_channels"),
        custom_multichannels=sources.map_of_lists("custom_multichannels"),
        channel_priority=_priority(sources),
        override_channels_enabled=sources.boolean("override_channels_enabled", default=True),
        proxy_servers=sources.map_of_texts("proxy_servers"),
        ssl_verify=_ssl_verify(sources),
        offline=sources.boolean("offline", default=False),
        remote_connect_timeout_secs=sources.number("remote_connect_timeout_secs", default=9.15),
        remote_read_timeout_secs=sources.number("remote_read_timeout_secs", default=60.0),
        remote_max_retries=_retries(sources),
        repodata_use_zst=sources.boolean("repodata_use_zst", default=True),
        pinned_packages=sources.texts("pinned_packages", delimiter="&"),
        local_channels=_local_channels(sources, home),
        environ=environ,
    )


def expanded(text: str, environ: Mapping[str, str]) -> str:
    """Put environment variables in; unknown ones stay as they are written (as `os.path.expandvars` does)."""
    return _VARIABLE.sub(lambda found: environ.get(found.group(1).strip("{}"), found.group()), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """All entries of all files, the weakest file first, and the variables, which are stronger than any file."""

    entries: tuple[Entry, ...]
    environ: Mapping[str, str]

    def word(self, *names: str, expanded: bool = False) -> Word | None:
        """The scalar that counts for a setting (the first of its names leads), None where nobody set it."""
        words = []
        for entry in self._of_files(names):
            if not isinstance(entry.value, Word):
                raise _wrong(entry, "one value", _found(entry), f"write `{entry.key}: VALUE`")
            if not entry.value.null:
                words.append((entry.value, entry.final))
        final = next((word for word, is_final in words if is_final), None)
        found = final or self._variable(names) or (words[-1][0] if words else None)
        return self._expanded(found) if found is not None and expanded else found

    def texts(self, *names: str, delimiter: str = ",", expanded: bool = False) -> Texts:
        """The list that counts for a setting; empty where nobody set it."""
        lists = [_words(entry) for entry in up_to_final(self._of_files(names))]
        variable = self._variable(names)
        if variable is not None and not any(entry.final for entry in self._of_files(names)):
            parts = (part.strip() for part in variable.text.split(delimiter))
            lists.append(Words(tuple(Word(text=part, origin=variable.origin) for part in parts if part)))
        return self._settings(merged_words(lists), expanded=expanded)

    def map_of_texts(self, name: str) -> tuple[tuple[str, Setting[str]], ...]:
        """A map from names to texts. conda takes none from variables."""
        found = []
        for key, value in self._pairs(name):
            if isinstance(value, Words):
                place = value.words[0].place if value.words else None
                raise InputError(f"`{key}` in `{name}` must have one value, not a list; leave one", place=place)
            if not value.null:
                found.append((key, _setting(self._expanded(value))))
        return tuple(found)

    def map_of_lists(self, name: str) -> tuple[tuple[str, Texts], ...]:
        """A map from names to lists. conda takes none from variables."""
        found = []
        for key, value in self._pairs(name):
            if isinstance(value, Word):
                raise InputError(
                    f"`{key}` in `{name}` must be a list of channels, not one text; "
                    f"write `{key}: [{redact(value.text)}]`",
                    place=value.place,
                )
            found.append((key, self._settings(value, expanded=True)))
        return tuple(found)

    def boolean(self, name: str, *, default: bool) -> Setting[bool]:
        """True or false in any of the spellings that conda knows."""
        word = self.word(name)
        if word is None:
            return Setting(default, BUILT_IN)
        known = _boolean(word.text)
        if known is None:
            raise _no_value(name, word, "true or false")
        return Setting(known, Origin(text=word.origin))

    def number(self, name: str, *, default: float) -> Setting[float]:
        """A number that is not negative."""
        word = self.word(name)
        if word is None:
            return Setting(default, BUILT_IN)
        if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", word.text.strip()):
            raise _no_value(name, word, "a number of seconds such as 9.15")
        return Setting(float(word.text), Origin(text=word.origin))

    def _of_files(self, names: Sequence[str]) -> tuple[Entry, ...]:
        found = [entry for entry in self.entries if entry.key in names]
        for before, entry in pairwise(found):
            if before.place.file == entry.place.file:
                raise InputError(
                    f"`{before.key}` and `{entry.key}` are two names of one setting; keep `{names[0]}`",
                    place=entry.place,
                )
        return tuple(found)

    def _pairs(self, name: str) -> tuple[tuple[str, Word | Words], ...]:
        maps = []
        for entry in up_to_final(self._of_files((name,))):
            if isinstance(entry.value, Pairs):
                maps.append(entry.value)
            elif not (isinstance(entry.value, Word) and entry.value.null):
                raise _wrong(entry, "a map", _found(entry), f"write `{entry.key}: {{NAME: VALUE}}`")
        return merged_pairs(maps).pairs

    def _variable(self, names: Sequence[str]) -> Word | None:
        for name in names:
            variable = f"CONDA_{name.upper()}"
            if self.environ.get(variable):
                return Word(text=self.environ[variable].split("!important")[0].strip(), origin=variable)
        return None

    def _settings(self, words: Words, *, expanded: bool) -> Texts:
        return tuple(_setting(self._expanded(word) if expanded else word) for word in words.words if word.text)

    def _expanded(self, word: Word) -> Word:
        text = expanded(word.text, self.environ)
        return Word(text=text, origin=word.origin, flag=word.flag, place=word.place, null=word.null)


def _alias(sources: _Sources) -> Setting[str]:
    word = sources.word("channel_alias", expanded=True)
    if word is None:
        return Setting(DEFAULT_ALIAS, BUILT_IN)
    if "://" not in word.text:
        raise _no_value("channel_alias", word, f"an address with its scheme, such as {DEFAULT_ALIAS}")
    return Setting(word.text.rstrip("/"), Origin(text=word.origin))


def _priority(sources: _Sources) -> Setting[ChannelPriority]:
    """Also true and false, which the setting was before conda 4.6 and still may be (conda's `ChannelPriority`)."""
    word = sources.word("channel_priority")
    if word is None:
        return Setting(ChannelPriority.FLEXIBLE, BUILT_IN)
    origin, text = Origin(text=word.origin), word.text.strip().lower()
    for priority in ChannelPriority:
        if text == priority.value:
            return Setting(priority, origin)
    known = _boolean(text)
    if known is None:
        raise _no_value("channel_priority", word, "strict, flexible or disabled")
    return Setting(ChannelPriority.FLEXIBLE if known else ChannelPriority.DISABLED, origin)


def _ssl_verify(sources: _Sources) -> Setting[bool | str]:
    word = sources.word("ssl_verify", "verify_ssl", expanded=True)
    if word is None:
        return Setting(True, BUILT_IN)
    origin, known = Origin(text=word.origin), _boolean(word.text)
    if known is not None:
        return Setting(known, origin)
    if word.text != "truststore" and not Path(word.text).exists():
        raise _no_value("ssl_verify", word, "true, false, truststore or the path of a file of certificates that exists")
    return Setting(word.text, origin)


def _retries(sources: _Sources) -> Setting[int]:
    number = sources.number("remote_max_retries", default=3)
    return Setting(int(number.value), number.origin)


def _local_channels(sources: _Sources, home: Path) -> tuple[str, ...]:
    """Where conda-build leaves packages (conda's `conda_build_local_paths`)."""
    root = conda_root(sources.environ)
    named = [sources.word(name, expanded=True) for name in ("croot", "bld_path")]
    folders = [
        *(Path(word.text).expanduser() for word in named if word is not None),
        *([root / "conda-bld"] if root is not None else []),
        home / "conda-bld",
    ]
    return tuple(dict.fromkeys(f"{folder.resolve().as_uri()}/" for folder in folders if folder.is_dir()))


def _boolean(text: str) -> bool | None:
    lowered = text.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    return bool(float(lowered)) if re.fullmatch(r"\d+(\.\d*)?", lowered) else None


def _setting(word: Word) -> Setting[str]:
    return Setting(word.text, Origin(text=word.origin))


def _words(entry: Entry) -> Words:
    if isinstance(entry.value, Words):
        return entry.value
    if isinstance(entry.value, Word) and entry.value.null:
        return Words(())
    mend = f"write `{entry.key}: [{redact(entry.value.text)}]`" if isinstance(entry.value, Word) else "write a list"
    raise _wrong(entry, "a list", _found(entry), mend)


def _found(entry: Entry) -> str:
    return {Word: "one text", Words: "a list", Pairs: "a map"}[type(entry.value)]


def _wrong(entry: Entry, expected: str, found: str, mend: str) -> InputError:
    return InputError(f"`{entry.key}` must be {expected}, and here it is {found}; {mend}", place=entry.place)


def _no_value(name: str, word: Word, expected: str) -> InputError:
    place = word.place or Place(word.origin)
    return InputError(f"`{name}` cannot be {redact(word.text)!r}; it takes {expected}", place=place)
