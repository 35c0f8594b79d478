"""
The book of orders: an audit is ordered, called off, ordered again, begun, put off and ended.

Does not do any of it. Every change is one statement that only takes effect on the order as it was known, so that two processes
may try the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Engine, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from audit import catalogue
from audit.jobs import progress
from audit.run.opening import begin as open_audit
from db import queries
from db.desk import Fleet, Job
from db.errors import InputError, NotFoundError, StoreError
from db.models import Town
from db.session import opened
from db.terms import JobState, Priority, Standing

AGAIN = (JobState.FAILED, JobState.CANCELLED)
"""What may be ordered again."""

GOES_ON = or_(Job.priority < Priority.FLEET, Job.state != JobState.WAITING, ~exists().where(Fleet.paused.is_not(None)))
"""While the fleet is paused, none of its orders begins; what has begun goes on."""

LARGEST = 2**31 - 1
"""Numbers that a database can look for."""


class Ordered(NamedTuple):
    """The number of the audit that was ordered; ``is_new``: or was it under way already?"""

    audit_id: int
    is_new: bool


class Order(NamedTuple):
    """One order as the workers hand it on; ``due`` tells a new order for the same audit from an old one."""

    audit_id: int
    due: datetime


class Handed(Enum):
    """Where an order is after it was handed over."""

    THERE = auto()
    LATER = auto()  #: not yet in the queue: another one of the town is being wound up
    GONE = auto()  #: no longer in the queue, although it is open


def enqueue(
    engine: Engine,
    town_key: str,
    *,
    now: datetime,
    pages: int | None = None,
    fresh: bool = False,
    rules: str = catalogue.DEFAULT,
    who: str = "",
) -> Ordered:
    """
    Order an audit of a town that is known; a town has one at a time, so a second order finds the first.

    ``pages`` and ``fresh`` are those of ``open_audit``; ``rules`` is the name of a catalogue, ``who`` the name of who orders.

    Raises:
        NotFoundError: there is no such town.
        InputError: the town has no website to read.
    """
    for _ in range(2):
        try:
            with opened(engine) as session:
                town = queries.town(session, town_key)
                if town is None:
                    raise NotFoundError(f"Eine Stadt „{town_key[:100]}“ gibt es hier nicht.")
                return order(session, town, now=now, pages=pages, fresh=fresh, rules=rules, who=who)
        except StoreError as fault:
            # Somebody ordered the same in this very moment; the second look finds it.
            if not isinstance(fault.__cause__, IntegrityError):
                raise
    raise StoreError("Die Prüfung lässt sich gerade nicht anmelden.", remedy="Versuchen Sie es gleich noch einmal.")


def order(
    session: Session,
    town: Town,
    *,
    now: datetime,
    pages: int | None = None,
    fresh: bool = False,
    rules: str = catalogue.DEFAULT,
    who: str = "",
    priority: Priority = Priority.PERSON,
) -> Ordered:
    """Do what ``enqueue`` does within a transaction; it fails as a whole if somebody else was quicker."""
    if (known := waiting(session, town.id)) is not None:
        return Ordered(known.audit_id, is_new=False)
    if not any(site.standing == Standing.CONFIRMED for site in town.sites):
        raise InputError(
            f"Von {town.name} ist keine Website bestätigt.", remedy="Bestätigen Sie erst eine Website der Stadt."
        )
    audit_id = open_audit(session, town, now=now, pages=pages, fresh=fresh).audit_id
    job = session.get(Job, audit_id)
    if job is None:
        job = Job(audit_id=audit_id, town_id=town.id, asked=now, due=now)
        session.add(job)
    _anew(job, now=now, who=who)
    job.catalogue, job.priority = rules, priority
    session.flush()
    return Ordered(audit_id, is_new=True)


def retry(engine: Engine, audit_id: int, *, now: datetime, who: str = "") -> None:
    """Order an audit again that failed or was called off; it goes on where it stopped."""
    with opened(engine) as session:
        job = found(session, audit_id)
        if job.state not in AGAIN:
            raise InputError(
                f"Die Prüfung {audit_id} ist nicht gescheitert.", remedy="Eine neue ordnen Sie bei der Stadt an."
            )
        if waiting(session, job.town_id) is not None:
            raise InputError(f"Für {job.town.name} ist schon eine andere Prüfung angemeldet.")
        _anew(job, now=now, who=who)


def cancel(engine: Engine, audit_id: int, *, now: datetime) -> bool:
    """Call an order off; one that is being done stops within seconds. False: it had ended already."""
    with opened(engine) as session:
        found(session, audit_id)
        ours = update(Job).where(Job.audit_id == audit_id, Job.ended.is_(None))
        gone = ours.where(Job.state == JobState.WAITING).values(state=JobState.CANCELLED, cancelled=now, ended=now)
        return _took(session, gone) or _took(session, ours.values(cancelled=now))


def found(session: Session, audit_id: int) -> Job:
    """Return an order, with its town; NotFoundError if there is none."""
    wanted = select(Job).where(Job.audit_id == audit_id).options(joinedload(Job.town))
    job = session.scalar(wanted) if 0 < audit_id <= LARGEST else None
    if job is None:
        raise NotFoundError(f"Einen Auftrag {audit_id} gibt es nicht.", remedy="„fundstelle jobs“ zeigt alle.")
    return job


def waiting(session: Session, town_id: int) -> Job | None:
    """Return the order of a town that has not ended."""
    return session.scalar(select(Job).where(Job.town_id == town_id, Job.ended.is_(None)))


def jobs(engine: Engine, *, ended: int = 20) -> list[Job]:
    """Return what is ordered and being done, in the order of its turn, and the last that ended, each with its town."""
    with opened(engine) as session:
        wanted = select(Job).options(joinedload(Job.town))
        going = session.scalars(wanted.where(Job.ended.is_(None)).order_by(Job.priority, Job.due)).all()
        over = session.scalars(wanted.where(Job.ended.is_not(None)).order_by(Job.ended.desc()).limit(ended)).all()
        return [*going, *over]


# For workers


def due(session: Session, *, now: datetime, most: int) -> Sequence[Job]:
    """Return the orders whose turn it is, also those that are being done."""
    wanted = select(Job).where(Job.ended.is_(None), Job.due <= now, GOES_ON)
    return session.scalars(wanted.order_by(Job.priority, Job.due, Job.audit_id).limit(most)).all()


def begin(engine: Engine, one: Order, *, now: datetime) -> Job | None:
    """Count another try; None: it is no longer wanted like that."""
    changes = {"state": JobState.RUNNING, "begun": now, "tries": Job.tries + 1}
    with opened(engine) as session:
        ours = _open(one).where(GOES_ON).values(changes)
        return session.get(Job, one.audit_id) if _took(session, ours) else None


def interrupted(engine: Engine, one: Order) -> None:
    """Take a try back that ended because the worker was stopped, which is nobody's fault."""
    _change(engine, one, tries=Job.tries - 1)


