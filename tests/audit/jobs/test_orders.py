"""The book of orders: one audit per town, tries that are counted, and schedules that are started once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from audit import jobs
from audit.inventory.profile import Profile
from audit.jobs import doing, orders, schedules
from audit.jobs.doing import PAUSES, TRIES
from audit.jobs.orders import Order
from audit.jobs.pulse import Desk
from audit.run.crawling import Reading
from audit.run.opening import save_town
from db.desk import Act, Job, Schedule
from db.errors import InputError, NotFoundError
from db.models import Audit, Town
from db.schema import open_engine
from db.session import opened
from db.terms import JobState

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def town(engine: Engine, key: str = "ort") -> int:
    sites = [{"url": f"http://www.{key}.example/", "role": "city"}]
    with opened(engine) as session:
        return save_town(session, Profile.model_validate({"key": key, "name": key.title(), "sites": sites})).id


def job(engine: Engine, audit: int) -> Job:
    with opened(engine) as session:
        return session.get_one(Job, audit)


def one(engine: Engine, audit: int) -> Order:
    return Order(audit, job(engine, audit).due)


def desk(engine: Engine) -> Desk:
    return Desk(engine, Reading(), clock=lambda: NOW)


def at_once(work: Callable[[], object], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_orders_at_once_are_one(engine: Engine) -> None:
    """Also when all begin anew: no audit is left behind that nobody does."""
    town(engine)
    found: list[jobs.Ordered] = []
    at_once(lambda: found.append(jobs.enqueue(engine, "ort", now=NOW, fresh=True)), 6)
    assert [ordered.is_new for ordered in found].count(True) == 1
    assert len({ordered.audit_id for ordered in found}) == 1
    with opened(engine) as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 1


def test_who_looked_too_early_takes_no_order_from_its_worker(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a look for open orders and the next one somebody may have ordered the interrupted audit, and a worker begun it."""
    number = town(engine)
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    assert doing.begin(desk(engine), one(engine, audit))
    monkeypatch.setattr(orders, "waiting", lambda *_: None)
    assert jobs.enqueue(engine, "ort", now=NOW) == (audit, False)
    with opened(engine) as session:
        assert orders.order_all(session, [number], now=NOW, rules="", who="", priority=orders.FLEET) == []
    assert job(engine, audit).state == JobState.RUNNING


def test_an_unknown_town_and_one_without_a_site_are_refused(engine: Engine) -> None:
    """Nothing is written."""
    with pytest.raises(NotFoundError):
        jobs.enqueue(engine, "../profil.yaml", now=NOW)
    number = town(engine)
    with opened(engine) as session:
        for site in session.scalars(select(Town).where(Town.id == number)).one().sites:
            site.standing = "proposed"
    with pytest.raises(InputError):
        jobs.enqueue(engine, "ort", now=NOW)
    assert jobs.jobs(engine) == []


def test_what_waits_ends_at_once_when_it_is_called_off(engine: Engine) -> None:
    """A worker that had it at hand does nothing, and it can be ordered again."""
    town(engine)
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    known = one(engine, audit)
    assert jobs.cancel(engine, audit, now=NOW)
    assert not doing.begin(desk(engine), known)
    assert job(engine, audit).state == JobState.CANCELLED
    later = NOW + timedelta(seconds=1)
    jobs.retry(engine, audit, now=later)
    assert not doing.begin(desk(engine), known)
    assert doing.begin(desk(engine), one(engine, audit))


def test_a_fault_is_tried_again_later_and_then_given_up(engine: Engine) -> None:
    """With its reason; after that it may be ordered again, and counts from the beginning."""
    town(engine)
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    for pause in PAUSES:
        assert doing.begin(desk(engine), one(engine, audit))
        doing.settle(desk(engine), one(engine, audit), "Der Server ist fort.")
        known = job(engine, audit)
        assert (known.state, known.due, known.reason) == (JobState.WAITING, NOW + pause, "Der Server ist fort.")
        with opened(engine) as session:
            assert not orders.due(session, now=NOW, most=5)
    assert doing.begin(desk(engine), one(engine, audit))
    doing.settle(desk(engine), one(engine, audit), "Der Server ist fort.")
    known = job(engine, audit)
    assert (known.state, known.tries, known.reason) == (JobState.FAILED, TRIES, "Der Server ist fort.")
    jobs.retry(engine, audit, now=NOW + timedelta(hours=1))
    assert (job(engine, audit).state, job(engine, audit).tries) == (JobState.WAITING, 0)


def test_a_town_that_kills_its_workers_is_given_up(engine: Engine) -> None:
    """Begun so often and never ended, it is failed with the reason; a stop of the worker does not count."""
    town(engine)
    audit = jobs.enqueue(engine, "ort", now=NOW).audit_id
    orders.interrupted(engine, one(engine, audit))
    for _ in range(TRIES + 1):
        assert doing.begin(desk(engine), one(engine, audit))
    assert not doing.begin(desk(engine), one(engine, audit))
    assert (job(engine, audit).state, job(engine, audit).reason) == (JobState.FAILED, doing.KILLED)


