"""
Looks at single addresses of one host, one after the other: does a page answer there?

Does not follow links, stores nothing and does not judge; each answer is an event.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import answers, failures, faults, guard, manners
from crawler.robots import RobotsMiddleware
from crawler.visits import Budget
from db.terms import End

RETRIES = 1
OVER = failures.REFUSED_ERRORS - {"robots", "private_address", "consent"}
"""Errors after which the host is asked no more."""
TOO_MANY = 429


class LookSpider(Spider):
    """
    Some addresses of one host.

    ``scrapy crawl look -a urls=http://www.musterhafen.example/`` prints the answer.

    Attributes:
        slot: The downloader's slot: one host, one delay.
        fault: What broke on our side; nothing here writes, so nothing does.
        is_interrupted: Was the looking stopped from outside?
    """

    name = "look"
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012  so says its base
    fault: BaseException | None = None

    def __init__(
        self,
        urls: Sequence[str] | str,
        *,
        keep: bool = False,
        budget: Budget = Budget(),  # noqa: B008  immutable
        post: Callable[[dict[str, Any]], None] = print,
    ) -> None:
        super().__init__()
        self.urls = [urls] if isinstance(urls, str) else list(urls)
        self.slot = urlsplit(self.urls[0]).hostname or ""
        self.keep, self.budget, self.post = keep, budget, post
        self.is_interrupted = False

    def closed(self, reason: str) -> None:
        """Note whether something from outside has ended the looking."""
        self.is_interrupted = reason in {"shutdown", "cancelled"}

    async def start(self) -> AsyncIterator[Request]:
        """Look at one address after the other, as long as the host and the time allow it, and end."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # Scrapy would wait for ever for an item that is under way when we end
            yield request
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.budget.seconds
        await self._keep_delay()
        for url in self.urls:
            said = await self._look(url)
            self.post({"event": "looked", "url": url, **said})
            if said["error"] in OVER or said["status"] == TOO_MANY or loop.time() >= deadline:
                break
        raise CloseSpider(End.FINISHED)

    async def _keep_delay(self) -> None:
        """Wait between addresses as long as robots.txt asks; if it cannot be had, the first address says so."""
        middleware = self.crawler.get_downloader_middleware(RobotsMiddleware)
        assert middleware is not None
        with suppress(faults.RobotsUnreachable):
            rules = await middleware.rules(self.urls[0])
            if self.budget.delay and rules.delay > self.budget.delay:
                manners.slow(self.crawler, self.slot, delay=rules.delay)

    async def _look(self, url: str) -> dict[str, Any]:
        meta = {"download_slot": self.slot, "max_retry_times": RETRIES}
        nothing = {"status": 0, "body": None, "content_type": ""}
        try:
            request = Request(url, callback=NO_CALLBACK, meta=meta)
            response: Response = await self.crawler.engine.download_async(request)
        except faults.DOWNLOAD_ERRORS as fault:
            is_loop = isinstance(fault, IgnoreRequest) and "redirections" in str(fault)  # Scrapy's word for too many
            return {**nothing, "error": "redirect_loop" if is_loop else guard.name(fault, url)}
        page = answers.read(response, fetched=datetime.now(UTC))
        body = b64encode(response.body).decode() if self.keep else None
        kind = answers.header(response, "Content-Type")
        return {"status": response.status, "error": page.error, "body": body, "content_type": kind}
