"""
Compare audits of one town: two with each other, one with that before it, or all of them in the order of time.

Writes nothing: where the rules differ, the earlier pages are judged again in memory. What it returns are JSON values without words
for people; ``reports.changes`` and ``reports.trend`` find those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import db
from audit import changes, reviews
from audit.catalogue import Catalogue
from audit.changes import Change, Findings, Side
from audit.classify.calibration import HAND, Calibration
from audit.findability.finder import SEARCHERS
from audit.run import compared
from audit.run.compared import Json
from audit.run.judging import Report, decided
from audit.run.material import material_of
from db import queries
from db.errors import CatalogueError, InputError
from db.models import Audit, Finding
from db.session import opened

JUDGED_BY = {"catalogue", "program", "calibration", "searchers"}
"""Differences of method for which the earlier pages are judged again."""

BREAKING = {"catalogue", "budget", "searchers"}
"""Those after which a line goes on only with a break, whatever came of it; the others break it if a verdict turned."""

Rules = Callable[[Audit], Catalogue]
"""Gives the catalogue that an audit was judged by, as it is now."""


def compare(engine: Engine, one: str, two: str, *, rules: Rules, report: Report) -> Json:
    """
    Return what changed between two audits of a town, given in any order.

    Raises:
        NotFoundError: there is no such audit.
        InputError: they are the same, of different towns, by different catalogues, or one was not judged yet.
    """
    with opened(engine) as session:
        audits = sorted(
            (queries.audit(session, name) for name in (one, two)), key=lambda audit: (audit.started, audit.id)
        )
        older, newer = audits
        _refuse(older, newer)
        return {**compared.head(newer), **_compared(session, older, newer, rules=rules, report=report)}


def since(engine: Engine, audit_id: int, *, rules: Rules, report: Report) -> Json:
    """
    Return what changed since the audit before of the same town by the same catalogue, as ``compare`` does.

    Beside it stand the verdicts of that audit as they were stored, by criterion, under ``verdicts``.

    Raises:
        InputError: there was none.
    """
    with opened(engine) as session:
        newer = queries.audit(session, str(audit_id))
        older = queries.judged_before(session, newer)
        if older is None:
            raise InputError(
                f"Vor der Prüfung {newer.id} gibt es keine andere von {newer.town.name} nach demselben Katalog.",
                remedy="Lassen Sie --changed weg; nach der nächsten Prüfung geht es.",
            )
        verdicts = {finding.criterion: finding.verdict for finding in queries.findings(session, older.id)}
        step = _compared(session, older, newer, rules=rules, report=report)
        return {**compared.head(newer), **step, "verdicts": verdicts}


def trend(engine: Engine, name: str, *, rules: Rules, report: Report, last: int | None = None) -> Json:
    """Return the scores of all judged audits of a town, or the ``last`` few, the oldest first, with what changed between neighbours."""
    with opened(engine) as session:
        town = queries.audit(session, name).town
        found = [audit for audit in queries.audits(session, town.id) if audit.judged is not None]
        found.sort(key=lambda audit: (audit.started, audit.id))
        if not found:
            raise _unjudged(queries.audit(session, name))
        found = found[-(last or len(found)) :]
        steps = [_compared(session, *pair, rules=rules, report=report) for pair in pairwise(found)]
        return {
            **compared.head(found[-1]),
            "audits": [compared.about(session, audit) for audit in found],
            "steps": steps,
        }


def _refuse(older: Audit, newer: Audit) -> None:
    if older.id == newer.id:
        raise InputError(
            f"Das ist zweimal dieselbe Prüfung ({older.id}).",
            remedy=f"Nennen Sie zwei verschiedene; „fundstelle trend {older.town.key}“ zeigt ihre Nummern.",
        )
    if older.town_id != newer.town_id:
        raise InputError(
            f"Die Prüfungen sind von verschiedenen Orten: {older.id} von {older.town.name}, {newer.id} von {newer.town.name}.",
            remedy=f"Orte vergleicht „fundstelle compare {older.town.key} {newer.town.key}“.",
        )
    for audit in (older, newer):
        if audit.judged is None:
            raise _unjudged(audit)
    was, now = (compared.catalogue(audit)["name"] for audit in (older, newer))
    if was != now:
        raise InputError(
            f"Die Prüfungen wurden nach verschiedenen Katalogen beurteilt: {older.id} nach „{was}“, {newer.id} nach „{now}“.",
            remedy=f"Beurteilen Sie eine davon neu, zum Beispiel: „fundstelle judge {older.id} --catalogue {now}“.",
        )


def _unjudged(audit: Audit) -> InputError:
    return InputError(
        f"Die Prüfung {audit.id} ist noch nicht ausgewertet.", remedy=f"Rufen Sie „fundstelle judge {audit.id}“ auf."
    )


def _compared(session: Session, older: Audit, newer: Audit, *, rules: Rules, report: Report) -> Json:
    method = compared.method(older, newer)
    codes = {row["code"] for row in method}
    sides = {"before": compared.about(session, older), "after": compared.about(session, newer), "method": method}
    reason = _lost(session, older, newer) or _strange(older, newer)
    rejudged = unsaid = None
    if reason is None:
        try:
            rejudged, unsaid = _again(session, older, newer, codes=codes, rules=rules, report=report)
        except CatalogueError:
            reason = {"code": "rules_gone", "audit": newer.id}
    found = _changes(session, older, newer, rejudged=rejudged, unsaid=unsaid) if reason is None else []
    by_reason = reason is not None and (reason["code"] != "pages_gone" or codes & JUDGED_BY)
    return {
        **sides,
        "comparable": reason is None,
        "reason": reason,
        "breaks": bool(by_reason or codes & BREAKING or any(map(changes.is_by_rules, found))),
        "rejudged": changes.score(rejudged.values()) if rejudged is not None else None,
        "counts": compared.counts(found),
        "changes": compared.rows(session, older, newer, found),
    }


def _changes(
    session: Session, older: Audit, newer: Audit, *, rejudged: Findings | None, unsaid: Findings | None
) -> list[Change]:
    was, now = (_by_criterion(queries.findings(session, audit.id)) for audit in (older, newer))
    versions = [was, now, *filter(None, (rejudged, unsaid))]
    turned = {key for key in {*was, *now} if len({changes.verdict(each.get(key)) for each in versions}) > 1}
    urls = changes.addresses(each.get(key) for each in versions for key in turned)
    sides = [
        Side(
            findings=findings,
            pages=queries.pages_at(session, audit.id, urls),
            linked=queries.linked(session, audit.id, urls),
            crawls=queries.crawls(session, audit.id),
        )
        for audit, findings in ((older, was), (newer, now))
    ]
    return changes.compare(*sides, rejudged=rejudged, unsaid=unsaid)


def _again(
    session: Session, older: Audit, newer: Audit, *, codes: set[str], rules: Rules, report: Report
) -> tuple[Findings | None, Findings | None]:
    """
    Return the earlier pages judged by the later rules, and the later pages without what people have said since.

    Either is None where it would be the same. Raise CatalogueError if the later rules are no longer those of this installation.
    """
    by_rules, by_words = bool(codes & JUDGED_BY), _words(session, older) != _words(session, newer)
    if not by_rules and not by_words:
        return None, None
    catalogue = rules(newer)
    if newer.catalogue is None or catalogue.digest != newer.catalogue.digest or newer.program != db.__version__:
        raise CatalogueError("Diese Regeln gibt es hier nicht mehr.")
    calibration = Calibration(**newer.calibration) if newer.calibration else HAND
    searchers = newer.budget.get("search_share", SEARCHERS)

    def anew(audit: Audit) -> Findings:
        assert older.judged is not None
        material = replace(material_of(session, audit, now=older.judged), searchers=float(searchers))
        judging = decided(material, catalogue, calibration=calibration, report=report)
        return _by_criterion(one.finding for one in judging.judged)

    return (anew(older) if by_rules else None, anew(newer) if by_words else None)


def _words(session: Session, audit: Audit) -> set[int]:
    """Return the reviews that were in force when an audit was judged."""
    assert audit.judged is not None
    return {one.id for one in reviews.in_force(queries.reviews(session, audit.town_id), now=audit.judged)}


def _lost(session: Session, *audits: Audit) -> Json | None:
    """Return the audit whose pages are no longer kept, if one is."""
    for audit in audits:
        if sum(crawl.pages for crawl in audit.crawls) and not queries.page_count(session, audit.id):
            return {"code": "pages_gone", "audit": audit.id}
    return None


def _strange(older: Audit, newer: Audit) -> Json | None:
    is_other = compared.catalogue(older)["name"] != compared.catalogue(newer)["name"]
    return {"code": "other_catalogue", "audit": older.id} if is_other else None


def _by_criterion(findings: Iterable[Finding]) -> Findings:
    return {finding.criterion: finding for finding in findings}
