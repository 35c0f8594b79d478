"""
Questions about how the whole is doing: what waits, who works, how the last audits went.

Does not open sessions and does not say what is good or bad. No answer names a town, and all are small however many audits there were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.desk import Job, Worker
from db.models import Audit, Crawl
from db.terms import JobState

ALIVE = timedelta(seconds=60)
"""A worker shows itself every ten seconds; one that has not for so long is gone."""


class Read(NamedTuple):
    """
    Addresses of the last audits of all towns: that answered, were refused, failed, or were known and left out.

    An answer may be a refusal.
    """

    answered: int
    refused: int
    failed: int
    left_out: int


def clock(session: Session) -> datetime:
    """Return what time it is for the database; SQLite tells whole seconds."""
    told = session.scalar(select(func.current_timestamp()))
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def workers(session: Session) -> Sequence[Worker]:
    """Return the workers that have shown themselves lately."""
    since = clock(session) - ALIVE
    return session.scalars(select(Worker).where(Worker.seen >= since).order_by(Worker.name)).all()


def orders(session: Session) -> Mapping[str, int]:
    """Return how many orders there are in each state."""
    found = dict.fromkeys(map(str, JobState), 0)
    return found | _counts(session, select(Job.state, func.count()).group_by(Job.state))


def waiting_since(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the order that has waited longest could have been begun; None: none waits whose turn it is."""
    open_ = (Job.ended.is_(None), Job.due <= now)
    return session.scalar(select(func.min(Job.due)).where(*open_, Job.state == JobState.WAITING))


def reasons(session: Session) -> Mapping[str, int]:
    """Return how often each reason made an order fail."""
    failed = select(Job.reason, func.count()).where(Job.state == JobState.FAILED).group_by(Job.reason)
    return _counts(session, failed)


def speed(session: Session, *, now: datetime) -> float:
    """Return how many pages a second are being read: of each site the mean since its reading began, as it was told last."""
    running = session.scalars(select(Job.progress).where(Job.state == JobState.RUNNING, Job.ended.is_(None)))
    sites = [site for document in running for site in document.get("sites", {}).values()]
    return sum(_speed(site, now=now) for site in sites if site.get("since") and not site.get("end"))


def _speed(site: Mapping[str, object], *, now: datetime) -> float:
    pages, first = site.get("pages"), site.get("first")
    seconds = (now - datetime.fromisoformat(str(site["since"]))).total_seconds()
    if not isinstance(pages, int) or not isinstance(first, int) or seconds <= 0:
        return 0.0
    return max(0, pages - first) / seconds


def audits(session: Session) -> Mapping[str, int]:
    """Return how many audits were judged on enough pages, on too few, or are not judged."""
    is_judged = Audit.judged.is_not(None)
    rows = session.execute(select(is_judged, Audit.enough, func.count()).group_by(is_judged, Audit.enough))
    found = Counter({"enough": 0, "too_little": 0, "unjudged": 0})
    for judged, enough, count in rows:
        found["unjudged" if not judged else "enough" if enough else "too_little"] += count
    return found


def last_read(session: Session) -> Read:
    """Return what the last judged audit of each town read, over all towns."""
    sums = (func.coalesce(func.sum(each), 0) for each in (Crawl.pages, Crawl.refused, Crawl.failed, Crawl.left_out))
    return Read(*map(int, session.execute(select(*sums).where(Crawl.audit_id.in_(_last()))).one()))


def last_ends(session: Session) -> Mapping[str, int]:
    """Return why the reading of sites ended in the last judged audit of each town."""
    ends = select(Crawl.end, func.count()).where(Crawl.audit_id.in_(_last())).group_by(Crawl.end)
    return _counts(session, ends)


def _counts(session: Session, wanted: Select[str, int]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in session.execute(wanted)}


def _last() -> Select[int]:
    return select(func.max(Audit.id)).where(Audit.judged.is_not(None)).group_by(Audit.town_id)
