"""conda's network settings, and the credentials in channels' addresses, as the gateway takes them.

Tiers and channels hold addresses without credentials, so that none can be shown or saved. They go to the gateway here,
by host. One host has one credential, as in py-rattler's own stores; of several, the one that is named first counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from envdoctor.channels.configuration import BUILT_IN, expanded
from envdoctor.channels.secrets import split_credential
from envdoctor.engine.client import Credential, FetchOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from envdoctor.channels.configuration import Configuration

RETRIES = 1
"""How often a request is repeated where nobody set remote_max_retries: who explains should not make anyone wait."""

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where conda looks for trusted certificates when ssl_verify does not name any (by way of requests)."""


def fetch_options(
    configuration: Configuration,
    texts: Iterable[str],
    *,
    offline: bool = False,
    cache: Path | None = None,
    show_progress: bool = False,
) -> FetchOptions:
    """Return how records may be fetched.

    `texts` are all channels as they were written: options, lines of files, channels of specs. `cache` None means
    `$RATTLER_CACHE_DIR/repodata`, else py-rattler's own folder.
    """
    environ, verify, retries = configuration.environ, configuration.ssl_verify.value, configuration.remote_max_retries
    if cache is None and environ.get("RATTLER_CACHE_DIR"):
        cache = Path(environ["RATTLER_CACHE_DIR"]) / "repodata"
    return FetchOptions(
        offline=offline or configuration.offline.value,
        cache=cache,
        proxies=tuple(_proxies(configuration)),
        verify_tls=verify is not False,
        ca_bundle=_ca_bundle(configuration),
        connect_timeout=configuration.remote_connect_timeout_secs.value,
        read_timeout=configuration.remote_read_timeout_secs.value,
        retries=RETRIES if retries.origin is BUILT_IN else retries.value,
        zstd=configuration.repodata_use_zst.value,
        credentials=credentials(configuration, texts),
        show_progress=show_progress,
    )


def credentials(configuration: Configuration, texts: Iterable[str]) -> tuple[Credential, ...]:
    """Return the credentials in the addresses of channels, one for each host."""
    found: dict[str, Credential] = {}
    for text in [*texts, *_configured(configuration)]:
        _, credential = split_credential(expanded(text, configuration.environ).strip())
        if credential is not None:
            found.setdefault(credential.host, credential)
    return tuple(found.values())


def _configured(configuration: Configuration) -> Iterator[str]:
    yield from (channel.value for channel in (*configuration.channels, *configuration.default_channels))
    yield from (channel.value for _, members in configuration.custom_multichannels for channel in members)
    yield from (location.value for _, location in configuration.custom_channels)
    yield configuration.channel_alias.value


def _proxies(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Proxies by scheme. conda also has them by host (`http://host`), which py-rattler cannot tell apart."""
    known = {scheme: proxy.value for scheme, proxy in configuration.proxy_servers}
    for scheme in ("http", "https"):
        address = known.get(scheme) or known.get("all")
        if address:
            yield scheme, address if "://" in address else f"http://{address}"


def _ca_bundle(configuration: Configuration) -> Path | None:
    verify = configuration.ssl_verify.value
    if isinstance(verify, str):
        return None if verify == "truststore" else Path(verify)
    if verify:
        for name in CA_VARIABLES:
            path = configuration.environ.get(name)
            if path and Path(path).is_file():
                return Path(path)
    return None
