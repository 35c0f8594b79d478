"""One order as a worker does it: what dies or hangs is ended with its reason, and who lost an order writes nothing more."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from audit import jobs
from audit.jobs import doing, orders
from audit.jobs.doing import PAUSES, TRIES
from audit.jobs.orders import Hold, Order
from audit.jobs.pulse import Desk
from audit.run.crawling import Reading
from crawler import process
from db import leases
from db.desk import Notice, Person
from db.errors import LostError
from db.models import Audit, Crawl, Finding, Page, Town
from db.session import opened
from db.store import PageStore, Turn
from db.terms import JobState
from tests.audit import stored
from tests.audit.jobs.scenes import children, job, until

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def town(engine: Engine) -> int:
    """A town whose pages are read and are to be judged."""
    number = stored.town(
        engine, {"url": "http://www.ort.example/parken", "title": "Parken", "main_text": "Handyparken"}
    )
    with opened(engine) as session:
        session.add(Person(email="a@ort.example", name="A", made=NOW, mailed=True))
        session.add(Person(email="b@ort.example", name="B", made=NOW))
    return number


def desk(engine: Engine, *, now: datetime = NOW, name: str = "worker-1", silence: float = 60.0) -> Desk:
    return Desk(engine, Reading(), clock=lambda: now, name=name, leases=leases.of(engine), silence=silence)


@contextmanager
def struck(sign: signal.Signals) -> Iterator[None]:
    """Send a signal to each judging process that is started within the block."""
    over = threading.Event()

    def strike() -> None:
        while not over.wait(0.01):
            for number in children(os.getpid(), of="audit.jobs.judging"):
                os.kill(number, sign)

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def late(engine: Engine, one: Order) -> PageStore:
    """What still holds pages of a site when somebody else has begun."""
    assert one.epoch is not None
    with opened(engine) as session:
        crawl = session.scalars(select(Crawl.id)).first()
    assert crawl is not None
    return PageStore(engine, crawl, turn=Turn(one.audit_id, one.epoch))


def begun(at: Desk, audit: int) -> Order:
    one = doing.begin(at, Order(audit, job(at.engine, audit).due))
    assert one is not None
    return one


@SQLITE
@pytest.mark.usefixtures("town")
def test_what_kills_its_judge_is_given_up_with_its_reason(engine: Engine, small: str) -> None:
    """Each time the process dies and the worker lives; after the last try nobody tries again."""
    audit = jobs.enqueue(engine, "ort", now=NOW, rules=small).audit_id
    at = desk(engine)
    for number in range(TRIES):
        one = begun(at, audit)
        with struck(signal.SIGKILL):
            outcome = doing.judge(at, one)
        assert "-9" in outcome
        doing.settle(at, one, outcome)
        at = desk(engine, now=NOW + sum(PAUSES[: number + 1], start=PAUSES[0]))
    known = job(engine, audit)
    assert (known.state, known.reason) == (JobState.FAILED, outcome)
    with opened(engine) as session:
        assert not orders.due(session, now=at.clock(), most=5)


@SQLITE
@pytest.mark.usefixtures("town")
def test_what_hangs_is_ended(engine: Engine, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without news the judging is killed, also when it no longer listens."""
    monkeypatch.setattr(process, "GRACE", 0.5)
    audit = jobs.enqueue(engine, "ort", now=NOW, rules=small).audit_id
    at = desk(engine, silence=0.5)
    with struck(signal.SIGSTOP):
        assert doing.judge(at, begun(at, audit)) == doing.HUNG
    assert not children(os.getpid(), of="audit.jobs.judging")


