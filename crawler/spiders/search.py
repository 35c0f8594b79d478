"""
Asks the search of one site, one query after the other, and notes which addresses it shows.

Does not read what it shows and does not judge; every answer is kept as an Asked, and what went wrong is one with an error.
What was not asked, because the site refused or the time was spent, has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import addresses, answers, failures, faults, guard, manners
from crawler.doors import QUERY
from crawler.robots import RobotsMiddleware
from crawler.visits import Budget
from db.errors import StoreError
from db.models import Asked, Page
from db.store import AskedStore
from db.terms import CONTROL, End, Zone

MOST = 10  # hits of one question: the first page of results
FRAME = 100  # addresses of the frame that are kept
REDIRECTS = 5
FAILURES = 3  # in a row: the search does not work
RETRIES = 1
REFUSED = "refused"
OVER = failures.REFUSED_ERRORS | {REFUSED}
"""Errors after which a site is asked no more."""

OK = 200


def is_over(errors: Sequence[str | None]) -> bool:
    """Tell from the errors of a site so far, in the order of asking, whether it is asked no more."""
    return not OVER.isdisjoint(errors) or (len(errors) >= FAILURES and all(errors[-FAILURES:]))


class SearchSpider(Spider):
    """
    The search of one site of a town.

    ``scrapy crawl search -a "url=http://www.musterhafen.example/suche?q={query}" -a queries=handyparken`` prints the hits.

    Attributes:
        host: The site in words, for events.
        slot: The downloader's slot: one site, one delay.
        store: Where answers go; None for a developer's run.
        fault: What broke on our side, if something did.
        is_interrupted: Was the asking stopped from outside, so that it can go on later?
    """

    name = "search"
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012  so says its base

    def __init__(
        self,
        url: str,
        *,
        door: str = "",
        queries: Sequence[str] | str = (),
        charset: str | None = None,
        store: AskedStore | None = None,
        budget: Budget = Budget(),  # noqa: B008  immutable
        post: Callable[[dict[str, Any]], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.template, self.charset = url, charset or "utf-8"
        self.host = addresses.host_of(door or url)
        self.slot = urlsplit(self._address(CONTROL)).hostname or self.host
        self.queries = [queries] if isinstance(queries, str) else list(queries)
        self.store, self.budget, self.post, self.clock = store, budget, post, clock
        self.fault: BaseException | None = None
        self.is_interrupted = False
        fields = parse_qsl(urlsplit(url).query)
        self._field = next((name for name, value in fields if QUERY in value), "")
        self._frame: set[tuple[str, str]] = set()
        self._homes: set[tuple[str, str]] = set()

    def closed(self, reason: str) -> None:
        """Note whether something from outside has ended the asking."""
        self.is_interrupted = reason in {"shutdown", "cancelled", "store_failed"}

    async def start(self) -> AsyncIterator[Request]:
        """Ask, keep the answers one by one, and end."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # Scrapy would wait for ever for an item that is under way when we end
            yield request
        try:
            await self._ask_all()
        except StoreError as fault:
            self.fault = fault
            raise CloseSpider("store_failed") from fault
        raise CloseSpider(End.FINISHED)

    async def _ask_all(self) -> None:
        """Ask the control word and then each query, as long as the site and the time allow it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.budget.seconds
        errors = self.store.errors() if self.store else []
        if is_over(errors):
            return
        await self._keep_delay()
        control, page = await self._ask(CONTROL)
        if page is not None:
            control.hits = self._learn(control, page)
        await self._keep(control)
        if control.error is not None:
            return
        for number, query in enumerate(self.queries, 1):
            if is_over(errors) or loop.time() >= deadline:
                return
            row, page = await self._ask(query)
            if page is not None:
                row.hits = self._hits(row, page)
            errors.append(row.error)
            await self._keep(row)
            if self.post is not None:
                self.post({"event": "asked", "site": self.host, "asked": number, "of": len(self.queries)})

    async def _keep(self, row: Asked) -> None:
        if self.store is None:
            print(row.status or "---", row.url, row.error or row.hits)
        else:
            await asyncio.to_thread(self.store.write, row)

    async def _keep_delay(self) -> None:
        """Wait between questions as long as robots.txt asks; if it cannot be had, the first question says so."""
        middleware = self.crawler.get_downloader_middleware(RobotsMiddleware)
        assert middleware is not None
        with suppress(faults.RobotsUnreachable):
            rules = await middleware.rules(self._address(CONTROL))
            if self.budget.delay and rules.delay > self.budget.delay:
                manners.slow(self.crawler, self.slot, delay=rules.delay)

    def _address(self, query: str) -> str:
        """Return the address to ask, the words in the charset of the page with the form (HTML standard, 4.10.22.3)."""
        write = quote_plus if QUERY in urlsplit(self.template).query else quote
        try:
            words = write(query, safe="", encoding=self.charset, errors="xmlcharrefreplace")
        except LookupError:  # a charset that nobody knows
            words = write(query, safe="")
        return self.template.replace(QUERY, words)

    async def _ask(self, query: str) -> tuple[Asked, Page | None]:
        """Return the row of a question, and the page that came, if it can be read for hits."""
        url = self._address(query)
        row = Asked(site_id=self.store.site_id if self.store else 0, query=query, url=url, asked=self.clock())
        try:
            response = await self._follow(url)
        except faults.DOWNLOAD_ERRORS as fault:
            row.error = guard.name(fault, url)
            return row, None
        row.asked, row.status = response.meta.get("captured") or self.clock(), response.status
        if (target := answers.redirect(response)) is not None:
            row.error = "redirect_loop" if self._is_own(target) else "redirect_elsewhere"
            return row, None
        page = answers.read(response, fetched=row.asked)
        row.error = _error(page)
        return row, None if row.error else page

    async def _follow(self, url: str) -> Response:
        """Return the answer where redirects end; where they leave the site or do not end, the last of them."""
        meta = {"download_slot": self.slot, "dont_redirect": True, "max_retry_times": RETRIES}
        for _ in range(REDIRECTS + 1):
            request = Request(url, callback=NO_CALLBACK, meta=dict(meta))
            response: Response = await self.crawler.engine.download_async(request)
            target = answers.redirect(response)
            if not target or not self._is_own(target):
                break
            url = target
        return response

    def _is_own(self, url: str) -> bool:
        return addresses.registrable(addresses.host_of(url)) == addresses.registrable(addresses.host_of(self.template))

    def _learn(self, control: Asked, page: Page) -> list[str]:
        """Note what stands on every page of results and where those pages are; return the addresses of the frame."""
        self._homes = {_place(control.url), _place(page.url)}
        self._frame = {(link.url, link.text) for link in page.links if link.zone == Zone.MAIN}
        shown = dict.fromkeys(link.url for link in page.links if link.zone == Zone.MAIN)
        return list(islice(filter(self._is_hit, shown), FRAME))

    def _hits(self, row: Asked, page: Page) -> list[str]:
        """Return what a page shows for its question; a search with a single hit may lead straight to it."""
        homes = {*self._homes, _place(row.url)}
        if _place(page.url) not in homes:
            return [page.url] if page.error is None else []
        shown = dict.fromkeys(
            link.url
            for link in page.links
            if link.zone == Zone.MAIN and (link.url, link.text) not in self._frame and _place(link.url) not in homes
        )
        return list(islice(filter(self._is_hit, shown), MOST))

    def _is_hit(self, url: str) -> bool:
        """Tell whether an address can be a hit: no further search, and nothing in a private network."""
        host = addresses.host_of(url)
        if not host or _place(url) in self._homes or (host != self.host and addresses.is_private_host(host)):
            return False
        names = (name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True))
        return not self._field or self._field not in names


def _place(url: str) -> tuple[str, str]:
    """Return host and path of an address, for what stands behind them are only other words, pages and filters."""
    url = addresses.canonical(url)
    return addresses.host_of(url).removeprefix("www."), urlsplit(url).path.rstrip("/")


def _error(page: Page) -> str | None:
    """Return why an answer is no page of results; a notice that nothing was found is one."""
    if page.error in failures.REFUSED_ERRORS:
        return page.error
    if page.status in failures.REFUSED_STATUS:
        return REFUSED
    if page.status != OK:
        return "status"
    return None if page.error == "soft_404" else page.error
