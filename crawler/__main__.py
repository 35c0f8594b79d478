"""
The crawling process: ``python -m crawler`` reads one JSON job from standard input and prints events as JSON lines.

Does not judge and does not print anything else to standard output; ``crawler.process`` starts it and describes the job.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, configure_mappers, joinedload

import db
from crawler import addresses, browser, child, hosts, vendors
from crawler import settings as defaults
from crawler.browser import allowance
from crawler.child import post
from crawler.extensions import tally
from crawler.spiders.look import LookSpider
from crawler.spiders.search import SearchSpider
from crawler.spiders.site import SiteSpider
from crawler.turns import Turns
from crawler.visits import Budget
from db import leases, logs, queries
from db.models import Crawl, Link, LinkRow
from db.session import connect, translated
from db.store import AskedStore, Earlier, PageStore, Turn
from db.terms import End

logger = logging.getLogger(__name__)

DONE, FAULT, INTERRUPTED = 0, 1, 130
SITES_AT_ONCE = 12
GRACE = 10.0  # seconds for a clean stop; nothing is lost without it but what is in flight
AT_ONCE_ON_LOOPBACK = 8

Search = Mapping[str, Any]
"""One site whose search is asked, or addresses of one host that are looked at, as a job names it."""


class Run:
    """One job: the open crawls of one audit, its questions to the sites' own searches, or a look at single addresses."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.engine = connect(job["database"])
        self.process = AsyncCrawlerProcess(_settings(job), install_root_handler=False)
        log = job.get("log")
        about = {name: job[name] for name in ("audit", "town") if job.get(name)}
        logs.begin(file=Path(log) if log else None, level=logging.INFO, **about)
        # Scrapy makes a record of each item before its level is looked at, which would be thrown away.
        logging.getLogger("scrapy.core.scraper").setLevel(logging.INFO)
        self.code = INTERRUPTED
        self._main: asyncio.Future[None] | None = None
        self._room = asyncio.Semaphore(SITES_AT_ONCE)
        # What is only looked at, or comes from an archive, is no reading of the host.
        takes_turns = "looks" not in job and not job.get("replay")
        self._turn = Turn(job["audit"], job["epoch"]) if job.get("epoch") is not None else None
        self._turns = Turns(
            leases.of(self.engine) if takes_turns else None,
            patience=job.get("patience"),
            post=lambda kind, host: post({"event": kind, "site": host}),
        )

    def start(self) -> int:
        """Read or ask all sites and return the exit code."""
        from twisted.internet import reactor  # noqa: PLC0415  importing it earlier would install the wrong one

        groups = self._groups()
        if not groups:
            return DONE
        reactor.callWhenRunning(self._begin, groups)
        self.process.start(stop_after_crawl=False)
        return self.code

    def _groups(self) -> Sequence[Sequence[Crawl | Search]]:
        if "searches" in self.job or "looks" in self.job:
            return _by_host(self.job.get("searches") or self.job["looks"])
        return _by_host(_open_crawls(self.engine, self.job["audit"]))

    def _begin(self, groups: Sequence[Sequence[Crawl | Search]]) -> None:
        self._main = asyncio.ensure_future(self._work(groups))

    async def _work(self, groups: Sequence[Sequence[Crawl | Search]]) -> None:
        from twisted.internet import error, reactor  # noqa: PLC0415

        watching = asyncio.ensure_future(self._turns.watch(lambda: self.process.crawlers))
        reading = asyncio.gather(*(self._read(group) for group in groups), return_exceptions=True)
        either: list[asyncio.Future[Any]] = [watching, reading]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            # Nothing may be stored any more that another reads now.
            if watching.cancelled():  # by a stop from outside
                os._exit(INTERRUPTED)
            logger.error("Our hosts may be another's now", exc_info=watching.exception())
            os._exit(FAULT)
        watching.cancel()
        results = reading.result()
        faults = [result for result in results if isinstance(result, BaseException)]
        # By the log, which bears a full disk: the process must end all the same.
        for fault in faults:
            logger.error("The reading broke", exc_info=fault)
        if faults:
            self.code = FAULT
        elif all(results):
            self.code = DONE
        with suppress(error.ReactorNotRunning):  # a stop from outside got there first
            reactor.stop()  # type: ignore[misc]

    async def _read(self, group: Sequence[Crawl | Search]) -> bool:
        """Read or ask the sites of one host one after the other, when it is our turn; False if that was interrupted."""
        async with self._turns.of(_host(group[0])) as is_ours:
            return not is_ours or await self._read_ours(group)

    async def _read_ours(self, group: Sequence[Crawl | Search]) -> bool:
        for one in group:
            async with self._room:
                kind, arguments = self._task(one)
                crawler = self.process.create_crawler(kind)
                await self.process.crawl(crawler, **arguments)
            spider = crawler.spider
            assert isinstance(spider, (SiteSpider, SearchSpider, LookSpider))
            if spider.fault is not None:
                raise spider.fault
            if spider.is_interrupted:
                return False
        return True

    def _task(self, one: Crawl | Search) -> tuple[type[Spider], dict[str, Any]]:
        if isinstance(one, Crawl):
            return SiteSpider, self._arguments(one)
        if "urls" in one:
            return LookSpider, {**one, "budget": self._budget(shown=None), "post": post}
        return SearchSpider, self._questions(one)

    def _arguments(self, crawl: Crawl) -> dict[str, Any]:
        counted = tally(self.engine, crawl.id)
        # An archive has what the browser showed when it was made.
        can_show = self.job.get("replay") or self.process.settings["BROWSER"]
        return {
            "url": crawl.site.url,
            "store": PageStore(self.engine, crawl.id, turn=self._turn),
            "earlier": self._earlier(crawl) if self.job.get("revalidate", True) else None,
            "known": _links(self.engine, crawl.id),
            "hints": self.job.get("hints", ()),
            "budget": self._budget(shown=counted.shown if can_show else None),
            "answered": counted.spent,
            "post": post,
        }

    def _questions(self, search: Search) -> dict[str, Any]:
        return {
            **{name: search[name] for name in ("url", "door", "queries")},
            "charset": search.get("charset"),
            "store": AskedStore(self.engine, self.job["audit"], search["site"]),
            "budget": self._budget(shown=None),
            "post": post,
        }

    def _budget(self, *, shown: int | None) -> Budget:
        """Return how much of a site is read, so many pages of it shown already; None: nothing can be shown."""
        given = self.job["budget"]
        most = int(given.get("shown_per_site", allowance.PAGES))
        return Budget(
            pages=int(given["pages_per_site"]),
            seconds=float(given["seconds_per_site"]),
            delay=0.0 if self.job.get("no_delay") else float(given["delay_seconds"]),
            shown=0 if shown is None else max(0, most - shown),
        )

    def _earlier(self, crawl: Crawl) -> Earlier | None:
        """Return the last complete reading of the site by this version; another one may have read pages differently."""
        with translated(self.engine), Session(self.engine) as session:
            found = queries.last_reading(session, crawl, program=db.__version__)
        return None if found is None else Earlier(self.engine, found)


