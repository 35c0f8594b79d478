"""
Serves the generated site on loopback, from memory, over kept connections.

Does not speak more HTTP than the benchmarks need. ``python -m benchmarks.server PAGES [ADDRESS]`` prints its port; on 0.0.0.0 each
address of the loopback network is a site of its own.
"""

from __future__ import annotations

import asyncio
import re
import sys

from benchmarks.generator import page

PATH = re.compile(rb"GET /(?:seite/(\d+)\.html)?(?:\?\S*)? ")


async def serve(pages: int, host: str = "127.0.0.1") -> None:
    """Render all pages, print the port, and answer until ended."""
    bodies = [page(number, pages) for number in range(pages)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                match = PATH.match(request)
                number = int(match[1] or 0) if match else pages
                status, body = (
                    (b"200 OK", bodies[number]) if number < pages else (b"404 Not Found", b"<title>404</title>")
                )
                head = b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % (
                    status,
                    len(body),
                )
                writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, host, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), *sys.argv[2:]))
