"""Judging anew after people have spoken: whenever they speak, it ends in what a judging of everything would say."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit import catalogue, jobs
from audit.jobs import doing
from audit.jobs.orders import Order
from audit.jobs.pulse import Desk
from audit.jobs.settling import Settler, in_child
from audit.run import deciding
from audit.run.crawling import Reading
from audit.run.judging import judge, silent
from audit.run.reviewing import Word
from db import leases, queries
from db.errors import InputError
from db.models import Audit, Crawl, Evidence, Finding, Gap, Page, Proposal
from db.session import opened
from db.terms import Decision, End, Verdict, Why
from tests.audit import stored
from tests.audit.nouns import HOME, NOW

SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
APP, ZONE = f"{HOME}app", f"{HOME}zone"
PAGES: list[dict[str, Any]] = [
    {"url": HOME, "title": "Ort", "main_text": "Willkommen in Ort."},
    {"url": APP, "title": "Parken", "main_text": "Parkscheine können Sie mit der App lösen."},
    {"url": ZONE, "title": "Zone", "main_text": "Parkscheine können Sie hier mit der App lösen, ab sofort."},
]


class Ticking:
    """A clock on which no two moments are the same."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(hours=1)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def town(engine: Engine, small: str) -> str:
    """The key of a town that was judged."""
    stored.town(engine, *PAGES, source=small)
    judge(engine, 1, catalogue.load(small), now=NOW, report=silent)
    return "ort"


def say(engine: Engine, clock: Ticking, url: str, decision: Decision = Decision.REJECT) -> int:
    """Let somebody speak of a page of the latest audit, as the desk does."""
    with opened(engine) as session:
        audit = deciding.latest(session, "ort")
        seen = deciding.matter(session, audit, criterion="handyparken", url=url).mark
        reason = Why.ENDED if decision == Decision.REJECT else None
        word = Word("handyparken", decision, reason=reason, url=url, person="Lena")
        return deciding.decide(session, audit, word, seen=seen, clock=clock).id


def rows(engine: Engine, audit: int = 1) -> list[dict[str, Any]]:
    """What a judging has written, without its numbers."""
    with opened(engine) as session:
        kept = session.get_one(Audit, audit).calibration or {}
        found = [{name: value for name, value in kept.items() if name != "made"}]
        for noun in (Finding, Evidence, Gap, Proposal):
            columns = [column for column in noun.__table__.columns if not column.primary_key]
            told = session.execute(select(*columns).where(noun.audit_id == audit).order_by(noun.id))
            found += [dict(row) for row in told.mappings()]
        return found


def verdict(engine: Engine, audit: int = 1) -> str:
    with opened(engine) as session:
        return next(one.verdict for one in queries.findings(session, audit) if one.criterion == "handyparken")


def assert_as_anew(engine: Engine, small: str, clock: Ticking, *, audit: int = 1) -> None:
    """What is written is what a judging of everything would write now, and no word waits."""
    before = rows(engine, audit)
    with opened(engine) as session:
        assert deciding.pending(session, session.get_one(Audit, audit), now=clock()) == 0
    judge(engine, audit, catalogue.load(small), now=clock(), report=silent)
    assert rows(engine, audit) == before


@SQLITE
def test_in_whatever_order_people_speak_it_ends_in_what_all_of_it_says(engine: Engine, town: str, small: str) -> None:
    """Two words in a row, one taken back, and one that is said while a new audit of the town is judged."""
    clock, settler = Ticking(), Settler(in_child)
    assert verdict(engine) == Verdict.BURIED
    first = say(engine, clock, APP)
    say(engine, clock, ZONE)
    assert settler.settle(engine, town, clock=clock, patience=60)
    assert verdict(engine) == Verdict.ABSENT
    assert_as_anew(engine, small, clock)

    with opened(engine) as session:
        deciding.undo(session, deciding.latest(session, town), first, clock=clock)
    assert settler.settle(engine, town, clock=clock, patience=60)
    assert verdict(engine) == Verdict.BURIED
    assert_as_anew(engine, small, clock)

    audit = jobs.enqueue(engine, town, now=NOW, rules=small).audit_id
    with opened(engine) as session:
        (crawl,) = session.scalars(select(Crawl).where(Crawl.audit_id == audit))
        given = {"status": 200, "fetched": NOW, "language": "de", "content_type": "text/html"}
        session.add_all(Page(crawl_id=crawl.id, **given, **page) for page in PAGES)
        crawl.end, crawl.pages = End.FINISHED, len(PAGES)
    worker = Desk(engine, Reading(), clock=lambda: NOW, name="worker-1", leases=leases.of(engine), silence=60.0)
    one = doing.begin(worker, Order(audit, NOW))
    assert one is not None
    say(engine, Ticking(), APP)  # said after ``now`` of the judging, so its first round does not hear it
    worker.clock = lambda: NOW + timedelta(hours=1)
    assert doing.judge(worker, one) == doing.DONE
    assert verdict(engine, audit) == Verdict.ABSENT
    assert_as_anew(engine, small, clock, audit=audit)


