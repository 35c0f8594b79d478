"""
A forward proxy on loopback that answers for invented hosts, as well or as badly as a test wants.

Does not reach the network: a host that nobody answers for gets 502, as a proxy says it of a dead host.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What the server says; a body in parts is sent without a length, part after part."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[str, str], Answer]
"""Called with the host and the path with its query."""

MISSING = Answer(b"<title>Fehler 404</title><h1>Nicht gefunden</h1>", 404)
NO_HOST = Answer(b"no such host", 502, "text/plain")


def page(title: str, *links: str, text: str = "") -> Answer:
    """Return a small page with a heading, a text and links to these addresses."""
    items = "".join(f'<li><a href="{link}">{link.rpartition("/")[2] or "Start"}</a></li>' for link in links)
    html = f"<!doctype html><html lang=de><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text or title}</p><ul>{items}</ul></main></body></html>"
    return Answer(html.encode())


def sitemap(*urls: str) -> Answer:
    """Return a sitemap of these addresses."""
    body = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return Answer(
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{body}</urlset>".encode(), type="text/xml"
    )


def text(body: str, status: int = 200) -> Answer:
    """Return plain text, as robots.txt is."""
    return Answer(body.encode(), status, "text/plain")


def moved(target: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return Answer(b"", status, headers={"Location": target})


class TortureServer:
    """
    Answers for all hosts while the ``with`` block lasts.

    Attributes:
        answers: (host, path with query) to an answer or to what makes one; ("host", "*") is asked when no path fits.
        log: (host, path) of every request, in the order of asking.
        unmodified: (host, path) of every request that was answered with 304, as the answer's ETag or Last-Modified held.
        hung_up: Hosts whose connection is closed without an answer.
    """

    def __init__(self, answers: Mapping[tuple[str, str], Answer | Handler] | None = None) -> None:
        self.answers: dict[tuple[str, str], Answer | Handler] = dict(answers or {})
        self.log: list[tuple[str, str]] = []
        self.unmodified: list[tuple[str, str]] = []
        self.hung_up: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """Host and port the server listens on."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def proxy(self) -> str:
        """The address to set as HTTP proxy."""
        return f"http://{self.address}"

    def asked(self, host: str) -> list[str]:
        """Return the paths that one host was asked for."""
        return [path for name, path in self.log if name == host]

    def answer(self, host: str, path: str) -> Answer | None:
        """Return what to say; None hangs up."""
        self.log.append((host, path))
        if host in self.hung_up:
            return None
        said = self.answers.get((host, path)) or self.answers.get((host, "*"))
        if said is None:
            return MISSING if any(name == host for name, _ in self.answers) else NO_HOST
        return said if isinstance(said, Answer) else said(host, path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], torture: TortureServer) -> None:
        self.torture = torture
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let the crawler hang up as it likes; a fault of the test server is still told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host = parts.netloc or self.headers.get("Host", "")
        said = self.server.torture.answer(host, parts.path + (f"?{parts.query}" if parts.query else ""))
        if said is None:
            self.close_connection = True
            return
        if self._holds(said.headers):
            self.server.torture.unmodified.append((host, parts.path))
            said = Answer(b"", 304, said.type, said.headers)
        self.send_response(said.status)
        self.send_header("Content-Type", said.type)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if isinstance(said.body, bytes):
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)
        else:
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            for part in said.body:
                self.wfile.write(part)

    def _holds(self, given: Mapping[str, str]) -> bool:
        """Tell whether what the client knows is what we have; an entity tag counts before a date (RFC 9110, 13.2.2)."""
        for condition, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            if condition in self.headers:
                return self.headers[condition] == given.get(validator)
        return False

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""