def beat(engine: Engine, one: Order, document: dict[str, Any]) -> bool:
    """Write how far it is, and say whether somebody called it off."""
    with opened(engine) as session:
        session.execute(_open(one).values(progress=document))
        return session.scalar(select(Job.cancelled).where(Job.audit_id == one.audit_id)) is not None


def put_off(engine: Engine, one: Order, *, until: datetime, reason: str = "") -> None:
    """Let it be tried again later."""
    _change(engine, one, state=JobState.WAITING, due=until, reason=reason)


def end(engine: Engine, one: Order, *, state: JobState, now: datetime, reason: str = "") -> None:
    """Write how it ended."""
    _change(engine, one, state=state, ended=now, reason=reason)


def _anew(job: Job, *, now: datetime, who: str) -> None:
    job.asked, job.due, job.who, job.state = now, now, who, JobState.WAITING
    job.tries, job.reason, job.cancelled, job.begun, job.ended = 0, "", None, None, None
    job.progress = progress.EMPTY


def _open(one: Order) -> Any:
    return update(Job).where(Job.audit_id == one.audit_id, Job.due == one.due, Job.ended.is_(None))


def _change(engine: Engine, one: Order, **values: Any) -> None:
    with opened(engine) as session:
        session.execute(_open(one).values(values))


def _took(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
