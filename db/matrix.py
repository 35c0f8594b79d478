"""
Questions for a table of all towns and criteria: the latest judged audit of each, and its verdicts, a few towns at a time.

Does not open sessions and does not rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Audit, Catalogue, Finding, Town
from db.terms import Verdict

BATCH = 50
"""Audits whose verdicts are asked for at once."""


class Latest(NamedTuple):
    """A town's latest judged audit in numbers: ``found`` are FINDABLE of ``of`` that could be looked at."""

    audit: int
    key: str
    name: str
    state: str | None
    population: int | None
    started: datetime
    enough: bool | None
    found: int
    of: int


class Field(NamedTuple):
    """The latest audits that one catalogue judged, and how many towns are left out, for another judged theirs."""

    catalogue: Catalogue
    audits: list[Latest]
    others: int


def field(session: Session) -> Field | None:
    """Return the latest audits of all towns that the same catalogue judged, the one that most were judged by; None: there are none."""
    newest = select(func.max(Audit.id).label("id")).where(Audit.judged.is_not(None)).group_by(Audit.town_id).subquery()
    used = select(Audit.catalogue_id, func.count()).join(newest, newest.c.id == Audit.id).group_by(Audit.catalogue_id)
    counted = {number: count for number, count in session.execute(used) if number is not None}
    if not counted:
        return None
    most = max(counted, key=lambda number: (counted[number], number))
    good = func.count().filter(Finding.verdict == Verdict.FINDABLE)
    looked_at = func.count().filter(Finding.verdict != Verdict.UNKNOWN)
    counts = select(Finding.audit_id, good.label("found"), looked_at.label("of")).join(
        newest, newest.c.id == Finding.audit_id
    )
    scores = counts.where(Finding.counts).group_by(Finding.audit_id).subquery()
    wanted = (
        select(
            Audit.id, Town.key, Town.name, Town.state, Town.population, Audit.started, Audit.enough,
            func.coalesce(scores.c.found, 0), func.coalesce(scores.c.of, 0),
        )
        .join(newest, newest.c.id == Audit.id)
        .join(Town, Town.id == Audit.town_id)
        .join(scores, scores.c.audit_id == Audit.id, isouter=True)
        .where(Audit.catalogue_id == most)
        .order_by(func.lower(Town.name), Town.id)
    )  # fmt: skip
    audits = [Latest(*row) for row in session.execute(wanted)]
    return Field(session.get_one(Catalogue, most), audits, sum(counted.values()) - counted[most])


def verdicts(session: Session, audits: Sequence[int]) -> Iterator[dict[str, str | None]]:
    """Yield the verdicts of each of these audits by criterion, in their order; None: it is not the town's task."""
    for place in range(0, len(audits), BATCH):
        some = audits[place : place + BATCH]
        found: dict[int, dict[str, str | None]] = {audit: {} for audit in some}
        wanted = select(Finding.audit_id, Finding.criterion, Finding.verdict, Finding.counts)
        for audit, criterion, verdict, counts in session.execute(wanted.where(Finding.audit_id.in_(some))):
            if criterion is not None:
                found[audit][criterion] = verdict if counts else None
        yield from found.values()
