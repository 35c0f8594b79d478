"""
The Crawl row of a site, and its progress as events.

Does not store Pages; it counts those that are stored and says why the reading ended.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, NamedTuple, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from sqlalchemy import Engine, func, or_, select

import db
from crawler import failures
from crawler.spiders.site import SiteSpider
from db.errors import LostError, StoreError
from db.models import Page
from db.session import translated
from db.terms import N_, End

BROKEN_OFF = N_("Das Lesen wurde unterbrochen und kann fortgesetzt werden.")
ENDED_BY_FAULT = N_("Ein Fehler im Programm hat das Lesen beendet ({reason}).")
ALIKE = N_("{count} gleichartige Adressen (Kalender, Filter) wurden ausgelassen.")
LOST = N_("{count} Antworten hat ein Fehler im Programm verhindert.")

CAUSES = {End.BUDGET_PAGES: "budget", End.BUDGET_TIME: "time"}
"""Why something waited in vain, by the end of the reading; whatever else ended it stopped it."""

INTERVAL = 0.5  # seconds between two events of progress for one site


class Tally(NamedTuple):
    """How many addresses of a crawl were answered, refused and failed, count against the budget, and were shown in the browser."""

    pages: int
    refused: int
    failed: int
    spent: int
    shown: int


def tally(engine: Engine, crawl_id: int) -> Tally:
    """Count the stored pages of a crawl."""
    refused = or_(Page.status.in_(failures.REFUSED_STATUS), Page.error.in_(failures.REFUSED_ERRORS))
    failed = or_(Page.status >= 500, Page.error.in_(failures.FAILED_ERRORS))  # noqa: PLR2004
    unasked = (Page.status == 0) & Page.error.in_(failures.REFUSED_ERRORS)
    wanted = select(
        func.count().filter(Page.status > 0),
        func.count().filter(refused),
        func.count().filter(failed),
        func.count().filter(unasked),
        func.count().filter(Page.rendered),
        func.count(),
    ).where(Page.crawl_id == crawl_id)
    with translated(engine), engine.connect() as connection:
        pages, refusals, failures_, unasked_, shown, rows = connection.execute(wanted).one()
    return Tally(pages, refusals, failures_, rows - unasked_, shown)


class CrawlRecord:
    """Keeps the Crawl row of one site and reports its progress."""

    def __init__(self, crawler: Crawler) -> None:
        spider = crawler.spider
        if not isinstance(spider, SiteSpider) or spider.store is None:
            raise NotConfigured
        self.crawler = crawler
        self.spider = spider
        self.store = spider.store
        self.replays = bool(crawler.settings.getlist("REPLAY"))
        self._read = spider.answered
        self._reported = 0.0
        for handler, signal in (
            (self.opened, signals.spider_opened),
            (self.scraped, signals.item_scraped),
            (self.closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def opened(self) -> None:
        if not self.store.seen:
            await self._update(started=self.spider.clock(), program=db.__version__)

    def scraped(self, item: Page) -> None:
        self._read += bool(item.status)
        now = time.monotonic()
        if now - self._reported >= INTERVAL:
            self._reported = now
            self._post("progress", pages=self._read, waiting=len(self.spider.frontier), budget=self.spider.budget.pages)

    async def closed(self, reason: str) -> None:
        end, detail = self._verdict(reason)
        left_out = self._left_out(end)
        values: dict[str, Any] = {"end": end, "detail": detail}
        values |= {"left_out": sum(left_out.values()), "left_out_by": left_out}
        if end is not End.OPEN:
            values["finished"] = self.spider.clock()
        try:
            counts = await asyncio.to_thread(tally, self.store.engine, self.store.crawl_id)
        except StoreError as fault:
            self.spider.fault = self.spider.fault or fault
            return
        await self._update(**values, pages=counts.pages, refused=counts.refused, failed=counts.failed)
        self._post("ended", end=end, pages=counts.pages, detail=detail)

    def _verdict(self, reason: str) -> tuple[End, str]:
        """Return the end and its reason in words; whatever is not an end of ours leaves the crawl open."""
        spider = self.spider
        if spider.fault or reason in {"shutdown", "cancelled", "store_failed"}:
            spider.is_interrupted = True
            return End.OPEN, f"{spider.host}: {BROKEN_OFF}"
        if spider.verdict is not None:
            return spider.verdict
        if reason != End.FINISHED or (spider.lost and not spider.answered):
            return End.FAULT, f"{spider.host}: {ENDED_BY_FAULT.format(reason=reason)}"
        return End.FINISHED, f"{spider.host}: {self._remarks()}"

    def _remarks(self) -> str:
        said = [N_("Vollständig gelesen.")]
        if self.replays:
            said = [N_("Aus einem Archiv gelesen, so weit es reicht.")]
        if endless := self.spider.frontier.left_out()["endless"]:
            said.append(ALIKE.format(count=endless))
        if scripted := self.spider.scripted.remark():
            said.append(scripted)
        if self.spider.lost:
            said.append(LOST.format(count=self.spider.lost))
        return " ".join(said)

    def _left_out(self, end: End) -> dict[str, int]:
        """Return how many known addresses are unread, by reason; reasons without any are not named."""
        known = self.spider.frontier.left_out()
        waiting = known["waiting"] + self.spider.flight
        by = {"endless": known["endless"], "yield": known["yield"], CAUSES.get(end, "stopped"): waiting}
        by["fault"] = self.spider.lost
        return {cause: number for cause, number in by.items() if number}

    async def _update(self, **values: object) -> None:
        try:
            await asyncio.to_thread(self.store.note, **values)
        except (StoreError, LostError) as fault:
            self.spider.fault = self.spider.fault or fault

    def _post(self, event: str, **values: object) -> None:
        if self.spider.post is not None:
            self.spider.post({"event": event, "site": self.spider.host, **values})
