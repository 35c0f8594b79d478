"""Guards what is asked of real search engines, what is kept of it, and which criteria the words of people belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.inventory.console import Counted, Statistics
from audit.run import listing
from audit.run.listing import Asking
from audit.run.sharing import Sharing
from crawler.searxng import SearXNG
from db import queries
from db.models import Audit, Listed, Site, Town
from db.session import opened
from db.terms import Standing
from tests.audit.classify.made import catalogue
from tests.audit.nouns import NOW, criterion
from tests.crawler.metasearch import FakeSearXNG, Reply, refusal, results

HOME = "https://www.ort.example"
CRITERIA = [
    criterion(queries=["{town} handyparken", "{town} parken app bezahlen"]),
    criterion(id="hund", queries=["{town} hundesteuer online anmelden", "{town} hund anmelden"]),
    criterion(id="parkschein", queries=["{town}  handyparken"]),
    criterion(id="kfz", queries=["{town} kfz zulassung online"], competence="county"),
    criterion(id="app", queries=["{town} app"]),
]
PARKING, DOGS, APP = "Ort handyparken", "Ort hundesteuer online anmelden", "Ort app"


@pytest.fixture
def fake() -> Iterator[FakeSearXNG]:
    """An instance that shows other towns' pages."""
    with FakeSearXNG({"*": results("https://www.anderswo.example/")}) as fake:
        yield fake


@pytest.fixture
def audit(engine: Engine) -> int:
    """An audit of a town with two sites, and one that is not known to be its own."""
    with opened(engine) as session:
        sites = [
            Site(url=f"https://{host}/", host=host, role="city", standing=standing)
            for host, standing in {
                "www.ort.example": Standing.CONFIRMED,
                "portal.example": Standing.OWN,
                "fremd.example": Standing.PROPOSED,
            }.items()
        ]
        town = Town(key="ort", name="Ort", aliases={"Ort": ["Hansestadt Ort"]}, sites=sites)
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=NOW, crawled=NOW)
        session.add(audit)
        session.flush()
        return audit.id


class Asker:
    """Asks an instance about an audit, and remembers how often it waited and what it reported."""

    def __init__(self, engine: Engine, audit: int, fake: FakeSearXNG) -> None:
        self.engine, self.audit, self.search = engine, audit, SearXNG(fake.address)
        self.pauses = 0
        self.reports: list[tuple[int, int]] = []

    def ask(self, **values: Any) -> Asking:
        return listing.ask(
            self.engine,
            self.audit,
            catalogue(*CRITERIA),
            search=self.search,
            pause=self._pause,
            report=lambda done, total: self.reports.append((done, total)),
            clock=lambda: NOW,
            **values,
        )

    def _pause(self) -> None:
        self.pauses += 1


@pytest.fixture
def asker(engine: Engine, audit: int, fake: FakeSearXNG) -> Asker:
    return Asker(engine, audit, fake)


def kept(engine: Engine, audit: int) -> list[Listed]:
    with Session(engine) as session:
        rows = queries.listed(session, audit)
        session.expunge_all()
        return rows


def test_pages_of_the_town_are_kept_with_their_places(
    asker: Asker, fake: FakeSearXNG, engine: Engine, audit: int
) -> None:
    """Those of its sites, with or without www; neither strangers' nor those of sites that nobody has confirmed."""
    shown = ["https://fremd.example/", "https://ort.example/parken", "https://a.example/", "https://portal.example/p"]
    fake.said[PARKING] = results(*shown, silent={"qwant": "CAPTCHA"})
    told = asker.ask()
    rows = {row.criterion: row for row in kept(engine, audit)}
    assert list(rows) == ["handyparken", "parkschein", "hund", "app"]
    for key in ("handyparken", "parkschein"):
        assert (rows[key].query, rows[key].rank, rows[key].url) == (PARKING, 2, "https://ort.example/parken")
        assert [hit["rank"] for hit in rows[key].hits] == [2, 4]
        assert (rows[key].engines, rows[key].silent) == (["google", "bing"], ["qwant: CAPTCHA"])
        assert (rows[key].host, rows[key].asked, rows[key].error) == (fake.host, NOW, None)
    assert (rows["hund"].rank, rows["hund"].error, rows["hund"].hits) == (None, None, [])
    assert (told.asked, told.listed, told.unlisted, told.waiting, told.over) == (3, 1, 2, 0, False)


