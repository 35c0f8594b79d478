"""
One reader for each host, among all processes that work with the database: who comes second waits his turn.

Does not read. A host is held by a lease that ends with its holder; while nobody can say whether it is still ours, nothing is
asked of the host.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from crawler import vendors
from db.leases import Leases

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LOOK = 0.5
"""Seconds between two looks whether a host is free, and between two proofs that ours are still ours."""

logger = logging.getLogger(__name__)


def lease_of(host: str) -> str:
    """Return the name of the lease of a host; with and without ``www.`` it is one."""
    return f"host:{vendors.plain(host)}"


class Turns:
    """The turns of one process, which wants several hosts; as long as it reads any, it may as well wait for the others."""

    def __init__(self, leases: Leases | None, *, patience: float | None, post: Callable[[str, str], None]) -> None:
        """``leases``: None takes no turns; ``patience``: seconds of waiting for nothing else; ``post``: kind of event and host."""
        self._leases, self._patience, self._post = leases, patience, post
        self._reading = 0
        self._idle = time.monotonic()

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[bool]:
        """Wait for a host and hold it within the block; False: others have had it for too long."""
        if self._leases is None:
            yield True
            return
        if not await self._wait(host, self._leases):
            self._post("unread", host)
            yield False
            return
        self._reading += 1
        try:
            yield True
        finally:
            self._reading -= 1
            self._idle = time.monotonic()
            await asyncio.to_thread(self._leases.free, lease_of(host))

    async def _wait(self, host: str, leases: Leases) -> bool:
        is_told = False
        while not await asyncio.to_thread(leases.take, lease_of(host)):
            if not is_told:
                self._post("busy", host)
                is_told = True
            if self._is_out_of_patience():
                return False
            await asyncio.sleep(LOOK)
        return True

    def _is_out_of_patience(self) -> bool:
        return self._patience is not None and not self._reading and time.monotonic() - self._idle > self._patience

    async def watch(self, crawlers: Callable[[], set[Crawler]]) -> None:
        """Let the reading rest as long as our hosts may not be ours, until cancelled; raise LostError if one is another's."""
        leases = self._leases
        if leases is None:
            await asyncio.Event().wait()
        assert leases is not None
        while True:
            await asyncio.sleep(LOOK)
            asking = asyncio.ensure_future(asyncio.to_thread(leases.is_proven))
            while not asking.done():
                await asyncio.wait([asking], timeout=LOOK)
                self._rest(crawlers(), should=not leases.is_fresh())
            asking.result()
            self._rest(crawlers(), should=not leases.is_fresh())

    def _rest(self, crawlers: set[Crawler], *, should: bool) -> None:
        for engine in (crawler.engine for crawler in crawlers if crawler.engine is not None):
            if should and not engine.paused:
                logger.warning("The database does not answer; the reading rests.")
                engine.pause()
            elif not should and engine.paused:
                engine.unpause()
