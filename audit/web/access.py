"""
Notes every answer of the desk: a line in the log, and a count and its time for ``metrics``.

Does not note what nobody shall learn from a log: no values of addresses, no secrets in them, and of who asks only the network.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db import logs

if TYPE_CHECKING:
    from audit.web.metrics import Counts

HEADER = "x-request-id"
"""Carries the number of a question, which a proxy may have given it, in both directions."""

GIVEN = re.compile(r"[0-9a-f-]{16,36}")
BROKEN = 500
SECRETS = ("secret",)
"""Names of the parts of addresses that open something (``/freigabe/{secret}``)."""

VITAL = frozenset({"/healthz", "/readyz", "/metrics"})
PARTS = {"/static": "static", "/api": "api"}

logger = logging.getLogger(__name__)


@dataclass
class _Answer:
    """What became of one question; ``seconds`` until its answer began, ``status`` 0: it never did, since nobody waited for it."""

    began: float
    status: int = 0
    seconds: float = 0.0
    is_stream: bool = False

    def take(self, message: Message) -> None:
        self.status, self.seconds = message["status"], time.perf_counter() - self.began
        self.is_stream = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")


class Access:
    """Wraps all that answers."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self.app = app
        self.counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        number = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        answer = _Answer(time.perf_counter())

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.take(message)
                self._told(scope, answer)
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        with logs.about(request=number):
            try:
                await self.app(scope, receive, noted)
            except Exception:
                logger.exception("Fault in the program")
                if not answer.status:
                    await PlainTextResponse("Das ist unser Fehler.", BROKEN)(scope, receive, noted)
            finally:
                if not answer.status:
                    self._told(scope, answer)

    def _told(self, scope: Scope, answer: _Answer) -> None:
        kind = "stream" if answer.is_stream else _kind(scope["path"])
        self.counts.answered(kind, method=scope["method"], status=answer.status, seconds=answer.seconds)
        level = logging.DEBUG if kind == "vital" else logging.WARNING if answer.status >= BROKEN else logging.INFO
        facts = {
            "method": scope["method"],
            "path": told(scope),
            "status": answer.status,
            "ms": round(1000 * answer.seconds),
            "client": network(scope["client"][0] if scope.get("client") else ""),
        }
        logger.log(level, "answered", extra={"facts": facts})


def told(scope: Scope) -> str:
    """Return the path of a question as it may stand in a log; of an address that nobody answers only its first part."""
    path = str(scope["path"])
    known = scope.get("path_params")
    if known is None:
        first = path.split("/")[1]
        return path if path in VITAL else f"/{first}/…" if path != f"/{first}" else path
    for name in SECRETS:
        if name in known:
            path = path.replace(str(known[name]), "…")
    return path


def network(client: str) -> str:
    """Return the network of an address (IPv4: /24, IPv6: /48), by which nobody can be told; empty if it is none."""
    try:
        found = ip_address(client)
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False).network_address)  # noqa: PLR2004


def _kind(path: str) -> str:
    if path in VITAL:
        return "vital"
    return next((kind for start, kind in PARTS.items() if path.startswith(f"{start}/")), "desk")
