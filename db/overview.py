"""
Questions about all towns at once: where each stands, and what waits for a person.

Does not open sessions. Each is asked in one statement, however many towns there are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models import Audit, Evidence, Finding, Review, Site, Town
from db.terms import Band, Standing, Verdict

LAST_TWO = 2


class Judged(NamedTuple):
    """A judged audit in numbers: ``found`` are FINDABLE of ``of`` that could be looked at."""

    audit: int
    started: datetime
    enough: bool
    catalogue: int
    found: int = 0
    of: int = 0


class Line(NamedTuple):
    """
    One town.

    Attributes:
        latest: Its latest judged audit; None: it was never judged.
        before: The judged audit before; None: there is none.
        running: The number of an audit that has begun since and is not judged.
        sites: Websites that wait for somebody to say whose they are.
    """

    key: str
    name: str
    latest: Judged | None
    before: Judged | None
    running: int | None
    sites: int


class Waiting(NamedTuple):
    """A judged town: pages that its latest audit is not sure of, each counted for each criterion, and what people have said of it."""

    key: str
    name: str
    pages: int
    words: int


def waiting(session: Session) -> list[Waiting]:
    """Return the towns that were judged, by name."""
    latest = select(Audit.town_id, func.max(Audit.id).label("audit")).where(Audit.judged.is_not(None))
    of_town = latest.group_by(Audit.town_id).subquery()
    pairs = (
        select(of_town.c.town_id, Evidence.criterion, Evidence.url)
        .join(Evidence, Evidence.audit_id == of_town.c.audit)
        .where(Evidence.band == Band.REVIEW)
        .distinct()
        .subquery()
    )
    pages = _numbers(session, select(pairs.c.town_id, func.count()).group_by(pairs.c.town_id))
    in_force = select(Review.town_id, func.count()).where(Review.withdrawn.is_(None)).group_by(Review.town_id)
    words = _numbers(session, in_force)
    towns = select(Town.id, Town.key, Town.name).join(of_town, of_town.c.town_id == Town.id)
    return [
        Waiting(key, name, pages.get(number, 0), words.get(number, 0))
        for number, key, name in session.execute(towns.order_by(func.lower(Town.name)))
    ]


def _numbers(session: Session, wanted: Select[int, int]) -> dict[int, int]:
    return {key: number for key, number in session.execute(wanted)}  # noqa: C416 rows are no tuples for the type checker


def lines(session: Session) -> list[Line]:
    """Return all towns by name."""
    judged = _judged(session)
    begun = select(Audit.town_id, func.max(Audit.id)).where(Audit.judged.is_(None)).group_by(Audit.town_id)
    running = {town: number for town, number in session.execute(begun)}  # noqa: C416 rows are no tuples for the type checker
    proposed = select(Site.town_id, func.count()).where(Site.standing == Standing.PROPOSED).group_by(Site.town_id)
    sites = {town: number for town, number in session.execute(proposed)}  # noqa: C416
    towns = session.execute(select(Town.id, Town.key, Town.name).order_by(func.lower(Town.name)))
    return [
        Line(key, name, *judged.get(number, (None, None)), running.get(number), sites.get(number, 0))
        for number, key, name in towns
    ]


def _judged(session: Session) -> dict[int, tuple[Judged | None, Judged | None]]:
    """Return the latest and the last but one judged audit of each town."""
    place = func.row_number().over(partition_by=Audit.town_id, order_by=Audit.id.desc())
    ranked = (
        select(Audit.town_id, Audit.id, Audit.started, Audit.enough, Audit.catalogue_id, place.label("place"))
        .where(Audit.judged.is_not(None))
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= LAST_TWO)).all()
    counted = counts(session, [row.id for row in rows])
    found: dict[int, tuple[Judged | None, Judged | None]] = {}
    for row in sorted(rows, key=lambda row: row.place):
        one = Judged(row.id, row.started, bool(row.enough), row.catalogue_id, *counted.get(row.id, (0, 0)))
        found[row.town_id] = (one, None) if row.place == 1 else (found[row.town_id][0], one)
    return found


def counts(session: Session, audits: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return for each audit how many findings are FINDABLE, and how many could be looked at; what is not the town's task is left out."""
    found = func.count().filter(Finding.verdict == Verdict.FINDABLE)
    looked_at = func.count().filter(Finding.verdict != Verdict.UNKNOWN)
    wanted = (
        select(Finding.audit_id, found, looked_at)
        .where(Finding.audit_id.in_(audits), Finding.counts)
        .group_by(Finding.audit_id)
    )
    return {audit: (one, of) for audit, one, of in session.execute(wanted)}
