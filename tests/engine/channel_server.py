"""A real server of channels on 127.0.0.1 that can be made to misbehave."""

from __future__ import annotations

import contextlib
import hashlib
import json
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one path. `promised` bytes more are announced than come; `delay` is in seconds."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    promised: int = 0
    reset: bool = False


@dataclass(slots=True)
class Server:
    """A running server: what it answers by path (`*` for any other), and the requests that came."""

    url: str
    answers: dict[str, Answer]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def asked_for(self, ending: str) -> list[dict[str, str]]:
        """The headers of the requests for paths that end so."""
        return [headers for path, headers in self.requests if path.endswith(ending)]


@contextmanager
def serving(answers: Mapping[str, Answer], certificate: Path | None = None) -> Iterator[Server]:
    """Serve until the block ends; over TLS with a certificate (a file that holds its key too)."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if certificate is None else "https"
    server = Server(f"{scheme}://127.0.0.1:{http.server_port}", dict(answers))
    http.channel_server = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, *, with_body: bool) -> None:
        server: Server = self.server.channel_server  # type: ignore[attr-defined]
        server.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
        answer = server.answers.get(self.path) or server.answers.get("*") or Answer(status=404)
        time.sleep(answer.delay)
        if answer.reset:
            self.close_connection = True
            return
        unchanged = answer.headers.get("ETag") and answer.headers["ETag"] == self.headers.get("If-None-Match")
        body = b"" if unchanged else answer.body
        self.send_response(304 if unchanged else answer.status)
        for key, value in answer.headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) + answer.promised))
        self.end_headers()
        if with_body:
            with contextlib.suppress(OSError):  # who asked may have gone
                self.wfile.write(body)
        self.close_connection = answer.promised > 0


def repodata(subdir: str, *names: str) -> bytes:
    """Repodata with one record of each name; a record needs the one after it."""
    followers = [[name] for name in names[1:]] + [[]]
    records = {
        f"{name}-1-0.conda": {
            "name": name,
            "version": "1",
            "build": "0",
            "build_number": 0,
            "depends": needs,
            "subdir": subdir,
        }
        for name, needs in zip(names, followers, strict=False)
    }
    return json.dumps({"info": {"subdir": subdir}, "packages": {}, "packages.conda": records}).encode()


def zstd(content: bytes) -> bytes:
    """The content as zstd packs it."""
    return zstandard.ZstdCompressor().compress(content)


def plain_channel(*names: str, **headers: str) -> dict[str, Answer]:
    """The answers of a channel /own with plain repodata for linux-64, and an empty noarch."""
    return {
        "/own/linux-64/repodata.json": Answer(body=repodata("linux-64", *names), headers=headers),
        "/own/noarch/repodata.json": Answer(body=repodata("noarch"), headers=headers),
    }


def sharded_channel(*names: str) -> dict[str, Answer]:
    """The answers of a channel /own with sharded repodata only, as CEP 16 has it."""
    records = json.loads(repodata("linux-64", *names))["packages.conda"]
    answers = {}
    shards = {}
    for filename, record in records.items():
        shard = zstd(packed({"packages": {}, "packages.conda": {filename: record}, "removed": []}))
        digest = hashlib.sha256(shard).digest()
        shards[record["name"]] = digest
        answers[f"/own/linux-64/shards/{digest.hex()}.msgpack.zst"] = Answer(body=shard)
    for subdir, known in {"linux-64": shards, "noarch": {}}.items():
        index = {
            "version": 1,
            "info": {"subdir": subdir, "base_url": "", "shards_base_url": "./shards/"},
            "shards": known,
        }
        answers[f"/own/{subdir}/repodata_shards.msgpack.zst"] = Answer(body=zstd(packed(index)))
    return answers


def packed(value: Any) -> bytes:
    """A value as MessagePack, with the few types that repodata needs."""
    if isinstance(value, dict):
        return _sized(0xDF, value) + b"".join(packed(key) + packed(item) for key, item in value.items())
    if isinstance(value, list):
        return _sized(0xDD, value) + b"".join(packed(item) for item in value)
    if isinstance(value, str):
        return _sized(0xDB, value.encode()) + value.encode()
    if isinstance(value, bytes):
        return _sized(0xC6, value) + value
    return b"\xce" + int(value).to_bytes(4)


def _sized(mark: int, value: Sequence[Any] | Mapping[str, Any]) -> bytes:
    return bytes([mark]) + len(value).to_bytes(4)
