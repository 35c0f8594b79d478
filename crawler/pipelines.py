"""
Pages to the database, many at a time and never on the event loop.

Does not fetch; a database that fails is waited for, and if it does not come back the crawl stops and stays open.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from scrapy.crawler import Crawler

from crawler.spiders.site import SiteSpider
from db.errors import LostError, StoreError
from db.models import Page

BATCH = 50  # pages in one transaction; more gain nothing
AGE = 2.0  # seconds a page waits at most, so that a crash loses little
PATIENCE = 60.0  # seconds in which a database may come back
PAUSE = 2.0  # seconds between attempts

logger = logging.getLogger(__name__)


class StorePages:
    """Collects the Pages of one site and writes them; without a store it prints them for the developer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._pages: list[Page] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> SiteSpider:
        """The spider whose Pages these are."""
        assert isinstance(self.crawler.spider, SiteSpider)
        return self.crawler.spider

    async def open_spider(self) -> None:
        if self.spider.store is not None:
            self._timer = asyncio.create_task(self._tick())

    async def process_item(self, item: Page) -> Page:
        if self.spider.store is None:
            print(item.status or "---", item.url, item.error or item.title)
            return item
        self._pages.append(item)
        if len(self._pages) >= BATCH:
            await self._flush()
        return item

    async def close_spider(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._flush()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(AGE)
            # Cancelling the timer must not tear a transaction that is under way.
            await asyncio.shield(self._flush())

    async def _flush(self) -> None:
        """Write what has been collected, in the order it came."""
        async with self._writing:
            pages, self._pages = self._pages, []
            if not pages or self.spider.fault:
                return
            loop = asyncio.get_running_loop()
            end = loop.time() + PATIENCE
            while (fault := await self._write(pages)) is not None:
                if loop.time() >= end or isinstance(fault, LostError):
                    self._give_up(fault)
                    return
                await asyncio.sleep(PAUSE)

    async def _write(self, pages: list[Page]) -> StoreError | LostError | None:
        """Return what the database said if it did not take the pages."""
        assert self.spider.store is not None
        try:
            await asyncio.to_thread(self.spider.store.write, pages)
        except (StoreError, LostError) as fault:
            logger.warning("The database did not take %d pages: %s", len(pages), fault)
            return fault
        return None

    def _give_up(self, fault: StoreError | LostError) -> None:
        logger.error("Nothing can be stored any more, the crawl stops: %s", fault)
        self.spider.fault = fault
        self._closing = asyncio.create_task(self.crawler.engine.close_spider_async(reason="store_failed"))
