"""The feed of a town is valid Atom and tells what turned, to people and to feed readers with a key."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Engine, select

from audit.web import signing
from db.desk import Person
from db.models import Audit, Catalogue, Finding, Town
from db.session import opened
from db.terms import Verdict
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.numbered import key, numbered, open_desk
from tests.audit.web.visitor import Answer, Visitor

ATOM = "{http://www.w3.org/2005/Atom}"
PATH = "/orte/musterhafen/aenderungen.atom"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Two towns, one audited twice."""
    engine = numbered(tmp_path_factory.mktemp("feed") / "feed.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def served(rows: Engine) -> Iterator[str]:
    """The address of the desk over them."""
    with open_desk(rows, Clock()) as address:
        yield address


@pytest.fixture(scope="module")
def secret(rows: Engine) -> str:
    """A good key."""
    return key(rows)


def basic(name: str, password: str) -> str:
    """Return what a feed reader sends of these two."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def read(answer: Answer) -> ET.Element:
    """Return the feed, after what RFC 4287 asks of each."""
    assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml")
    feed = ET.fromstring(answer.text)
    for each in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(each.findall(f"{ATOM}{name}")) == 1
        assert UUID(each.findtext(f"{ATOM}id"))
        assert each.find(f"{ATOM}link") is not None
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Fundstelle"
    identities = [each.text for each in feed.iter(f"{ATOM}id")]
    assert len(set(identities)) == len(identities)
    return feed


def test_the_feed_tells_what_turned(served: str, secret: str) -> None:
    """The latest audit first; the one before has nothing to be compared with."""
    feed = read(Visitor(served).ask(PATH, authorization=f"Bearer {secret}"))
    second, first = feed.iter(f"{ATOM}entry")
    assert second.findtext(f"{ATOM}title") == "Musterhafen: 1 Ergebnis ist anders"
    assert "Handyparken: Gut auffindbar (davor: Nichts gefunden)" in (second.findtext(f"{ATOM}content") or "")
    assert first.findtext(f"{ATOM}title") == "Musterhafen: erste Prüfung"
    link = second.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").startswith(f"{served}/pruefungen/")


def test_browsers_and_feed_readers_may_read_it_and_others_not(served: str, rows: Engine, secret: str) -> None:
    """By the visit of who has signed in, or by a key as password with any name."""
    with opened(rows) as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        cookie = signing.begin(session, person, browser="", now=NOW)
    by_visit = Visitor(served, {"fundstelle": cookie}).ask(PATH)
    by_key = Visitor(served).ask(PATH, authorization=basic("egal", secret))
    assert read(by_visit).tag == read(by_key).tag
    assert by_key.headers["cache-control"] == "private, no-cache"
    for header in ("", basic("egal", "fst_no"), "Basic ???", "Basic 4pyT"):
        refused = Visitor(served).ask(PATH, authorization=header)
        assert refused.status == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        assert "Handyparken" not in refused.text


def test_names_stay_where_the_desk_moves_and_numbers_are_judged_again(served: str, rows: Engine, secret: str) -> None:
    """Else a feed reader would show everything as new."""
    header = {"authorization": f"Bearer {secret}"}
    with open_desk(rows, Clock()) as elsewhere:
        one, two = (read(Visitor(each).ask(PATH, **header)) for each in (served, elsewhere))
    assert [each.text for each in one.iter(f"{ATOM}id")] == [each.text for each in two.iter(f"{ATOM}id")]


def test_names_from_elsewhere_stay_text(engine: Engine, clock: Clock) -> None:
    """A catalogue or a town may be called anything; XML cannot even say some signs."""
    hostile = "]]></title><script>alert(1)</script>&\x00\x0b\uffff"
    document = {"areas": [], "criteria": [{"id": "a", "name": hostile, "area": "x"}]}
    with opened(engine) as session:
        town = Town(key="ort", name=hostile.replace("\x00", ""))
        rules = Catalogue(name="n", version="1", digest="d", document=document)
        session.add_all([town, rules])
        session.flush()
        for verdict in (Verdict.ABSENT, Verdict.FINDABLE):
            audit = Audit(town_id=town.id, started=NOW, catalogue_id=rules.id, judged=NOW, enough=True)
            session.add(audit)
            session.flush()
            session.add(Finding(criterion="a", area="x", aspect="strategy", verdict=verdict, audit_id=audit.id))
    mine = key(engine)
    with open_desk(engine, clock) as address:
        feed = read(Visitor(address).ask("/orte/ort/aenderungen.atom", authorization=f"Bearer {mine}"))
    assert "]]></title><script>alert(1)</script>&" in (feed.findtext(f"{ATOM}title") or "")
    assert "]]></title><script>" in (feed.findtext(f"{ATOM}entry/{ATOM}content") or "")


def test_a_town_without_audits_has_a_feed_and_one_that_is_none_has_not(served: str, rows: Engine, secret: str) -> None:
    """Who subscribes early shall not be told that there is nothing."""
    with opened(rows) as session:
        session.add(Town(key="neu", name="Neu"))
    header = {"authorization": f"Bearer {secret}"}
    assert not list(read(Visitor(served).ask("/orte/neu/aenderungen.atom", **header)).iter(f"{ATOM}entry"))
    assert Visitor(served).ask("/orte/nirgends/aenderungen.atom", **header).status == 404
