"""
What is handed on: the dossier for a ranking's authors, and the kit with which a town puts its services online.

Does not make either; ``reports.dossier`` and ``reports.publish`` do, as for the command line.
"""

from __future__ import annotations

from starlette.responses import Response

from audit.run import dossier, publishing
from audit.web.call import Call, Door
from audit.web.report import audit_of, sent
from db.errors import InputError
from db.models import Audit
from db.session import opened
from db.terms import PersonRole
from reports import bundle, files
from reports import dossier as reported
from reports.document import document
from reports.findings import iso
from reports.offers import offers
from reports.publish import kit


def show(call: Call) -> Response:
    """Show what can be handed on, and why not where it cannot."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        whole = document(session, audit.id)
        refused = publishing.rejected(session, audit, now=call.now)
        try:
            ranking, no_dossier = reported.chosen(whole).id, ""
        except InputError as fault:
            ranking, no_dossier = "", fault.message
        try:
            number, no_kit = len(offers(whole, rejected=refused)), ""
        except InputError as fault:
            number, no_kit = 0, fault.message
    return call.page(
        "handing",
        whole={name: whole[name] for name in ("audit", "town", "town_name", "started", "catalogue_title")},
        ranking=ranking,
        no_dossier=no_dossier,
        offers=number,
        no_kit=no_kit,
    )


def dossier_zip(call: Call) -> Response:
    """Send the dossier with the records that prove it."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        is_frozen = call.query.get("eingefroren", "") == "1"
        made, proven, stem = dossier.make(session, audit, ranking=None, frozen=is_frozen, now=call.now)
    return sent(f"{stem}.zip", bundle.package(made, records=proven.excerpt))


def kit_zip(call: Call) -> Response:
    """Send all files with which a town can put its services online."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        made = kit(document(session, audit.id), rejected=publishing.rejected(session, audit, now=call.now))
        moment = str(iso(audit.judged or audit.started))
        return sent(f"{_stem(audit)}.zip", files.packed(made, moment=moment))


def _stem(audit: Audit) -> str:
    return f"veroeffentlichen-{audit.town.key}-{audit.id}"


DOORS = (
    Door("/pruefungen/{number}/weitergeben", show, PersonRole.READER),
    Door("/pruefungen/{number}/dossier.zip", dossier_zip, PersonRole.READER),
    Door("/pruefungen/{number}/veroeffentlichen.zip", kit_zip, PersonRole.READER),
)
