"""Secrets in the text of logs: everything that looks like one is hidden before a line goes anywhere."""

from __future__ import annotations

import re

from envdoctor.channels.secrets import HIDDEN, redact

_NAMED = (
    r"[\w.-]*(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth)"
    r"[\w.-]*"
)
_PLACEHOLDER = r"(?!\*{2,}|<|\$\{?|%|\[MASKED\])"
_ASSIGNED = re.compile(
    rf"(?P<name>\b{_NAMED})(?P<sign>[\"']?\s*(?:=|:(?!//|:))\s*)(?P<quote>[\"']?){_PLACEHOLDER}(?P<value>[^\s\"',;&]+)",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"(?P<name>--?(?:password|passwd|token|api-key|secret|auth|pass)\b)"
    rf"(?P<sign>[ =]+){_PLACEHOLDER}(?P<value>[^\s\"']+)",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?P<name>\b(?:Bearer|Basic|Negotiate|token)\s+)(?P<value>[A-Za-z0-9+/_.=~-]{12,})")
_AUTHORIZATION = re.compile(
    r"(?P<name>\b(?:(?:Proxy-)?Authorization|(?:Set-)?Cookie|X-[\w-]*(?:Token|Key))\s*:\s*)(?P<value>\S.*)",
    re.IGNORECASE,
)
_NETRC = re.compile(r"(?P<name>\b(?:login\s+\S+\s+)?password\s+)(?P<value>\S+)")
_USER_OPTION = re.compile(r"(?P<name>(?:^|\s)(?:-u|--user|--proxy-user)[ =]+[\"']?[^\s:\"']+:)(?P<value>[^\s\"'@]+)")
_KNOWN = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{10,}|gl(?:dt|rt|cbt|ptt)-[\w-]{10,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abposr]-[\w-]{8,}|sk-[A-Za-z0-9_-]{20,}|pypi-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,}"
    r"|hf_[A-Za-z0-9]{20,}|dckr_pat_[\w-]{16,}|AIza[0-9A-Za-z_-]{30,}|AKCp[0-9A-Za-z]{10,}|ya29\.[\w.-]{10,}"
    r"|an-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|hv[sb]\.[\w-]{16,}|pfx_\w{10,})"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*")
_KEY_LINE = re.compile(r"^\s*(?:[A-Za-z0-9+/]{60,}={0,2})\s*$")
_WORDS = frozenset({"true", "false", "none", "null", "yes", "no", "basic", "bearer", "required", "error", "failed"})


def redacted(text: str) -> str:
    """Return the text with `***` in place of every credential: in addresses, options, assignments, headers, keys."""
    text = _KEY_BLOCK.sub(f"-----BEGIN PRIVATE KEY----- {HIDDEN}", text)
    text = _KEY_LINE.sub(HIDDEN, text)
    text = _KNOWN.sub(HIDDEN, text)
    text = _AUTHORIZATION.sub(rf"\g<name>{HIDDEN}", text)
    text = _HEADER.sub(rf"\g<name>{HIDDEN}", text)
    text = _USER_OPTION.sub(rf"\g<name>{HIDDEN}", text)
    text = redact(text)
    text = _OPTION.sub(rf"\g<name>\g<sign>{HIDDEN}", text)
    text = _NETRC.sub(rf"\g<name>{HIDDEN}", text)
    return _ASSIGNED.sub(_without_value, text)


def _without_value(found: re.Match[str]) -> str:
    if found["value"].lower() in _WORDS or found["value"].startswith(HIDDEN):
        return found.group()
    return f"{found['name']}{found['sign']}{found['quote']}{HIDDEN}"
