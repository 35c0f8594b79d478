"""
Two networks of one machine, with a cable between them that can be pulled, and a way around it for what is not to be cut.

Does not start what runs in them. Needs the right to make network namespaces.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = "198.18.0.2"
"""Address in the second network; RFC 2544 keeps such addresses for tests."""


@dataclass(frozen=True)
class Networks:
    """The names of the two namespaces."""

    first: str
    second: str

    def within(self, name: str) -> Sequence[str]:
        """Return how a command begins that runs in one of them."""
        return ["ip", "netns", "exec", name]

    def pull(self) -> None:
        """Pull the cable."""
        _ip("-n", self.second, "link", "set", "fs-two", "down")

    def plug(self) -> None:
        """Plug it in again."""
        _ip("-n", self.second, "link", "set", "fs-two", "up")


@contextmanager
def networks() -> Iterator[Networks]:
    """Give two networks while the ``with`` block lasts."""
    made = Networks(f"fs-{os.getpid()}-1", f"fs-{os.getpid()}-2")
    try:
        for name in (made.first, made.second):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        cable = ["link", "add", "fs-one", "netns", made.first, "type", "veth", "peer", "name", "fs-two"]
        _ip(*cable, "netns", made.second)
        for name, end, address in ((made.first, "fs-one", "198.18.0.1"), (made.second, "fs-two", SERVER)):
            _ip("-n", name, "address", "add", f"{address}/30", "dev", end)
            _ip("-n", name, "link", "set", end, "up")
        yield made
    finally:
        for name in (made.first, made.second):
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def around(made: Networks, folder: Path, target: str) -> Iterator[str]:
    """Let both networks reach a port of this machine without the cable; give its address there."""
    socket = str(folder / "way")
    ways = [
        ([], socket, target),
        *((made.within(name), "127.0.0.1:8123", socket) for name in (made.first, made.second)),
    ]
    running = [
        subprocess.Popen(
            [*begin, sys.executable, "-P", "-m", "tests.chaos.networks", *ends],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for begin, *ends in ways
    ]
    try:
        yield "127.0.0.1:8123"
    finally:
        for one in running:
            one.kill()
            one.wait()


async def _relay(listening: str, target: str) -> None:
    async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        with suppress(OSError):
            sink.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other = await _reach(target)
        await asyncio.gather(pass_on(reader, other), pass_on(other_reader, writer))

    if ":" in listening:
        host, _, port = listening.partition(":")
        server: asyncio.Server = await asyncio.start_server(meet, host, int(port))
    else:
        server = await asyncio.start_unix_server(meet, listening)
    await server.serve_forever()


async def _reach(target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if ":" in target:
        host, _, port = target.partition(":")
        return await asyncio.open_connection(host, int(port))
    return await asyncio.open_unix_connection(target)


if __name__ == "__main__":
    asyncio.run(_relay(*sys.argv[1:]))