@pytest.mark.usefixtures("town")
def test_who_lost_an_order_writes_nothing_more(engine: Engine, small: str, tmp_path: Path) -> None:
    """A worker that was taken for dead learns it at the next beat, and its verdicts are not written; the other's are, with a report."""
    audit = jobs.enqueue(engine, "ort", now=NOW, rules=small).audit_id
    old = desk(engine, name="worker-1")
    first = begun(old, audit)
    assert old.leases is not None
    assert old.leases.take("worker-1")
    new = desk(engine, name="worker-2")
    new.reports = tmp_path / "berichte"
    assert doing.begin(new, Order(audit, first.due)) is None
    assert job(engine, audit).tries == 1
    old.leases.free("worker-1")
    second = begun(new, audit)
    assert orders.beat(engine, first, {}) == Hold.LOST
    with pytest.raises(LostError):
        late(engine, first).note(pages=99)
    with pytest.raises(LostError):
        late(engine, first).write([Page(url="http://www.ort.example/spaet", fetched=NOW)])
    late(engine, second).note(pages=1)
    with pytest.raises(LostError):
        doing.judge(old, first)
    doing.settle(old, first, doing.DONE)
    with opened(engine) as session:
        assert session.scalar(select(func.count()).select_from(Finding)) == 0
        assert session.get_one(Audit, audit).judged is None
    assert doing.judge(new, second) == doing.DONE
    assert doing.report(new, second) == doing.DONE
    doing.settle(new, second, doing.DONE)
    known = job(engine, audit)
    assert (known.state, known.worker, known.reason) == (JobState.DONE, "worker-2", "")
    assert sorted(file.suffix for file in new.reports.iterdir()) == [".html", ".json"]
    with opened(engine) as session:
        assert session.scalar(select(func.count()).select_from(Finding))
        (notice,) = session.scalars(select(Notice)).all()
        assert notice.due == NOW


@SQLITE
@pytest.mark.usefixtures("town")
def test_a_report_that_cannot_be_written_fails_no_audit(engine: Engine, small: str, tmp_path: Path) -> None:
    """It is done, and the reason stands with it."""
    (tmp_path / "datei").write_text("")
    audit = jobs.enqueue(engine, "ort", now=NOW, rules=small).audit_id
    at = desk(engine)
    at.reports = tmp_path / "datei" / "berichte"
    one = begun(at, audit)
    assert doing.judge(at, one) == doing.DONE
    doing.settle(at, one, doing.DONE, reported=doing.report(at, one))
    known = job(engine, audit)
    assert known.state == JobState.DONE
    assert "Bericht" in known.reason


@pytest.mark.usefixtures("town")
def test_whose_turn_it_is(engine: Engine) -> None:
    """Somebody's order comes before a schedule's and a fleet's, and is due even if the clock of who ordered is ahead."""
    later = NOW.replace(hour=10)
    with opened(engine) as session:
        others = [Town(key=key, name=key) for key in ("fleet", "plan", "amt")]
        session.add_all(others)
        session.flush()
        for number, one in enumerate(others):
            audit = Audit(town_id=one.id, started=NOW)
            session.add(audit)
            session.flush()
            session.add(orders.Job(audit_id=audit.id, town_id=one.id, asked=later, due=later, priority=2 - number))
    with opened(engine) as session:
        turns = [one.priority for one in orders.due(session, now=NOW, most=5)]
    assert turns == [orders.SOMEBODY, orders.SCHEDULE, orders.FLEET]


def test_hosts_that_are_read_are_waited_for_without_a_try(engine: Engine, town: int) -> None:
    """Nothing is begun as long as all of them are; it begins when one is free."""
    assert town
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    at = desk(engine)
    doing.settle(at, begun(at, audit), f"{doing.BUSY}portal.example")
    reader = leases.of(engine)
    assert reader.take("host:portal.example")
    known = job(engine, audit)
    assert (known.state, known.tries, known.progress["busy"]) == (JobState.WAITING, 0, ["portal.example"])
    assert doing.begin(at, Order(audit, known.due)) is None
    assert job(engine, audit).tries == 0
    reader.close()
    until(lambda: at.is_free("host:portal.example"))
    assert begun(at, audit)
