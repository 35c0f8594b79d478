"""Guards that the browser's only way out leads where the crawler may go, and nowhere else, however it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from crawler.browser.proxy import GuardedProxy
from crawler.guard import GuardMiddleware
from tests.crawler.torture import TortureServer, text

HOST = "www.musterhafen.example"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[TortureServer]:
    """A server on loopback to which public names resolve here; the environment names no proxy."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with TortureServer() as server:
        server.answers[f"{HOST}:{port(server)}", "*"] = text("offen")
        server.answers[server.address, "*"] = text("innen")
        yield server


def port(server: TortureServer) -> str:
    return server.address.partition(":")[2]


def answer(*requests: bytes, allowed: tuple[str, ...] = ()) -> bytes:
    """Send requests one after the other on one connection to the proxy, and return all that it says."""

    async def resolve(name: str) -> str:
        if name not in {HOST, "127.0.0.1"}:
            raise OSError(name)
        return "127.0.0.1"

    async def talk() -> bytes:
        proxy = GuardedProxy(allows=GuardMiddleware(allowed).is_allowed, resolve=resolve)
        address = await proxy.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"".join(requests))
        said = await reader.read()
        writer.close()
        await proxy.close()
        return said

    return asyncio.run(talk())


def test_a_public_name_is_answered(web: TortureServer) -> None:
    """The request arrives with the path alone and the checked host, whatever host it was made to name."""
    said = answer(f"GET http://{HOST}:{port(web)}/a?b HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"offen")
    assert web.log == [(f"{HOST}:{port(web)}", "/a?b")]


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1:PORT",
        "localhost:PORT",
        "[::1]:PORT",
        "0:PORT",
        "2130706433:PORT",
        "a@127.0.0.1:PORT",
        "x.nip.io:PORT",
    ],
)
def test_a_private_place_is_refused(web: TortureServer, place: str) -> None:
    """Neither a plain request nor a tunnel gets there."""
    there = place.replace("PORT", port(web))
    assert answer(f"GET http://{there}/ HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 403")
    assert answer(f"CONNECT {there} HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 403")
    assert web.log == []


def test_a_name_that_may_not_be_resolved_is_not_reached(web: TortureServer) -> None:
    """What the resolver of the crawler refuses, such as a name that turns private, has no address here."""
    said = answer(f"GET http://rebinding.example:{port(web)}/ HTTP/1.1\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 502")
    assert web.log == []


def test_a_second_request_on_a_connection_is_not_sent(web: TortureServer) -> None:
    """It could name another place, which nobody would have checked."""
    first = f"GET http://{HOST}:{port(web)}/eins HTTP/1.1\r\n\r\n".encode()
    answer(first, f"GET http://127.0.0.1:{port(web)}/zwei HTTP/1.1\r\n\r\n".encode())
    assert [path for _, path in web.log] == ["/eins"]


@pytest.mark.parametrize(
    "line",
    [
        "GET file:///etc/passwd HTTP/1.1\r\n",
        "GET ftp://www.musterhafen.example/ HTTP/1.1\r\n",
        "GET /ohne-namen HTTP/1.1\r\n",
        f"POST http://{HOST}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        f"POST http://{HOST}/ HTTP/1.1\r\nContent-Length: 99999999999\r\n",
        "nonsense\r\n",
    ],
)
def test_what_is_no_plain_request_is_refused(line: str) -> None:
    """Other schemes, other forms, bodies of unknown or endless length."""
    assert answer(f"{line}\r\n".encode()).startswith(b"HTTP/1.1 403")


def test_a_private_place_that_the_profile_names_is_let_through(web: TortureServer) -> None:
    """Who writes a private host into the profile means it, in the browser as elsewhere."""
    request = f"GET http://127.0.0.1:{port(web)}/ HTTP/1.1\r\n\r\n".encode()
    assert answer(request, allowed=("127.0.0.1",)).endswith(b"innen")


def test_the_administrators_proxy_is_the_way(web: TortureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one is set, requests go through it with their full address and its password, as the crawler's own do."""
    monkeypatch.setenv("HTTP_PROXY", f"http://wer:geheim@{HOST}:{port(web)}")
    web.answers["stadt.example", "/"] = text("durch")
    said = answer(b"GET http://stadt.example/ HTTP/1.1\r\nProxy-Authorization: Basic eg==\r\n\r\n")
    assert said.endswith(b"durch")
    assert web.log == [("stadt.example", "/")]
