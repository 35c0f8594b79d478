"""Review at the desk: what a word does, whose it is, and that two people do not overwrite each other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlalchemy import Engine, select

from audit.catalogue import files
from audit.run import deciding
from audit.run.judging import judge, silent
from audit.web import reviews, signing
from db import queries
from db.desk import Act, Person
from db.models import Audit, Crawl, Page, Review, Site, Town
from db.schema import open_engine
from db.session import connect, opened
from db.terms import Decision, End, PersonRole, Role, Verdict, Why
from tests.audit import stored
from tests.audit.classify.made import METER, PARKING, TAX, catalogue
from tests.audit.nouns import HOME, NOW
from tests.audit.web.conftest import Clock
from tests.audit.web.visitor import Answer, Visitor
from tests.reports.conftest import Reader, browser  # noqa: F401 a fixture

RULES = catalogue(PARKING, TAX, METER)
APP, ZONE, METERS = f"{HOME}app", f"{HOME}zone", f"{HOME}zaehler"
TEXTS = {
    HOME: ("Ort", "Willkommen in Ort."),
    APP: ("Parken", "Parkscheine können Sie mit der App lösen."),
    ZONE: ("Zone", "In der Zone bezahlt man bargeldlos."),
    METERS: ("Smart Meter", "Ein Smart Meter steht zur Verfügung."),
}
PARKED = "/pruefliste/ort/befunde/handyparken"
LONG = "x" * 40_000


WRONG_DAYS = {
    "2026-11-30": "schon vorbei",
    "": "bis wann",
    "9999-12-31": "ist kein Tag",
    "übermorgen": "ist kein Tag",
    "2027": "ist kein Tag",
    LONG: "ist kein Tag",
}


class Ticking(Clock):
    """A clock on which no two moments are the same, like those outside of tests."""

    def __call__(self) -> datetime:
        self.wait(milliseconds=1)
        return self.now


def rejudge(engine: Engine, audit: int = 1) -> None:
    judge(engine, audit, RULES, now=NOW, report=silent)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of two judged towns; each test takes a copy."""
    file = tmp_path_factory.mktemp("judged") / "fundstelle.db"
    engine = open_engine(f"sqlite:///{file}")
    pages = [{"url": url, "title": title, "main_text": text} for url, (title, text) in TEXTS.items()]
    stored.town(engine, *pages)
    with opened(engine) as session:
        other = Town(
            key="dorf", name="Dorf", sites=[Site(host="dorf.example", url="http://dorf.example/", role=Role.CITY)]
        )
        session.add(other)
        session.flush()
        audit = Audit(town_id=other.id, started=NOW, crawled=NOW)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=other.sites[0].id, end=End.FINISHED, pages=1)
        session.add(crawl)
        session.flush()
        session.add(Page(url="http://dorf.example/", fetched=NOW, crawl_id=crawl.id, status=200, title="Dorf"))
        session.add(
            Review(
                town_id=other.id, criterion="handyparken", decision=Decision.IGNORE, reason=Why.IN_PROGRESS, made=NOW
            )
        )
    for number in (1, 2):
        rejudge(engine, number)
    engine.dispose()
    return file


