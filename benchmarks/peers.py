"""
Other crawlers on the same site, each as its own process: ``python -m benchmarks.peers NAME URL PAGES``.

Does not measure; ``benchmarks.crawl`` does. The bare spider is as fast as Scrapy gets: settings as ours, links by
lexbor, a set of raw addresses before any request is made, nothing stored.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor
from selectolax.lexbor import LexborHTMLParser

SETTINGS: dict[str, Any] = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
}


class BareSpider(scrapy.Spider):
    """Follows links and does nothing else, as fast as it can."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        self.seen: set[str] = set()
        yield scrapy.Request(self.url, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Any]:
        for node in LexborHTMLParser(response.body).css("a[href]"):
            raw = node.attributes["href"] or ""
            if raw in self.seen or raw.startswith(("#", "mailto:", "tel:")):
                continue
            self.seen.add(raw)
            yield scrapy.Request(urljoin(response.url, raw), dont_filter=True)


class ExtractorSpider(scrapy.Spider):
    """Follows links the way the tutorial does."""

    name = "extractor"

    async def start(self) -> AsyncIterator[Any]:
        self.links = LinkExtractor()
        yield scrapy.Request(self.url)

    def parse(self, response: Response) -> Iterator[Any]:
        for link in self.links.extract_links(response):
            yield scrapy.Request(link.url)


def crawl(spider: type[scrapy.Spider], url: str, pages: int) -> None:
    """Run one spider in this process."""
    process = AsyncCrawlerProcess({**SETTINGS, "CLOSESPIDER_PAGECOUNT": pages})
    process.crawl(spider, url=url)
    process.start()


def advertools(url: str, pages: int) -> None:
    """Run the crawler of the advertools package."""
    import advertools as adv  # noqa: PLC0415 only there for make bench

    with tempfile.TemporaryDirectory() as folder:
        settings = {"CLOSESPIDER_PAGECOUNT": pages, "LOG_LEVEL": "ERROR"}
        adv.crawl(
            url,
            str(Path(folder) / "out.jl"),
            follow_links=True,
            allowed_domains=["127.0.0.1"],
            custom_settings=settings,
        )


def crawlee(url: str, pages: int) -> None:
    """Run the Parsel crawler of the crawlee package, all in memory."""
    from crawlee import ConcurrencySettings  # noqa: PLC0415 only there for make bench
    from crawlee.crawlers import ParselCrawler, ParselCrawlingContext  # noqa: PLC0415
    from crawlee.storage_clients import MemoryStorageClient  # noqa: PLC0415

    crawler = ParselCrawler(
        concurrency_settings=ConcurrencySettings(min_concurrency=8, desired_concurrency=8, max_concurrency=16),
        storage_client=MemoryStorageClient(),
        max_requests_per_crawl=pages,
        configure_logging=False,
    )

    async def follow(context: ParselCrawlingContext) -> None:
        await context.enqueue_links()

    crawler.router.default_handler(follow)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(crawler.run([url]))


PEERS = {
    "bare": lambda url, pages: crawl(BareSpider, url, pages),
    "extractor": lambda url, pages: crawl(ExtractorSpider, url, pages),
    "crawlee": crawlee,
    "advertools": advertools,
}

if __name__ == "__main__":
    PEERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
