"""
Screens for those who hand on a report: links by which anybody may read it, until they end.

Does not show the report itself (``shared``). A link is shown once and then known only by its digest.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.web import signing
from audit.web.account import TWICE
from audit.web.call import Call, Door
from audit.web.people import LONGEST, number
from db.desk import Person, Share
from db.errors import InputError, NotFoundError
from db.models import Audit
from db.session import opened
from db.terms import PersonRole
from reports import views
from reports.document import document
from reports.findings import iso

DAYS = ("7", "30", "90")
MOST = 100
"""Links of one audit that hold at once."""


def show(call: Call) -> Response:
    """Show the links of an audit, and the form for a new one."""
    with opened(call.engine) as session:
        return _shown(call, session, _audit(call, session))


def make(call: Call) -> Response:
    """Write a link and show it once; of two that a double click asked for the second stays."""
    given = {name: call.words(name) for name in ("note", "days", "department")}
    with opened(call.engine) as session:
        audit = _audit(call, session)
        faults = _faults(given, _departments(session, audit))
        if not faults and len(_live(call, session, audit)) >= MOST:
            faults = ["many"]
        if faults:
            return _shown(call, session, audit, given=given, faults=faults)
        secret = _made(call, session, audit, given)
    link = f"{call.settings.address}/freigabe/{secret}"
    return call.page("handed", what="share", link=link, about=given["note"], back=_path(audit), mailed="")


def revoke(call: Call) -> Response:
    """Let a link hold no longer."""
    with opened(call.engine) as session:
        audit = _audit(call, session)
        wanted = Share.id == number(call.path["share"]), Share.audit_id == audit.id
        share = session.scalar(select(Share).where(*wanted))
        if share is None:
            raise NotFoundError("Diese Freigabe gibt es nicht.")
        order = update(Share).where(*wanted, Share.revoked.is_(None)).values(revoked=call.now)
        if session.execute(order).rowcount:  # type: ignore[attr-defined]
            about = _about(audit, share.note)
            signing.note(session, call.person, "share_revoked", now=call.now, town_id=audit.town_id, about=about)
        return call.go(_path(audit), said="share_revoked")


_EDITOR = PersonRole.EDITOR
DOORS = (
    Door("/pruefungen/{audit}/freigaben", show, _EDITOR),
    Door("/pruefungen/{audit}/freigaben", make, _EDITOR, "POST"),
    Door("/pruefungen/{audit}/freigaben/{share}/widerrufen", revoke, _EDITOR, "POST"),
)


def _audit(call: Call, session: Session) -> Audit:
    found = session.get(Audit, number(call.path["audit"]))
    if found is None:
        raise NotFoundError("Diese Prüfung gibt es nicht.")
    if found.judged is None:
        raise InputError(
            "Diese Prüfung ist noch nicht ausgewertet.", remedy="Einen Bericht gibt es, wenn sie fertig ist."
        )
    return found


def _departments(session: Session, audit: Audit) -> list[str]:
    return views.departments(document(session, audit.id))


def _faults(given: dict[str, str], departments: list[str]) -> list[str]:
    faults = [
        ("note", not 0 < len(given["note"]) <= LONGEST),
        ("days", given["days"] not in DAYS),
        ("department", given["department"] not in {"", *departments}),
    ]
    return [code for code, is_so in faults if is_so]


def _made(call: Call, session: Session, audit: Audit, given: dict[str, str]) -> str:
    secret = secrets.token_urlsafe(32)
    maker = call.person.id if call.person and call.settings.sign_in else None
    made = Share(
        digest=signing.digest(secret),
        audit_id=audit.id,
        made=call.now,
        expires=call.now + timedelta(days=int(given["days"])),
        person_id=maker,
        note=given["note"],
        view={"department": given["department"]} if given["department"] else {},
    )
    for share in _live(call, session, audit):
        is_fresh = share.opened is None and share.made > call.now - TWICE
        if is_fresh and (share.note, share.view, share.person_id) == (made.note, made.view, maker):
            session.delete(share)
    session.add(made)
    about = _about(audit, made.note)
    signing.note(session, call.person, "share_made", now=call.now, town_id=audit.town_id, about=about)
    return secret


def _live(call: Call, session: Session, audit: Audit) -> list[Share]:
    wanted = select(Share).where(Share.audit_id == audit.id, Share.revoked.is_(None), Share.expires >= call.now)
    return list(session.scalars(wanted))


def _shown(
    call: Call,
    session: Session,
    audit: Audit,
    *,
    given: dict[str, str] | None = None,
    faults: list[str] | None = None,
) -> Response:
    rows = session.execute(
        select(Share, Person.name)
        .outerjoin(Person, Person.id == Share.person_id)
        .where(Share.audit_id == audit.id)
        .order_by(Share.id.desc())
    )
    return call.page(
        "shares",
        status=400 if faults else 200,
        audit={"id": audit.id, "town": audit.town.name, "key": audit.town.key, "started": iso(audit.started)},
        rows=[_told(share, name, call) for share, name in rows],
        departments=_departments(session, audit),
        given={"note": "", "days": "30", "department": ""} | (given or {}),
        faults=faults or [],
        days=DAYS,
    )


def _told(share: Share, name: str | None, call: Call) -> dict[str, Any]:
    return {
        "id": share.id,
        "note": share.note,
        "department": share.view.get("department", ""),
        "by": name or "",
        "made": iso(share.made),
        "expires": iso(share.expires),
        "opened": iso(share.opened) if share.opened else "",
        "state": "revoked" if share.revoked else "over" if share.expires < call.now else "live",
    }


def _about(audit: Audit, note: str) -> str:
    return f"Prüfung {audit.id}: {note}"


def _path(audit: Audit) -> str:
    return f"/pruefungen/{audit.id}/freigaben"
