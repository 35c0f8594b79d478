"""
The report of an audit: all of it or a part, the findings that are looked for, and the files.

Does not narrow, count or word anything: ``reports.views`` and ``reports.gap_report`` do.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.run import showing
from audit.web import kept, signing
from audit.web.call import Call, Door
from db import freshness, queries
from db.desk import Person
from db.errors import InputError, NotFoundError
from db.models import Audit
from db.session import opened
from db.terms import GapKind, Maturity, PersonRole, Verdict
from reports import files, gap_report, render, views
from reports.document import document
from reports.findings import iso
from reports.language import N_, language
from reports.language import gettext as _
from reports.offers import AUDIENCES

Json = dict[str, Any]

LARGEST = 2**31 - 1
"""Number of a row that any database knows."""

LONGEST = 200
"""Signs of what is looked for."""

PATIENCE = 60
"""Seconds that one waits until another's PDF is made."""

_laying_out = Lock()

VIEWS = {
    "": N_("Ganzer Bericht"),
    "stelle": N_("Nach Stelle"),
    "zielgruppe": N_("Nach Zielgruppe"),
    "bereich": N_("Nach Bereich"),
    "verzeichnis": N_("Nur Ihr Verzeichnis"),
    "aenderungen": N_("Nur Änderungen"),
}
"""The parts of a report by their names in the address."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for; whatever we do not know counts as not asked."""

    view: str
    choice: str
    sought: views.Sought


def show(call: Call) -> Response:
    """Show the report."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        asked = _asked(call)
        state = (asked, _department(call.person), _may_share(call.person), freshness.of_audit(session, audit))
        return kept.page(call, state, lambda: _part(call, session, audit, asked))


def download(call: Call) -> Response:
    """Send the report, or the part that is shown, as a file."""
    kind = call.path["kind"]
    if kind not in files.ALONE:
        raise NotFoundError(_("Diese Art von Datei gibt es nicht."))
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        whole = document(session, audit.id)
        told = _narrowed(call, audit, whole, _chosen(_asked(call), whole, call.person))
    stem = showing.stem_of(told)
    return sent(*(_laid_out(told, stem, kind) if kind in files.LAID_OUT else files.one(told, stem, kind)))


def audit_of(session: Session, number: str) -> Audit:
    """Return the audit of a number out of an address; raise NotFoundError if there is none."""
    found = session.get(Audit, row_of(number))
    if found is None:
        raise NotFoundError(_("Diese Prüfung gibt es nicht."))
    return found


def row_of(text: str) -> int:
    """Return the number of a row out of an address; 0, which no row has, if it can be none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    return int(text) if is_number and int(text) <= LARGEST else 0


def sent(name: str, content: str | bytes) -> Response:
    """Return a file to keep; it is never shown as a page of ours."""
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{files.safe(name)}"'},
    )


def _laid_out(told: Json, stem: str, kind: str) -> tuple[str, str | bytes]:
    """Return a PDF, made in a process of its own: it takes seconds of work and memory that others at the desk would miss."""
    if not _laying_out.acquire(timeout=PATIENCE):
        raise InputError(_("Gerade entstehen schon andere PDF-Dateien. Bitte versuchen Sie es gleich noch einmal."))
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            return apart.submit(files.spoken, language(), told, stem, kind).result()
    finally:
        _laying_out.release()


def _asked(call: Call) -> Asked:
    given = {name: value[:LONGEST] for name, value in call.query.items()}
    view = given.get("ansicht", "")
    return Asked(
        view=view if view in VIEWS else "",
        choice=given.get("wahl", ""),
        sought=views.Sought(
            verdict=_known(given.get("ergebnis", ""), Verdict),
            area=given.get("teil", ""),
            maturity=_known(given.get("stand", ""), Maturity),
            gap=_known(given.get("luecke", ""), GapKind),
            text=given.get("text", "").strip(),
        ),
    )


def _known(value: str, among: type[Verdict | Maturity | GapKind]) -> str:
    return value if value in set(among) else ""


def _part(call: Call, session: Session, audit: Audit, asked: Asked) -> kept.Part:
    whole = document(session, audit.id)
    title = _("{town}, Prüfung {number}").format(town=whole["town_name"], number=audit.id)
    chosen = _chosen(asked, whole, call.person)
    head = _head(session, audit, whole, chosen)
    head["may_share"] = _may_share(call.person)
    try:
        told = _narrowed(call, audit, whole, chosen)
    except InputError as fault:
        inside = render.screen("desk/report_empty.html.j2", **head, message=fault.message)
        return kept.Part(title, inside)
    shown = gap_report.values(told)
    found = {"areas": [_sought(area, asked) for area in shown["areas"]], "strays": asked.sought.among(shown["strays"])}
    number = sum(len(area["findings"]) for area in found["areas"]) + len(found["strays"])
    inside = render.screen(
        "gap_report.html.j2",
        **{**shown, **head, **found, "number": number},
        frame="desk/report.html.j2",
        listing="desk/findings.html.j2",
    )
    return kept.Part(title, inside)


def _sought(area: Json, asked: Asked) -> Json:
    return {**area, "findings": asked.sought.among(area["findings"])}


def _head(session: Session, audit: Audit, whole: Json, asked: Asked) -> Json:
    """Return what stands above the report: where we are, the parts one can choose, and what is looked for."""
    newer = showing.newer(session, audit)
    return {
        "whole": {name: whole[name] for name in ("audit", "town", "town_name", "started", "areas")},
        "asked": {"view": asked.view, "choice": asked.choice, **asdict(asked.sought)},
        "views": VIEWS,
        "choices": _choices(asked.view, whole),
        "newer": {"id": newer.id, "started": iso(newer.started)} if newer else None,
        "before": queries.judged_before(session, audit) is not None,
        "kinds": files.ALONE,
    }


def _choices(view: str, whole: Json) -> dict[str, str]:
    """Return what a part can be chosen by: the value in the address and its words."""
    found: dict[str, dict[str, str]] = {
        "stelle": {one: one for one in views.departments(whole)},
        "zielgruppe": {key: _(name) for key, name in AUDIENCES.items()},
        "bereich": {area["id"]: area["name"] for area in whole["areas"]},
    }
    return found.get(view, {})


def _chosen(asked: Asked, whole: Json, person: Person | None) -> Asked:
    """Return what is asked for with a choice that there is: else the person's own department, or the first."""
    choices, mine = _choices(asked.view, whole), _department(person)
    choice = asked.choice if asked.choice in choices else mine if mine in choices else next(iter(choices), "")
    return replace(asked, choice=choice)


def _may_share(person: Person | None) -> bool:
    return person is not None and signing.may(person, PersonRole.EDITOR)


def _department(person: Person | None) -> str:
    return (person.department if person else None) or ""


def _narrowed(call: Call, audit: Audit, whole: Json, asked: Asked) -> Json:
    """Return the part of the document that is asked for; raise InputError if there is nothing in it."""
    makers = {
        "stelle": lambda: views.for_department(whole, asked.choice),
        "zielgruppe": lambda: views.for_audience(whole, asked.choice),
        "bereich": lambda: views.for_area(whole, asked.choice),
        "verzeichnis": lambda: views.listed(whole),
        "aenderungen": lambda: views.changed(whole, showing.since(call.engine, audit.id)),
    }
    return makers[asked.view]() if asked.view else whole


DOORS = (
    Door("/pruefungen/{number}", show, PersonRole.READER),
    Door("/pruefungen/{number}/bericht.{kind}", download, PersonRole.READER),
)
