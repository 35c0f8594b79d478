"""
Many readers at once, as browsers and programs are: each asks, reads the answer to its end, and asks again.

Does not serve. Sockets and as little else as possible, so that the reading takes few cycles from what is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Times:
    """What was asked for by kind: the seconds each answer took, and how many were no 200."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: int = 0

    def percentile(self, kind: str, share: float) -> float:
        """Return the milliseconds within which that share was answered."""
        sorted_ = sorted(self.seconds[kind])
        return sorted_[min(len(sorted_) - 1, int(len(sorted_) * share))] * 1000


@dataclass(frozen=True)
class Reader:
    """What one reader asks for in turn: kind, path and headers."""

    asks: Sequence[tuple[str, str, Mapping[str, str]]]


def read(address: str, readers: Sequence[Reader], *, seconds: float) -> Times:
    """Let all ask at once for so long, one after another's answer without a pause."""
    times = Times()

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_reads(address, reader, times, until=until) for reader in readers))

    asyncio.run(all_of_them())
    return times


async def _reads(address: str, reader: Reader, times: Times, *, until: float) -> None:
    host = urlsplit(address).netloc
    stream, out = await asyncio.open_connection(*host.rsplit(":", 1))
    asks = _in_turn(reader)
    while (start := time.perf_counter()) < until:
        kind, path, headers = next(asks)
        out.write(_question(host, path, headers))
        status, length = await _head(stream)
        await stream.readexactly(length)
        times.seconds.setdefault(kind, []).append(time.perf_counter() - start)
        times.failed += status != 200
    out.close()


def _in_turn(reader: Reader) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    while True:
        yield from reader.asks


def _question(host: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _head(stream: asyncio.StreamReader) -> tuple[int, int]:
    """Return status and length of an answer."""
    lines = (await stream.readuntil(b"\r\n\r\n")).split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
    return int(lines[0].split()[1]), length


async def follow(address: str, path: str, headers: Mapping[str, str]) -> asyncio.StreamWriter:
    """Open a stream of events, and return it once the first has come."""
    host = urlsplit(address).netloc
    stream, out = await asyncio.open_connection(*host.rsplit(":", 1))
    out.write(_question(host, path, headers))
    await stream.readuntil(b"event: ")
    return out
