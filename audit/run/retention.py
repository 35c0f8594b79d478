"""
Delete what is old: the archives of audits, or audits with all that is theirs.

Does not touch what people have said, tasks or the town's own list; those belong to the town. Where audits go, pages that were unchanged
since keep their text, and lose the answer of the server as when its archive goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Engine, Select, delete, func, select, text, tuple_
from sqlalchemy.orm import Session

from audit.run import storing
from db import queries
from db.desk import Job, Share, Task
from db.models import Audit, Crawl, Evidence, Finding, Gap, LinkRow, Page, Proposal, Town
from db.session import opened, translated

BATCH = 500
"""Rows that go at a time, so that others can write in between."""

PAUSE = 0.02
"""Seconds between two batches: without, a file of SQLite would never be free when somebody else looks."""

FILLING = ("page", "link", "evidence", "finding")
"""The tables that a database consists of."""

Report = Callable[[int, int], None]


class Kept(NamedTuple):
    """The archive of an audit."""

    name: str
    town: str
    started: datetime
    size: int  #: bytes


class Old(NamedTuple):
    """An audit that goes, with its archive."""

    audit: int
    town: str
    started: datetime
    pages: int
    rows: int  #: bytes in the database, by its share of all pages
    archive: int  #: bytes


def prune(engine: Engine, *, before: datetime | None, most: int | None, dry: bool) -> list[Kept]:
    """
    Delete archives, the oldest first, and return them; those of each town's latest audit stay.

    Args:
        engine: Where the audits are.
        before: Older ones go.
        most: Bytes that all archives may take; None: as many as there are.
        dry: Only return what would be deleted.

    Raises:
        PlaceError: the place of archives does not serve us; nothing is noted, and it may be tried again.
    """
    with opened(engine) as session:
        kept = list(_kept(session))
        left = sum(one.size for one, _, _ in kept)
        gone: list[Kept] = []
        for one, audit, is_latest in kept:
            if is_latest or not ((before is not None and one.started < before) or (most is not None and left > most)):
                continue
            if not dry:
                storing.forget(session, audit)
            left -= one.size
            gone.append(one)
        return gone


def prune_audits(
    engine: Engine, *, keep: int, now: datetime, dry: bool, report: Report = lambda _done, _total: None
) -> list[Old]:
    """
    Delete audits, the oldest first, and return them.

    Of each town its ``keep`` newest judged ones stay, and the first, with which its history begins; its latest, which may be
    under way or interrupted; one that is ordered; one that a task names; and one that somebody may open by a link. An audit stops
    being judged before anything of it goes, so that nobody sees a part of it, and if this is interrupted the next time ends it.
    """
    with opened(engine) as session:
        old = [_old(row) for row in session.execute(_going(keep=keep, now=now))]
        total = session.scalar(select(func.sum(Crawl.pages))) or 0
        size = _size(session)
    old = [one._replace(rows=size * one.pages // total if total else 0) for one in old]
    if dry:
        return old
    gone = []
    for number, one in enumerate(old):
        report(number, len(old))
        if _close(engine, one.audit, keep=keep, now=now):
            _empty(engine, one.audit)
            gone.append(one)
    return gone


def compact(engine: Engine) -> None:
    """Give the room back that rows of SQLite have left in the file; meanwhile nobody can write. A server does so by itself."""
    if engine.dialect.name == "sqlite":
        with translated(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _kept(session: Session) -> Iterator[tuple[Kept, Audit, bool]]:
    """Yield the archives that are there, the oldest first, and whether they are of their town's latest audit."""
    audits = queries.archived(session)
    latest = {audit.town_id: audit.id for audit in audits}
    for audit in audits:
        assert audit.archive is not None
        if size := storing.size(audit.archive, audit.stored):
            yield (
                Kept(audit.archive, audit.town.name, audit.started, size),
                audit,
                latest[audit.town_id] == audit.id,
            )


def _going(*, keep: int, now: datetime) -> Select[int, str, datetime, str | None, list[dict[str, Any]], int]:
    """Return the question for the audits that go, the oldest first."""
    newest = func.row_number().over(partition_by=Audit.town_id, order_by=Audit.id.desc())
    judged = select(Audit.id, newest.label("place")).where(Audit.judged.is_not(None)).subquery()
    staying = [
        select(judged.c.id).where(judged.c.place <= keep),
        select(func.min(Audit.id)).where(Audit.judged.is_not(None)).group_by(Audit.town_id),
        select(func.max(Audit.id)).group_by(Audit.town_id),
        select(Job.audit_id).where(Job.ended.is_(None)),
        select(Task.audit_id).where(Task.audit_id.is_not(None)),
        select(Task.checked_id).where(Task.checked_id.is_not(None)),
        select(Share.audit_id).where(Share.revoked.is_(None), Share.expires > now),
    ]
    pages = select(func.coalesce(func.sum(Crawl.pages), 0)).where(Crawl.audit_id == Audit.id).scalar_subquery()
    return (
        select(Audit.id, Town.name, Audit.started, Audit.archive, Audit.stored, pages)
        .join(Town)
        .where(*(Audit.id.not_in(one) for one in staying))
        .order_by(Audit.id)
    )


def _old(row: tuple[int, str, datetime, str | None, list[dict[str, Any]], int]) -> Old:
    number, town, started, archive, stored, pages = row
    return Old(number, town, started, int(pages), 0, storing.size(archive, stored) if archive else 0)


def _size(session: Session) -> int:
    """Return the bytes that all pages take with what was found on them."""
    if session.get_bind().dialect.name == "postgresql":
        sizes = (func.pg_total_relation_size(name) for name in FILLING)
        return sum(session.scalar(select(size)) or 0 for size in sizes)
    used = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
    return int(session.scalar(text(used)) or 0)


def _close(engine: Engine, audit_id: int, *, keep: int, now: datetime) -> bool:
    """Let the audit count as not judged and take its archive; False: since it was looked at, somebody has begun to need it."""
    with opened(engine) as session:
        row = session.scalar(select(Audit).where(Audit.id == audit_id).with_for_update())
        still = _going(keep=keep, now=now).where(Audit.id == audit_id)
        if row is None or session.execute(still).first() is None:
            return False
        row.judged = None
        for table in (Finding, Gap, Proposal):
            session.execute(delete(table).where(table.audit_id == audit_id))
        if row.archive is not None:
            storing.forget(session, row)
    return True


def _empty(engine: Engine, audit_id: int) -> None:
    """Delete the rest of an audit, a batch at a time, and at last itself."""
    crawls = select(Crawl.id).where(Crawl.audit_id == audit_id)
    evidence = select(Evidence.id).where(Evidence.audit_id == audit_id).limit(BATCH)
    pages = select(Page.id).where(Page.crawl_id.in_(crawls)).limit(BATCH)
    links = select(LinkRow.crawl_id, LinkRow.number).where(LinkRow.crawl_id.in_(crawls)).limit(BATCH)
    for statement in (
        delete(Evidence).where(Evidence.id.in_(evidence)),
        delete(Page).where(Page.id.in_(pages)),
        delete(LinkRow).where(tuple_(LinkRow.crawl_id, LinkRow.number).in_(links)),
        delete(Audit).where(Audit.id == audit_id),
    ):
        while _done(engine, statement):
            time.sleep(PAUSE)


def _done(engine: Engine, statement: object) -> int:
    with translated(engine), engine.begin() as connection:
        result = connection.execute(statement)  # type: ignore[call-overload]
        assert isinstance(result, CursorResult)
        return result.rowcount
