"""
Orders what schedules want, once for each time however many workers look, and makes up once what nobody was there for.

Does not reckon with days (``times``) and does not audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, Engine, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from audit.jobs import orders
from audit.jobs.times import BEFORE, DAY, Rule
from db.desk import Act, Schedule
from db.errors import InputError, StoreError
from db.models import Town
from db.session import opened
from reports import rankings

LATE = timedelta(minutes=10)
"""So much later counts as missed: nobody was there to start it."""

AT_ONCE = 200
"""Schedules that are reckoned in one look, so that it does not keep a worker from what else it looks after."""

FORESEEN = 6
"""Openings that are looked ahead: one more than are shown."""

WHO = "Zeitplan"


def rule(schedule: Schedule, *, since: datetime) -> Rule:
    """Return when a schedule is due after a moment."""
    days = openings(schedule.ranking, since=since.date()) if schedule.rule == BEFORE else ()
    return Rule(schedule.rule, schedule.day, schedule.at, schedule.zone, days)


def openings(ranking: str | None, *, since: date) -> Sequence[date]:
    """Return the days on which a ranking begins to look, the next ones after a day; none if nobody knows them."""
    one = next((one for one in rankings.rankings() if one.id == ranking), None)
    days: list[date] = []
    while one and len(days) < FORESEEN and (window := rankings.coming(one, days[-1] if days else since)):
        days.append(window.first)
    return days


def fire(engine: Engine, *, now: datetime) -> None:
    """Order an audit for each schedule that is due and that nobody else has claimed, some at a time."""
    with opened(engine) as session:
        wanted = select(Schedule).where(Schedule.paused.is_(False), or_(Schedule.look.is_(None), Schedule.look <= now))
        looked = session.scalars(wanted.order_by(Schedule.look, Schedule.id).limit(AT_ONCE)).all()
        due = [(one.id, missed) for one in looked if (missed := _due(one, now=now))]
        _put_aside(session, [one for one in looked if one.id not in dict(due)], now=now)
    for number, moments in due:
        try:
            with opened(engine) as session:
                _fire(session, number, moments, now=now)
        except StoreError as fault:
            # Somebody ordered an audit of the town in this very moment; the next look finds it.
            if not isinstance(fault.__cause__, IntegrityError):
                raise


def _due(one: Schedule, *, now: datetime) -> list[datetime]:
    """Return the times that have come since the last one was started, or the schedule was made or changed."""
    since = max(one.last or one.made, one.made)
    return rule(one, since=since).between(since, now)


def _put_aside(session: Session, found: Sequence[Schedule], *, now: datetime) -> None:
    """Leave schedules alone until they are due, as far as nobody has changed them meanwhile."""
    same = (Schedule.id == bindparam("number")) & (Schedule.version == bindparam("known"))
    ours = update(Schedule.__table__).where(same).values(look=bindparam("until"))  # type: ignore[arg-type]
    values = [{"number": one.id, "known": one.version, "until": _next(one, now=now)} for one in found]
    if values:
        session.connection().execute(ours, values)


def _next(one: Schedule, *, now: datetime) -> datetime:
    """Return when it has to be reckoned again: calendars of rankings may be written anew, so once a day in any case."""
    since = max(now, one.made)
    return min([*rule(one, since=since).next(since, 1), now + DAY])


def _fire(session: Session, number: int, moments: Sequence[datetime], *, now: datetime) -> None:
    wanted = select(Schedule).where(Schedule.id == number)
    one = session.scalar(wanted.options(joinedload(Schedule.town).options(selectinload(Town.sites))))
    if one is None or not _claim(session, one, moments[-1], now=now):
        return
    is_late = now - moments[-1] > LATE
    missed = len(moments) - (0 if is_late else 1)
    if missed:
        _note(session, one, "schedule_missed", about=f"{missed}", now=now)
    try:
        orders.order(session, one.town, now=now, who=WHO, priority=orders.SCHEDULE)
    except InputError as fault:
        _note(session, one, "schedule_failed", about=fault.message, now=now)


def _claim(session: Session, one: Schedule, due: datetime, *, now: datetime) -> bool:
    """Take a time for us; False: it was taken, or the schedule was changed, in the meantime."""
    same = Schedule.last.is_(None) if one.last is None else Schedule.last == one.last
    ours = update(Schedule).where(
        Schedule.id == one.id, same, Schedule.version == one.version, Schedule.paused.is_(False)
    )
    result = session.execute(
        ours.values(last=due, look=_next(one, now=now)).execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def _note(session: Session, one: Schedule, what: str, *, about: str, now: datetime) -> None:
    session.add(Act(at=now, what=what, who=WHO, town_id=one.town_id, about=about))