def test_one_question_at_a_time_and_none_twice(asker: Asker, fake: FakeSearXNG) -> None:
    """Two criteria with the same words are one question, the county's is none; what is known is not asked again."""
    assert asker.ask(most=2).waiting == 1
    assert (fake.questions, asker.pauses, asker.reports) == ([PARKING, DOGS], 1, [(1, 2), (2, 2)])
    assert asker.ask().waiting == 0
    assert (fake.questions, asker.pauses) == ([PARKING, DOGS, APP], 1)
    assert asker.ask().asked == 0
    assert len(fake.questions) == 3


@pytest.mark.parametrize("status", [403, 429])
def test_who_refuses_is_asked_no_more_until_somebody_asks_again(
    asker: Asker, fake: FakeSearXNG, engine: Engine, audit: int, status: int
) -> None:
    """The refusal is kept as not measured, and gives way to a later answer."""
    fake.said[PARKING] = refusal(status)
    told = asker.ask()
    assert (told.asked, told.errors.total(), told.waiting, told.over) == (1, 1, 3, True)
    assert {(row.rank, row.error is None) for row in kept(engine, audit)} == {(None, False)}
    fake.said[PARKING] = results(f"{HOME}/parken")
    assert asker.ask().waiting == 0
    assert fake.questions == [PARKING, PARKING, DOGS, APP]
    assert [(row.rank, row.error) for row in kept(engine, audit)][:2] == [(1, None), (1, None)]
    assert len(kept(engine, audit)) == 4


FAILURES = {
    "engines": results(silent={"google": "CAPTCHA"}),
    "partial": results("https://a.example/", silent={"google": "CAPTCHA"}),
    "empty": results(),
    "no_json": Reply(b"<html>"),
    "connection": Reply(status=None),
}


def test_a_failure_never_says_that_the_town_was_not_found(
    asker: Asker, fake: FakeSearXNG, engine: Engine, audit: int
) -> None:
    """Nor do hits of some engines when others were silent."""
    for error, reply in FAILURES.items():
        fake.said = {"*": reply}
        told = asker.ask()
        assert {row.error for row in kept(engine, audit)} == {error}
        assert (told.listed, told.unlisted, told.errors) == (0, 0, {error: 3})


def test_statistics_take_the_place_of_earlier_ones_and_of_nothing_else(
    asker: Asker, engine: Engine, audit: int
) -> None:
    """An export is a whole; queries that belong to no criterion are returned and not kept."""
    asker.ask()
    asked = len(kept(engine, audit))
    for times in (5, 9):
        rows = [Counted("handyparken ort", times, 1, 4.5), Counted("frau muster ort", 3, 0, 1.0)]
        taken = listing.take(engine, audit, catalogue(*CRITERIA), Statistics(rows, "März"), now=NOW)
        assert [one.query for one in taken.others] == ["frau muster ort"]
    found = [row for row in kept(engine, audit) if row.source == "search-console"]
    assert [(row.criterion, row.impressions, row.clicks, row.position, row.period) for row in found] == [
        ("handyparken", 9, 1, 4.5, "März"),
        ("parkschein", 9, 1, 4.5, "März"),
    ]
    assert len(kept(engine, audit)) == asked + 2


@pytest.mark.parametrize(
    ("typed", "criteria"),
    [
        ("ort handyparken", ["handyparken", "parkschein"]),
        ("Handy-Parken in der Hansestadt Ort", ["handyparken", "parkschein"]),
        ("parken per handy", ["handyparken", "parkschein"]),
        ("parken app ort", ["handyparken"]),
        ("hundesteuer", ["hund"]),
        ("hund anmelden ort", ["hund"]),
        ("app ort", ["app"]),
        ("wetter app", []),
        ("ort", []),
        ("anmelden", []),
        ("online", []),
        ("plan", []),
        ("öffnungszeiten zoo ort", []),
        ("", []),
    ],
)
def test_words_of_people_belong_where_a_researcher_types_much_the_same(typed: str, criteria: Sequence[str]) -> None:
    """Compounds and the order of words do not matter, the town's name says nothing, and rare words say more than common ones."""
    services = ["gewerbe anmelden online", "wohnsitz anmelden online", "bus app online", "müll app", "plan online"]
    usual = [*services, "plan bus", "plan rad", "plan schule"]
    others = [criterion(id=f"andere-{place}", queries=[words]) for place, words in enumerate(usual)]
    people = ["handy verloren", "handy fund", "parken am markt", "parken altstadt"]
    sharing = Sharing([*CRITERIA, *others], typed=[typed, *people], names=["Ort", "Hansestadt Ort"])
    assert sharing.criteria(typed) == list(criteria)
