"""
Reads one site: robots.txt, sitemaps, the front door, then what they lead to, until all is read or the budget is spent.

Does not store and does not judge; every answer leaves as a Page, and what went wrong is a Page with an error.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from crawler import addresses, answers, endings, failures, faults, instead, manners, sitemaps
from crawler.browser.allowance import Allowance
from crawler.endings import Verdict
from crawler.frontier import Address, Frontier
from crawler.robots import RobotsMiddleware, Rules
from crawler.visits import Budget, Missing, Visit
from db.models import Link, Page
from db.store import Earlier, PageStore
from db.terms import N_, End

LONGEST_CHAIN = 10  # redirects for one address
PATIENT = 15  # seconds for what is asked beside the pages; twenty slow sitemaps must not eat the budget
FEW = 20  # pages; for a short look the sitemaps would cost more than they tell
REFUSALS = 20  # in a row: the server has had enough of us
PATIENCE = 5.0  # seconds between requests after the first 429
LOOKS = 30  # failures that are looked at a second time; a server that is down would take hours
LONGEST_WAIT = 300.0  # seconds that a Retry-After may hold us up
OK, TOO_MANY = 200, 429
ASKS_TO_WAIT = {429, 503}  # RFC 6585, section 4; RFC 9110, section 15.6.4


class SiteSpider(Spider):
    """
    One site of a town.

    ``scrapy crawl site -a url=http://www.musterhafen.example/`` prints what it reads and stores nothing.

    Attributes:
        host: The site in words, for events and reasons.
        slot: The downloader's slot: all requests for the site share one delay.
        window: How many addresses are on their way at once.
        verdict: Why the reading ended and the reason in German, once that is known.
        answered: Addresses read that count against the budget, those of earlier runs included.
        lost: Answers that a fault of ours swallowed.
        scripted: What becomes of pages that scripts make.
        store: Where Pages go; None for a developer's run.
        earlier: What the site said in the last audit; None if everything is to be asked for anew.
        fault: What broke on our side, if something did.
        is_interrupted: Was the reading stopped from outside, so that it can go on later?
    """

    name = "site"

    def __init__(
        self,
        url: str,
        *,
        store: PageStore | None = None,
        earlier: Earlier | None = None,
        known: Iterable[Link] = (),
        hints: Iterable[str] = (),
        budget: Budget = Budget(),  # noqa: B008  immutable
        answered: int = 0,
        post: Callable[[dict[str, Any]], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.door = addresses.canonical(url)
        self.host = addresses.host_of(self.door)
        self.slot = urlsplit(self.door).hostname or self.host
        self.store, self.earlier, self.post, self.clock = store, earlier, post, clock
        self.budget, self.answered, self.window = budget, answered, 1
        self.verdict: Verdict | None = None
        self.fault: BaseException | None = None
        self.is_interrupted = False
        self.lost = 0
        self.frontier = Frontier(self.door, hints=hints, seen=store.seen if store else (), year=clock().year)
        for page in store.read() if store and store.seen else ():
            self.frontier.note(page)
        for link in known:
            self.frontier.add(link.url, text=link.text, zone=link.zone, depth=2)
        self._missing: Missing | None = None
        self._failed: list[tuple[str, Visit]] = []
        self._looks = 0
        self.scripted = Allowance(budget.shown)
        self._welcome = 0.0
        self._front = self.door
        self._flight = 0
        self._refusals = 0
        self._changed = asyncio.Event()
        self._deadline = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    def closed(self, _reason: str) -> None:
        """Let go of the clock, which would hold all that is known of the site until the time is spent."""
        if self._alarm is not None:
            self._alarm.cancel()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        # What waits for its delay can no longer be overtaken by something better, and holds up a stop.
        ahead = 1 if crawler.settings.getfloat("DOWNLOAD_DELAY") else 2
        spider.window = ahead * crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        return spider

    @property
    def flight(self) -> int:
        """Return how many addresses were asked for and are without an answer."""
        return self._flight

    async def start(self) -> AsyncIterator[Request | Page]:
        """Give one request after the other, as long as there is something to read and the budget allows it."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + self.budget.seconds
        # What waits for an answer has to learn that the time is spent.
        self._alarm = loop.call_at(self._deadline, self._changed.set)
        visit = Visit(Address(self.door, 0, ""))
        try:
            rules = await self._rules()
        except faults.RobotsUnreachable as fault:
            self.frontier.claim(self.door)
            self.verdict = endings.of_robots(self.host, fault)
            yield self._placed(Page(url=self.door, fetched=self.clock(), error=fault.word), visit=visit)
            raise CloseSpider(self.verdict.end) from fault
        if self.frontier.claim(self.door):
            self._flight += 1
            yield self._request(self.door, visit=visit)
            while self._flight:
                await self._wait()
        if self.budget.pages > FEW and self.verdict is None:
            self._missing = await self._unknown()
            async for url in self._listed(rules):
                self.frontier.add(url, listed=True)
        # Handed over here, not yielded: Scrapy takes one request from a start each time it has nothing else to do, and
        # would send them one after the other.
        while following := await self._next():
            url, visit = following
            self._flight += 1
            self.crawler.engine.crawl(self._request(url, visit=visit))

    async def _rules(self) -> Rules:
        """Return what the site's robots.txt says, and keep its delay."""
        middleware = self.crawler.get_downloader_middleware(RobotsMiddleware)
        assert middleware is not None
        rules = await middleware.rules(self.door)
        if self.budget.delay and rules.delay > self.budget.delay:
            manners.slow(self.crawler, self.slot, delay=rules.delay)
        return rules

    async def _unknown(self) -> Missing | None:
        """
        Return what the server answers for an address that cannot exist; None if it says so by its status.

        The address is always the same for a host, so that an archive of the reading has it too.
        """
        mark = hashlib.sha256(self.host.encode()).hexdigest()[:12]
        url = addresses.origin(self.door) + f"fundstelle-gibt-es-nicht-{mark}"
        response = await self._aside(url)
        if response is None or response.status != OK:
            return None
        page = answers.read(response, fetched=self.clock())
        return Missing(page.title, page.main_text, page.digest) if page.error is None else None

    def _listed(self, rules: Rules) -> AsyncIterator[str]:
        named = (self._inside(self.door, each) for each in [*rules.sitemaps, "/sitemap.xml"])
        return sitemaps.walk(filter(None, named), fetch=self._sitemap, inside=self._inside)

    def _inside(self, base: str, reference: str) -> str:
        url = addresses.target(reference, base)
        return url if url is not None and self.frontier.is_inside(url) else ""

    async def _sitemap(self, url: str) -> bytes:
        """Return the body of a sitemap; nothing if it cannot be had or the time is spent."""
        response = await self._aside(url)
        if response is None or response.status != OK or not self.frontier.is_inside(response.url):
            return b""
        return response.body

    async def _aside(self, url: str, **meta: Any) -> Response | None:
        """Return the answer for an address that is no page to store; None if it cannot be had or the time is spent."""
        meta |= {"download_slot": self.slot, "download_timeout": PATIENT, "max_retry_times": 0}
        if asyncio.get_running_loop().time() >= self._deadline:
            return None
        try:
            response: Response = await self.crawler.engine.download_async(Request(url, callback=NO_CALLBACK, meta=meta))
        except faults.DOWNLOAD_ERRORS:
            return None
        return response

    async def _next(self) -> tuple[str, Visit] | None:
        """Return what to ask for next as soon as there is room for it; None when nothing is left; or end."""
        while True:
            self.verdict = self.verdict or self._spent()
            if self.verdict is not None:
                raise CloseSpider(self.verdict.end)
            if not await self._is_welcome():
                continue
            has_room = self._flight < self.window and self.answered + self._flight < self.budget.pages
            if has_room and (address := self.frontier.pop()):
                return address.url, Visit(address)
            if not self._flight:
                return self._second_look() if has_room else None
            await self._wait()

    async def _is_welcome(self) -> bool:
        """Wait as long as the server has asked us to; False if the time is spent with that."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._welcome:
            await asyncio.sleep(min(self._welcome, self._deadline) - loop.time())
        return loop.time() < self._deadline

    def _second_look(self) -> tuple[str, Visit] | None:
        """Return what failed before everything else was read; some minutes later it may be over."""
        if not self._failed or self._looks >= LOOKS:
            return None
        self._looks += 1
        url, visit = self._failed.pop(0)
        return url, visit._replace(is_second=True)

    def _spent(self) -> Verdict | None:
        if asyncio.get_running_loop().time() >= self._deadline:
            return self._too_late()
        if self.answered >= self.budget.pages and len(self.frontier) and not self._flight:
            why = N_("Nach {pages} Seiten war das Seitenbudget verbraucht.").format(pages=self.answered)
            return Verdict(End.BUDGET_PAGES, f"{self.host}: {why}")
        return None

    def _too_late(self) -> Verdict:
        seconds = f"{self.budget.seconds:.0f}"
        why = N_("Nach {seconds} Sekunden war das Zeitbudget verbraucht.").format(seconds=seconds)
        return Verdict(End.BUDGET_TIME, f"{self.host}: {why}")

    async def _wait(self) -> None:
        """Wait until an answer came, or end because the time is spent."""
        self._changed.clear()
        await self._changed.wait()
        if asyncio.get_running_loop().time() >= self._deadline:
            self.verdict = self.verdict or self._too_late()
            raise CloseSpider(self.verdict.end)

    def _request(self, url: str, *, visit: Visit) -> Request:
        meta: dict[str, Any] = {"dont_redirect": True, "download_slot": self.slot}
        if visit.is_second:
            meta["max_retry_times"] = 0
        if visit.shell is not None:
            # How long a browser takes says nothing about the server.
            meta |= {"playwright": True, "max_retry_times": 0, "autothrottle_dont_adjust_delay": True}
        return Request(
            url,
            callback=self.parse,
            errback=self.fail,
            dont_filter=True,  # the frontier gives each address once
            cb_kwargs={"visit": visit},
            meta=meta,
        )

    def parse(self, response: Response, *, visit: Visit) -> Iterable[Page | Request | None]:
        """Turn an answer into its Page, or follow it to where it leads on the same site."""
        result: Page | Request | None = None
        try:
            target = answers.redirect(response)
            read = self._read if target is None else partial(self._turn, target=target)
            result = read(response, visit=visit)
        finally:
            if not isinstance(result, Request):
                self._arrive(result, visit=visit)
        return [result]

    def fail(self, failure: Failure) -> Iterable[Page]:
        """Turn a request without an answer into a Page with its error."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        visit: Visit = request.cb_kwargs["visit"]
        page = answers.nothing(request.url, failure, fetched=self.clock())
        if visit.shell is not None:
            self.scripted.book(shown=False)
            visit.shell.error = "needs_rendering" if page.error == "not_archived" else page.error
            page = visit.shell
        self._arrive(self._placed(page, visit=visit), visit=visit)
        if visit.address.url == self.door and isinstance(failure.value, faults.RobotsUnreachable):
            self.verdict = endings.of_robots(self.host, failure.value)
        return [page]

    def _read(self, response: Response, *, visit: Visit) -> Page | Request:
        page = answers.read(response, fetched=self._received(response))
        if visit.shell is not None:
            answers.show(page)
            self.scripted.book(shown=page.rendered)
        elif page.error == "needs_rendering" and self.scripted.take():
            return self._request(response.url, visit=visit._replace(shell=page))
        if visit.address.url == self.door:
            self.frontier.settle(page.url)
            self._front = page.url
        if page.status in ASKS_TO_WAIT:
            wait = answers.retry_after(response, now=self.clock())
            self._welcome = max(self._welcome, asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT))
        if self._missing is not None and page.error is None and self._missing.matches(page):
            page.error = "soft_404"
        self.frontier.follow(page, text=visit.address.text, depth=visit.address.depth + 1)
        return self._placed(page, visit=visit)

    def _received(self, response: Response) -> datetime:
        """Return when the server sent an answer; one from an archive is older than the reading."""
        captured: datetime | None = response.meta.get("captured")
        return captured or self.clock()

    def _turn(self, response: Response, *, target: str, visit: Visit) -> Page | Request:
        """Return where a redirect leads: a request on the same site, otherwise a Page that says so."""
        chain = (*visit.chain, response.url)
        goal = addresses.canonical(target)
        is_inside = addresses.is_web(target) and self.frontier.is_inside(target)
        if target in chain or len(chain) > LONGEST_CHAIN:
            error = "redirect_loop"
        elif is_inside and (goal in {addresses.canonical(each) for each in chain} or self.frontier.claim(goal)):
            return self._request(target, visit=Visit(visit.address, chain))
        elif is_inside:
            error = "redirect"  # its target is read from another address
        elif addresses.is_web(target) and addresses.is_private_host(addresses.host_of(target)):
            error = "private_address"
        else:
            error = "redirect_elsewhere"
        if error in {"redirect", "redirect_elsewhere"}:
            error = instead.of_redirect(response.url, goal, front=self._front) or error
        page = answers.pointer(response, target, text=visit.address.text, error=error, fetched=self._received(response))
        return self._placed(page, visit=visit)

    def _placed(self, page: Page, *, visit: Visit) -> Page:
        """Return the Page with its place in the crawl."""
        earlier = dict.fromkeys(addresses.canonical(each) for each in visit.chain)
        page.redirected_from = [each for each in earlier if each != page.url]
        page.depth = visit.address.depth
        page.is_second = visit.is_second
        page.in_sitemap = not self.frontier.listed.isdisjoint([page.url, visit.address.url])
        return page

    def _arrive(self, page: Page | None, *, visit: Visit) -> None:
        """Book what came back, and let the next request go."""
        self._flight -= 1
        self._changed.set()
        if page is None:
            self.lost += 1
            return
        if not visit.is_second and (page.error not in failures.REFUSED_ERRORS or page.status):
            self.answered += 1
        if visit.address.url == self.door:
            self.verdict = self.verdict or endings.of_door(self.host, page)
        elif failures.is_passing(page) and not visit.is_second:
            self._failed.append((page.url, visit))
        self._refusals = self._refusals + 1 if page.status in failures.REFUSED_STATUS else 0
        if page.status == TOO_MANY and self.budget.delay:
            manners.slow(self.crawler, self.slot, delay=PATIENCE * self._refusals)
        if self._refusals >= REFUSALS:
            self.verdict = self.verdict or endings.fed_up(self.host, page, times=REFUSALS)
