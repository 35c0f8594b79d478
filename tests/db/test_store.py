"""Pages are stored once, in batches, and the rows are the crawler's memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from db import queries
from db.models import Audit, Crawl, Link, Page, Site, Town
from db.schema import open_engine
from db.session import opened
from db.store import PageStore
from db.terms import End

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def crawl_of(engine: Engine) -> int:
    with opened(engine) as session:
        town = Town(key="ort", name="Ort", sites=[Site(url="http://ort.example/", host="ort.example", role="city")])
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=NOW)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=town.sites[0].id)
        session.add(crawl)
        session.flush()
        return crawl.id


def page_at(path: str, *, to: tuple[str, ...] = (), came: tuple[str, ...] = ()) -> Page:
    links = [Link(url=f"http://ort.example{target}", text=f"Weg nach {target}", zone="main") for target in to]
    return Page(
        url=f"http://ort.example{path}",
        fetched=NOW,
        status=200,
        links=links,
        redirected_from=list(came),
        title="Täßt",
        structure={"crumbs": ["Äußeres"]} if path == "/a" else None,
    )


def assert_memory(engine: Engine) -> None:
    crawl_id = crawl_of(engine)
    store = PageStore(engine, crawl_id)
    store.write([page_at("/", to=("/a", "/b")), page_at("/a", to=("/b", "/"), came=("http://ort.example/alt",))])
    store.write([page_at("/a"), page_at("/c", to=("/a",))])
    again = PageStore(engine, crawl_id)
    assert again.seen == store.seen == {f"http://ort.example{path}" for path in ("/", "/a", "/alt", "/c")}
    assert again.known == store.known == {f"http://ort.example{path}" for path in ("/", "/a", "/b")}
    with opened(engine) as session:
        pages = list(queries.pages(session, crawl_id))
    assert [page.url.removeprefix("http://ort.example") for page in pages] == ["/", "/a", "/c"]
    assert [link.text for link in pages[1].links] == ["Weg nach /b", "Weg nach /"]
    assert pages[0].title == "Täßt"
    assert [page.structure for page in pages] == [None, {"crumbs": ["Äußeres"]}, None]
    assert pages[0].fetched == NOW


def test_what_was_stored_is_remembered(engine: Engine) -> None:
    """A second store over the same rows knows what was answered and what was linked; nothing stands twice."""
    assert_memory(engine)


@pytest.mark.postgres
def test_postgresql_remembers_the_same(postgres: Callable[[str], str]) -> None:
    """The same on PostgreSQL."""
    engine = open_engine(postgres("memory"))
    assert_memory(engine)
    engine.dispose()


def test_a_crawl_row_is_updated(engine: Engine) -> None:
    """The end of a crawl and its numbers are written by name."""
    crawl_id = crawl_of(engine)
    PageStore(engine, crawl_id).note(end=End.FINISHED, pages=3, finished=NOW)
    with opened(engine) as session:
        crawl = session.get_one(Crawl, crawl_id)
        assert (crawl.end, crawl.pages, crawl.finished) == (End.FINISHED, 3, NOW)
