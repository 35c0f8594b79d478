"""
What people's words teach, over all towns: the words that hold, and what their pages say now.

Does not learn; ``audit.classify.calibration`` does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from db.models import Audit, Crawl, Page, Review

LESSON = (
    Review.town_id, Review.criterion, Review.url, Review.digest, Review.decision, Review.reason, Review.made, Review.whole,
    Review.verdict, Review.points, Review.drawn, Review.band,
)  # fmt: skip


def words(session: Session, *, now: datetime) -> list[Review]:
    """Return of all towns the words that hold at this moment and name a page, the oldest first, with no more of each than is learned from."""
    holds = (Review.made <= now) & Review.withdrawn.is_(None) & (Review.expires.is_(None) | (Review.expires > now))
    wanted = select(Review).where(holds, Review.url.is_not(None)).order_by(Review.made, Review.id)
    return list(session.scalars(wanted.options(load_only(*LESSON, raiseload=True))))


def present_contents(session: Session) -> dict[tuple[int, str], str]:
    """Return for each town and address that a person has spoken of ``Page.content`` as it was read last."""
    spoken_of: dict[int, set[str]] = {}
    for town_id, url in session.execute(select(Review.town_id, Review.url).where(Review.url.is_not(None)).distinct()):
        spoken_of.setdefault(town_id, set()).add(str(url))
    # A statement for each town: one for all would let SQLite, which knows nothing of how many rows there are, begin with all pages.
    wanted = (
        select(Page.url, Page.content)
        .join(Crawl, Page.crawl_id == Crawl.id)
        .join(Audit, Crawl.audit_id == Audit.id)
        .where(Page.error.is_(None))
        .order_by(Page.fetched, Page.id)
    )
    return {
        (town_id, url): content
        for town_id, urls in spoken_of.items()
        for url, content in session.execute(wanted.where(Audit.town_id == town_id, Page.url.in_(urls)))
    }
