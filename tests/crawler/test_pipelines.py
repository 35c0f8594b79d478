"""Guards that pages reach the database in batches, and what happens when it does not take them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from scrapy.crawler import Crawler
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from crawler import pipelines, settings
from crawler.pipelines import StorePages
from crawler.spiders.site import SiteSpider
from db.models import Audit, Crawl, Page, Site, Town
from db.store import PageStore

HOST = "www.musterhafen.example"


class CountingStore(PageStore):
    """A real store that remembers the size of each batch and whether it was written beside the event loop."""

    def __init__(self, engine: Engine, crawl_id: int) -> None:
        super().__init__(engine, crawl_id)
        self.batches: list[tuple[int, bool]] = []
        self.written = threading.Event()

    def write(self, pages: Sequence[Page]) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            beside = True
        else:
            beside = False
        self.batches.append((len(pages), beside))
        super().write(pages)
        self.written.set()


class Engineless:
    """Stands where Scrapy's engine would, and notes why the spider was closed."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def close_spider_async(self, *, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture
def store(engine: Engine) -> CountingStore:
    with Session(engine) as session, session.begin():
        town = Town(key="m", name="M", sites=[Site(url=f"http://{HOST}/", host=HOST, role="city")])
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=datetime.now(UTC))
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=town.sites[0].id)
        session.add(crawl)
        session.flush()
        return CountingStore(engine, crawl.id)


def pipeline(store: PageStore | None) -> tuple[StorePages, SiteSpider, Engineless]:
    crawler = Crawler(SiteSpider)
    crawler.settings.setmodule(settings)
    crawler.spider = SiteSpider.from_crawler(crawler, url=f"http://{HOST}/", store=store)
    crawler.engine = engineless = Engineless()  # type: ignore[assignment]
    return StorePages.from_crawler(crawler), crawler.spider, engineless


def pages(count: int) -> list[Page]:
    return [Page(url=f"http://{HOST}/{n}", fetched=datetime.now(UTC), status=200) for n in range(count)]


def test_pages_are_written_in_batches_beside_the_loop(store: CountingStore, engine: Engine) -> None:
    """Fifty at a time, the rest on closing, never on the event loop."""

    async def run() -> None:
        one, _, _ = pipeline(store)
        await one.open_spider()
        for page in pages(120):
            await one.process_item(page)
        await one.close_spider()

    asyncio.run(run())
    assert store.batches == [(50, True), (50, True), (20, True)]
    with engine.connect() as connection:
        assert len(connection.execute(select(Page.id)).all()) == 120


def test_a_page_does_not_wait_for_its_batch_to_fill(store: CountingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a moment also a small batch is written, so that a crash loses little."""
    monkeypatch.setattr(pipelines, "AGE", 0.05)

    async def run() -> None:
        one, _, _ = pipeline(store)
        await one.open_spider()
        await one.process_item(pages(1)[0])
        await asyncio.to_thread(store.written.wait, 10)
        await one.close_spider()

    asyncio.run(run())
    assert store.batches == [(1, True)]


def test_a_database_that_comes_back_loses_nothing(
    store: CountingStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is offered again until it is taken."""
    monkeypatch.setattr(pipelines, "PAUSE", 0.05)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE page RENAME TO away"))

    async def run() -> SiteSpider:
        one, spider, _ = pipeline(store)
        await one.open_spider()
        await one.process_item(pages(1)[0])
        closing = asyncio.create_task(one.close_spider())
        await asyncio.sleep(0.2)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO page"))
        await closing
        return spider

    spider = asyncio.run(run())
    assert spider.fault is None
    assert len(store.batches) > 1
    assert store.seen == {f"http://{HOST}/0"}


def test_a_database_that_stays_away_stops_the_crawl(
    store: CountingStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the spider is closed with the fault, and nothing more is offered."""
    monkeypatch.setattr(pipelines, "PAUSE", 0.02)
    monkeypatch.setattr(pipelines, "PATIENCE", 0.1)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE page"))

    async def run() -> tuple[SiteSpider, Engineless]:
        one, spider, engineless = pipeline(store)
        await one.open_spider()
        for page in pages(pipelines.BATCH):
            await one.process_item(page)
        tries = len(store.batches)
        await one.process_item(pages(1)[0])
        await one.close_spider()
        assert len(store.batches) == tries
        return spider, engineless

    spider, engineless = asyncio.run(run())
    assert "Datenbank" in str(spider.fault)
    assert engineless.reasons == ["store_failed"]


def test_without_a_store_pages_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A developer's run shows what it reads."""

    async def run() -> None:
        one, _, _ = pipeline(None)
        await one.open_spider()
        await one.process_item(Page(url=f"http://{HOST}/", fetched=datetime.now(UTC), status=200, title="Start"))
        await one.process_item(Page(url=f"http://{HOST}/x", fetched=datetime.now(UTC), error="timeout"))
        await one.close_spider()

    asyncio.run(run())
    assert capsys.readouterr().out.splitlines() == [f"200 http://{HOST}/ Start", f"--- http://{HOST}/x timeout"]
