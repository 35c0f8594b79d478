"""
Audits beside each other: several towns, one town in the course of time, one audit and another before it.

Does not compare; ``reports.comparison`` and ``audit.run.comparing`` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.catalogue.files import used_by
from audit.inventory import published
from audit.run import comparing, peering, showing
from audit.web import kept
from audit.web.call import Call, Door
from audit.web.report import audit_of
from db import freshness, queries
from db.errors import FundstelleError, InputError, NotFoundError
from db.models import Audit, Town
from db.session import opened
from db.terms import PersonRole
from reports import changes, comparison, render, trend
from reports.document import document
from reports.findings import iso
from reports.language import gettext as _

Json = dict[str, Any]
Wants = tuple[str, tuple[str, ...], bool, bool]
"""The own town, the others, whether those like it are wanted, and whether published ranks are: as the address says."""

LAST = 12
"""Audits of a trend that are shown at first: where rules changed in between, each takes seconds to judge again."""

RANKS = "haselhorst"
"""The published ranks that can be laid beside by a click."""


def towns(call: Call) -> Response:
    """Show which towns can be compared, and the comparison of those that were chosen."""
    own = call.query.get("eigene", "")
    others = tuple(dict.fromkeys(key for key in _many(call, "ort") if key != own))
    wants: Wants = (own, others, call.query.get("aehnliche", "") == "1", call.query.get("plaetze", "") == "1")
    with opened(call.engine) as session:
        chosen = [town for key in (own, *others) if (town := queries.town(session, key))]
        alike = [_likeness(town) for town in queries.towns(session)] if wants[2] else []
        state = (wants, freshness.of_all(session), [freshness.of_town(session, town.id) for town in chosen], alike)
        return kept.page(call, state, lambda: _compared(session, wants))


def course(call: Call) -> Response:
    """Show how a town has developed."""
    is_whole = call.query.get("alle", "") == "1"
    with opened(call.engine) as session:
        town = queries.town(session, call.path["key"])
        if town is None:
            raise NotFoundError(_("Diese Stadt gibt es nicht."))
        judged = sum(audit.judged is not None for audit in queries.audits(session, town.id))
        if not judged:
            raise NotFoundError(_("Diese Stadt ist noch nicht geprüft."))
        state, key, name = freshness.of_town(session, town.id), town.key, town.name

    def make() -> kept.Part:
        found = comparing.trend(call.engine, key, rules=used_by, report=showing.silent, last=None if is_whole else LAST)
        left = judged - len(found["audits"])
        shown: Json = {**trend.values(found), "key": key, "left": left}
        inside = render.screen("trend.html.j2", frame="desk/trend.html.j2", **shown)
        return kept.Part(_("Verlauf {town}").format(town=name), inside)

    return kept.page(call, (is_whole, state), make)


def turned(call: Call) -> Response:
    """Show what changed between an audit and another of the town, else the one before it."""
    with opened(call.engine) as session:
        audit = audit_of(session, call.path["number"])
        given = call.query.get("mit", "")
        other = audit_of(session, given) if given else queries.judged_before(session, audit)
        if other is None:
            raise InputError(_("Vor dieser Prüfung gibt es keine andere nach demselben Katalog."))
        if other.town_id != audit.town_id:
            raise NotFoundError(_("Diese Prüfung gibt es nicht."))
        state = freshness.of_town(session, audit.town_id)
        others = [
            one for one in queries.audits(session, audit.town_id) if one.judged is not None and one.id != audit.id
        ]
        rows = [{"id": one.id, "started": iso(one.started)} for one in reversed(others)]
        numbers, town = (other.id, audit.id), audit.town

    def make() -> kept.Part:
        found = comparing.compare(call.engine, *map(str, numbers), rules=used_by, report=showing.silent)
        shown: Json = {**changes.values(found), "others": rows, "other": numbers[0], "audit": numbers[1]}
        inside = render.screen("changes.html.j2", frame="desk/changes.html.j2", **shown)
        return kept.Part(_("Änderungen {town}").format(town=town.name), inside)

    return kept.page(call, (numbers, state), make)


def _likeness(town: Town) -> tuple[object, ...]:
    """Return what decides whether a town is like another, and whether their audits can be compared."""
    return (town.key, town.population, town.state, town.competences, town.budget)


def _many(call: Call, name: str) -> list[str]:
    return call.request.query_params.getlist(name)[: 4 * comparison.MOST]


def _compared(session: Session, wants: Wants) -> kept.Part:
    own, others, with_peers, with_ranks = wants
    known = showing.latest(session)
    head: Json = {
        "known": known,
        "own": own,
        "others": list(others),
        "ranks": with_ranks,
        "most": comparison.MOST,
        "fault": "",
    }
    title = _("Vergleich")
    if own and (others or with_peers):
        try:
            shown = _beside(session, known, wants)
            names = [row["town"] for row in shown["towns"]]
            head |= {"others": names[1:]}
            return kept.Part(title, render.screen("comparison.html.j2", frame="desk/compare.html.j2", **shown, **head))
        except FundstelleError as fault:
            head["fault"] = f"{fault.message} {fault.remedy or ''}".strip()
    return kept.Part(title, render.screen("desk/compare.html.j2", **head))


def _beside(session: Session, known: Sequence[Json], wants: Wants) -> Json:
    own, others, with_peers, with_ranks = wants
    numbers = {row["town"]: row["audit"] for row in known}
    if missing := [key for key in (own, *others) if key not in numbers]:
        raise NotFoundError(_("Eine geprüfte Stadt „{key}“ gibt es nicht.").format(key=missing[0]))
    if 1 + len(others) > comparison.MOST:
        raise InputError(_("Zum Vergleich gehören zwei bis {most} Städte.").format(most=comparison.MOST))
    audits, left_out = [session.get_one(Audit, numbers[key]) for key in (own, *others)], []
    if with_peers:
        found = peering.group(session, audits[0], most=comparison.MOST - 1)
        audits, left_out = found.audits, found.left_out
        if len(audits) < comparison.FEWEST:
            raise InputError(_("Zu dieser Stadt gibt es keine vergleichbare Prüfung einer ähnlichen Stadt."))
    ranks = None
    if with_ranks:
        ranks = {"name": RANKS, **published.matched(published.read(RANKS), [audit.town for audit in audits])}
    return comparison.values([document(session, audit.id) for audit in audits], ranks=ranks, left_out=left_out)


DOORS = (
    Door("/vergleich", towns, PersonRole.READER),
    Door("/orte/{key}/verlauf", course, PersonRole.READER),
    Door("/pruefungen/{number}/aenderungen", turned, PersonRole.READER),
)
