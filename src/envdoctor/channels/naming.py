"""What a channel's text means to conda: a name becomes an address, an address gets the name it is known by.

The rules are those of conda's `models/channel.py` and `base/context.py` (read in conda 24 to 26): `defaults`, `local`
and `custom_multichannels` stand for lists; a name in `custom_channels` lies at VALUE/NAME, and so does a name below it
(`NAME/label/x`); every other name lies at channel_alias/NAME; a platform at the end is cut off.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from envdoctor.channels.builtin import BUILT_IN_NAMES, built_in_channel_url
from envdoctor.channels.secrets import redact, split_credential
from envdoctor.model.channels import Channel
from envdoctor.model.names import KNOWN_SUBDIRS, NOARCH

if TYPE_CHECKING:
    from envdoctor.channels.configuration import Configuration
    from envdoctor.model.names import Subdir

DEFAULTS = "defaults"
DEFAULT_CHANNELS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
"""conda's `DEFAULT_CHANNELS_UNIX`."""
DEFAULT_CHANNELS_WIN = (*DEFAULT_CHANNELS, "https://repo.anaconda.com/pkgs/msys2")
DEFAULT_CUSTOM_CHANNELS = (("pkgs/pro", "https://repo.anaconda.com"),)

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATH = re.compile(r"\./|\.\.|~|/|[a-zA-Z]:[/\\]|\\\\|\.$")
_PLATFORM_AT_END = re.compile(rf"/(?:{'|'.join(map(re.escape, (*KNOWN_SUBDIRS, NOARCH)))})/*$")
_PACKAGE_AT_END = re.compile(r"/[^/]+\.(?:conda|tar\.bz2|json|json\.zst)$")


class ChannelNames:
    """Names and addresses under one configuration, for one platform (`defaults` has a member more on Windows)."""

    def __init__(self, configuration: Configuration, subdir: Subdir, folder: Path) -> None:
        """Paths are relative to `folder`."""
        self._configuration = configuration
        self._subdir = subdir
        self._folder = folder
        self._alias = _bare(configuration.channel_alias.value)

    def multichannel(self, text: str) -> tuple[Channel, ...] | None:
        """The members of a multichannel; None for a text that is none."""
        urls = self._multichannels.get(_without_platform(text))
        return None if urls is None else tuple(Channel(name=self.path_name(url), url=url) for url in urls)

    def channel(self, text: str) -> Channel:
        """The one channel that a name, address or path stands for."""
        if text in BUILT_IN_NAMES:
            return Channel(name=text, url=built_in_channel_url(text))
        url = self.url(text)
        return Channel(name=self.shown_name(url), url=url)

    def url(self, text: str) -> str:
        """The address of a name, address or path, without credentials and with a final slash."""
        if is_address(text):
            return _slashed(_without_platform(_PACKAGE_AT_END.sub("", _bare(text))))
        if is_path(text):
            return _slashed(_without_platform(self._absolute(text).as_uri()))
        name = _without_platform(text.strip("/"))
        return _slashed(f"{self._location(name)}/{name}")

    def canonical_name(self, url: str) -> str:
        """The name under which conda gives a channel its priority: that of its multichannel, if it is in one.

        conda looks at names only: the mirror https://host/pkgs/main counts as a member of `defaults`.
        """
        known = self.path_name(url)
        for name, urls in self._multichannels.items():
            if any(known == self._member_name(member) for member in urls):
                return name
        return self.shown_name(url)

    def shown_name(self, url: str) -> str:
        """The name that users know a channel by: the one that leads to it, else its address, or its folder's name."""
        url = url.rstrip("/")
        for name in BUILT_IN_NAMES:
            if _slashed(url) == built_in_channel_url(name):
                return name
        if url.startswith("file:"):
            return _last_part(url)
        name = self.path_name(url)
        return name if self.url(name) == _slashed(url) else url

    def path_name(self, url: str) -> str:
        """The part of an address that conda takes for the channel's name, by which `name::package` finds it."""
        url = url.rstrip("/")
        for name in sorted(self._custom, key=len, reverse=True):
            base = f"{self._custom[name]}/{name}"
            if url == base or url.startswith(f"{base}/"):
                return name + url.removeprefix(base)
        if url.startswith(f"{self._alias}/"):
            return url.removeprefix(f"{self._alias}/")
        if url.startswith("file:"):
            return _last_part(url)
        # Anaconda's server for companies has its channels below /conda, which is no part of their names.
        return urlsplit(url).path.strip("/").removeprefix("conda/") or url

    def _location(self, name: str) -> str:
        """Where the channel of a name lies, without the name itself."""
        known = name
        while known not in self._custom and "/" in known:
            known = known.rpartition("/")[0]
        return self._custom.get(known, self._alias)

    def _absolute(self, text: str) -> Path:
        path = Path(text).expanduser()
        return Path(self._folder, path).resolve()

    @cached_property
    def _multichannels(self) -> dict[str, tuple[str, ...]]:
        """Names to addresses. The two names that conda reserves win over configured ones."""
        configured = {
            name: tuple(dict.fromkeys(self._member(channel.value) for channel in channels))
            for name, channels in self._configuration.custom_multichannels
        }
        set_by_user = tuple(channel.value for channel in self._configuration.default_channels)
        defaults = set_by_user or (DEFAULT_CHANNELS_WIN if self._subdir.startswith("win-") else DEFAULT_CHANNELS)
        reserved = {
            DEFAULTS: tuple(dict.fromkeys(self._member(text) for text in defaults)),
            "local": self._configuration.local_channels,
        }
        return configured | reserved

    def _member(self, text: str) -> str:
        """The address of a multichannel's member; a name there always goes by the alias (`make_simple_channel`)."""
        if is_address(text) or is_path(text):
            return self.url(text)
        return _slashed(f"{self._alias}/{text.strip('/')}")

    def _member_name(self, url: str) -> str:
        """The name that conda gives a member of a multichannel, from its address."""
        if url.startswith(f"{self._alias}/"):
            return url.removeprefix(f"{self._alias}/").strip("/")
        return urlsplit(url).path.strip("/")

    @cached_property
    def _custom(self) -> dict[str, str]:
        """Names to the address that they are appended to: members of multichannels, then `custom_channels`."""
        found = {} if self._configuration.custom_channels else dict(DEFAULT_CUSTOM_CHANNELS)
        for urls in self._multichannels.values():
            for url in urls:
                name = self._member_name(url)
                found[name] = url.rstrip("/").removesuffix(f"/{name}")
        for name, location in self._configuration.custom_channels:
            value = location.value
            base = _bare(value) if is_address(value) else self._absolute(value).as_uri() if is_path(value) else None
            found[name.strip("/")] = self._alias if base is None else base.rstrip("/")
        return found


def is_address(text: str) -> bool:
    """Whether a channel's text is an address with a scheme."""
    return _SCHEME.match(text) is not None


def is_path(text: str) -> bool:
    """Whether a channel's text is a path (conda's `PATH_MATCH_REGEX`)."""
    return not is_address(text) and _PATH.match(text) is not None


def _bare(address: str) -> str:
    return split_credential(address)[0].rstrip("/")


def _without_platform(text: str) -> str:
    return _PLATFORM_AT_END.sub("", text)


def _slashed(url: str) -> str:
    return f"{url.rstrip('/')}/"


def _last_part(url: str) -> str:
    return redact(unquote(url.rsplit("/", 1)[-1])) or url
