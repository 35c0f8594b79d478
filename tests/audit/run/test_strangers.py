"""Pages that are not the town's: looked at, kept apart, and heard only where the town itself is silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.run import judging
from audit.run.crawling import _drop_probes
from db import queries
from db.models import Audit, Crawl, Page, Site, Town
from db.schema import open_engine
from db.session import opened
from db.terms import End, Role, Standing
from reports.document import document
from tests.audit.classify.made import NOW, PARKING, catalogue

OWN, OTHER = "http://www.ort.example/", "http://parken-in-ort.example/"
SAYS = "Handyparken: In Ort können Sie den Parkschein mit dem Handy lösen."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A town of one page, and a site that nobody has confirmed, with a page that names the town."""
    made = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    with opened(made) as session:
        sites = [
            Site(url=OWN, host="www.ort.example", role=Role.CITY),
            Site(url=OTHER, host="parken-in-ort.example", role=Role.OTHER, standing=Standing.PROPOSED),
        ]
        session.add(Town(key="ort", name="Ort", sites=sites))
        session.flush()
        session.add(Audit(town_id=1, started=NOW))
        session.flush()
        for site, text in zip(sites, ("Willkommen", SAYS), strict=True):
            crawl = Crawl(audit_id=1, site_id=site.id, end=End.FINISHED, pages=1)
            session.add(crawl)
            session.flush()
            given: dict[str, Any] = {"fetched": NOW, "status": 200, "title": site.host, "language": "de"}
            session.add(Page(url=site.url, crawl_id=crawl.id, main_text=text, digest=text, **given))
    yield made
    made.dispose()


def judged(engine: Engine) -> dict[str, Any]:
    judging.judge(engine, 1, catalogue(PARKING), now=NOW, report=lambda *_: None)
    with opened(engine) as session:
        return document(session, 1)


def test_what_only_an_unconfirmed_site_says_is_told_apart(engine: Engine) -> None:
    """Its page is the proof that is shown, and it counts neither as coverage nor as a page of the town."""
    doc = judged(engine)
    (found,) = doc["findings"]
    assert (found["verdict"], found["best_url"], found["open_to_search"]) == ("BURIED", OTHER, None)
    assert [reason["code"] for reason in found["reasons"]] == ["third_party_only"]
    assert found["quotes"][0]["text"] == SAYS
    assert found["advice"].endswith(PARKING.advice)
    assert [(site["url"], site["pages"]) for site in doc["coverage"]["sites"]] == [(OWN, 1), (OTHER, 0)]


def test_a_stranger_that_does_not_name_the_town_is_not_heard(engine: Engine) -> None:
    """A vendor's page that speaks of all towns says nothing of this one."""
    with opened(engine) as session:
        session.query(Page).filter(Page.url == OTHER).one().main_text = SAYS.replace("In Ort", "Überall")
    assert judged(engine)["findings"][0]["verdict"] == "ABSENT"


def test_once_confirmed_it_is_the_town_that_speaks(engine: Engine) -> None:
    """The same page then proves like any other."""
    with opened(engine) as session:
        session.query(Site).filter(Site.url == OTHER).one().standing = Standing.CONFIRMED
    (found,) = judged(engine)["findings"]
    assert "third_party_only" not in [reason["code"] for reason in found["reasons"]]
    assert found["best_url"] == OTHER


@pytest.mark.parametrize(("end", "kept"), [(End.FINISHED, 2), (End.BUDGET_PAGES, 2), (End.OPEN, 1)])
def test_a_look_that_never_ended_is_forgotten(engine: Engine, end: End, kept: int) -> None:
    """Else the next wave would read a stranger's whole site."""
    with opened(engine) as session:
        queries.crawls(session, 1)[1].end = end
        session.flush()
        _drop_probes(session, 1)
        assert len(queries.crawls(session, 1)) == kept
