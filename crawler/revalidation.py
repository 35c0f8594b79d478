"""
Asks only for what has changed since the last audit: conditional requests (RFC 9110, section 13).

Does not keep pages; they are read back from the rows of the last audit. Caching rules are left aside on purpose: whatever
they allow, the server is asked each time, and only its own word "not modified" saves the transfer.
"""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler import addresses
from crawler.spiders.site import SiteSpider

NOT_MODIFIED = 304


class RevalidationMiddleware:
    """Sends what the server gave us to recognise a page, and hands the kept page on where it still holds."""

    def __init__(self, spider: SiteSpider) -> None:
        assert spider.earlier is not None
        self.earlier = spider.earlier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not isinstance(crawler.spider, SiteSpider) or crawler.spider.earlier is None:
            raise NotConfigured
        return cls(crawler.spider)

    def process_request(self, request: Request) -> None:
        validators = self.earlier.validators.get(addresses.canonical(request.url))
        if validators is None:
            return
        if validators.etag:
            request.headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            request.headers["If-Modified-Since"] = validators.last_modified

    async def process_response(self, request: Request, response: Response) -> Response:
        if response.status == NOT_MODIFIED:
            url = addresses.canonical(request.url)
            request.meta["kept"] = await asyncio.to_thread(self.earlier.page, url)
        return response
