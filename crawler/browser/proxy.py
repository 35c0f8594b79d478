"""
The browser's only way out: a forward proxy on loopback that goes where the crawler may go, and nowhere else.

Does not look into what is encrypted and keeps nothing. Names are resolved here, by the resolver that the crawler itself
uses, and the connection is made to the very address that was checked.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

MOST = 50 * 1024 * 1024
"""Bytes that one connection may bring."""

HEAD = 64 * 1024  # bytes of a request's or an answer's head
SILENCE = 15.0  # seconds without a byte after which a connection is closed
CONNECTIONS = 64  # at once; Chromium itself opens at most 32 to a proxy
_BLOCK = 1 << 16
_REQUEST = re.compile(r"([A-Z]{1,20}) (\S{1,8000}) HTTP/1\.[01]")
_INTERIM = range(100, 200)
# They concern only one connection (RFC 9110, section 7.6.1), or would tell our proxy's secrets.
_OF_THE_CONNECTION = {
    *("connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te", "upgrade")
}


class RefusedError(Exception):
    """The browser may not go there, or asks in a way that it does not."""


class Way(NamedTuple):
    """Where to connect: a host of the web, or the proxy that the administrator has set."""

    host: str
    port: int
    is_proxy: bool = False
    is_encrypted: bool = False
    credentials: str = ""


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class GuardedProxy:
    """
    The proxy; one for all pages.

    Args:
        allows: May a request for this address leave?
        resolve: Gives the checked address of a name.

    Attributes:
        refused: Hosts that were refused, for the log.
    """

    def __init__(self, *, allows: Callable[[str], bool], resolve: Callable[[str], Awaitable[str]]) -> None:
        self.allows, self.resolve = allows, resolve
        self.refused: set[str] = set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen on a free port of loopback, and return the address."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Close all connections."""
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            if len(self._open) <= CONNECTIONS:
                await self._serve((reader, writer))
        except RefusedError:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except asyncio.CancelledError:
            pass  # ours, from ``close``
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve(self, browser: Stream) -> None:
        """Serve one request: a second one on the same connection could name another host."""
        line, fields = await _head(browser[0])
        asked = _REQUEST.fullmatch(line)
        if asked is None:
            raise RefusedError
        method, target = asked.groups()
        if method == "CONNECT":
            await self._tunnel(browser, target)
        else:
            await self._forward(browser, method, target, fields)

    async def _tunnel(self, browser: Stream, target: str) -> None:
        parts = self._checked(f"https://{target}/")
        scheme = "http" if parts.port == 80 else "https"  # noqa: PLR2004 - the port of ws
        way = _way(scheme, parts)
        server = await self._connect(way)
        try:
            if way.is_proxy:
                server[1].write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{way.credentials}\r\n".encode())
                line, _ = await _head(server[0])
                if _status(line) != 200:  # noqa: PLR2004
                    raise OSError(line)
            browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pipe(browser[0], server[1]), _pipe(server[0], browser[1]))
        finally:
            server[1].close()

    async def _forward(self, browser: Stream, method: str, target: str, fields: list[tuple[str, str]]) -> None:
        parts = self._checked(target)
        length = _length(fields)
        way = _way("http", parts)
        server = await self._connect(way)
        try:
            place = target if way.is_proxy else f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            # The host that was checked is the host that is named, whatever the browser was made to say.
            kept = [field for field in fields if field[0].lower() != "host"]
            head = _packed(f"{method} {place} HTTP/1.1", [("Host", parts.netloc), *kept], more=way.credentials)
            server[1].write(head)
            if length:
                server[1].write(await asyncio.wait_for(browser[0].readexactly(length), SILENCE))
            status = _INTERIM[0]
            while status in _INTERIM:
                line, answered = await _head(server[0])
                status = _status(line)
                browser[1].write(_packed(line, answered))
            await _pipe(server[0], browser[1])
        finally:
            server[1].close()

    def _checked(self, url: str) -> SplitResult:
        """
        Return the parts of an address that we may ask.

        Raises:
            RefusedError: we may not.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not self.allows(url):
            self.refused.add(parts.netloc)
            raise RefusedError(url)
        return parts

    async def _connect(self, way: Way) -> Stream:
        address = await asyncio.wait_for(self.resolve(way.host), SILENCE)
        opening = asyncio.open_connection(
            address,
            way.port,
            limit=HEAD,
            ssl=way.is_encrypted or None,
            server_hostname=way.host if way.is_encrypted else None,
        )
        return await asyncio.wait_for(opening, SILENCE)


def _way(scheme: str, parts: SplitResult) -> Way:
    """Return the way to an address, by the same rules as the crawler's own requests: the proxies of the environment."""
    assert parts.hostname is not None
    named = getproxies().get(scheme)
    if not named or proxy_bypass(parts.hostname):
        return Way(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    proxy = urlsplit(named if "//" in named else f"//{named}")
    said = ""
    if proxy.username:
        secret = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode("latin-1", errors="replace")
        said = f"Proxy-Authorization: Basic {base64.b64encode(secret).decode()}\r\n"
    is_encrypted = proxy.scheme == "https"
    return Way(proxy.hostname or "", proxy.port or (443 if is_encrypted else 80), True, is_encrypted, said)


async def _head(reader: asyncio.StreamReader) -> tuple[str, list[tuple[str, str]]]:
    """Return the first line of a message and its fields."""
    raw = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SILENCE)
    first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    return first, [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]


def _status(line: str) -> int:
    return int(line.split(" ", 2)[1][:3]) if line.startswith("HTTP/1.") and line[8:9] == " " else 0


def _packed(line: str, fields: list[tuple[str, str]], *, more: str = "") -> bytes:
    """Return a head without what concerns the other connection; each connection serves one request."""
    kept = [f"{name}: {value}\r\n" for name, value in fields if name.lower() not in _OF_THE_CONNECTION]
    return f"{line}\r\n{''.join(kept)}{more}Connection: close\r\n\r\n".encode("latin-1", errors="replace")


def _length(fields: list[tuple[str, str]]) -> int:
    """
    Return how long the body of a request is.

    Raises:
        RefusedError: it does not say so plainly, or is larger than what a page needs to ask.
    """
    named = {name.lower(): value for name, value in fields}
    said = named.get("content-length", "0")
    if "transfer-encoding" in named or not (said.isascii() and said.isdigit()) or int(said[:12]) > _BLOCK * 16:
        raise RefusedError
    return int(said)


async def _pipe(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
    """Hand on what comes, until it ends, falls silent or becomes too much; then close the goal."""
    left = MOST
    with suppress(OSError, TimeoutError):
        while left > 0 and (block := await asyncio.wait_for(source.read(_BLOCK), SILENCE)):
            left -= len(block)
            goal.write(block)
            await goal.drain()
    goal.close()
