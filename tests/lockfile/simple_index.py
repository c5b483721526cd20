"""A simple index (PEP 503) on 127.0.0.1 with wheels made up for a test."""

from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def wheel(name: str, version: str, requires: Sequence[str] = ()) -> tuple[str, bytes]:
    """A wheel's file name and content."""
    buffer = io.BytesIO()
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = [
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
        *(f"Requires-Dist: {one}" for one in requires),
    ]
    files = {
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl", buffer.getvalue()


@contextmanager
def simple_index(wheels: Sequence[tuple[str, bytes]], *, password: str = "") -> Iterator[str]:
    """Serve the wheels and give the index's address; with a password, only to `user` who knows it."""
    files = dict(wheels)
    projects: dict[str, list[str]] = {}
    for file in files:
        projects.setdefault(file.split("-")[0].replace("_", "-").lower(), []).append(file)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            import base64  # noqa: PLC0415 - of the handler alone

            expected = "Basic " + base64.b64encode(f"user:{password}".encode()).decode()
            if password and self.headers.get("Authorization") != expected:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="index"')
                self.end_headers()
                return
            parts = [part for part in self.path.split("/") if part]
            if parts[:1] == ["files"] and parts[-1] in files:
                self._answer(files[parts[-1]], "application/zip")
            elif parts[:1] == ["simple"] and len(parts) == 2 and parts[1] in projects:
                links = "".join(
                    f'<a href="/files/{file}#sha256={hashlib.sha256(files[file]).hexdigest()}">{file}</a>\n'
                    for file in projects[parts[1]]
                )
                self._answer(f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
            else:
                self.send_error(404)

        def do_HEAD(self) -> None:
            self.do_GET()

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    finally:
        server.shutdown()
        server.server_close()
