"""
Guards that the next audit asks only for what has changed, and loses nothing by it.

Does not look into the requests: the server tells what it did not have to send again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from db import queries
from db.models import Crawl
from db.queries import PageChanges
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, page, text

HOST = "www.musterhafen.example"
SUNDAY = "Sun, 01 Nov 2026 08:00:00 GMT"


def site(**pages: Answer) -> dict[tuple[str, str], Answer]:
    """Return a site whose front door links to these pages."""
    door = page("Start", *(f"/{name}" for name in pages))
    rest = {"/robots.txt": text("", 404), "/sitemap.xml": text("", 404), "/": door}
    return {(HOST, path): said for path, said in {**rest, **{f"/{name}": said for name, said in pages.items()}}.items()}


def tagged(said: Answer, etag: str = "", *, modified: str = "", cache: str = "no-cache") -> Answer:
    """Return an answer with what a client needs to ask again."""
    sent = {"ETag": etag, "Last-Modified": modified, "Cache-Control": cache}
    return replace(said, headers={name: value for name, value in sent.items() if value})


@pytest.fixture
def first(tmp_path: Path, server: TortureServer) -> Job:
    """A site that was read once: one page with a tag that leads on, one with a date, one with nothing."""
    server.answers.update(
        site(
            kita=tagged(page("Kita", "/anmeldung", text="Alle Plätze auf einen Blick."), 'W/"1"'),
            wahl=tagged(page("Wahl", text="Am Sonntag wird gewählt."), modified=SUNDAY),
            bad=page("Bad", text="Offen bis zehn."),
        )
    )
    server.answers[HOST, "/anmeldung"] = page("Anmeldung", text="Hier geht es zum Antrag.")
    job = open_job(tmp_path, HOST)
    job.run()
    return job


def said(job: Job) -> dict[str, tuple[str, str, int, tuple[str, ...]]]:
    """Return what was stored of each page."""
    return {
        each.url: (each.title, each.main_text, each.status, tuple(link.url for link in each.links))
        for each in job.pages(HOST)
    }


def test_what_has_not_changed_is_not_sent_again(first: Job, server: TortureServer) -> None:
    """A page that holds by its tag or its date is kept with its links, so that what it leads to is found again."""
    second = first.again()
    second.run()
    assert sorted(server.unmodified) == [(HOST, "/kita"), (HOST, "/wahl")]
    assert said(second) == said(first)
    unchanged = {each.url.rpartition("/")[2]: each.unchanged for each in second.pages(HOST)}
    assert unchanged == {"": False, "kita": True, "wahl": True, "bad": False, "anmeldung": False}
    assert second.page(HOST, "/kita").fetched > first.page(HOST, "/kita").fetched


def test_a_page_holds_from_audit_to_audit(first: Job, server: TortureServer) -> None:
    """What was kept once can be kept again."""
    first.again().run()
    third = Job(first.database, first.engine, first.audit + 1, first.log).again()
    third.run()
    assert server.unmodified.count((HOST, "/kita")) == 2
    assert said(third) == said(first)


def test_what_has_changed_is_read_anew(first: Job, server: TortureServer) -> None:
    """A new tag or date brings the new words, and the audit can say what is new, changed (the list of links too) and gone."""
    server.answers.update(
        site(
            kita=tagged(page("Kita", "/anmeldung", text="Kein Platz mehr frei."), 'W/"2"'),
            wahl=tagged(page("Wahl", text="Am Sonntag wird gewählt."), modified=SUNDAY),
            bad=Answer(b"<h1>weg</h1>", 404),
            hafen=page("Hafen", text="Alle Liegeplätze."),
        )
    )
    second = first.again()
    second.run()
    assert server.unmodified == [(HOST, "/wahl")]
    assert "Kein Platz mehr frei." in second.page(HOST, "/kita").main_text
    with Session(second.engine) as session:
        assert queries.changes(session, second.audit) == PageChanges(new=1, changed=2, gone=1, same=2)
        assert queries.changes(session, first.audit) is None


def test_nothing_is_kept_of_another_version(first: Job, server: TortureServer) -> None:
    """Another version may have read pages differently, so everything is asked for anew."""
    with Session(first.engine) as session, session.begin():
        session.execute(update(Crawl).values(program="0.0.1"))
    first.again().run()
    assert server.unmodified == []


def test_everything_can_be_asked_for_anew(first: Job, server: TortureServer) -> None:
    """Whoever does not trust the servers reads all of it."""
    second = first.again()
    second.run(revalidate=False)
    assert server.unmodified == []
    assert said(second) == said(first)


def test_where_reading_was_cut_short_nobody_knows_what_is_new(first: Job, server: TortureServer) -> None:
    """A page beyond the budget of the last audit is not called new."""
    with Session(first.engine) as session, session.begin():
        session.execute(update(Crawl).values(end="budget_pages"))
    server.answers.update(site(hafen=page("Hafen", text="Alle Liegeplätze.")))
    second = first.again()
    second.run()
    with Session(second.engine) as session:
        changes = queries.changes(session, second.audit)
    assert changes is not None
    assert changes.new == 0
