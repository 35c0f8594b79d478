"""
Keeps every answer in the audit's archive, or takes every answer from one.

Does not look into answers. Stands next to the network, where bodies are still packed and redirects not yet followed.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.archive.reader import Archive, DamagedError
from crawler.archive.writer import Writer, writer
from crawler.faults import NotArchived
from crawler.spiders.search import SearchSpider
from crawler.spiders.site import SiteSpider
from db.errors import CrawlError

OK, MISSING = 200, 404
CAPTURED = "captured"

logger = logging.getLogger(__name__)


class KeepMiddleware:
    """Writes what servers send into the file that the setting ``ARCHIVE`` names."""

    def __init__(self, crawler: Crawler, kept: Writer) -> None:
        self.crawler = crawler
        self.kept = kept

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        place = crawler.settings.get("ARCHIVE")
        if not place:
            raise NotConfigured
        return cls(crawler, writer(place, agent=crawler.settings["USER_AGENT"]))

    def process_response(self, request: Request, response: Response) -> Response:
        received = datetime.now(UTC)
        request.meta[CAPTURED] = received
        try:
            if not request.meta.get("playwright"):
                self.kept.add(response, received=received)
            elif response.status == OK:
                self.kept.add_shown(response, received=received)
        except OSError as fault:
            self._stop(fault)
        return response

    def _stop(self, fault: OSError) -> None:
        """End the crawl so that it can go on later: what was read without proof would be worth little."""
        spider = self.crawler.spider
        if not isinstance(spider, (SiteSpider, SearchSpider)) or spider.fault is not None:
            return
        logger.error("The archive cannot be written: %s", fault)
        spider.fault = CrawlError(
            f"Das Archiv {self.kept.path} lässt sich nicht schreiben ({fault.strerror or fault}).",
            remedy="Schaffen Sie Platz und starten Sie den Lauf noch einmal, er geht an derselben Stelle weiter.",
        )
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="store_failed"))


class ReplayMiddleware:
    """Answers every request from the files that the setting ``REPLAY`` names, none from the network."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        places = crawler.settings.getlist("REPLAY")
        if not places:
            raise NotConfigured
        return cls(_opened(tuple(places)))

    def process_request(self, request: Request) -> Response:
        try:
            find = self.archive.shown if request.meta.get("playwright") else self.archive.find
            found = find(request.url)
        except DamagedError:
            found = None
        if found is None:
            if request.meta.get("is_robots"):
                # Other programs do not keep it; whoever made the archive had to obey it then.
                return Response(request.url, status=MISSING, request=request)
            raise NotArchived
        request.meta[CAPTURED] = found.date
        headers: dict[str, list[str]] = {}
        for name, value in found.headers:
            headers.setdefault(name, []).append(value)
        return Response(request.url, status=found.status, headers=headers, body=found.body, request=request)


_archives: dict[tuple[str, ...], Archive] = {}


def _opened(places: tuple[str, ...]) -> Archive:
    """Return an archive; all sites of a process share it."""
    if places not in _archives:
        _archives[places] = Archive(map(Path, places))
    return _archives[places]
