"""An audit at the desk: ordered by a form, watched live or by reloading, called off, ordered again."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, select

from audit import jobs
from audit.inventory.profile import Profile
from audit.jobs import orders
from audit.jobs.orders import Order
from audit.run.opening import open_audit, save_town
from audit.web import audits
from db.desk import Act, Job
from db.models import Audit
from db.session import opened
from db.terms import JobState, PersonRole
from tests.audit.web.conftest import NOW, Clock, serving
from tests.audit.web.visitor import Visitor
from tests.reports.conftest import browser  # noqa: F401 a fixture

EDITOR, READER = PersonRole.EDITOR, PersonRole.READER
PROFILE = Profile.model_validate(
    {"key": "ort", "name": "Ort <b>", "sites": [{"url": "http://www.ort.example/", "role": "city"}]}
)
SITE = {"pages": 30, "known": 120, "budget": 1500, "since": NOW.isoformat(), "first": 0, "end": None}
DOCUMENT = {
    "phase": "reading",
    "sites": {"www.ort.example": SITE, "rat.ort.example": {**SITE, "end": "finished"}},
    "said": [
        [NOW.isoformat(), "begun", {}],
        [NOW.isoformat(), "site_ended", {"site": "rat.ort.example", "pages": 30, "end": "finished"}],
    ],
}


@pytest.fixture(autouse=True)
def _town(engine: Engine) -> None:
    with opened(engine) as session:
        save_town(session, PROFILE)


@pytest.fixture
def editor(enter: Callable[..., Visitor]) -> Visitor:
    """Somebody who may start audits."""
    return enter(EDITOR)


def running(engine: Engine) -> int:
    """An audit that a worker reads."""
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    one = Order(audit, NOW)
    orders.begin(engine, one, now=NOW)
    orders.beat(engine, one, DOCUMENT)
    return audit


def state(engine: Engine, audit: int) -> tuple[str, bool]:
    with opened(engine) as session:
        job = session.get_one(Job, audit)
        return job.state, job.cancelled is not None


def test_an_audit_is_ordered_and_watched(editor: Visitor, engine: Engine) -> None:
    """With the budget that was typed; sent twice it is one, and the form then leads to it."""
    page = editor.open("/orte/ort/pruefen")
    assert 'value="1500"' in page.text
    assert "www.ort.example" in page.text
    answers = [editor.send("/orte/ort/pruefen", pages="300", catalogue="bitkom") for _ in range(2)]
    assert [answer.there for answer in answers] == [
        "/pruefungen/1/verlauf?gesagt=audit_ordered",
        "/pruefungen/1/verlauf?gesagt=audit_running",
    ]
    assert editor.open("/orte/ort/pruefen").there == "/pruefungen/1/verlauf"
    with opened(engine) as session:
        (audit,) = session.scalars(select(Audit)).all()
        (job,) = session.scalars(select(Job)).all()
        assert (audit.budget["pages_per_site"], job.catalogue, job.who) == (300, "bitkom", "Editor")
        assert session.scalars(select(Act.what).where(Act.town_id == audit.town_id)).all() == ["audit_ordered"]
    shown = editor.open("/pruefungen/1/verlauf").text
    assert "Wartet, bis ein Platz frei ist." in shown
    assert "Ort &lt;b&gt;" in shown


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"pages": "0"}, "Das ist keine Zahl von 1 bis 100.000."),
        ({"pages": "100001"}, "Das ist keine Zahl"),
        ({"pages": "٣"}, "Das ist keine Zahl"),
        ({"pages": "9" * 5000}, "Das ist keine Zahl"),
        ({"pages": ""}, "Das ist keine Zahl"),
        ({"catalogue": "../../etc"}, "Diesen Katalog gibt es nicht."),
        ({"catalogue": ""}, "Diesen Katalog gibt es nicht."),
    ],
)
def test_a_wrong_form_is_shown_again(editor: Visitor, engine: Engine, sent: dict[str, str], words: str) -> None:
    """Beside the field, with what was typed; nothing is ordered."""
    editor.open("/orte/ort/pruefen")
    answer = editor.send("/orte/ort/pruefen", **{"pages": "77", "catalogue": "bitkom", **sent})
    assert answer.status == 400
    assert words in answer.text
    assert ('value="77"' in answer.text) == ("pages" not in sent)
    assert jobs.jobs(engine) == []


def test_an_interrupted_audit_is_taken_up_or_left(editor: Visitor, engine: Engine) -> None:
    """As the form says; the choice is only there when there is one."""
    assert "Dort weitermachen" not in editor.open("/orte/ort/pruefen").text
    first = open_audit(engine, PROFILE, now=NOW).audit_id
    assert "Dort weitermachen" in editor.open("/orte/ort/pruefen").text
    assert editor.send("/orte/ort/pruefen", pages="9", catalogue="bitkom", begin="on").there.startswith(
        f"/pruefungen/{first}/"
    )
    jobs.cancel(engine, first, now=NOW)
    editor.send("/orte/ort/pruefen", pages="9", catalogue="bitkom", begin="fresh")
    assert [job.audit_id for job in jobs.jobs(engine)] == [first + 1, first]


def test_who_may_do_what(enter: Callable[..., Visitor], desk: str, engine: Engine) -> None:
    """Readers watch; only editors start, stop and repeat; strangers sign in first."""
    audit = running(engine)
    reader = enter(READER)
    shown = reader.open(f"/pruefungen/{audit}/verlauf")
    assert shown.status == 200
    assert "Abbrechen" not in shown.text
    for path in ("/orte/ort/pruefen", f"/pruefungen/{audit}/abbrechen", f"/pruefungen/{audit}/wiederholen"):
        assert reader.send(path, pages="9", catalogue="bitkom").status == 403
    assert reader.open("/orte/ort/pruefen").status == 403
    assert state(engine, audit) == (JobState.RUNNING, False)
    assert Visitor(desk).ask(f"/pruefungen/{audit}/ereignisse").there.startswith("/anmelden")


@pytest.mark.parametrize("path", ["verlauf", "ereignisse"])
@pytest.mark.parametrize("number", ["77", "0", "-1", "x", "9" * 30, "٣", "1%20"])
def test_what_there_is_not_is_not_found(editor: Visitor, number: str, path: str) -> None:
    """Whatever the number, and also for a stream."""
    assert editor.open(f"/pruefungen/{quote(number, safe='%')}/{path}").status == 404
    assert editor.open("/orte/nirgends/pruefen").status == 404


def test_the_course_is_told_in_words(editor: Visitor, engine: Engine, clock: Clock) -> None:
    """Sites, what happened, how long it may take, and a way to reload without scripts."""
    audit = running(engine)
    clock.wait(minutes=1)
    shown = editor.open(f"/pruefungen/{audit}/verlauf").text
    for words in (
        "Die Websites werden gelesen.",
        "30 von bisher 120 Seiten",
        "noch mindestens 3 Minuten",
        "rat.ort.example: 30\xa0Seiten. Ganz gelesen.",
        '<noscript><meta http-equiv="refresh" content="5"></noscript>',
    ):
        assert words in shown


def test_an_audit_is_called_off_and_repeated(editor: Visitor, engine: Engine) -> None:
    """What waits ends at once, what is read is asked to stop; then it can be ordered again; each is logged."""
    audit = running(engine)
    editor.open(f"/pruefungen/{audit}/verlauf")
    assert editor.send(f"/pruefungen/{audit}/abbrechen").there.endswith("gesagt=audit_cancelled")
    assert state(engine, audit) == (JobState.RUNNING, True)
    assert "Wird abgebrochen" in editor.open(f"/pruefungen/{audit}/verlauf").text
    orders.end(engine, Order(audit, NOW), state=JobState.CANCELLED, now=NOW)
    assert editor.send(f"/pruefungen/{audit}/abbrechen").there.endswith("gesagt=audit_ended")
    assert "Noch einmal versuchen" in editor.open(f"/pruefungen/{audit}/verlauf").text
    assert editor.send(f"/pruefungen/{audit}/wiederholen").status == 303
    assert editor.send(f"/pruefungen/{audit}/wiederholen").status == 400
    assert state(engine, audit) == (JobState.WAITING, False)
    with opened(engine) as session:
        assert session.scalars(select(Act.what).order_by(Act.id)).all() == ["audit_cancelled", "audit_ordered"]


def test_a_failed_audit_says_why_and_a_done_one_leads_to_its_result(editor: Visitor, engine: Engine) -> None:
    """And neither reloads itself any more."""
    audit = running(engine)
    orders.end(engine, Order(audit, NOW), state=JobState.FAILED, now=NOW, reason="Der Server <i> ist fort.")
    shown = editor.open(f"/pruefungen/{audit}/verlauf").text
    assert "Der Server &lt;i&gt; ist fort." in shown
    assert "refresh" not in shown
    jobs.retry(engine, audit, now=NOW)
    orders.end(engine, Order(audit, NOW), state=JobState.DONE, now=NOW)
    assert f'href="/pruefungen/{audit}"' in editor.open(f"/pruefungen/{audit}/verlauf").text


def test_an_audit_from_a_terminal_is_not_ours_to_stop(editor: Visitor, engine: Engine) -> None:
    """It is shown, and can be taken up here."""
    audit = open_audit(engine, PROFILE, now=NOW).audit_id
    shown = editor.open(f"/pruefungen/{audit}/verlauf").text
    assert "nicht hier gestartet" in shown
    assert "Hier weitermachen" in shown


class Stream:
    """A browser that follows an audit."""

    def __init__(self, visitor: Visitor, audit: int, *, language: str = "de") -> None:
        parts = urlsplit(visitor.address)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        head = f"GET /pruefungen/{audit}/ereignisse HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookies}; fundstelle-sprache={language}\r\n\r\n"
        self.socket.sendall(head.encode())
        self.text = ""

    def until(self, words: str) -> str:
        while words not in self.text:
            read = self.socket.recv(65536)
            assert read, self.text
            self.text += read.decode()
        return self.text


@pytest.fixture
def follow(editor: Visitor) -> Iterator[Callable[..., Stream]]:
    """Opens streams that are closed with the test."""
    with ExitStack() as stack:

        def open_one(audit: int, **values: str) -> Stream:
            stream = Stream(editor, audit, **values)
            stack.callback(stream.socket.close)
            return stream

        yield open_one


def test_a_stream_tells_what_is_new_until_the_end(follow: Callable[..., Stream], engine: Engine) -> None:
    """At once, when something changes, and at last that it is over; for proxies it says not to hold anything back."""
    audit = running(engine)
    stream = follow(audit)
    first = stream.until("30 von bisher 120 Seiten")
    assert "x-accel-buffering: no" in first.lower()
    assert "text/event-stream" in first
    assert "no-store" in first
    site = {"www.ort.example": {**SITE, "pages": 31}}
    orders.beat(engine, Order(audit, NOW), {**DOCUMENT, "sites": site})
    stream.until("31 von bisher 120 Seiten")
    orders.end(engine, Order(audit, NOW), state=JobState.DONE, now=NOW)
    stream.until("event: ende")


def test_fifty_streams_cost_no_worker(
    follow: Callable[..., Stream], editor: Visitor, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are fed by one look at the database, and the desk still answers everybody else."""
    audit = running(engine)
    looks: list[float] = []
    seen = audits._values

    def counted(*given: object, **named: object) -> object:
        looks.append(time.monotonic())
        return seen(*given, **named)  # type: ignore[arg-type]

    streams = [follow(audit) for _ in range(50)]
    for stream in streams:
        stream.until("bisher 120 Seiten")
    monkeypatch.setattr(audits, "_values", counted)
    assert editor.open("/").status == 200
    orders.beat(engine, Order(audit, NOW), {**DOCUMENT, "phase": "judging"})
    for stream in streams:
        stream.until("werden beurteilt")
    # One look feeds all; that some are taken while a loaded machine hands them out is no matter.
    assert len(looks) < len(streams)


@pytest.mark.browser
def test_the_page_follows_by_itself(browser: Browser, engine: Engine) -> None:  # noqa: F811
    """In a real browser: the parts are swapped, and at the end the result is offered; nothing is complained about."""
    audit = running(engine)
    with serving(engine, Clock(), sign_in=False) as address:
        messages: list[str] = []
        page = browser.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.goto(f"{address}/pruefungen/{audit}/verlauf")
        orders.beat(engine, Order(audit, NOW), {**DOCUMENT, "phase": "trying"})
        page.wait_for_selector("text=Vorschläge werden erprobt.")
        orders.end(engine, Order(audit, NOW), state=JobState.DONE, now=NOW + timedelta(hours=1))
        page.wait_for_selector("text=Zum Ergebnis")
        page.close()
        assert messages == []
