"""
Questions about the present round of a fleet: how far it is, how fast, and what failed.

Does not open sessions and orders nothing. Only the orders of the round are looked at, by an index, however many there were before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session, aliased

from db.desk import Fleet, Job
from db.models import Audit, Crawl, Site, Town
from db.terms import End, Failure, JobState, Role, Standing

WINDOW = timedelta(hours=1)
"""What the speed is measured over, at most."""

SURE = 3
"""So many audits must have ended in that time before it is told how long the rest takes."""

ENDS = {
    End.UNREACHABLE: Failure.UNREACHABLE,
    End.REFUSED: Failure.REFUSED,
    End.ROBOTS_UNREACHABLE: Failure.ROBOTS,
    End.ROBOTS_DISALLOW: Failure.ROBOTS,
    End.NEEDS_RENDERING: Failure.RENDERING,
    End.FAULT: Failure.PROGRAM,
}
"""How the reading of a town's main site ended, as a failure; any other end: too little was read."""


class Count(NamedTuple):
    """So many towns of a Land (None: not known) whose order is in this state."""

    land: str | None
    state: str
    towns: int


class Speed(NamedTuple):
    """Audits that ended, and pages that they read, in so many seconds."""

    towns: int
    pages: int
    seconds: float


class Failed(NamedTuple):
    """An audit of the round that brought nothing; ``reason`` is that of its order, in German, ``kind`` None: only it tells."""

    audit_id: int
    town_id: int
    key: str
    name: str
    reason: str
    kind: Failure | None


def fleet(session: Session) -> Fleet | None:
    """Return where the fleet stands; None: nobody has ever started or paused it."""
    return session.get(Fleet, 1)


def of_round(one: Fleet | None) -> ColumnElement[bool]:
    """Return the condition on orders that they belong to the present round."""
    return false() if one is None or one.started is None else Job.round == one.started


def _last() -> ColumnElement[bool]:
    """Return the condition on orders that the town has no later audit, which would take their place."""
    later = aliased(Audit)
    return ~select(later.id).where(later.town_id == Job.town_id, later.id > Job.audit_id).exists()


def counts(session: Session, one: Fleet | None) -> list[Count]:
    """Return how many towns of each Land are in which state; each town counts once."""
    wanted = select(Town.state, Job.state, func.count()).join(Town, Town.id == Job.town_id)
    wanted = wanted.where(of_round(one), _last()).group_by(Town.state, Job.state)
    # The two kinds of database do not agree where nothing comes; here it is last.
    return sorted((Count(*row) for row in session.execute(wanted)), key=lambda one: (one.land is None, one.land))


def pages(session: Session, one: Fleet | None) -> int:
    """Return how many pages the round has read, those of running audits as they were told last."""
    ended = session.scalar(_pages(of_round(one) & (Job.state != JobState.RUNNING))) or 0
    running = session.scalars(select(Job.progress).where(of_round(one), Job.state == JobState.RUNNING))
    return ended + sum(_told(document) for document in running)


def speed(session: Session, one: Fleet | None, *, now: datetime) -> Speed | None:
    """Return how fast it has gone lately; None while it is paused, or too little has ended to tell."""
    if one is None or one.going is None or one.paused is not None:
        return None
    since = max(one.going, now - WINDOW)
    ended = of_round(one) & (Job.ended > since)
    count = session.scalar(select(func.count()).select_from(Job).where(ended)) or 0
    if count < SURE:
        return None
    return Speed(count, session.scalar(_pages(ended)) or 0, max(1.0, (now - since).total_seconds()))


def failed(session: Session, one: Fleet | None) -> Iterator[Failed]:
    """Yield what failed in the round: orders that were given up, then audits of which too little was read."""
    wanted = select(Job.audit_id, Job.town_id, Town.key, Town.name, Job.reason).join(Town, Town.id == Job.town_id)
    wanted = wanted.where(of_round(one), _last()).order_by(Town.name, Town.id)
    for given_up in session.execute(wanted.where(Job.state == JobState.FAILED)):
        yield Failed(*given_up, None)
    doors = select(Site.id).where(Site.role == Role.CITY, Site.standing == Standing.CONFIRMED)
    end = select(func.min(Crawl.end)).where(Crawl.audit_id == Job.audit_id, Crawl.site_id.in_(doors)).scalar_subquery()
    little = wanted.add_columns(end).join(Audit, Audit.id == Job.audit_id)
    for row in session.execute(little.where(Job.state == JobState.DONE, Audit.enough.is_(False))):
        yield Failed(row[0], row[1], row[2], row[3], row[4], ENDS.get(row[5], Failure.LITTLE))


def _pages(condition: ColumnElement[bool]) -> Select[int]:
    return select(func.sum(Crawl.pages)).join(Job, Job.audit_id == Crawl.audit_id).where(condition)


def _told(document: dict[str, Any]) -> int:
    return sum(site.get("pages", 0) for site in document.get("sites", {}).values())