@pytest.fixture
def engine(judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of it, judged by the small catalogue whenever it is judged again."""
    shutil.copy(judged, tmp_path)
    monkeypatch.setattr(files, "load", {RULES.name: RULES}.__getitem__)
    engine = connect(f"sqlite:///{tmp_path / judged.name}")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    """The clock of the desk."""
    return Ticking()


@pytest.fixture
def come(desk: str, engine: Engine, person: Callable[..., Person], clock: Clock) -> Callable[..., Visitor]:
    """Makes browsers in which somebody of that name has signed in."""

    def enter(name: str, role: PersonRole = PersonRole.EDITOR) -> Visitor:
        one = person(role, f"{name.lower()}@stadt.example")
        with opened(engine) as session:
            session.get_one(Person, one.id).name = name
            secret = signing.begin(session, one, browser="", now=clock())
        return Visitor(desk, {"fundstelle": secret})

    return enter


def at(url: str | None, criterion: str = "handyparken", **more: str) -> str:
    values = {"seite": url, **more} if url else more
    told = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
    return f"/pruefliste/ort/befunde/{criterion}{'?' if told else ''}{told}"


ELSEWHERE = [
    at(APP, "nirgends"),
    at("http://dorf.example/"),
    at("quatsch"),
    at(LONG),
    "/pruefliste/nirgends/befunde/handyparken",
    "/pruefliste/1/befunde/handyparken",
    at(APP, zuletzt="1"),
    at(APP, zuletzt="eins"),
    at(APP, zuletzt="9" * 40),
    "/pruefliste/nirgends/urteile",
]
FOREIGN: list[tuple[str, dict[str, str]]] = [
    ("/pruefliste/ort/befunde/nirgends", {}),
    (PARKED, {"seite": "http://dorf.example/"}),
    (PARKED, {"seite": LONG}),
    ("/pruefliste/dorf/befunde/handyparken", {}),
    ("/pruefliste/ort/urteile/1/zurueck", {}),
    ("/pruefliste/ort/urteile/x/zurueck", {}),
    ("/pruefliste/nirgends/auswerten", {}),
]


def mark(answer: Answer) -> str:
    """What the forms of a page say was to be seen on it."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text
    return found[1]


def say(
    visitor: Visitor, decision: str, url: str | None = APP, *, criterion: str = "handyparken", **values: str
) -> Answer:
    """Open the page and send the form as it stands there."""
    seen = mark(visitor.open(at(url, criterion)))
    given = {"seite": url} if url else {}
    path = f"/pruefliste/ort/befunde/{criterion}"
    return visitor.send(path, **{"decision": decision, "seen": seen, **given, **values})


def words(engine: Engine) -> list[Review]:
    with opened(engine) as session:
        return queries.reviews(session, 1)


def verdict(engine: Engine, criterion: str = "handyparken") -> str:
    with opened(engine) as session:
        return next(one.verdict for one in queries.findings(session, 1) if one.criterion == criterion)


def text(answer: Answer) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_list_names_what_waits_and_why(come: Callable[..., Visitor]) -> None:
    """For a town, and for all towns where they are several; each line leads to its page and to its finding."""
    visitor = come("Lena", PersonRole.READER)
    towns = text(visitor.open("/pruefliste"))
    assert "Ort" in towns
    assert "Dorf 0 Seiten sind nicht eindeutig 1 Urteil gefällt" in towns.replace("\xa0", " ")
    assert "1 Seite ist nicht eindeutig" in towns
    page = visitor.open("/pruefliste?ort=ort")
    assert at(APP) in page.text
    assert "/pruefungen/1/befunde/handyparken" in page.text
    assert "Parkscheine können Sie mit der App lösen." in text(page)
    assert visitor.open("/pruefliste?ort=nirgends").status == 404
    assert visitor.open("/pruefliste?ort=ort&kriterium=handyparken").there == at(APP)
    assert visitor.open("/pruefliste?ort=ort&kriterium=hundesteuer").there == at(None, "hundesteuer")


def test_a_page_shows_its_proof_with_the_words_marked_and_readers_cannot_decide(come: Callable[..., Visitor]) -> None:
    """Question, quote, why it waits; the forms are for those who may edit."""
    page = come("Lena", PersonRole.READER).open(at(APP))
    assert "<mark>Parkscheine</mark>" in page.text
    assert "Gibt es das?" in page.text
    assert "nicht eindeutig" in page.text
    assert 'name="decision"' not in page.text
    assert 'name="decision"' in come("Max").open(at(APP)).text


def test_a_confirmed_page_changes_the_verdict_at_once(come: Callable[..., Visitor], engine: Engine) -> None:
    """The next page tells both verdicts; the word carries who has said it."""
    assert verdict(engine, "hundesteuer") == Verdict.ABSENT
    visitor = come("Lena")
    answer = say(visitor, "confirm", ZONE, criterion="hundesteuer")
    assert answer.status == 303
    told = text(visitor.open(answer.there))
    assert "hundesteuer : bestätigt (auf der Seite gesehen)" in told
    assert "Befund jetzt: Schwer zu finden davor: Nichts gefunden" in told
    assert verdict(engine, "hundesteuer") == Verdict.BURIED
    (word,) = words(engine)
    assert (word.person, word.url, word.reason, word.whole) == ("Lena", ZONE, Why.SEEN, False)
    with opened(engine) as session:
        assert word.person_id == session.scalar(select(Person.id).where(Person.name == "Lena"))
        (act,) = session.scalars(select(Act).where(Act.what == "review_taken"))
        assert (act.who, act.town_id) == ("Lena", 1)
        assert "hundesteuer, bestätigt" in act.about


def test_a_rejected_page_needs_a_reason_and_counts_no_more(come: Callable[..., Visitor], engine: Engine) -> None:
    """Without one the form says so, unfolded, and nothing is written."""
    visitor = come("Lena")
    for given in ({}, {"reason": "seen"}, {"reason": LONG}):
        answer = say(visitor, "reject", **given)
        assert answer.status == 400
        assert "Grund" in text(answer)
        assert re.search(r"<details open>\s*<summary data-key=\"r\"", answer.text)
    assert words(engine) == []
    assert say(visitor, "reject", reason="only_planned").status == 303
    assert verdict(engine) == Verdict.ABSENT
    (word,) = words(engine)
    assert (word.decision, word.reason) == (Decision.REJECT, Why.ONLY_PLANNED)


def test_what_waits_waits_until_a_day_to_come(come: Callable[..., Visitor], engine: Engine) -> None:
    """Anything else is told beside the field with what was typed, and nothing is written."""
    visitor = come("Lena")
    for until, told in WRONG_DAYS.items():
        answer = say(visitor, "ignore", reason="in_progress", until=until)
        assert answer.status == 400
        assert told in text(answer)
        assert f'value="{until[:200]}"' in answer.text
    assert words(engine) == []


def test_a_page_is_put_aside_until_its_day(come: Callable[..., Visitor], engine: Engine) -> None:
    """As ISO date of the browser's field, or as people write it where the browser has none."""
    visitor = come("Lena")
    assert say(visitor, "ignore", reason="not_wanted", until="31.03.2027").status == 303
    (word,) = words(engine)
    assert word.expires is not None
    assert word.expires.isoformat() == "2027-04-01T00:00:00+00:00"
    assert "gilt bis 31. März 2027" in text(visitor.open("/pruefliste/ort/urteile"))


def test_words_can_be_gathered_and_take_effect_together(come: Callable[..., Visitor], engine: Engine) -> None:
    """Until then the verdict stands, the page says that words wait, and the next form gathers too."""
    visitor = come("Lena")
    answer = say(visitor, "reject", reason="ended", spaeter="1")
    assert "spaeter=1" in answer.there or "ort=ort" in answer.there
    assert verdict(engine) == Verdict.BURIED
    assert "1 Urteil wirkt noch nicht." in text(visitor.open("/pruefliste?ort=ort"))
    assert visitor.send("/pruefliste/ort/auswerten").there == "/pruefliste?ort=ort&gesagt=judged_again"
    assert verdict(engine) == Verdict.ABSENT
    assert "wirkt noch nicht" not in text(visitor.open("/pruefliste?ort=ort"))


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Until it is set, judging anew goes on, and nobody waits for it."""
    gate, settle = Event(), deciding.settle

    def late(*args: Any, **values: Any) -> None:
        assert gate.wait(20)
        settle(*args, **values)

    monkeypatch.setattr(deciding, "settle", late)
    monkeypatch.setattr(reviews, "PATIENCE", 0.0)
    yield gate
    gate.set()


def test_what_takes_longer_is_shown_when_it_is_done(come: Callable[..., Visitor], engine: Engine, gate: Event) -> None:
    """The next page says so, by a stream to who has scripts and by a link to who has none; so does that of who judges all."""
    visitor = come("Lena")
    answer = say(visitor, "reject", reason="ended")
    page = visitor.open(answer.there)
    assert "Der Befund wird gerade neu beurteilt. Neu laden" in text(page)
    assert "Jetzt auswerten" not in page.text
    (events,) = re.findall(r'data-live="([^"]+)" data-live-stays', page.text)
    assert visitor.send("/pruefliste/ort/auswerten").there == "/pruefliste?ort=ort"
    listed = visitor.open("/pruefliste?ort=ort")
    assert "Die Befunde werden gerade neu beurteilt." in text(listed)
    assert 'data-live="/pruefliste/ort/ereignisse"' in listed.text
    assert verdict(engine) == Verdict.BURIED
    gate.set()
    told = visitor.ask(unescape(events)).text
    assert "Nichts gefunden" in told
    assert told.endswith("event: ende\ndata: \n\n")
    assert "Befund jetzt: Nichts gefunden davor: Schwer zu finden" in text(visitor.open(answer.there))
    assert visitor.ask("/pruefliste/ort/ereignisse?zuletzt=99").status == 404
    assert verdict(engine) == Verdict.ABSENT


def test_everybody_takes_back_their_own_and_administrators_all(come: Callable[..., Visitor], engine: Engine) -> None:
    """What was before holds again; the list tells who and when; twice does no harm."""
    lena, max_, ada = come("Lena"), come("Max"), come("Ada", PersonRole.ADMIN)
    say(lena, "reject", reason="ended")
    undo = f"/pruefliste/ort/urteile/{words(engine)[0].id}/zurueck"
    assert undo not in max_.open("/pruefliste/ort/urteile").text
    assert max_.send(undo).status == 403
    assert verdict(engine) == Verdict.ABSENT
    assert undo in lena.open("/pruefliste/ort/urteile").text
    told = text(lena.open(lena.send(undo).there))
    assert "Zurückgenommen: handyparken Befund jetzt: Schwer zu finden" in told
    assert verdict(engine) == Verdict.BURIED
    assert lena.send(undo).status == 303
    assert "zurückgenommen" in text(lena.open("/pruefliste/ort/urteile"))
    say(lena, "reject", reason="ended")
    ada.open("/pruefliste/ort/urteile")
    assert ada.send(f"/pruefliste/ort/urteile/{words(engine)[-1].id}/zurueck").status == 303
    assert verdict(engine) == Verdict.BURIED
    with opened(engine) as session:
        assert [one.who for one in session.scalars(select(Act).where(Act.what == "review_undone"))] == ["Lena", "Ada"]


def test_two_people_do_not_overwrite_each_other(come: Callable[..., Visitor], engine: Engine) -> None:
    """The later one sees both words and chooses: leave it, or put their own in its place."""
    lena, max_ = come("Lena"), come("Max")
    seen = mark(max_.open(at(APP)))
    say(lena, "reject", reason="ended")
    answer = max_.send(PARKED, decision="confirm", seite=APP, seen=seen)
    assert answer.status == 409
    told = text(answer)
    assert "abgelehnt : gibt es nicht mehr, und die Seite sagt das. Lena" in told
    assert "Ihr Urteil: bestätigt" in told
    assert "Dabei belassen" in told
    assert len(words(engine)) == 1
    assert max_.send(PARKED, decision="confirm", seite=APP, seen=mark(answer)).status == 303
    assert [one.person for one in words(engine)] == ["Lena", "Max"]
    assert verdict(engine) == Verdict.BURIED


def test_of_two_at_the_same_moment_one_is_asked_again(come: Callable[..., Visitor], engine: Engine) -> None:
    """Also when both have looked at the same state."""
    visitors = [come(name) for name in ("Lena", "Max")]
    marks = [mark(one.open(at(APP))) for one in visitors]

    def send(one: Visitor, seen: str) -> int:
        return one.send(PARKED, decision="reject", reason="ended", seite=APP, seen=seen).status

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(send, visitors, marks)) == [303, 409]
    assert len(words(engine)) == 1


def test_a_form_sent_twice_is_one_word(come: Callable[..., Visitor], engine: Engine) -> None:
    """Whoever clicks twice is not told of a conflict with themselves; whoever changes their mind in an old window is."""
    visitor = come("Lena")
    form = {"decision": "reject", "reason": "ended", "seite": APP, "seen": mark(visitor.open(at(APP)))}
    assert [visitor.send(PARKED, **form).status for _ in range(2)] == [303, 303]
    assert len(words(engine)) == 1
    assert visitor.send(PARKED, **{**form, "reason": "outdated"}).status == 409


def test_a_page_that_says_something_else_by_now_is_looked_at_anew(come: Callable[..., Visitor], engine: Engine) -> None:
    """A new audit has come between looking and speaking."""
    visitor = come("Lena")
    seen = mark(visitor.open(at(APP)))
    with opened(engine) as session:
        page = session.scalars(select(Page).where(Page.url == APP)).one()
        page.main_text = "Parkscheine können Sie nicht mehr mit der App lösen."
    answer = visitor.send(PARKED, decision="confirm", seite=APP, seen=seen)
    assert answer.status == 409
    assert "etwas geändert" in text(answer)
    assert words(engine) == []
    assert visitor.send(PARKED, decision="confirm", seite=APP, seen=mark(answer)).status == 303


def test_a_finding_in_all_can_be_confirmed_or_traced_to_a_page(come: Callable[..., Visitor], engine: Engine) -> None:
    """Nothing can be rejected where nothing was found."""
    visitor = come("Lena")
    page = visitor.open(at(None, "hundesteuer"))
    assert 'data-key="r"' not in page.text
    assert 'name="seite" type="url"' in page.text
    assert say(visitor, "reject", None, criterion="hundesteuer", reason="ended").status == 400
    assert say(visitor, "confirm", None).status == 303
    (word,) = words(engine)
    assert (word.whole, word.url, word.reason) == (True, APP, Why.KNOWN)


def test_nothing_leads_to_another_town_or_to_what_is_not_there(come: Callable[..., Visitor]) -> None:
    """A page, a criterion and a word belong to their town, whatever an address says; word and audit 1 and 2 are of two towns."""
    visitor = come("Lena")
    for path in ELSEWHERE:
        assert visitor.open(path).status == 404, path


def test_no_form_writes_into_another_town(come: Callable[..., Visitor], engine: Engine) -> None:
    """Not even an administrator's; nothing is written."""
    visitor = come("Ada", PersonRole.ADMIN)
    seen = mark(visitor.open(at(APP)))
    for path, values in FOREIGN:
        form = {"decision": "confirm", "seite": APP, "seen": seen, **values}
        assert visitor.send(path, **form).status == 404, path
    with opened(engine) as session:
        assert [(one.town_id, one.withdrawn) for one in queries.reviews(session)] == [(2, None)]


def test_a_form_that_was_tampered_with_is_refused(come: Callable[..., Visitor], engine: Engine) -> None:
    """With the page again, and nothing written."""
    visitor = come("Lena")
    visitor.open(at(APP))
    for form in ({}, {"decision": "delete"}, {"decision": LONG}):
        answer = visitor.send(PARKED, seite=APP, **form)
        assert answer.status == 400
        assert "Bitte wählen Sie, was Sie sagen wollen." in text(answer)
    for seen in ("", LONG, "0" * 64):
        assert visitor.send(PARKED, seite=APP, decision="confirm", seen=seen).status == 409
    assert words(engine) == []


def test_where_the_rules_are_missing_the_word_is_kept(
    come: Callable[..., Visitor], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits, the next page says so, and judging again tells what is missing."""
    monkeypatch.undo()
    visitor = come("Lena")
    answer = say(visitor, "reject", reason="ended")
    assert "1 Urteil wirkt noch nicht." in text(visitor.open(answer.there))
    assert visitor.send("/pruefliste/ort/auswerten").status == 400
    assert len(words(engine)) == 1


def test_the_report_says_what_words_have_taught(come: Callable[..., Visitor]) -> None:
    """How often, by criterion, by pattern, and what follows."""
    visitor = come("Lena")
    assert "Noch keine Urteile" in text(visitor.open("/pruefliste/bericht"))
    say(visitor, "reject", reason="other_town")
    told = text(visitor.open("/pruefliste/bericht"))
    assert "1 Urteil über Seiten aller Orte: 0 bestätigt, 1 abgelehnt." in told
    assert "nicht die Stadt 1" in told
    assert "Muster, die nur abgelehnt wurden" in told
    assert "Aus 1 Urteil." in told


@pytest.mark.browser
def test_everything_can_be_done_by_keyboard(
    browser: Browser,  # noqa: F811 the fixture
    come: Callable[..., Visitor],
    engine: Engine,
) -> None:
    """Unfold, fold, choose, send, undo; single keys can be turned off, and that is remembered; the policy holds."""
    visitor = come("Lena")
    page, complaints = opened_in(browser, visitor)
    page.goto(visitor.address + at(APP))
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    assert page.locator("details[open]").count() == 0
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("b")  # within a form a letter is no order
    page.keyboard.press("Enter")
    page.wait_for_selector(".effect")
    page.wait_for_load_state()
    assert words(engine)[-1].reason == Why.WRONG_PAGE
    page.keyboard.press("u")
    page.get_by_text("Zurückgenommen:").wait_for()
    page.wait_for_load_state()
    page.get_by_label("Tasten benutzen").uncheck()
    page.keyboard.press("b")
    page.reload()
    page.keyboard.press("b")
    assert "Zurückgenommen:" in page.content()
    page.get_by_label("Tasten benutzen").check()
    page.keyboard.press("b")
    page.wait_for_url("**ort=ort&zuletzt=**")
    assert [one.withdrawn is None for one in words(engine)] == [False, True]
    assert complaints == []
    page.context.close()


def opened_in(browser: Browser, visitor: Visitor) -> tuple[Tab, list[str]]:  # noqa: F811 the fixture
    """A page of a browser in which the visitor has signed in, and what it will complain about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "fundstelle", "value": visitor.cookies["fundstelle"], "url": visitor.address}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    return page, complaints
