"""A small index, conda channel and broken proxy on 127.0.0.1 for the recorded failures (needs root for its ports).

Behaviour goes by the first part of the path (some have an innocent alias):
/ok, /401, /403, /404, /429, /503, /slow, /cut, /flaky, /html, /files.
"""

from __future__ import annotations

import hashlib
import http.server
import json
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(sys.argv[1])
SEEN: Counter[str] = Counter()
PROXY_PORT = 3128


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the path says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes, kind: str = "text/html", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        if status in (429, 503):
            self.send_header("Retry-After", "1")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="packages"')
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    def do_CONNECT(self) -> None:
        self.answer(407 if self.connection.getsockname()[1] == PROXY_PORT else 403, b"")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        how, _, rest = self.path.lstrip("/").partition("/")
        how = {
            "private": "401",
            "closed": "403",
            "mirror": "503",
            "pypi": "429",
            "big": "cut",
            "gone": "404",
            "guest": "html",
        }.get(how, how)
        SEEN[self.path] += 1
        wheel = rest.endswith((".whl", ".gz", ".conda", ".deb"))
        if how.isdigit() and (how in ("401", "403", "404") or wheel):
            self.answer(int(how), f"<html><head><title>{how}</title></head><body>{how}</body></html>\n".encode())
        elif how == "503":
            self.answer(503, b"upstream connect error\n", "text/plain")
        elif how == "slow" and wheel:
            time.sleep(8)
            self.close_connection = True
        elif how == "flaky" and SEEN[self.path] <= 2:
            self.close_connection = True
        elif how == "html":
            self.answer(200, b"<!DOCTYPE html><html><body>Please sign in to the guest network</body></html>")
        else:
            self.files(how, rest.partition("?")[0])

    def files(self, how: str, rest: str) -> None:
        path = ROOT / rest
        if path.is_dir() and "simple" in path.parts:
            links = "".join(
                f'<a href="{p.name}#sha256={"0" * 64 if how == "hash" else _sha(p)}">{p.name}</a>\n'
                for p in sorted(path.iterdir())
            )
            self.answer(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode())
        elif path.is_file():
            body = path.read_bytes()
            if how == "cut" and path.suffix in (".whl", ".conda"):
                self.answer(200, body[: len(body) // 2], "application/octet-stream", len(body))
            else:
                kind = "application/json" if path.suffix == ".json" else "application/octet-stream"
                self.answer(200, body, kind)
        else:
            self.answer(404, b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>\n")


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    certificate = ROOT / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=pypi.lab.example",
         "-addext", "subjectAltName=DNS:pypi.lab.example,DNS:get.lab.example", "-keyout", str(certificate),
         "-out", str(ROOT / "own.crt")], check=True, capture_output=True)  # fmt: skip
    certificate.write_bytes(certificate.read_bytes() + (ROOT / "own.crt").read_bytes())
    for port in (80, 443, 3128):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if port == 443:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"ports": [80, 443, 3128]}), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
