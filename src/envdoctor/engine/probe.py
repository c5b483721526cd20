"""Finding out first-hand why a server does not give its records: one short request, with the same settings.

py-rattler's messages are for people and change from version to version; so when it fails, the address is asked again
from here, where every kind of failure has a type of its own.
"""

from __future__ import annotations

import base64
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from envdoctor.engine.client import FetchOptions

FIRST_BYTES = 512
USER_AGENT = "envdoctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why an address gives no records. `cause` and `advice` are halves of one sentence, without secrets.

    `reached` tells whether the server answered at all; `status` is its answer.
    """

    cause: str
    advice: str
    reached: bool = False
    status: int | None = None


def probe(url: str, options: FetchOptions) -> Finding | None:
    """Ask an address once; None where it answers as it should. Takes a few seconds at most where nobody answers."""
    proxy = _proxy_for(url, options)
    try:
        _connect(proxy or url, options.connect_timeout)
        with _opener(options).open(_request(url, options), timeout=options.read_timeout) as answer:
            return _of_content(answer.read(FIRST_BYTES), answer.headers.get_content_type())
    except urllib.error.HTTPError as error:
        return _of_status(error.code, proxy)
    except urllib.error.URLError as error:
        return _of_failure(error.reason, url, proxy, options)
    except (OSError, HTTPException) as error:
        return _of_failure(error, url, proxy, options)


def _connect(url: str, timeout: float) -> None:
    """Reach the server, or the proxy before it, within the time for that alone."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    socket.create_connection((parts.hostname or "", port), timeout=timeout).close()


def _proxy_for(url: str, options: FetchOptions) -> str | None:
    parts = urlsplit(url)
    if not options.proxies and urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxy = _proxies(options).get(parts.scheme)
    return None if not proxy else proxy if "://" in proxy else f"http://{proxy}"


def _proxies(options: FetchOptions) -> dict[str, str]:
    known = urllib.request.getproxies()
    everything = {scheme: known["all"] for scheme in ("http", "https") if "all" in known}
    return everything | known | dict(options.proxies)


def _opener(options: FetchOptions) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context(cafile=None if options.ca_bundle is None else str(options.ca_bundle))
    if not options.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    handlers = (urllib.request.ProxyHandler(_proxies(options)), urllib.request.HTTPSHandler(context=context))
    return urllib.request.build_opener(*handlers)


def _request(url: str, options: FetchOptions) -> urllib.request.Request:
    headers = {"User-Agent": USER_AGENT}
    parts = urlsplit(url)
    for credential in options.credentials:
        if credential.host != parts.hostname:
            continue
        if credential.token:
            url = urlunsplit(parts._replace(path=f"/t/{credential.token}{parts.path}"))
        else:
            pair = f"{credential.user}:{credential.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return urllib.request.Request(url, headers=headers)  # noqa: S310 - callers ask for http and https only


def _of_content(start: bytes, content_type: str) -> Finding | None:
    if content_type == "text/html" or start.lstrip()[:1] == b"<":
        return Finding(
            cause="the server answers with a web page instead of records",
            advice="log in to the network if it asks for that, or mend the channel's address",
            reached=True,
        )
    return None


def _of_status(status: int, proxy: str | None) -> Finding:
    cause, advice = {
        401: ("the server wants to know who asks (HTTP 401)", "log in with `rattler auth login` or a .netrc file"),
        403: (
            "the server refuses access (HTTP 403)",
            "check token and rights; some mirrors answer so for channels that they do not have",
        ),
        404: ("there is no such file (HTTP 404)", "check the channel's name and address"),
        407: (
            f"the proxy {_shown(proxy)} wants a password (HTTP 407)",
            "put user and password into proxy_servers of .condarc",
        ),
        429: ("the server has had too many requests (HTTP 429)", "wait some minutes, or use a mirror"),
    }.get(status, (f"the server answers HTTP {status}", "check the channel's address"))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        cause, advice = f"the server has a fault of its own (HTTP {status})", "try again later, or use a mirror"
    return Finding(cause=cause, advice=advice, reached=True, status=status)


def _of_failure(reason: object, url: str, proxy: str | None, options: FetchOptions) -> Finding:
    host = urlsplit(url).hostname or ""
    who = f"the proxy {_shown(proxy)}" if proxy else f"the server {host}"
    check = "check proxy_servers of .condarc and HTTP_PROXY" if proxy else "check the network"
    match reason:
        case socket.gaierror():
            cause, advice = f"the host name of {who} is not known (DNS)", f"{check} and the spelling"
        case ssl.SSLCertVerificationError():
            cause = f"the certificate of {host} is not trusted (TLS: {reason.verify_message})"
            advice = "name your company's certificates with ssl_verify in .condarc"
        case ssl.SSLError():
            cause, advice = f"no secure connection to {who} comes about (TLS)", f"{check} and the scheme"
        case TimeoutError():
            cause = f"{who} does not answer in time ({options.read_timeout:g} s)"
            advice = f"{check}, or use a mirror"
        case ConnectionRefusedError():
            cause, advice = f"{who} refuses the connection", f"{check} and the port"
        case _ if "407" in str(reason):  # urllib tells the answer to CONNECT in words only
            return _of_status(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, proxy)
        case _:
            cause, advice = f"{who} breaks the connection off", f"{check}, or try again"
    return Finding(cause=cause, advice=advice)


def _shown(proxy: str | None) -> str:
    """A proxy without credentials: host and port."""
    return urlsplit(proxy or "").netloc.rpartition("@")[2]
