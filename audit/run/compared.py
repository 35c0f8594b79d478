"""
Two audits and what changed between them as JSON values: how each was measured, and each change with both its sides.

Does not compare (``audit.run.comparing``) and has no words for people (``reports.change_words``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

import db
from audit import changes, coverage
from audit.changes import Change
from audit.findability.finder import SEARCHERS
from db import queries
from db.models import Audit, Evidence, Finding
from db.terms import ChangeCause, ChangeKind, Zone
from reports.catalogue import spoken

SCHEMA = 1
OURS = (ChangeCause.RULES, ChangeCause.COVERAGE)
"""Causes with which the town has nothing to do."""

Json = dict[str, Any]
Quotes = Mapping[tuple[str, str | None], str]
"""By criterion and address."""


def head(audit: Audit) -> Json:
    """Return whose audits are compared, by which program, and in which language the names of criteria are."""
    return {
        "schema": SCHEMA,
        "town": audit.town.key,
        "town_name": audit.town.name,
        "program": db.__version__,
        "catalogue_language": spoken(audit.catalogue.document)["language"] if audit.catalogue else "de",
    }


def about(session: Session, audit: Audit) -> Json:
    """Return one judged audit: when, by what, its score, and how its sites were read."""
    assert audit.judged is not None
    return {
        "audit": audit.id,
        "started": audit.started.isoformat(timespec="seconds"),
        "judged": audit.judged.isoformat(timespec="seconds"),
        "catalogue": catalogue(audit),
        "program": audit.program,
        "enough": bool(audit.enough),
        "score": changes.score(queries.findings(session, audit.id)),
        "sites": [
            {"host": crawl.site.host, "pages": crawl.pages, "why": coverage.obstacle(crawl)}
            for crawl in queries.crawls(session, audit.id)
            if crawl.site.standing in queries.READ
        ],
    }


def catalogue(audit: Audit) -> Json:
    """Return name, version and digest of the catalogue by which an audit was judged."""
    return {key: getattr(audit.catalogue, key, "") for key in ("name", "version", "digest")}


def method(older: Audit, newer: Audit) -> list[Json]:
    """Return in what the two were measured differently: ``{"code", "before", "after"}``."""
    ways: dict[str, Callable[[Audit], Any]] = {
        "catalogue": catalogue,
        "program": lambda audit: audit.program,
        "reader": lambda audit: sorted({crawl.program for crawl in audit.crawls if crawl.program}),
        "calibration": _learned,
        "searchers": lambda audit: audit.budget.get("search_share", SEARCHERS),
        "budget": lambda audit: {key: audit.budget.get(key) for key in ("pages_per_site", "seconds_per_site")},
    }
    told = [{"code": code, "before": way(older), "after": way(newer)} for code, way in ways.items()]
    return [row for row in told if row["before"] != row["after"]]


def _learned(audit: Audit) -> Json | None:
    """Return what reviews had taught, without when and from how many."""
    known = audit.calibration
    return {key: known[key] for key in ("slope", "shift", "offsets")} if known else None


def counts(found: Iterable[Change]) -> dict[str, int]:
    """Return how many criteria that count changed by a site or a person, by kind, and how many only by our rules or our reach."""
    counted = dict.fromkeys([*(kind.value for kind in ChangeKind), *OURS], 0)
    for one in found:
        shown = one.after or one.before
        if shown is not None and shown.counts:
            counted[str(one.cause if one.cause in OURS else one.kind)] += 1
    return counted


def rows(session: Session, older: Audit, newer: Audit, found: Iterable[Change]) -> list[Json]:
    """Return the changes that have a cause, each with names, quotes and ways of both audits."""
    told = [one for one in found if one.cause is not None]
    if not told:
        return []
    names: dict[str, str] = {}
    for audit in (older, newer):
        names |= (
            {row["id"]: row["name"] for row in spoken(audit.catalogue.document)["criteria"]} if audit.catalogue else {}
        )
    quotes = [_quotes(queries.evidence(session, audit.id)) for audit in (older, newer)]
    return [_row(one, name=names.get(one.criterion, one.criterion), quotes=quotes) for one in told]


def _row(change: Change, *, name: str, quotes: Sequence[Quotes]) -> Json:
    shown = change.after or change.before
    return {
        "criterion": change.criterion,
        "name": name,
        "counts": bool(shown and shown.counts),
        "kind": change.kind,
        "cause": change.cause,
        "before": _view(change.before, quotes[0]),
        "rejudged": changes.verdict(change.rejudged),
        "after": _view(change.after, quotes[1]),
        "facts": [asdict(fact) for fact in change.facts],
    }


def _view(finding: Finding | None, quotes: Quotes) -> Json | None:
    if finding is None:
        return None
    shown = ("verdict", "best_url", "clicks", "path", "rank", "query", "chance")
    told = {name: getattr(finding, name) for name in shown}
    return {**told, "quote": quotes.get((finding.criterion, finding.best_url), "")}


def _quotes(evidence: Iterable[Evidence]) -> Quotes:
    """Return the strongest quote of each criterion on each page; a sentence says more than a title."""
    telling = (item for item in evidence if item.weight > 0)
    rising = sorted(telling, key=lambda item: (item.zone == Zone.MAIN, item.weight))
    return {(item.criterion, item.url): item.quote for item in rising}
