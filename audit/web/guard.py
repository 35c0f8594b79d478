"""
What holds for every answer and every question: security headers, known hosts, no orders from other sites, bounded bodies.

Does not know who is asking; ``signing`` does.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
SAFE = {"GET", "HEAD"}
LARGEST = 12_000_000
"""Bytes of one body: a list of measures as XLSX is far smaller."""


class Guard:
    """
    Wraps the whole desk.

    Orders are taken from our own pages only (Fetch Metadata, https://w3.org/TR/fetch-metadata; else ``Origin``); each form
    has a token besides (``call``).
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], is_secure: bool) -> None:
        self.app = app
        self.hosts = hosts
        self.headers = HEADERS | ({"strict-transport-security": "max-age=31536000"} if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(Headers(scope=scope), method=scope["method"])
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            # PostgreSQL keeps no such text and would break on the question.
            refusal = PlainTextResponse("Diese Adresse gibt es nicht.", 404)
        if refusal is not None:
            await refusal(scope, receive, sealed)
            return
        await self.app(scope, _bounded(receive), sealed)

    def _refusal(self, headers: Headers, *, method: str) -> PlainTextResponse | None:
        if headers.get("host") not in self.hosts:
            return PlainTextResponse("Unter diesem Namen ist Fundstelle nicht zu erreichen.", 421)
        if not _is_number_up_to(headers.get("content-length", "0"), LARGEST):
            return PlainTextResponse("Das ist zu groß.", 413)
        if method not in SAFE and not _is_from_us(headers):
            return PlainTextResponse("Diese Anfrage kam nicht von einer Seite von Fundstelle.", 403)
        return None


def _is_from_us(headers: Headers) -> bool:
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    if site not in {None, "same-origin", "none"}:
        return False
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _is_number_up_to(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most


def _bounded(receive: Receive) -> Receive:
    """Return a receiver that ends a body without a length when it grows too large."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= LARGEST else {"type": "http.disconnect"}

    return counted
