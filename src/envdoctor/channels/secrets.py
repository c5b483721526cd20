"""Credentials in addresses: taken out before an address becomes a value, and hidden in every text that is shown.

Channels carry credentials in three ways: `user:password@` before the host, anaconda.org's `/t/TOKEN/` in the path
(conda's `common/url.py`), and a parameter such as `?token=…`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit, urlunsplit

from envdoctor.engine.client import Credential

HIDDEN = "***"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>`]+")
_PASSWORD_WITH_SLASH = re.compile(r"(?<=://)[^\s/:@]*:(?!\d*(?:[/?#]|$))[^\s@]*(?:@[^\s/@]*)*@")
_USER = re.compile(r"(?<=://)[^\s/?#]*@")
_USER_WITHOUT_SCHEME = re.compile(r"(?<![\w/:@%.+-])[^\s/:@\"'<>=,()]+:[^\s/@\"'<>]+@(?=[\w.\[-])")
_USER_BEHIND_ONE_SLASH = re.compile(r"(?<=[A-Za-z]:/)[^\s/:@\"'<>]+:[^\s/@\"'<>]+@")
"""As a program writes an address that it takes for a path."""
_PATH_TOKEN = re.compile(r"/t/[^/\s?#\"']+")
_PATH_TOKEN_WITHOUT_SCHEME = re.compile(
    r"(?<![\w/.-])((?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|localhost)(?::\d+)?(?:/[\w.-]+)*?/t/)[^/\s?#\"']+"
)
_PARAMETER = re.compile(
    r"([?&;](?:[\w.-]*(?:token|secret|passw|credential|signature|api[_-]?key)[\w.-]*|auth|key|sig|pwd)=)[^&;#\s\"']+",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return the text with `***` for every credential in the addresses that it holds."""
    text = _ADDRESS.sub(lambda found: _redact_address(found.group()), text)
    text = _USER_BEHIND_ONE_SLASH.sub(f"{HIDDEN}@", text)
    text = _USER_WITHOUT_SCHEME.sub(f"{HIDDEN}@", text)
    text = _PATH_TOKEN_WITHOUT_SCHEME.sub(rf"\g<1>{HIDDEN}", text)
    return _PARAMETER.sub(rf"\g<1>{HIDDEN}", text)


def split_credential(url: str) -> tuple[str, Credential | None]:
    """Return the address without credentials, and these, None where there are none.

    A parameter with a token cannot be sent in any other way, so the address loses it and the credential has none.
    """
    parts = urlsplit(url)
    if not parts.netloc:
        return url, None
    userinfo, _, host = parts.netloc.rpartition("@")
    user, colon, password = userinfo.partition(":")
    token = re.search(r"/t/([A-Za-z0-9_-]*)(?=/|$)", parts.path)
    path = parts.path if token is None else parts.path.replace(token.group(), "", 1)
    bare = urlunsplit((parts.scheme, host, path, "", ""))
    if token is not None and token.group(1):
        return bare, Credential(host=_host(host), token=token.group(1))
    if userinfo:
        return bare, Credential(host=_host(host), user=unquote(user), password=unquote(password) if colon else "")
    return bare, None


def _host(netloc: str) -> str:
    """The host without its port, which is how py-rattler's stores name servers."""
    return urlsplit(f"//{netloc}").hostname or netloc


def _redact_address(address: str) -> str:
    if address.lower().startswith("file:"):
        return address
    address = _PASSWORD_WITH_SLASH.sub(f"{HIDDEN}@", address, count=1)
    address = _USER.sub(lambda found: found.group() if found.group() == "git@" else f"{HIDDEN}@", address, count=1)
    return _PATH_TOKEN.sub(f"/t/{HIDDEN}", address)
