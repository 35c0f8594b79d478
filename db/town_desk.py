"""
Questions about one town at the desk: its audits in numbers, what turned, what waits; and where a criterion was found.

Does not open sessions and does not say why something turned; ``audit.changes`` does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db import overview
from db.desk import Act, Schedule, Task
from db.models import Audit, Catalogue, Evidence, Finding, Measure, Site, Town
from db.terms import Standing, TaskState, Verdict

QUOTES = 2
"""Quotes of one criterion in one town; all of them stand with the finding."""


class Run(NamedTuple):
    """One audit of a town: ``found`` are FINDABLE of ``of`` that could be looked at."""

    audit: int
    started: datetime
    crawled: datetime | None
    judged: datetime | None
    enough: bool
    catalogue: int | None
    title: str
    found: int
    of: int


class Turned(NamedTuple):
    """A criterion whose verdict is another than in the audit before."""

    criterion: str
    before: str
    now: str


class Waiting(NamedTuple):
    """What waits for a person, counted; ``next`` are schedules that are not paused."""

    sites: int
    measures: int
    tasks: int
    schedules: int


class Quote(NamedTuple):
    """Words of a page, and its address."""

    quote: str
    url: str


class Found(NamedTuple):
    """What the latest audit of a town says of one criterion, with its best quotes."""

    key: str
    name: str
    audit: int
    verdict: str
    best_url: str | None
    quotes: list[Quote]


def runs(session: Session, town_id: int) -> list[Run]:
    """Return all audits of a town, the newest first."""
    named = (Audit.id, Audit.started, Audit.crawled, Audit.judged, Audit.enough, Audit.catalogue_id)
    rows = session.execute(select(*named).where(Audit.town_id == town_id).order_by(Audit.id.desc())).all()
    counted = overview.counts(session, [row.id for row in rows if row.judged])
    titles = _titles(session, {row.catalogue_id for row in rows if row.catalogue_id})
    return [
        Run(
            *row[:4], bool(row.enough), row.catalogue_id, titles.get(row.catalogue_id, ""), *counted.get(row.id, (0, 0))
        )
        for row in rows
    ]


def _titles(session: Session, catalogues: Collection[int]) -> dict[int, str]:
    """Return what catalogues are called; each document is large and is opened once, however many audits used it."""
    title = Catalogue.document["title"].as_string()
    rows = session.execute(select(Catalogue.id, title).where(Catalogue.id.in_(catalogues)))
    return {number: told or "" for number, told in rows}


def verdicts(session: Session, audit_id: int) -> dict[str, int]:
    """Return how many findings of an audit have each verdict; what is not the town's task is left out."""
    wanted = select(Finding.verdict, func.count()).where(Finding.audit_id == audit_id, Finding.counts)
    found = {verdict: number for verdict, number in session.execute(wanted.group_by(Finding.verdict))}  # noqa: C416
    return {verdict: found.get(verdict, 0) for verdict in Verdict}


def turned(session: Session, audit_id: int, before_id: int) -> list[Turned]:
    """Return the criteria that both audits judged and that have another verdict in the later one."""
    now, before = aliased(Finding), aliased(Finding)
    wanted = (
        select(now.criterion, before.verdict, now.verdict)
        .join(before, now.criterion == before.criterion)
        .where(now.audit_id == audit_id, before.audit_id == before_id, now.verdict != before.verdict, now.counts)
        .order_by(now.id)
    )
    return [Turned(*row) for row in session.execute(wanted)]


def waiting(session: Session, town_id: int) -> Waiting:
    """Return how much of a town waits for somebody."""
    asked = (
        select(func.count()).where(Site.town_id == town_id, Site.standing == Standing.PROPOSED),
        # Where a person said that there is no criterion, nobody has to look for one.
        select(func.count()).where(
            Measure.town_id == town_id, Measure.criterion.is_(None), Measure.matched_by.is_distinct_from("column")
        ),
        select(func.count()).where(Task.town_id == town_id, Task.state == TaskState.OPEN),
        select(func.count()).where(Schedule.town_id == town_id, ~Schedule.paused),
    )
    return Waiting(*session.execute(select(*(one.scalar_subquery() for one in asked))).one())


def last_act(session: Session, town_id: int, what: Collection[str]) -> Act | None:
    """Return who did one of these things to a town last."""
    wanted = select(Act).where(Act.town_id == town_id, Act.what.in_(what))
    return session.scalar(wanted.order_by(Act.id.desc()).limit(1))


def found(session: Session, criterion: str, *, start: int, most: int) -> tuple[list[Found], int]:
    """Return what the latest audit of each town says of a criterion, ``most`` towns by name from ``start``; and of how many."""
    latest = select(func.max(Audit.id)).where(Audit.judged.is_not(None)).group_by(Audit.town_id)
    wanted = (
        select(Town.key, Town.name, Finding.audit_id, Finding.verdict, Finding.best_url)
        .join(Audit, Finding.audit_id == Audit.id)
        .join(Town, Audit.town_id == Town.id)
        .where(Finding.audit_id.in_(latest), Finding.criterion == criterion)
    )
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(wanted.order_by(func.lower(Town.name), Town.id).offset(start).limit(most)).all()
    quotes = _quotes(session, criterion, audits=[row.audit_id for row in rows])
    return [Found(*row, quotes.get(row.audit_id, [])) for row in rows], total


def _quotes(session: Session, criterion: str, *, audits: Collection[int]) -> dict[int, list[Quote]]:
    """Return the best quotes by audit, one of each page."""
    order = (Evidence.score.desc(), Evidence.weight.desc(), Evidence.id)
    place = func.row_number().over(partition_by=(Evidence.audit_id, Evidence.url), order_by=order)
    named = (Evidence.audit_id, Evidence.quote, Evidence.url, Evidence.score, Evidence.id)
    of_page = (
        select(*named, place.label("place"))
        .where(Evidence.audit_id.in_(audits), Evidence.criterion == criterion, Evidence.weight > 0)
        .subquery()
    )
    best = func.row_number().over(partition_by=of_page.c.audit_id, order_by=(of_page.c.score.desc(), of_page.c.id))
    ranked = select(of_page, best.label("best")).where(of_page.c.place == 1).subquery()
    told: dict[int, list[Quote]] = {}
    for row in session.execute(select(ranked).where(ranked.c.best <= QUOTES).order_by(ranked.c.best)):
        told.setdefault(row.audit_id, []).append(Quote(row.quote, row.url))
    return told
