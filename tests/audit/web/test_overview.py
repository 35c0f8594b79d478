"""The first screen: what comes first, what is held back, and what waits for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from audit.web import overview as screen
from db.desk import Schedule, Task
from db.models import Audit, Catalogue, Crawl, Finding, Site, Town
from db.session import opened
from db.terms import End, PersonRole, Standing, TaskState, Verdict
from tests.audit.web.conftest import NOW, Clock, serving
from tests.audit.web.visitor import Visitor

FOUND = 12
ASKED = 20


class Desk:
    """Towns in the database of a desk, made as a test needs them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with opened(engine) as session:
            used = Catalogue(name="grund", version="1", digest="1", document={})
            session.add(used)
            session.flush()
            self.catalogue = used.id

    def town(self, name: str, *reads: int, enough: bool = True, found: tuple[int, ...] = (FOUND, FOUND)) -> int:
        """Store a town with an audit for each number of pages read, and return its number; the last may be too little."""
        with opened(self.engine) as session:
            site = Site(url="https://www.ort.example/", host="www.ort.example", role="city")
            town = Town(key=name.lower().replace(" ", "-"), name=name, sites=[site])
            session.add(town)
            session.flush()
            for place, pages in enumerate(reads):
                is_last = place == len(reads) - 1
                audit = Audit(town_id=town.id, started=NOW - timedelta(days=9 - place), crawled=NOW, judged=NOW)
                audit.enough, audit.catalogue_id = enough or not is_last, self.catalogue
                session.add(audit)
                session.flush()
                session.add(Crawl(audit_id=audit.id, site_id=site.id, end=End.FINISHED, pages=pages))
                for number in range(ASKED):
                    verdict = Verdict.FINDABLE if number < found[place] else Verdict.ABSENT
                    session.add(
                        Finding(criterion=f"k{number}", area="a", aspect="strategy", verdict=verdict, audit_id=audit.id)
                    )
            return town.id

    def keep(self, *rows: object) -> None:
        """Store rows."""
        with opened(self.engine) as session:
            session.add_all(rows)


@pytest.fixture
def towns(engine: Engine) -> Desk:
    """The towns of this desk."""
    return Desk(engine)


@pytest.fixture
def here(towns: Desk) -> Iterator[str]:
    """The desk on the own machine."""
    with serving(towns.engine, Clock(), sign_in=False) as address:
        yield address


def names(text: str) -> list[str]:
    return re.findall(r'<h2><a href="/orte/[^"]*">([^<]*)', text)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.replace("\u00a0", " ")))


def test_nothing_yet_says_what_to_do(here: str) -> None:
    """Instead of an empty page."""
    assert "Noch ist keine Stadt geprüft." in Visitor(here).open("/").text


def test_what_waits_comes_first(here: str, towns: Desk) -> None:
    """What went wrong, then what is due, then what waits for a word; the rest by name."""
    towns.town("Anderau", 200, 200)
    waits = towns.town("Berghausen", 200, 200)
    due = towns.town("Cronberg", 200, 200)
    towns.town("Dorfen", 200, 3, enough=False)
    site = Site(url="https://x.example/", host="x.example", role="portal", standing=Standing.PROPOSED)
    site.town_id = waits
    towns.keep(site, Task(town_id=due, change="Etwas verlinken", made=NOW, due=NOW.date().isoformat()))
    text = Visitor(here).open("/").text
    assert names(text) == ["Dorfen", "Cronberg", "Berghausen", "Anderau"]
    assert "1 Aufgabe ist fällig" in plain(text)
    assert "1 Website wartet auf Ihre Entscheidung" in plain(text)


@pytest.mark.parametrize("enough", [True, False])
def test_what_was_read_too_little_is_held_back(here: str, towns: Desk, *, enough: bool) -> None:
    """Whether it was nothing or a hundredth: it says so, and the numbers are those of the audit before."""
    towns.town("Ort", 240, 3, enough=enough, found=(FOUND, 1))
    text = plain(Visitor(here).open("/").text)
    assert "Zurückgehalten: Prüfung 2 las nur 3 statt 240 Seiten wie davor." in text
    assert f"{FOUND} von {ASKED}" in text
    assert "weniger als davor" not in text


def test_a_first_audit_that_read_too_little_shows_no_number(here: str, towns: Desk) -> None:
    """There is none to stand in for it."""
    towns.town("Ort", 1, enough=False)
    text = plain(Visitor(here).open("/").text)
    assert "Zurückgehalten: Prüfung 1 las nur 1 Seite. Das ist zu wenig." in text
    assert f"von {ASKED}" not in text


@pytest.mark.parametrize(
    ("found", "words"), [(FOUND + 2, "2 mehr als davor"), (FOUND - 1, "1 weniger als davor"), (FOUND, "so viele wie")]
)
def test_the_change_is_said_in_words(here: str, towns: Desk, found: int, words: str) -> None:
    """With the audit before, as long as both read alike."""
    towns.town("Ort", 240, 200, found=(FOUND, found))
    text = plain(Visitor(here).open("/").text)
    assert words in text
    assert "Zurückgehalten" not in text


def test_one_finds_a_town_among_many(here: str, towns: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a part of its name, in any case; pages of the list keep what is searched for, and no number breaks them."""
    monkeypatch.setattr(screen, "ON_A_PAGE", 3)
    for number in range(1, 8):
        towns.town(f"Überfeld {number}")
    towns.town("Seestadt")
    visitor = Visitor(here)
    assert names(visitor.open("/?suche=SEE").text) == ["Seestadt"]
    text = visitor.open("/?suche=%C3%BCberfeld&seite=2").text
    assert names(text) == ["Überfeld 4", "Überfeld 5", "Überfeld 6"]
    assert "7 Orte mit „überfeld“." in plain(text)
    assert 'href="/?suche=%C3%BCberfeld&amp;seite=3"' in text
    for odd in ("0", "-1", "99999999", "9" * 400, "%C2%B2", "x"):
        assert visitor.open(f"/?seite={odd}").status == 200
    nothing = visitor.open("/?suche=%3Cscript%3E").text
    assert "0 Orte mit" in plain(nothing)
    assert "<script" not in nothing


def test_one_sees_ones_own_tasks(enter: Callable[..., Visitor], towns: Desk) -> None:
    """Of all that are open; what is done no longer waits."""
    visitor, another = enter(PersonRole.READER), enter(PersonRole.EDITOR)
    other = {"town_id": towns.town("Ort"), "change": "Etwas verlinken", "made": NOW}
    mine = {**other, "person_id": 1}
    towns.keep(Task(**other), Task(**mine), Task(**mine), Task(**mine, state=TaskState.DONE))
    assert "2 Aufgaben von Ihnen" in plain(visitor.open("/").text)
    assert "von Ihnen" not in plain(another.open("/").text)


def test_the_next_audit_by_plan_is_said(here: str, towns: Desk) -> None:
    """The earliest of those that do not rest: here the Sunday after a Tuesday, by the clock of Berlin."""
    given = {"town_id": towns.town("Ort"), "made": NOW}
    resting = Schedule(**given, rule="weekly", day=3, paused=True)
    towns.keep(Schedule(**given, rule="monthly", day=28), Schedule(**given, rule="weekly", day=7), resting)
    assert "Nächste Prüfung nach Plan: 6. Dezember 2026, 03:00 Uhr" in plain(Visitor(here).open("/").text)
