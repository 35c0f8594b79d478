"""
Lets documents be read before the spider sees the answer.

Does not touch the answer itself: what was read waits in the request's ``meta`` for ``crawler.answers``.
"""

from __future__ import annotations

from typing import ClassVar, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.documents import media_of
from crawler.documents.readers import Readers

META = "document"
_REDIRECTS = 300


class DocumentMiddleware:
    """
    Stands between the engine and what unpacks and repeats, so that it sees the last answer as it was meant.

    All sites of a process share the readers; the last site that ends closes them.
    """

    readers: ClassVar[Readers] = Readers()
    sites: ClassVar[int] = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls()
        crawler.signals.connect(middleware.opened, signal=signals.spider_opened)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    def opened(self) -> None:
        DocumentMiddleware.sites += 1

    async def closed(self) -> None:
        DocumentMiddleware.sites -= 1
        if not DocumentMiddleware.sites:
            await self.readers.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        if response.status < _REDIRECTS:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            if media := media_of(response.body, content_type, url=response.url):
                request.meta[META] = await self.readers.read(response.body, media)
        return response
