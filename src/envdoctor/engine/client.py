"""How py-rattler reaches servers: proxies, certificates, credentials, time-outs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a server wants to see before it answers: user and password, or a token of anaconda.org's kind.

    No part of it but the host is ever shown, `repr` included.
    """

    host: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
