"""
Questions to all audits of a town in the order of time: which there are, and which verdicts turned from one to the next.

Does not say why a verdict turned; ``audit.run.comparing`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from db.models import Audit, Finding, Town
from db.terms import Verdict

HIGHEST = 2**31 - 1
"""The highest number that a row has on any of our databases."""


class Turn(NamedTuple):
    """A criterion whose verdict is another than before."""

    criterion: str
    before: str
    after: str


def towns(session: Session, *, after: int, most: int) -> list[Town]:
    """Return so many towns whose number is above ``after``, by number."""
    return list(session.scalars(select(Town).where(Town.id > after).order_by(Town.id).limit(most)))


def judged(session: Session, town_id: int, *, before: int = HIGHEST, most: int) -> list[Audit]:
    """Return so many judged audits of a town whose number is below ``before``, the latest first, with catalogue and crawls."""
    wanted = select(Audit).where(Audit.town_id == town_id, Audit.judged.is_not(None), Audit.id < before)
    loaded = wanted.options(selectinload(Audit.catalogue), selectinload(Audit.crawls))
    return list(session.scalars(loaded.order_by(Audit.id.desc()).limit(most)))


def turned(session: Session, older: int, newer: int) -> Sequence[Turn]:
    """Return the criteria that count and whose verdicts differ between two audits, by criterion; where one could not look, nothing has turned."""
    was, now = aliased(Finding), aliased(Finding)
    same = and_(was.audit_id == older, now.audit_id == newer, was.criterion == now.criterion)
    known = (was.verdict != Verdict.UNKNOWN, now.verdict != Verdict.UNKNOWN)
    wanted = (
        select(now.criterion, was.verdict, now.verdict)
        .select_from(was)
        .join(now, same)
        .where(was.verdict != now.verdict, now.counts, *known)
        .order_by(func.lower(now.criterion))
    )
    return [Turn(*row) for row in session.execute(wanted)]
