"""
A page as an audit has read it, with a quote marked: what it was taken from, and in a closed frame the copy itself.

Does not make copies; ``audit.run.copies`` does.
"""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from audit.run import copies, showing
from audit.web.call import Call, Door
from audit.web.report import audit_of, row_of
from db.session import opened
from db.terms import PersonRole
from reports import archived
from reports.dossier import NOT_KEPT
from reports.findings import iso

LONGEST = 1000
"""Signs of a quote in an address."""


def show(call: Call) -> Response:
    """Show what a page was taken from, and the frame with its copy."""
    quote = call.query.get("zitat", "")[:LONGEST]
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        shown = copies.copy(session, audit, row_of(call.path["page"]), quote=quote)
        criteria = showing.quoted(session, audit, row_of(call.path["page"]))
        return call.page(
            "copy",
            audit={"id": audit.id, "started": iso(audit.started), "town": audit.town.key, "name": audit.town.name},
            page={"id": row_of(call.path["page"]), "url": shown.url, "title": shown.title, "sheet": shown.sheet},
            capture=shown.capture,
            source=shown.source.value,
            is_marked=shown.copy.is_marked,
            quote=quote,
            criteria=criteria,
            not_kept=NOT_KEPT,
        )


def frame(call: Call) -> Response:
    """Send the copy alone, under rules of its own: it may do nothing and fetch nothing."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        shown = copies.copy(session, audit, row_of(call.path["page"]), quote=call.query.get("zitat", "")[:LONGEST])
    return HTMLResponse(
        shown.copy.html, headers={"content-security-policy": archived.POLICY, "referrer-policy": "no-referrer"}
    )


DOORS = (
    Door("/pruefungen/{number}/seiten/{page}", show, PersonRole.READER),
    Door("/pruefungen/{number}/seiten/{page}/kopie", frame, PersonRole.READER),
)
