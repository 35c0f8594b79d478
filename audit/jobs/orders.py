"""
The book of orders: an audit is ordered, called off, ordered again, begun, put off and ended.

Does not do any of it. Every change is one statement that only takes effect on the order as it was known, so that two processes
may try the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Engine, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from audit import catalogue
from audit.jobs import progress
from audit.run.opening import begin as open_audit
from audit.run.opening import begin_all
from db import queries
from db.desk import Fleet, Job, Notice, Person
from db.errors import InputError, LostError, NotFoundError, StoreError
from db.models import Town
from db.session import opened
from db.terms import JobState, Standing

AGAIN = (JobState.FAILED, JobState.CANCELLED)
"""What may be ordered again."""

SOMEBODY, SCHEDULE, FLEET = 0, 1, 2
"""Who orders: the lower comes first."""

GOES_ON = or_(Job.priority < FLEET, Job.state != JobState.WAITING, ~exists().where(Fleet.paused.is_not(None)))
"""While the fleet is paused, none of its orders begins; what has begun goes on."""

LARGEST = 2**31 - 1
"""Numbers that a database can look for."""


class Ordered(NamedTuple):
    """The number of the audit that was ordered; ``is_new``: or was it under way already?"""

    audit_id: int
    is_new: bool


class Order(NamedTuple):
    """
    One order as the workers hand it on; ``due`` tells a new order for the same audit from an old one.

    ``epoch`` is what a worker got when it began; nothing is written for one that another has begun since.
    """

    audit_id: int
    due: datetime
    epoch: int | None = None


class Hold(Enum):
    """What a worker learns of its order while it does it."""

    OURS = auto()
    CALLED_OFF = auto()
    LOST = auto()  #: another worker does it, since this one was taken for dead


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
    priority: int = SOMEBODY,
) -> Ordered:
    """
    Order an audit of a town that is known; a town has one at a time, so a second order finds the first.

    ``pages`` and ``fresh`` are those of ``open_audit``; ``rules`` is the name of a catalogue, ``who`` the name of who orders.
    An order that waits already comes sooner if this ``priority`` is higher.

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
                return order(session, town, now=now, pages=pages, fresh=fresh, rules=rules, who=who, priority=priority)
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
    priority: int = SOMEBODY,
) -> Ordered:
    """Do what ``enqueue`` does within a transaction; it fails as a whole if somebody else was quicker."""
    if (known := waiting(session, town.id)) is not None:
        known.priority = min(known.priority, priority)
        return Ordered(known.audit_id, is_new=False)
    if not any(site.standing == Standing.CONFIRMED for site in town.sites):
        raise InputError(
            f"Von {town.name} ist keine Website bestätigt.", remedy="Bestätigen Sie erst eine Website der Stadt."
        )
    audit_id = open_audit(session, town, now=now, pages=pages, fresh=fresh).audit_id
    job = session.get(Job, audit_id, with_for_update=True)
    if job is None:
        job = Job(audit_id=audit_id, town_id=town.id, asked=now, due=now)
        session.add(job)
    elif job.ended is None:
        # Somebody ordered the interrupted audit since we looked; it may be begun already.
        return Ordered(audit_id, is_new=False)
    _anew(job, now=now, who=who)
    job.catalogue, job.priority = rules, priority
    session.flush()
    return Ordered(audit_id, is_new=True)


def order_all(
    session: Session, towns: Collection[int], *, now: datetime, rules: str, who: str, priority: int
) -> list[Job]:
    """
    Do what ``order`` does, for many towns in a few statements, and return their new orders.

    A town that has an open order or no website to read is left out; it fails as a whole if somebody else was quicker.
    """
    is_open = select(Job.town_id).where(Job.town_id.in_(towns), Job.ended.is_(None))
    audits = begin_all(session, set(towns) - set(session.scalars(is_open)), now=now)
    wanted = select(Job).where(Job.audit_id.in_(audits.values())).order_by(Job.audit_id).with_for_update()
    known = {job.audit_id: job for job in session.scalars(wanted)}
    fresh = [
        Job(audit_id=audit_id, town_id=town_id, asked=now, due=now)
        for town_id, audit_id in audits.items()
        if audit_id not in known
    ]
    session.add_all(fresh)
    # One that is open was ordered by somebody since we looked.
    for job in (ordered := [*(job for job in known.values() if job.ended is not None), *fresh]):
        _anew(job, now=now, who=who)
        job.catalogue, job.priority = rules, priority
    session.flush()
    return ordered


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
        going = session.scalars(wanted.where(Job.ended.is_(None)).order_by(Job.due)).all()
        over = session.scalars(wanted.where(Job.ended.is_not(None)).order_by(Job.ended.desc()).limit(ended)).all()
        return [*going, *over]