def _settings(job: dict[str, Any]) -> Settings:
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    delay = 0.0 if job.get("no_delay") else float(job["budget"]["delay_seconds"])
    changes: dict[str, Any] = {
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "ALLOWED_PRIVATE": list(job.get("allowed_private", ())),
        "ARCHIVE": job.get("archive", ""),
        "REPLAY": list(job.get("replay", ())),
        "DOWNLOAD_TIMEOUT": float(job.get("timeout", defaults.DOWNLOAD_TIMEOUT)),
    }
    shows = job.get("browser") and not job.get("replay") and browser.is_installed() and browser.chromium()
    if shows:
        handler = "crawler.browser.handler.BrowserHandler"
        changes |= {"BROWSER": shows, "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}}
    if not delay:
        changes["CONCURRENT_REQUESTS_PER_DOMAIN"] = AT_ONCE_ON_LOOPBACK
    settings.setdict(changes, priority="cmdline")
    return settings


def _open_crawls(engine: Engine, audit: int) -> list[Crawl]:
    wanted = select(Crawl).where(Crawl.audit_id == audit, Crawl.end == End.OPEN).order_by(Crawl.id)
    with translated(engine), Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(wanted.options(joinedload(Crawl.site))))


def _by_host(sites: Iterable[Crawl | Search]) -> list[list[Any]]:
    """Return the sites so that those of one host stand together and are never read or asked at once."""
    groups: dict[str, list[Any]] = {}
    for site in sites:
        groups.setdefault(vendors.plain(_host(site)), []).append(site)
    return list(groups.values())


def _host(one: Crawl | Search) -> str:
    if isinstance(one, Crawl):
        return one.site.host
    return addresses.host_of(one["urls"][0] if "urls" in one else one["door"])


def _links(engine: Engine, crawl_id: int) -> list[Link]:
    """Return the links an earlier run found, so that their words still decide what is read first."""
    wanted = (
        select(LinkRow.url, LinkRow.text, LinkRow.zone).where(LinkRow.crawl_id == crawl_id).order_by(LinkRow.number)
    )
    with translated(engine), engine.connect() as connection:
        return [Link(url=url, text=text, zone=zone) for url, text, zone in connection.execute(wanted)]


def get_ready(_ahead: str) -> None:
    """Load what each crawler would load by its name, and each process put together, anew."""
    settings = _settings({"budget": {"delay_seconds": 0}})
    for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES"):
        settings.get_component_priority_dict_with_base(name)
    for name in (
        "DOWNLOADER",
        "ITEM_PROCESSOR",
        "LOG_FORMATTER",
        "SCHEDULER",
        "SCHEDULER_PRIORITY_QUEUE",
        "STATS_CLASS",
    ):
        load_object(settings[name])
    load_object(settings.getwithbase("DOWNLOAD_HANDLERS")["http"])
    configure_mappers()
    hosts.registrable("www.ort.example")  # reads the list of public suffixes


def watch() -> None:
    """Stop when the parent closes our standard input or dies; without grace if the clean stop takes too long."""
    child.until_end()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(INTERRUPTED)


def main() -> int:
    """Read the job, do it, and return the exit code."""
    job = child.job()
    threading.Thread(target=watch, daemon=True).start()
    return Run(job).start()


if __name__ == "__main__":
    sys.exit(main())
