"""
What tells whether something that was made of rows still holds: a few values that change whenever it would be made otherwise.

Does not look at findings: they change only when their audit is judged, and each judging has its own moment.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Executable, Integer, bindparam, cast, func, select
from sqlalchemy.orm import Session

from db.desk import MeasureEdit
from db.models import Audit, Listed, Measure, Review, Site, Town
from db.terms import Standing
from db.unchanged import once

State = tuple[object, ...]


# Put together once: it takes longer than the database takes to answer, and every page of the desk asks.
_TOWN = bindparam("town", type_=Integer)
_OF_TOWN = (
    select(Town.key, Town.name, Town.aliases, Town.budget).where(Town.id == _TOWN),
    select(Site.id, Site.url, Site.host, Site.role, Site.standing, Site.reason)
    .where(Site.town_id == _TOWN)
    .order_by(Site.id),
    select(Audit.id, Audit.crawled, Audit.judged).where(Audit.town_id == _TOWN).order_by(Audit.id),
    select(func.max(Review.id), func.count(Review.withdrawn)).where(Review.town_id == _TOWN),
    select(func.max(MeasureEdit.id)).where(MeasureEdit.town_id == _TOWN),
    # An import may move lines without changing what they say.
    select(func.count(), func.sum(cast(Measure.id, BigInteger) * Measure.row)).where(Measure.town_id == _TOWN),
)
_OF_AUDIT = (
    select(func.max(Listed.id), func.max(Listed.asked), func.count()).where(
        Listed.audit_id == bindparam("audit", type_=Integer)
    ),
)
_OF_ALL = (
    select(Town.id, Town.key, Town.name),
    select(func.count(), func.count(Audit.judged), func.max(Audit.id), func.max(Audit.judged)),
    select(Site.town_id, func.count()).where(Site.standing == Standing.PROPOSED).group_by(Site.town_id),
)


def of_town(session: Session, town_id: int) -> State:
    """Return the state of all that reports show of a town: its names, sites, audits, its own list and what people have said."""
    return _read(session, "town", _OF_TOWN, town=town_id)


def of_audit(session: Session, audit: Audit) -> State:
    """Return the state of all that the report of an audit shows."""
    return (audit.id, *_read(session, "audit", _OF_AUDIT, audit=audit.id), *of_town(session, audit.town_id))


def of_all(session: Session) -> State:
    """Return the state of what ``db.overview`` tells of all towns; it takes a twentieth of the time of telling it."""
    return _read(session, "all", _OF_ALL)


def _read(session: Session, what: str, statements: Sequence[Executable], **about: int) -> State:
    def read() -> State:
        return tuple(tuple(map(tuple, session.execute(wanted, about))) for wanted in statements)

    return once(session, (what, *about.values()), read)
