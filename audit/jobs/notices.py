"""
Tells people by mail what an audit brought: once each, again if the mail server failed, never of an audit without news.

Does not word the mail (``reports.mail``) or talk to the server (``audit.run.sending``). Whom to tell is written with the end of
the audit; whoever sends first takes the notices for a while, so that a crash in between repeats a mail at worst, and loses none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Engine, select, update
from sqlalchemy.orm import joinedload

from audit.catalogue.files import used_by
from audit.run import sending, telling
from db.desk import Notice
from db.errors import FundstelleError, InputError
from db.session import opened
from db.terms import N_
from reports import mail
from reports.language import speaking

PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Before each further try; after the last nobody tries again."""

TAKEN = timedelta(minutes=5)
"""So long nobody else tries the same; longer than a mail server may take to answer."""

NO_SERVER = N_("Es ist kein Mailserver eingestellt (SMTP_URL).")
UNEXPECTED = N_("Unerwarteter Fehler im Programm ({kind}).")

logger = logging.getLogger(__name__)


def deliver(engine: Engine, *, now: datetime, environ: Mapping[str, str], address: str = "") -> None:
    """
    Send what is due, and note of each what became of it.

    ``environ`` may name the mail server (``SMTP_URL``); ``address`` is that of the desk and may be empty.
    """
    with opened(engine) as session:
        audits = session.scalars(select(Notice.audit_id).where(Notice.due <= now).distinct()).all()
    for audit in audits:
        notices = _taken(engine, audit, now=now)
        if not notices:
            continue
        try:
            _tell(engine, notices, now=now, url=environ.get("SMTP_URL", ""), address=address)
        except FundstelleError as fault:
            _failed(engine, notices, reason=str(fault), now=now)
        except Exception as fault:
            logger.exception("The mail about audit %d", audit)
            _failed(engine, notices, reason=UNEXPECTED.format(kind=type(fault).__name__), now=now)


def told(engine: Engine, audits: Sequence[int]) -> list[Notice]:
    """Return the notices of these audits, each with its person."""
    with opened(engine) as session:
        wanted = select(Notice).where(Notice.audit_id.in_(audits)).options(joinedload(Notice.person))
        return list(session.scalars(wanted.order_by(Notice.audit_id, Notice.person_id)))


def _taken(engine: Engine, audit: int, *, now: datetime) -> list[Notice]:
    """Take the notices of an audit that are due; none if somebody else has."""
    until = now + TAKEN
    with opened(engine) as session:
        ours = update(Notice).where(Notice.audit_id == audit, Notice.due <= now)
        result = session.execute(ours.values(due=until, tries=Notice.tries + 1))
        assert isinstance(result, CursorResult)
        if not result.rowcount:
            return []
        wanted = select(Notice).where(Notice.audit_id == audit, Notice.due == until)
        return list(session.scalars(wanted.options(joinedload(Notice.person))))


def _tell(engine: Engine, notices: Sequence[Notice], *, now: datetime, url: str, address: str) -> None:
    audit = notices[0].audit_id
    document, step = telling.news(engine, str(audit), rules=used_by, report=lambda *_: None)
    if not mail.has_news(document, step):
        _mark(engine, notices, due=None, reason="")
        return
    if not url:
        raise InputError(NO_SERVER)
    server = sending.server(url)
    link = f"{address}/pruefungen/{audit}" if address else ""
    for notice in notices:
        with speaking(notice.person.language):
            message = mail.message(document, step, sender=server.sender, to=[notice.person.email], link=link, now=now)
        try:
            sending.send(message, server, to=[notice.person.email])
        except FundstelleError as fault:
            _failed(engine, [notice], reason=str(fault), now=now)
        else:
            _mark(engine, [notice], due=None, reason="", sent=now)


def _failed(engine: Engine, notices: Sequence[Notice], *, reason: str, now: datetime) -> None:
    """Keep why it failed and try again later, not for ever; what was sent meanwhile is left alone."""
    tries = notices[0].tries
    due = now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
    _mark(engine, notices, due=due, reason=reason)


def _mark(engine: Engine, notices: Sequence[Notice], **values: Any) -> None:
    with opened(engine) as session:
        for one in notices:
            ours = update(Notice).where(Notice.audit_id == one.audit_id, Notice.person_id == one.person_id)
            session.execute(ours.where(Notice.sent.is_(None)).values(values))
