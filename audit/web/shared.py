"""
The door for whoever was sent a link: one report to read, and nothing else of the desk.

Does not know who is reading. What persons have said of findings, and the town's own list, stay in the house (``reports.site.public``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from audit.web import signing, tries
from audit.web.call import Call, Door
from db.desk import Share
from db.errors import InputError, NotFoundError
from db.session import opened
from reports import gap_report, site, views
from reports.document import document
from reports.render import policy

TRIES = "20/minute;100/hour"
"""Links that nobody was given, from one place; the secret is far too long to be guessed, and trying shall not cost us anything."""

SEALED = {
    "x-robots-tag": "noindex, nofollow, noarchive",
    "referrer-policy": "no-referrer",  # the address is a secret
}


def read(call: Call) -> Response:
    """Show the report of a link; what it was, who reads a dead one does not learn."""
    if not tries.are_left("share", tries.place(call), limits=TRIES):
        return call.page("fault", status=429, what="often")
    with opened(call.engine) as session:
        share = _share(call, session)
        told = _told(session, share) if share else None
        if share is None or told is None:
            tries.may("share", tries.place(call), limits=TRIES)
            return call.page("fault", status=404, what="share")
        if call.request.method == "GET" and (share.opened is None or call.now - share.opened > timedelta(minutes=1)):
            share.opened = call.now
    seal = {**SEALED, "content-security-policy": f"{policy()}; frame-ancestors 'none'"}
    return HTMLResponse(gap_report.html(told), headers=seal)


DOORS = (Door("/freigabe/{secret}", read, None),)


def _share(call: Call, session: Session) -> Share | None:
    wanted = select(Share).where(Share.digest == signing.digest(call.path["secret"]))
    return session.scalar(wanted.where(Share.revoked.is_(None), Share.expires >= call.now))


def _told(session: Session, share: Share) -> dict[str, Any] | None:
    """Return what the link lets one read; None if there is no longer anything of that kind."""
    try:
        whole = site.public(document(session, share.audit_id))
        department = share.view.get("department")
        return views.for_department(whole, department) if department else whole
    except (InputError, NotFoundError):
        return None
