"""
The rows of one audit as the document that ``audit --json`` prints and that every other form of a report is made of.

Does not judge, count anew or word anything: verdicts, gaps and proposals are read as they were issued. Beside the keys that
scripts rely on it carries what people need to read it: names of areas and criteria, questions, advice, the whole landscape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from db import queries
from db.errors import InputError, NotFoundError
from db.models import Asked, Audit, Catalogue, Crawl, Gap, Measure, Site
from db.terms import CONTROL, FINDABLE_FROM, Standing
from reports import findings, scores, words
from reports.catalogue import spoken
from reports.findings import Json, iso
from reports.previous import previous

SCHEMA = 1


def document(session: Session, audit_id: int) -> Json:
    """
    Return one audit as JSON values, areas and criteria in the order of the catalogue.

    Raises:
        NotFoundError: there is no such audit.
        InputError: it was not judged yet.
    """
    audit, catalogue = _judged(session, audit_id)
    told = spoken(catalogue.document)
    areas = [{"id": area["id"], "name": area["name"]} for area in told["areas"]]
    gaps = queries.gaps(session, audit_id)
    found = findings.read(session, audit_id, criteria=told["criteria"], gaps=gaps)
    judged = {entry["criterion"]: entry for entry in found if entry["criterion"] is not None}
    ours = [entry for entry in judged.values() if entry["counts"]]
    changes = queries.changes(session, audit_id)
    pictures, locked = queries.mute_documents(session, audit_id)
    return {
        "schema": SCHEMA,
        "town": audit.town.key,
        "audit": audit.id,
        "catalogue": {"name": catalogue.name, "version": catalogue.version, "digest": catalogue.digest},
        "started": iso(audit.started),
        "finished": iso(audit.judged or audit.crawled),
        "coverage": {
            "sites": _coverage(audit, _searches(queries.asked(session, audit_id))),
            "enough": bool(audit.enough),
            "changes": changes._asdict() if changes else None,
            "documents": {"pictures": pictures, "locked": locked},
        },
        "score": scores.score(ours, areas),
        "findings": found,
        "proposals": _proposals(session, audit_id, judged=judged),
        "town_name": audit.town.name,
        "ars": audit.town.ars,
        "aliases": audit.town.aliases,
        "catalogue_title": told.get("title", catalogue.name),
        "catalogue_language": told["language"],
        "accuracy": catalogue.document.get("accuracy"),
        "replayed": audit.replayed,
        "program": audit.program,
        "budget": audit.budget or audit.town.budget,
        "areas": areas,
        "counts": scores.counts(ours),
        "previous": previous(session, audit),
        "not_ours": len(judged) - len(ours),
        "gaps": [_gap(gap, finding=judged.get(gap.criterion)) for gap in gaps],
        "gap_counts": scores.tally([gap.kind for gap in gaps]),
        "measures": sum(len(entry["measures"]) for entry in found),
        "inventory": [_measure(row) for row in queries.measures(session, audit.town_id)],
        "landscape": _landscape(audit),
    }


def _judged(session: Session, audit_id: int) -> tuple[Audit, Catalogue]:
    audit = session.get(Audit, audit_id)
    if audit is None:
        raise NotFoundError(f"Eine Prüfung {audit_id} gibt es nicht.")
    if audit.catalogue is None:
        raise InputError(
            f"Die Prüfung {audit_id} ist noch nicht ausgewertet.",
            remedy=f"Rufen Sie „fundstelle judge {audit_id}“ auf.",
        )
    return audit, audit.catalogue


def _gap(gap: Gap, *, finding: Json | None) -> Json:
    return {
        "kind": gap.kind,
        "criterion": gap.criterion,
        "name": finding["name"] if finding else None,
        "area": finding["area"] if finding else None,
        "counts": finding["counts"] if finding else False,
        "measures": finding["measures"] if finding else [gap.measure] if gap.measure else [],
        "wording": gap.wording,
    }


def _measure(row: Measure) -> Json:
    """Return a line of the town's own list as it stands now, which may be newer than the audit."""
    told = ("title", "key", "address", "department", "status", "since", "note", "criterion", "matched_by", "row")
    return {name: getattr(row, name) for name in told}


def _proposals(session: Session, audit_id: int, *, judged: Mapping[str, Json]) -> list[Json]:
    departments = {one["department_german"]: one["department"] for one in judged.values() if one["language"] != "de"}
    return [
        {
            "change": row.change,
            "where": row.where,
            "effect": row.effect,
            "effort": row.effort,
            "role": departments.get(row.role, row.role),
            "criteria": row.criteria,
            "changes": row.changes,
            "before": row.before,
            "after": row.after,
            "found": sum(row.before[key] < FINDABLE_FROM <= row.after[key] for key in row.after),
            "names": [judged[key]["name"] if key in judged else key for key in row.criteria],
        }
        for row in queries.proposals(session, audit_id)
    ]


def _searches(rows: Sequence[Asked]) -> dict[int, Json]:
    """Return for each site how its own search answered: questions, answers, whether any showed a hit, the last error."""
    found: dict[int, Json] = {}
    for row in rows:
        told = found.setdefault(row.site_id, {"asked": 0, "answered": 0, "hits": False, "error": None})
        told["error"] = row.error
        if row.query != CONTROL:
            told["asked"] += 1
            told["answered"] += row.error is None
            told["hits"] = told["hits"] or bool(row.hits)
    return found


def _coverage(audit: Audit, searches: Mapping[int, Json]) -> list[Json]:
    """Return how each site answered, then the sites that were not read because nobody has confirmed them."""
    read = [
        _site(crawl.site, crawl) | {"reason": _ended(crawl), "search": searches.get(crawl.site_id)}
        for crawl in _own(audit)
    ]
    seen = {crawl.site_id for crawl in _own(audit)}
    return read + [
        _site(site, None) for site in audit.town.sites if site.standing == Standing.PROPOSED and site.id not in seen
    ]


def _own(audit: Audit) -> list[Crawl]:
    """Return the reading of the town's sites; a look at the front pages of others is no coverage."""
    return [crawl for crawl in audit.crawls if crawl.site.standing in queries.READ]


def _landscape(audit: Audit) -> list[Json]:
    crawls = {crawl.site_id: crawl for crawl in _own(audit)}
    return [
        _site(site, crawls.get(site.id))
        | {"host": site.host, "ended": _ended(crawls[site.id]) if site.id in crawls else None}
        for site in audit.town.sites
    ]


def _site(site: Site, crawl: Crawl | None) -> Json:
    return {
        "url": site.url,
        "role": site.role,
        "standing": site.standing,
        "pages": crawl.pages if crawl else 0,
        "refused": crawl.refused if crawl else 0,
        "failed": crawl.failed if crawl else 0,
        "left_out": crawl.left_out if crawl else 0,
        "reason": site.reason,
        "end": crawl.end if crawl else None,
        "left_out_by": crawl.left_out_by if crawl else {},
    }


def _ended(crawl: Crawl) -> str:
    """Return why the reading ended; the host stands beside it already."""
    return crawl.detail.removeprefix(f"{crawl.site.host}: ") or words.ENDS.get(crawl.end, crawl.end)