def test_what_cannot_be_done_is_given_up_at_once(engine: Engine) -> None:
    """A catalogue that is gone does not come back by trying again; who called it off is believed."""
    town(engine)
    audit = jobs.enqueue(engine, "ort", now=NOW, rules="gibt-es-nicht").audit_id
    assert doing.begin(desk(engine), one(engine, audit))
    outcome = doing.read(desk(engine), one(engine, audit))
    doing.settle(desk(engine), one(engine, audit), outcome)
    known = job(engine, audit)
    assert known.state == JobState.FAILED
    assert "gibt-es-nicht" in known.reason
    jobs.retry(engine, audit, now=NOW)
    assert doing.begin(desk(engine), one(engine, audit))
    jobs.cancel(engine, audit, now=NOW)
    doing.settle(desk(engine), one(engine, audit), "Das Lesen wurde unterbrochen.")
    assert job(engine, audit).state == JobState.CANCELLED


def scheduled(engine: Engine, **values: object) -> int:
    number = town(engine)
    given = {"rule": "weekly", "day": 2, "at": "03:00", "zone": "UTC", "made": NOW - timedelta(days=15), **values}
    with opened(engine) as session:
        schedule = Schedule(town_id=number, **given)  # type: ignore[arg-type]
        session.add(schedule)
        session.flush()
        return schedule.id


def told(engine: Engine) -> list[tuple[str, str]]:
    with opened(engine) as session:
        return [(act.what, act.about) for act in session.scalars(select(Act).order_by(Act.id))]


def test_a_time_is_started_once_whoever_looks(engine: Engine) -> None:
    """Six look at the same moment over connections of their own; one audit is ordered, by the schedule."""
    scheduled(engine, last=NOW - timedelta(days=7, hours=6))
    due = datetime(2026, 12, 1, 3, 0, 30, tzinfo=UTC)
    engines = [open_engine() for _ in range(6)]
    threads = iter(engines)
    at_once(lambda: schedules.fire(next(threads), now=due), 6)
    for other in engines:
        other.dispose()
    (known,) = jobs.jobs(engine)
    assert known.who == schedules.WHO
    assert told(engine) == []


def test_what_was_missed_is_told_and_made_up_once(engine: Engine) -> None:
    """Three times have passed unseen: one audit, one line of the log, and nothing more at the next look."""
    scheduled(engine)
    schedules.fire(engine, now=NOW)
    schedules.fire(engine, now=NOW)
    assert len(jobs.jobs(engine)) == 1
    assert told(engine) == [("schedule_missed", "3")]
    with opened(engine) as session:
        assert session.scalars(select(Schedule.last)).one() == datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "values",
    [{"paused": True}, {"made": NOW}, {"rule": "before", "ranking": "losi"}],
    ids=["paused", "new", "no calendar"],
)
def test_nothing_is_started_that_should_not_be(engine: Engine, values: dict[str, object]) -> None:
    """What rests, what is newer than the time, what has no date yet."""
    scheduled(engine, **values)
    schedules.fire(engine, now=NOW)
    assert jobs.jobs(engine) == []


def test_an_audit_is_done_before_a_ranking_looks(engine: Engine) -> None:
    """Once before each time, by the calendar of rankings."""
    scheduled(engine, rule="before", day=10, ranking="bitkom", made=datetime(2026, 4, 2, tzinfo=UTC))
    schedules.fire(engine, now=datetime(2027, 3, 22, 2, 59, tzinfo=UTC))
    assert jobs.jobs(engine) == []
    schedules.fire(engine, now=datetime(2027, 3, 22, 3, 0, tzinfo=UTC))
    schedules.fire(engine, now=datetime(2027, 4, 22, 3, 0, tzinfo=UTC))
    assert len(jobs.jobs(engine)) == 1
    assert told(engine) == []


def test_a_schedule_of_a_town_that_is_being_audited_is_content(engine: Engine) -> None:
    """It does not order a second audit, now or at the next look."""
    scheduled(engine)
    jobs.enqueue(engine, "ort", now=NOW)
    schedules.fire(engine, now=NOW)
    schedules.fire(engine, now=NOW)
    assert len(jobs.jobs(engine)) == 1


def test_a_schedule_is_left_alone_until_it_is_due(engine: Engine) -> None:
    """Or for a day, since calendars change; no schedule that cannot be due is read, however many there are."""
    scheduled(engine, made=NOW)
    schedules.fire(engine, now=NOW)
    with opened(engine) as session:
        one = session.scalars(select(Schedule)).one()
        assert one.look == NOW + timedelta(days=1)
    for look in (NOW + timedelta(days=1), datetime(2026, 12, 7, 9, 0, tzinfo=UTC)):
        schedules.fire(engine, now=look)
    with opened(engine) as session:
        assert session.scalars(select(Schedule.look)).one() == datetime(2026, 12, 8, 3, 0, tzinfo=UTC)
    schedules.fire(engine, now=datetime(2026, 12, 8, 3, 0, tzinfo=UTC))
    assert len(jobs.jobs(engine)) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_more_schedules_than_one_look_takes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next looks take the others, and none twice."""
    monkeypatch.setattr(schedules, "AT_ONCE", 2)
    for key in ("aach", "bonn", "calw"):
        number = town(engine, key)
        with opened(engine) as session:
            session.add(Schedule(town_id=number, rule="weekly", day=2, zone="UTC", made=NOW - timedelta(days=3)))
    counts = []
    for _ in range(3):
        schedules.fire(engine, now=NOW)
        counts.append(len(jobs.jobs(engine)))
    assert counts == [2, 3, 3]