# For workers


def due(session: Session, *, now: datetime, most: int) -> Sequence[Job]:
    """
    Return the orders whose turn it is, also those that are being done.

    What was never put off is due whatever the clock says: it may be another machine's that was asked.
    """
    wanted = select(Job).where(Job.ended.is_(None), or_(Job.due <= now, Job.due == Job.asked), GOES_ON)
    return session.scalars(wanted.order_by(Job.priority, Job.due, Job.audit_id).limit(most)).all()


def begin(engine: Engine, one: Order, *, now: datetime, worker: str = "") -> Job | None:
    """Count another try and give it a new epoch; None: it is no longer wanted like that, or somebody else was quicker."""
    with opened(engine) as session:
        known = session.get(Job, one.audit_id)
        if known is None:
            return None
        changes = {"state": JobState.RUNNING, "begun": now, "tries": Job.tries + 1}
        changes |= {"worker": worker, "epoch": known.epoch + 1}
        if not _took(session, _open(one._replace(epoch=known.epoch)).where(GOES_ON).values(changes)):
            return None
        session.refresh(known)
        return known


def interrupted(engine: Engine, one: Order) -> None:
    """Take a try back that ended because the worker was stopped, which is nobody's fault."""
    _change(engine, one, tries=Job.tries - 1)


def beat(engine: Engine, one: Order, document: dict[str, Any]) -> Hold:
    """Write how far it is, and say whether it still is to be done by who does it."""
    with opened(engine) as session:
        is_ours = _took(session, _open(one).values(progress=document))
        known = session.execute(select(Job.cancelled, Job.ended, Job.epoch).where(Job.audit_id == one.audit_id)).first()
        if known is None or known.ended or known.cancelled:
            return Hold.CALLED_OFF
        return Hold.OURS if is_ours else Hold.LOST


def hold(session: Session, one: Order) -> None:
    """Keep all others from the order until this transaction ends; raise LostError if it is another's already."""
    if not _took(session, _open(one).values(epoch=Job.epoch)):
        raise LostError(f"Die Prüfung {one.audit_id} erledigt jetzt ein anderer Arbeitsprozess.")


def put_off(engine: Engine, one: Order, *, until: datetime, reason: str = "", counts: bool = True) -> None:
    """Let it be tried again later; ``counts=False`` takes the try back that ends with this."""
    tries = {} if counts else {"tries": Job.tries - 1}
    _change(engine, one, state=JobState.WAITING, due=until, reason=reason, **tries)


def end(engine: Engine, one: Order, *, state: JobState, now: datetime, reason: str = "") -> None:
    """Write how it ended, and, of an audit that is done, whom to tell."""
    with opened(engine) as session:
        if not _took(session, _open(one).values(state=state, ended=now, reason=reason)) or state != JobState.DONE:
            return
        told = set(session.scalars(select(Notice.person_id).where(Notice.audit_id == one.audit_id)))
        people = session.scalars(select(Person).where(Person.mailed, Person.disabled.is_(None)))
        session.add_all(
            Notice(audit_id=one.audit_id, person_id=person.id, due=now) for person in people if person.id not in told
        )


def _anew(job: Job, *, now: datetime, who: str) -> None:
    job.asked, job.due, job.who, job.state = now, now, who, JobState.WAITING
    job.tries, job.reason, job.cancelled, job.begun, job.ended = 0, "", None, None, None
    job.progress = progress.EMPTY


def _open(one: Order) -> Any:
    ours = update(Job).where(Job.audit_id == one.audit_id, Job.due == one.due, Job.ended.is_(None))
    return ours if one.epoch is None else ours.where(Job.epoch == one.epoch)


def _change(engine: Engine, one: Order, **values: Any) -> None:
    with opened(engine) as session:
        session.execute(_open(one).values(values))


def _took(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
