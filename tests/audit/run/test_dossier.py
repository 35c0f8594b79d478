"""Guards that the proof behind a dossier is that of the answer that was judged, or said to be missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.run.dossier import proofs, since
from audit.run.storing import archives
from crawler.archive.writer import Writer
from db.models import Audit, Crawl, Finding, Page, Site, Town
from db.session import opened
from tests.audit.nouns import HOME, NOW

URL = f"{HOME}parken"
WEEK = timedelta(weeks=1)


@pytest.fixture
def session(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A town, and an empty place for archives."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    with opened(engine) as session:
        site = Site(url=HOME, host="www.ort.example", role="city")
        session.add(Town(key="ort", name="Ort", sites=[site]))
        session.flush()
        yield session


def read(
    session: Session,
    week: int,
    *,
    body: bytes | None = b"",
    verdict: str | None = "FINDABLE",
    url: str = URL,
    **page: Any,
) -> Audit:
    """The audit of that week with one page and, if it said something, an archive of it."""
    began = NOW + week * WEEK
    name = f"ort-{week}.warc.gz" if body is not None else None
    audit = Audit(town_id=1, started=began, judged=began, archive=name)
    session.add(audit)
    session.flush()
    crawl = Crawl(audit_id=audit.id, site_id=1)
    session.add(crawl)
    session.flush()
    fetched = began + timedelta(minutes=1, microseconds=5)
    session.add(Page(url=url, fetched=fetched, crawl_id=crawl.id, **{"status": 200, "etag": '"1"', **page}))
    if verdict:
        given = {"area": "a", "aspect": "implementation", "verdict": verdict}
        session.add(Finding(audit_id=audit.id, criterion="handyparken", best_url=url, **given))
    session.flush()
    if body:
        keep(str(name), url, body, at=fetched)
    return audit


def keep(name: str, url: str, body: bytes, *, at: datetime) -> None:
    writer = Writer(archives() / name, agent="Fundstelle/1.0")
    writer.add(Response(url, body=body), received=at)
    writer.close()


def test_a_page_that_had_not_changed_is_proven_by_the_audit_that_read_it(session: Session) -> None:
    """With the moment of that reading, and that at which the server said it still held; another version is no proof."""
    read(session, 0, body=b"<h1>eins</h1>")
    read(session, 1, body=b"<h1>zwei</h1>", etag='"2"')
    audit = read(session, 2, unchanged=True)
    told = proofs(session, audit, [URL])
    capture = told.captures[URL]
    assert told.excerpt
    assert (capture["size"], capture["why"]) == (len(b"<h1>eins</h1>"), None)
    assert capture["fetched"] == (NOW + timedelta(minutes=1)).isoformat()
    assert capture["confirmed"] == (NOW + 2 * WEEK + timedelta(minutes=1)).isoformat()


@pytest.mark.parametrize(
    ("body", "replayed", "why"), [(None, [], "no_archive"), (None, ["alt.warc.gz"], "replayed"), (b"", [], "missing")]
)
def test_without_an_archive_there_is_no_hash(
    session: Session, body: bytes | None, replayed: list[str], why: str
) -> None:
    """And the reason is told: read without, read from a file of the reader's own, or the file is gone."""
    audit = read(session, 0, body=body)
    audit.replayed = replayed
    told = proofs(session, audit, [URL, f"{HOME}nie-gelesen"])
    assert told.excerpt == b""
    assert set(told.captures) == {URL}
    assert (told.captures[URL]["sha256"], told.captures[URL]["offset"], told.captures[URL]["why"]) == (None, None, why)
    assert told.captures[URL]["fetched"] is not None


def test_what_still_held_without_its_reading_is_not_archived(session: Session) -> None:
    """As when the earlier audit was deleted."""
    audit = read(session, 0, unchanged=True)
    capture = proofs(session, audit, [URL]).captures[URL]
    assert (capture["sha256"], capture["why"]) == (None, "no_archive")


@pytest.mark.parametrize(
    ("earlier", "first"),
    [
        ([{}, {}], 0),
        ([{}, {"verdict": "ABSENT"}], 2),
        ([{}, {"verdict": "UNKNOWN"}], 2),
        ([{}, {"url": f"{HOME}anders"}], 2),
        ([{}, {"verdict": None}], 0),
        ([{"verdict": "ABSENT"}, {"verdict": "BURIED"}], 1),
    ],
)
def test_since_when_is_said_only_of_what_was_seen_without_a_break(
    session: Session, earlier: list[dict[str, Any]], first: int
) -> None:
    """An audit that saw it elsewhere, not at all, or could not look begins the count anew; an unjudged one says nothing."""
    for week, values in enumerate(earlier):
        read(session, week, **values)
    audit = read(session, 2)
    assert since(session, audit) == {"handyparken": (NOW + first * WEEK).isoformat()}
