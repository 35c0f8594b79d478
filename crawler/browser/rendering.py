"""
Shows pages in Chromium, through scrapy-playwright: one browser for all sites of the process, one context for each site.

Does not decide which pages; the spider does. Whatever a page does, it costs so many seconds and no more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler import addresses
from crawler.browser import launch
from crawler.browser.proxy import GuardedProxy
from crawler.browser.reading import read
from crawler.browser.rules import Rules
from crawler.faults import NotRendered
from crawler.guard import GuardMiddleware

AT_ONCE = 2
"""Pages that are shown at the same time, in the whole process."""

SECONDS = 15.0
"""For one page, from the first request to its text."""

START, CLOSING = 20.0, 3.0
_NAVIGATION = 10_000  # milliseconds until the server has begun to answer
_ERRORS = (PlaywrightError, TimeoutError, OSError, RuntimeError, ValueError, EOFError)
_CLOSED = "has been closed"  # what Playwright says at once; that the browser is gone it may notice later
# Of an earlier answer, or of the crawler's own proxy; a browser would hand them to the server.
_OURS = ("Proxy-Authorization", "If-None-Match", "If-Modified-Since")

logger = logging.getLogger(__name__)


class BrowserDiedError(Exception):
    """The browser ended while a page was shown, by this page or by the one beside it."""


class Renderer:
    """The browser of the process; started with the first page that needs it, gone with the last site that used it."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._starting, self._second = asyncio.Lock(), asyncio.Lock()
        self._sites: set[str] = set()
        self._proxy: GuardedProxy | None = None
        self._handler: Any = None

    async def show(self, request: Request, *, crawler: Crawler, site: str, allows: Callable[[str], bool]) -> Response:
        """
        Return the page as its scripts have made it, or the redirect that they amount to.

        Args:
            request: For the page; it was allowed.
            crawler: Whose request it is.
            site: What keeps a context of its own.
            allows: Does the robots.txt of the page's host allow an address?

        Raises:
            NotRendered: the browser could not show it in time, or not at all.
        """
        self._sites.add(site)
        rules = Rules(request.url, allows=allows)
        _prepare(request, site=site, rules=rules)
        try:
            async with self._room:
                try:
                    return await self._attempt(request, crawler)
                except BrowserDiedError:
                    # Perhaps of the page beside this one: so once more, beside none that has been there when one died.
                    async with self._second:
                        return await self._attempt(request, crawler)
        except BrowserDiedError as fault:
            raise NotRendered from fault
        finally:
            crawler.stats.inc_value("browser/pages")
            crawler.stats.inc_value("browser/barred_by_robots", rules.barred)

    async def _attempt(self, request: Request, crawler: Crawler) -> Response:
        """
        Show a page once.

        Raises:
            BrowserDiedError: the browser was gone in the end.
            NotRendered: the page could not be shown in time, or not at all.
        """
        handler = await self._started(crawler)
        before = getattr(handler, "browser", None)  # there is none before the first page
        seconds = min(SECONDS, crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        try:
            return await asyncio.wait_for(_shown(handler, request), seconds)
        except _ERRORS as fault:
            logger.warning("Not rendered: %s (%s)", request.url, str(fault).partition("\n")[0] or "too slow")
            raise (BrowserDiedError if _CLOSED in str(fault) or _has_died(handler, before) else NotRendered) from fault
        finally:
            await self._clear(request)

    async def leave(self, site: str) -> None:
        """Forget what a site has left in the browser; the last one closes it."""
        if site not in self._sites:
            return
        self._sites.discard(site)
        wrapper = self._handler.context_wrappers.get(site) if self._handler is not None else None
        is_left = wrapper is None or await _done(wrapper.context.close())
        if not self._sites or not is_left:
            await self._end()

    async def _started(self, crawler: Crawler) -> Any:
        async with self._starting:
            if self._handler is None:
                try:
                    await asyncio.wait_for(self._start(crawler), START)
                except _ERRORS as fault:
                    logger.error("Chromium cannot be started: %s", fault)  # noqa: TRY400 - the words are enough
                    await self._end()
                    raise NotRendered from fault
            return self._handler

    async def _start(self, crawler: Crawler) -> None:
        from twisted.internet import reactor  # noqa: PLC0415  importing it earlier would install the wrong one

        loop = asyncio.get_running_loop()
        guard = GuardMiddleware.from_crawler(crawler)

        async def resolve(name: str) -> str:
            return str(await reactor.resolve(name).asFuture(loop))  # type: ignore[arg-type]  # its types are wrong

        self._proxy = GuardedProxy(allows=guard.is_allowed, resolve=resolve)
        address = await self._proxy.start()
        handler = ScrapyPlaywrightDownloadHandler(crawler)
        handler.config.launch_options = launch.options(crawler.settings["BROWSER"], proxy=address)
        handler.config.max_pages_per_context = AT_ONCE
        handler.config.target_closed_max_retries = 1
        # Scrapy's engine has started long ago, which is when the handler would do this itself.
        handler.browser_provider = handler.browser_provider_cls(handler.config)
        self._handler = handler
        await handler.browser_provider.start()

    async def _clear(self, request: Request) -> None:
        """Close the page; a browser that cannot do that in time is given up."""
        page = request.meta.pop("playwright_page", None)
        if isinstance(page, Page) and not page.is_closed() and not await _done(page.close()):
            await self._end()

    async def _end(self) -> None:
        handler, proxy = self._handler, self._proxy
        self._handler = self._proxy = None
        if proxy is not None and proxy.refused:
            logger.warning("The browser was kept from: %s", ", ".join(sorted(proxy.refused)[:20]))
        if handler is not None and not await _done(handler.close()):
            await _done(handler.browser_provider.close())
        if proxy is not None:
            await proxy.close()


def _has_died(handler: Any, before: Any) -> bool:
    """Tell whether the browser that was there before a page was shown, or was started for it, is there no more."""
    now = getattr(handler, "browser", None)
    return now is None or not now.is_connected() or (before is not None and now is not before)


def _prepare(request: Request, *, site: str, rules: Rules) -> None:
    async def begin(page: Page, _request: Request) -> None:
        # Asked before scrapy-playwright's own route, which only sets the headers.
        await page.route("**/*", rules.decide)
        page.on("popup", _close)

    for name in _OURS:
        request.headers.pop(name, None)
    request.meta.update(
        playwright_include_page=True,
        playwright_context=site,
        playwright_context_kwargs=dict(launch.CONTEXT),
        playwright_page_init_callback=begin,
        # What it holds at that moment is thrown away; it is read by us once it has come to rest.
        playwright_page_goto_kwargs={"wait_until": "commit", "timeout": _NAVIGATION},
    )


async def _close(page: Page) -> None:
    with suppress(PlaywrightError):
        await page.close()


async def _shown(handler: Any, request: Request) -> Response:
    response: Response = await handler.download_request(request)
    page: Page = request.meta["playwright_page"]
    html = await read(page)
    if addresses.host_of(page.url) != addresses.host_of(request.url):
        return Response(request.url, status=302, headers={"Location": page.url}, request=request)
    headers = {**response.headers, "Content-Type": "text/html; charset=utf-8"}
    body = html.encode("utf-8", errors="replace")
    return Response(request.url, status=response.status, headers=headers, body=body, request=request)


async def _done(work: Coroutine[Any, Any, Any]) -> bool:
    """Wait a moment for something to end; False if it does not."""
    try:
        await asyncio.wait_for(work, CLOSING)
    except TimeoutError:
        return False
    except PlaywrightError:
        pass  # it is gone already
    return True
