"""How py-rattler reaches servers: cache, proxies, certificates, credentials, time-outs."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import rattler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from envdoctor.model.channels import Channel

LONGEST_DOWNLOAD = 3600
"""Seconds after which py-rattler gives a request up; a silent server is noticed long before (`Gateway`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a server wants to see before it answers: user and password, or a token of anaconda.org's kind.

    No part of it but the host is ever shown, `repr` included.
    """

    host: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How records may be fetched.

    `cache` is the folder for repodata, None for py-rattler's own. `proxies` are addresses by scheme (`http`, `https`),
    credentials included. `ca_bundle` is a file of trusted certificates. Time-outs are in seconds: how long a server
    may take to be reached, and how long it may be silent. `show_progress` lets py-rattler draw bars on standard error
    where that is a terminal.
    """

    offline: bool = False
    cache: Path | None = None
    proxies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    verify_tls: bool = True
    ca_bundle: Path | None = None
    connect_timeout: float = 9.15
    read_timeout: float = 60.0
    retries: int = 1
    zstd: bool = True
    credentials: tuple[Credential, ...] = ()
    show_progress: bool = False


def is_remote(channel: Channel) -> bool:
    """Whether a channel lies on a server."""
    return channel.url.startswith(("http://", "https://"))


def native_client(options: FetchOptions) -> rattler.Client:
    """Return a client of py-rattler that also looks into the user's own stores of credentials.

    py-rattler takes certificates and further credentials from environment variables only, when a client is made; they
    are set for that moment. The file with credentials is readable by the user alone and gone before any request.
    """
    settings = {"tls-no-verify": not options.verify_tls}
    tables = {"proxy-config": dict(options.proxies)} if options.proxies else {}
    config = rattler.Config.from_toml(_toml(settings, tables))
    variables = {"SSL_CERT_FILE": str(options.ca_bundle)} if options.ca_bundle else {}
    with tempfile.TemporaryDirectory(prefix="envdoctor-") as folder:
        if options.credentials:
            path = Path(folder, "credentials.json")
            path.touch(mode=0o600)
            path.write_text(json.dumps(_known_credentials() | _store(options.credentials)), "utf-8")
            variables["RATTLER_AUTH_FILE"] = str(path)
        with variables_set(variables):
            return rattler.Client.from_config(config, max_retries=options.retries, timeout=LONGEST_DOWNLOAD)


def _store(credentials: Sequence[Credential]) -> dict[str, object]:
    """Credentials in the form of py-rattler's file store, by host."""
    return {
        credential.host: {"CondaToken": credential.token}
        if credential.token
        else {"BasicHTTP": {"username": credential.user, "password": credential.password}}
        for credential in credentials
    }


def _known_credentials() -> dict[str, object]:
    """What the user's own file of credentials holds, which ours stands in for."""
    try:
        known = json.loads(Path(os.environ["RATTLER_AUTH_FILE"]).read_text("utf-8"))
    except (KeyError, OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _toml(settings: Mapping[str, bool], tables: Mapping[str, Mapping[str, str]]) -> str:
    """Settings as TOML, whose texts are written as JSON's are."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


@contextmanager
def variables_set(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while, for what can be told in no other way."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
