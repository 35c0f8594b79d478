"""
The verdicts of one audit, with their quotes and gaps, as JSON values.

Does not judge and does not word anything: what is read here was issued when the audit was judged. Of many quotes the best few
are taken, because a reader checks two or three and never fifty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from db import queries
from db.models import Crawl, Evidence, Finding, Gap, Listed, Page
from db.terms import GapKind, Maturity, Verdict
from reports import catalogue

QUOTES = 5
"""Quotes of one finding; more than a reader would check."""

LOOKED_AT = 20
"""Quotes of one finding that are looked at, because mirrored pages repeat each other."""

QUOTED = [
    getattr(Evidence, name)
    for name in ("criterion", "quote", "reading", "zone", "signal", "url", "page_type", "weight", "rule", "date")
]
"""Columns of a quote; whole rows of all that are looked at would take as long again."""

SEEN_AS = {GapKind.HIDDEN: Verdict.BURIED, GapKind.INVISIBLE: Verdict.ABSENT}
"""What a gap of a measure without a criterion says about the measure; any other: we could not look."""

Json = dict[str, Any]


def read(session: Session, audit_id: int, *, criteria: Sequence[Json], gaps: Sequence[Gap]) -> list[Json]:
    """Return the verdicts in the order of ``criteria``, then the measures that belong to no criterion."""
    known = {entry["id"]: entry for entry in criteria}
    order = {key: place for place, key in enumerate(known)}
    rows = queries.findings(session, audit_id)
    rows.sort(key=lambda row: order.get(row.criterion, len(order)))
    quotes = _quotes(session, audit_id)
    real = listed(session, audit_id)
    heads = _heads(session, audit_id)
    first: dict[str | None, Gap] = {}
    for gap in gaps:
        first.setdefault(gap.criterion, gap)
    found = [
        _finding(
            row,
            entry=known.get(row.criterion, {}),
            quotes=quotes.get(row.criterion, []),
            gap=first.get(row.criterion),
            real=real.get(row.criterion, []),
            head=heads.get(row.best_url),
        )
        for row in rows
    ]
    return found + [_unmatched(gap) for gap in gaps if gap.criterion is None]


def listed(session: Session, audit_id: int) -> dict[str, list[Json]]:
    """Return for each criterion what real search engines say of the town."""
    found: dict[str, list[Json]] = {}
    for row in queries.listed(session, audit_id):
        found.setdefault(row.criterion, []).append(_listed(row))
    return found


def _listed(row: Listed) -> Json:
    told = ("source", "query", "host", "engines", "silent", "error", "rank", "url", "hits")
    counted = ("period", "impressions", "clicks", "position")
    return {**{name: getattr(row, name) for name in (*told, *counted)}, "asked": iso(row.asked)}


def _finding(
    row: Finding, *, entry: Json, quotes: list[Json], gap: Gap | None, real: list[Json], head: Json | None
) -> Json:
    return {
        "criterion": row.criterion,
        "area": row.area,
        "aspect": row.aspect,
        "verdict": row.verdict,
        "maturity": row.maturity,
        "score": row.score,
        "best_url": row.best_url,
        "clicks": row.clicks,
        "path": row.path,
        "rank": row.rank,
        "query": row.query,
        "open_to_search": row.open_to_search,
        "quotes": quotes,
        "against": row.against,
        "gap": gap.kind if gap else None,
        "measure": row.measures[0] if row.measures else None,
        "advice": catalogue.advice(row.advice, entry),
        "counts": row.counts,
        "measures": row.measures,
        "reasons": row.reasons,
        "document": row.document,
        "site_search": row.site_search,
        "chance": row.chance,
        "routes": row.routes,
        "listed": real,
        "gap_wording": gap.wording if gap else None,
        "language": entry.get("language", "de"),
        "department_german": entry.get("german", entry).get("department", ""),
        "name": entry.get("name", row.criterion),
        "question": entry.get("question", ""),
        "department": entry.get("department", ""),
        "competence": entry.get("competence", "town"),
        "proof": entry.get("counts", []),
        "no_proof": entry.get("counts_not", []),
        "kind": entry.get("kind"),
        "audience": entry.get("audience", []),
        "definition": entry.get("definition", ""),
        "best_page": head,
    }


def _unmatched(gap: Gap) -> Json:
    """Return a measure that belongs to no criterion as a finding; it never counts."""
    return {
        "criterion": None,
        "area": None,
        "aspect": None,
        "verdict": SEEN_AS.get(GapKind(gap.kind), Verdict.UNKNOWN).value,
        "maturity": Maturity.NONE.value,
        "score": 0.0,
        "best_url": None,
        "clicks": None,
        "path": [],
        "rank": None,
        "query": "",
        "open_to_search": None,
        "quotes": [],
        "against": [],
        "gap": gap.kind,
        "measure": gap.measure,
        "advice": gap.wording,
        "counts": False,
        "measures": [gap.measure] if gap.measure else [],
        "reasons": [],
        "document": None,
        "site_search": None,
        "chance": None,
        "routes": None,
        "listed": [],
        "gap_wording": gap.wording,
        "language": "de",
        "department_german": "",
        "name": gap.measure["title"] if gap.measure else "",
        "question": "",
        "department": "",
        "competence": "town",
        "proof": [],
        "no_proof": [],
        "kind": None,
        "audience": [],
        "definition": "",
        "best_page": None,
    }


def _heads(session: Session, audit_id: int) -> dict[str | None, Json]:
    """Return title and description of the best pages, by address."""
    wanted = (
        select(Page.url, Page.title, Page.description)
        .join(Crawl, Crawl.id == Page.crawl_id)
        .join(Finding, (Finding.audit_id == Crawl.audit_id) & (Finding.best_url == Page.url))
        .where(Crawl.audit_id == audit_id)
        .distinct()
    )
    return {url: {"title": title, "description": said} for url, title, said in session.execute(wanted)}


def _quotes(session: Session, audit_id: int) -> dict[str, list[Json]]:
    """Return the best quotes for each criterion, those of the finding's best page first; a repeated one is left out."""
    best = case((Evidence.url == Finding.best_url, 0), else_=1)
    place = func.row_number().over(
        partition_by=Evidence.criterion, order_by=(best, Evidence.score.desc(), Evidence.weight.desc(), Evidence.id)
    )
    ranked = (
        select(Evidence.id, place.label("place"))
        .join(Finding, (Finding.audit_id == Evidence.audit_id) & (Finding.criterion == Evidence.criterion))
        .where(Evidence.audit_id == audit_id, Evidence.weight > 0)
        .subquery()
    )
    text = case((Page.document.is_not(None), Page.main_text))  # long, and needed of documents only
    wanted = (
        select(*QUOTED, Page.fetched, Page.date.label("page_date"), Page.document, text.label("said"))
        .join(ranked, ranked.c.id == Evidence.id)
        .outerjoin(Page, Page.id == Evidence.page_id)
        .where(ranked.c.place <= LOOKED_AT)
        .order_by(Evidence.criterion, ranked.c.place)
    )
    found: dict[str, list[Json]] = {}
    for row in session.execute(wanted):
        quotes = found.setdefault(row.criterion, [])
        if len(quotes) < QUOTES and all(quote["text"] != row.quote for quote in quotes):
            quotes.append(_quote(row))
    return found


def sheet(quote: str, *, text: str, starts: Sequence[int]) -> int | None:
    """Return the number, from 1, of the page of a document on which a quote begins; None if it does not stand in its text."""
    place = text.find(quote)
    return bisect_right(starts, text.count("\n", 0, place)) or None if place >= 0 else None


def _quote(row: Row[*tuple[Any, ...]]) -> Json:
    document = row.document
    return {
        "text": row.quote,
        "reading": row.reading,
        "zone": row.zone,
        "signal": row.signal,
        "url": row.url,
        "page_type": row.page_type,
        "weight": row.weight,
        "rule": row.rule,
        "fetched": iso(row.fetched),
        "page_date": row.date or row.page_date,
        "sheet": sheet(row.quote, text=row.said, starts=document.get("starts", [])) if document else None,
    }


def iso(value: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC: "2026-11-25T13:05:00+00:00"."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value is not None else None
