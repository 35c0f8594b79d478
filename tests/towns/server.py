"""
A forward proxy on loopback that answers for the hosts of invented towns.

Does not reach the network: a host that no town has is answered with 502, as a proxy answers for a dead host.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.towns.site import FOLDER, Answer, Town, towns

IDLE_SECONDS = 10
"""How long a kept connection may be silent."""


class TownServer:
    """
    Serve all towns of a folder, or those given, while the ``with`` block lasts.

    Attributes:
        proxy: ``http://127.0.0.1:PORT``, to be set as HTTP proxy.
        log: (host, path with query, status) of every request, in the order of answering.
        hosts: All host names that are answered.
    """

    def __init__(
        self, folder: Path = FOLDER, *, port: int = 0, served: Sequence[Town] = (), address: str = "127.0.0.1"
    ) -> None:
        self.towns = served or towns(folder)
        self.log: list[tuple[str, str, int]] = []
        self._server = _Server((address, port), self.towns, self.log)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def proxy(self) -> str:
        """The address to set as HTTP proxy."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def hosts(self) -> list[str]:
        return [name for town in self.towns for name in town.names]

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

    def __init__(self, address: tuple[str, int], towns: Sequence[Town], log: list[tuple[str, str, int]]) -> None:
        self.towns, self.log = towns, log
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let visitors hang up as they like; a fault of ours is still told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, host: str, target: str) -> Answer:
        for town in self.towns:
            if (found := town.answer(host, target)) is not None:
                return found
        return Answer(502, b"no such host", {"Content-Type": "text/plain"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Towns"
    timeout = IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host = (parts.netloc or self.headers.get("Host", "")).lower().removesuffix(":80").rstrip(".")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._send(host, target, self.server.answer(host, target))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        """Nothing can be sent to an invented town."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host = urlsplit(self.path).netloc
        self._send(host, urlsplit(self.path).path, Answer(405, b"", {"Allow": "GET, HEAD"}))

    def _send(self, host: str, target: str, answer: Answer) -> None:
        self.server.log.append((host, target, answer.status))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *args: Any) -> None:
        """Say nothing; what was asked stands in the log."""
