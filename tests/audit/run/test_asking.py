"""What the searches of a town's sites are asked, from the profile to the server's own log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit import catalogue
from audit.run.asking import searches
from audit.run.crawling import Reading, crawl
from db import queries
from db.models import Audit
from db.session import opened
from db.terms import CONTROL, End
from tests.audit.nouns import criterion
from tests.crawler.conftest import Job, open_job
from tests.crawler.torture import Answer, TortureServer, text

HOST = "www.ort.example"
FORM = '<form role="search" action="/suche" method="{method}"><input name="q"><button>Suchen</button></form>'
CRITERIA = [
    criterion(),
    criterion(id="hund", queries=["hundesteuer {town}"], roles=["portal", "city"]),
    criterion(id="parkapp", queries=["{town} handyparken", "parkapp"]),
    criterion(id="opac", queries=["{town} opac"], roles=["library"]),
    criterion(id="kfz", queries=["{town} kfz"], competence="county"),
    criterion(id="bus", queries=["{town} bus"]),
]


def front(method: str = "get") -> Answer:
    html = f"<!doctype html><html lang=de><title>Ort</title><body>{FORM.format(method=method)}<main><h1>Ort</h1><p>Willkommen in Ort.</p></main></body></html>"
    return Answer(html.encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TortureServer]:
    """A server that is the proxy of every process started while the test runs."""
    with TortureServer() as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        monkeypatch.delenv("http_proxy", raising=False)
        yield server


@pytest.fixture
def job(server: TortureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A town whose front page has a search."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    server.answers[HOST, "/robots.txt"] = text("", 404)
    server.answers[HOST, "/"] = front()
    server.answers[HOST, "*"] = front()
    job = open_job(tmp_path, HOST)
    yield job
    job.engine.dispose()


def allow(job: Job, **budget: Any) -> None:
    with opened(job.engine) as session:
        audit = session.get_one(Audit, job.audit)
        audit.budget = {"pages_per_site": 5, "seconds_per_site": 60, "delay_seconds": 0, **budget}


def picked(job: Job) -> list[dict[str, Any]]:
    with Session(job.engine) as session:
        return searches(session, queries.audit(session, str(job.audit)), criteria=CRITERIA)


def read(job: Job) -> None:
    crawl(
        job.engine,
        job.audit,
        catalogue=catalogue.load(),
        reading=Reading(no_delay=True, keep=False, browser=False),
        report=job.events.append,
        clock=lambda: datetime.now(UTC),
    )


def asked(server: TortureServer) -> list[str]:
    return [path for path in server.asked(HOST) if path.startswith("/suche")]


@pytest.mark.parametrize("budget", [{}, {"searches_per_site": 0}], ids=["an old budget", "none"])
def test_without_leave_the_search_is_never_asked(server: TortureServer, job: Job, budget: dict[str, Any]) -> None:
    """A profile that says nothing of searches allows none, as the server's log shows."""
    allow(job, **budget)
    read(job)
    assert server.asked(HOST)
    assert asked(server) == []


def test_the_search_is_asked_after_the_reading(server: TortureServer, job: Job) -> None:
    """As many questions as are allowed, and one for the control word; a second run asks nothing more."""
    allow(job, searches_per_site=2)
    read(job)
    assert len(asked(server)) == 3
    assert asked(server)[0] == f"/suche?q={CONTROL}"
    assert server.asked(HOST)[-3:] == asked(server)
    with Session(job.engine) as session:
        assert len(queries.asked(session, job.audit)) == 3
        session.get_one(Audit, job.audit).crawled = None
        session.commit()
    read(job)
    assert len(asked(server)) == 3


def test_each_wording_is_asked_once_in_the_order_of_the_catalogue(job: Job) -> None:
    """Only what the town is responsible for and what would stand on such a site."""
    allow(job, searches_per_site=60)
    job.run()
    (one,) = picked(job)
    assert one["queries"] == ["handyparken", "hundesteuer", "bus"]
    assert (one["url"], one["door"]) == (f"http://{HOST}/suche?q={{query}}", f"http://{HOST}/")
    allow(job, searches_per_site=2)
    assert picked(job)[0]["queries"] == ["handyparken", "hundesteuer"]


def test_a_form_that_is_sent_is_left_alone(server: TortureServer, job: Job) -> None:
    """A POST may do more than search."""
    server.answers[HOST, "/"] = front("post")
    allow(job, searches_per_site=60)
    job.run()
    assert picked(job) == []


def test_a_site_that_would_not_be_read_is_not_asked(job: Job) -> None:
    """Who refuses pages has said what he thinks of questions."""
    allow(job, searches_per_site=60)
    job.run()
    with opened(job.engine) as session:
        queries.crawls(session, job.audit)[0].end = End.REFUSED
    assert picked(job) == []
