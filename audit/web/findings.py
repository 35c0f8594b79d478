"""
One finding with all that is known of it: its proof, the way to it, what helps, what it was in earlier audits, and what people said.

Does not judge and does not take anybody's word; that is done on the list of what is to be looked at.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.catalogue.files import used_by
from audit.run import showing
from audit.run.trying import read_diary
from audit.web import kept
from audit.web.call import Call, Door
from audit.web.report import audit_of
from db import freshness
from db.errors import NotFoundError
from db.models import Audit
from db.session import opened
from db.terms import WHY, Decision, PersonRole
from reports import render
from reports.document import document
from reports.language import gettext as _

Json = dict[str, Any]

DECIDED = {Decision.CONFIRM: "good", Decision.REJECT: "absent", Decision.IGNORE: "info"}
PEOPLE = 9999
"""Number of the last person who may be asked to look; each is another."""


def show(call: Call) -> Response:
    """Show one finding."""
    key = call.path["criterion"]
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        state = freshness.of_audit(session, audit)
        return kept.page(call, state, lambda: _part(session, audit, key))


def diary(call: Call) -> Response:
    """Tell how one person looks for it; takes a few seconds, so it has a page of its own."""
    key, given = call.path["criterion"], call.query.get("person", "")
    seed = int(given) if given.isascii() and given.isdigit() and 0 < int(given[:6]) <= PEOPLE else 1
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        state = (seed, freshness.of_audit(session, audit))
        return kept.page(call, state, lambda: _diary(session, audit, key, seed=seed))


def _diary(session: Session, audit: Audit, key: str, *, seed: int) -> kept.Part:
    whole, finding = _found(document(session, audit.id), key)
    assert audit.judged is not None
    rules, engine = used_by(audit), session.get_bind()
    assert isinstance(engine, Engine)
    lines = read_diary(engine, str(audit.id), rules, key, seed=seed, now=audit.judged)
    heads = [after for line, after in pairwise(lines) if not line.strip()]
    told: Json = {"whole": _whole(whole), "finding": finding, "lines": lines, "heads": heads}
    return kept.Part(finding["name"], render.screen("desk/diary.html.j2", **told, seed=seed, last=PEOPLE))


def _part(session: Session, audit: Audit, key: str) -> kept.Part:
    whole, finding = _found(document(session, audit.id), key)
    urls = {
        finding["best_url"],
        *(step["url"] for step in finding["path"]),
        *(one["url"] for one in finding["against"]),
    }
    urls |= {quote["url"] for quote in finding["quotes"]}
    gains = [one for one in whole["proposals"] if key in one["criteria"]]
    inside = render.screen(
        "desk/finding.html.j2",
        whole=_whole(whole),
        names=whole["catalogue_language"],
        finding=finding,
        area=next((area["name"] for area in whole["areas"] if area["id"] == finding["area"]), ""),
        pages=showing.pages(session, audit, urls - {None}),
        proposals=gains,
        history=showing.history(session, audit, key),
        reviews=showing.reviews(session, audit, key),
        why={code: said for known in WHY.values() for code, said in known.items()},
        decided=DECIDED,
    )
    return kept.Part(finding["name"], inside)


def _found(whole: Json, key: str) -> tuple[Json, Json]:
    found = next((one for one in whole["findings"] if one["criterion"] == key), None)
    if found is None:
        raise NotFoundError(_("Ein solches Kriterium kennt diese Prüfung nicht."))
    return whole, found


def _whole(found: Json) -> Json:
    return {name: found[name] for name in ("audit", "town", "town_name", "started")}


DOORS = (
    Door("/pruefungen/{number}/befunde/{criterion}", show, PersonRole.READER),
    Door("/pruefungen/{number}/befunde/{criterion}/tagebuch", diary, PersonRole.READER),
)
