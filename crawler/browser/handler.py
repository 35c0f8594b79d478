"""
Scrapy's download handler, with a door to the browser.

Does not change anything for plain requests: they go the way they always go, and nothing of the browser is imported for them.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.robots import RobotsMiddleware

if TYPE_CHECKING:
    from crawler.browser.rendering import Renderer

META = "playwright"


class BrowserHandler(HTTP11DownloadHandler):
    """Hands requests that are marked with ``META`` to the browser."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.site = ""

    async def download_request(self, request: Request) -> Response:
        if not request.meta.get(META):
            return await super().download_request(request)
        # A task of its own: what waits with a limit of time needs one.
        return await asyncio.ensure_future(self._show(request))

    async def _show(self, request: Request) -> Response:
        self.site = request.meta["download_slot"]
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        assert robots is not None
        rules = await robots.rules(request.url)  # read before the page was asked for the first time
        return await _renderer().show(request, crawler=self.crawler, site=self.site, allows=rules.allow)

    async def close(self) -> None:
        if self.site:
            await _renderer().leave(self.site)
        await super().close()


@cache
def _renderer() -> Renderer:
    """Return the browser of the process."""
    from crawler.browser.rendering import Renderer  # noqa: PLC0415  it costs 40 MB and half a second

    return Renderer()