@pytest.mark.usefixtures("town")
def test_two_judgings_at_once_leave_one_verdict(engine: Engine, small: str) -> None:
    """Both have read before either writes; what stands there in the end is what one of them says, and once."""
    before, rules = rows(engine), catalogue.load(small)
    start = threading.Barrier(2, timeout=60)

    def one(number: int) -> None:
        begun = []

        def report(_done: int, _total: int) -> None:
            if not begun:
                begun.append(start.wait())

        judge(engine, 1, rules, now=NOW + timedelta(minutes=number), report=report)

    with ThreadPoolExecutor(2) as two:
        list(two.map(one, (1, 2)))
    assert rows(engine) == before


@SQLITE
def test_a_word_said_while_it_is_judged_is_heard_before_that_ends(engine: Engine, town: str, small: str) -> None:
    """It was too late for what was just read, so it is judged once more."""
    clock, said = Ticking(), [APP, ZONE]
    say(engine, clock, said.pop())

    def report(_done: int, _total: int) -> None:
        if said:
            say(engine, clock, said.pop())

    rules = catalogue.load(small)
    deciding.settle(engine, town, rules=lambda _audit: rules, clock=clock, report=report)
    assert verdict(engine) == Verdict.ABSENT
    assert_as_anew(engine, small, clock)


@SQLITE
def test_whose_clock_is_ahead_does_not_have_it_judged_for_ever(engine: Engine, town: str, small: str) -> None:
    """The word waits, as its page says, until the clock of who judges has come so far."""
    ahead = Ticking()
    ahead.now += timedelta(hours=1)
    say(engine, ahead, APP)
    judged: list[int] = []
    rules = catalogue.load(small)
    deciding.settle(engine, town, rules=lambda audit: judged.append(audit.id) or rules, clock=Ticking())
    assert judged == [1]


class Gate:
    """Judges when it is told to, and keeps what it judged."""

    def __init__(self) -> None:
        self.begun, self.open, self.keys = threading.Semaphore(0), threading.Semaphore(0), list[str]()

    def __call__(self, _engine: Engine, key: str, _clock: object) -> None:
        self.begun.release()
        self.open.acquire()
        self.keys.append(key)
        if key == "falsch":
            raise InputError("Den Katalog gibt es nicht.")


@SQLITE
def test_who_comes_while_it_is_judged_waits_for_the_next_time(engine: Engine) -> None:
    """Many who come meanwhile share it; nobody waits longer than they want to."""
    gate, now = Gate(), lambda: datetime.now(UTC)
    settler = Settler(gate)
    assert not settler.is_going("ort")
    with ThreadPoolExecutor(3) as people:
        first = people.submit(settler.settle, engine, "ort", clock=now, patience=60)
        gate.begun.acquire()
        assert not settler.settle(engine, "ort", clock=now, patience=0)
        others = [people.submit(settler.settle, engine, "ort", clock=now, patience=60) for _ in range(2)]
        gate.open.release()
        assert first.result()
        assert settler.is_going("ort")
        gate.open.release()
        assert all(other.result() for other in others)
    assert gate.keys == ["ort", "ort"]


@SQLITE
def test_what_goes_wrong_is_told_to_who_waits_and_stops_nothing(engine: Engine) -> None:
    """The next one is judged."""
    gate, now = Gate(), lambda: datetime.now(UTC)
    gate.open.release(2)
    settler = Settler(gate)
    with pytest.raises(InputError):
        settler.settle(engine, "falsch", clock=now, patience=60)
    assert settler.settle(engine, "ort", clock=now, patience=60)
