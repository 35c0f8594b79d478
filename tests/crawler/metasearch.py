"""
An instance of SearXNG on loopback that answers as real ones do, well or badly.

Does not search: what it lists for which words a test says.
"""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

FORBIDDEN = b"<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n"


@dataclass(frozen=True)
class Reply:
    """One answer of the server; None as ``status``: it hangs up."""

    body: bytes = b""
    status: int | None = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def results(*urls: str, engines: Sequence[str] = ("google", "bing"), silent: Mapping[str, str] | None = None) -> Reply:
    """Return what ``get_json_response`` writes: results in order, and engines that did not answer as pairs."""
    shown = [
        {
            "url": url,
            "title": f"Titel von {url}",
            "content": "Ein Auszug.",
            "engine": engines[0],
            "engines": list(engines),
            "positions": [place],
            "score": 1 / place,
            "category": "general",
            "parsed_url": [*urlsplit(url)],
            "template": "default.html",
        }
        for place, url in enumerate(urls, 1)
    ]
    rest: dict[str, Any] = {"answers": [], "corrections": [], "infoboxes": [], "suggestions": []}
    pairs = sorted((silent or {}).items())
    said = {"query": "", "number_of_results": 0, "results": shown, **rest, "unresponsive_engines": pairs}
    return Reply(json.dumps(said).encode())


def refusal(status: int) -> Reply:
    """Return an error as Flask words it."""
    return Reply(FORBIDDEN, status, "text/html; charset=utf-8")


class FakeSearXNG:
    """
    Answers at ``address`` while the ``with`` block lasts.

    Attributes:
        said: What is answered to which words; "*": to all others.
        asked: The parameters of each question, in order.
        headers: Those of the last question.
    """

    def __init__(self, said: Mapping[str, Reply] | None = None) -> None:
        self.said = dict(said or {})
        self.asked: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.address = f"http://{self.host}"

    @property
    def questions(self) -> list[str]:
        """The words of each question, in order."""
        return [one["q"] for one in self.asked]

    @property
    def password(self) -> str:
        """Name and password of the last question."""
        return b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()

    def answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        parts = urlsplit(path)
        words = {name: values[0] for name, values in parse_qs(parts.query).items()} | {"path": parts.path}
        self.asked.append(words)
        self.headers = dict(headers)
        return self.said.get(words.get("q", ""), self.said.get("*", results()))

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

    def __init__(self, address: tuple[str, int], fake: FakeSearXNG) -> None:
        self.fake = fake
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let whoever asks hang up in the middle of a long answer."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        said = self.server.fake.answer(self.path, self.headers)
        if said.status is None:
            return
        self.send_response(said.status)
        self.send_header("Content-Type", said.type)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""
