"""
What the review screens show, as JSON values: pages that wait, one of them with its proof, and people's words.

Does not ask for anything to be written and does not decide who may do what; ``audit.run.deciding`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from audit.classify.marks import marked
from audit.reviews.queue import Look
from audit.run import deciding
from audit.run.deciding import Matter
from db.desk import Person
from db.models import Audit, Catalogue, Evidence, Review
from db.terms import WHY, Decision, Why
from reports import catalogue
from reports.desk_words import DOUBTS
from reports.findings import iso
from reports.render import Address

QUOTES = 5
"""Quotes of one page; a person reads two or three."""
AGAINST = 5

Json = dict[str, Any]


def criteria(audit: Audit) -> dict[str, Json]:
    """Return the criteria of the audit's catalogue by id, in the language that is spoken."""
    return _known(audit.catalogue) if audit.catalogue else {}


def names(catalogues: Iterable[Catalogue]) -> dict[str, str]:
    """Return the names of all criteria of these catalogues by id; of several the last one's."""
    return {key: entry.get("name", key) for one in catalogues for key, entry in _known(one).items()}


def _known(used: Catalogue) -> dict[str, Json]:
    told = catalogue.spoken({"criteria": [], "areas": [], **used.document})
    return {each["id"]: each for each in told["criteria"]}


def address(key: str, criterion: str, url: str | None, **more: str) -> Address:
    """Return where one page for a criterion is looked at, or without a page the finding in all."""
    values = {name: value for name, value in {"seite": url, **more}.items() if value}
    return Address(f"/pruefliste/{quote(key)}/befunde/{quote(criterion)}{'?' if values else ''}{urlencode(values)}")


def line(look: Look, *, key: str, known: Mapping[str, Json]) -> Json:
    """Return one page that waits."""
    return {
        **named(look.criterion, known),
        "here": address(key, look.criterion, look.url),
        "url": look.url,
        "verdict": look.verdict,
        "quote": look.quote,
        "doubt": doubt(look),
        "drawn": look.drawn,
    }


def named(criterion: str, known: Mapping[str, Json]) -> Json:
    """Return a criterion with its name and question; one that the catalogue no longer knows speaks for itself."""
    entry = known.get(criterion, {})
    return {"criterion": criterion, "name": entry.get("name", criterion), "question": entry.get("question", "")}


def doubt(look: Look) -> Json:
    """Return why a page waits."""
    return {"words": DOUBTS[look.doubt], "pages": look.pages}


def matter(found: Matter, *, known: Mapping[str, Json]) -> Json:
    """Return what a person has to know to decide."""
    finding, entry = found.finding, known.get(found.finding.criterion, {})
    speaking = [one for one in found.evidence if one.weight > 0]
    against = [_against(one.url, one.quote, one.reading) for one in found.evidence if one.weight <= 0]
    others = [_against(one["url"], one["text"], one["reading"]) for one in finding.against]
    return {
        **named(finding.criterion, known),
        "url": found.url,
        "best_url": finding.best_url,
        "verdict": finding.verdict,
        "counts": finding.counts,
        "audit": finding.audit_id,
        "score": max((one.score for one in found.evidence), default=None),
        "quotes": _quotes(speaking)[:QUOTES],
        "against": _once([*against, *others])[:AGAINST],
        "reasons": [reason["text"] for reason in finding.reasons],
        "proof": entry.get("counts", []),
        "no_proof": entry.get("counts_not", []),
        "mark": found.mark,
        "address": Address(found.url or ""),
    }


def word(review: Review, *, known: Mapping[str, Json], person: Person | None, key: str) -> Json:
    """Return what a person has said, and whether ``person`` may take it back."""
    reasons = WHY[Decision(review.decision)]
    return {
        **named(review.criterion, known),
        "number": review.id,
        "decision": review.decision,
        "reason": reasons.get(Why(review.reason), review.reason),
        "who": review.person,
        "made": iso(review.made),
        "until": (review.expires - timedelta(seconds=1)).date().isoformat() if review.expires else "",
        "withdrawn": iso(review.withdrawn),
        "whole": review.whole,
        "url": review.url,
        "here": address(key, review.criterion, None if review.whole else review.url),
        "verdict": review.verdict,
        "mine": person is not None and deciding.may_undo(review, person),
    }


def _quotes(evidence: Sequence[Evidence]) -> list[Json]:
    """Return different quotes, each with the words for which it was taken."""
    found: dict[str, list[Evidence]] = {}
    for one in evidence:
        found.setdefault(one.quote, []).append(one)
    return [
        {
            "pieces": [
                {"text": text, "hit": hit} for text, hit in marked(quote, [one.rule for one in items if one.rule])
            ],
            "zone": items[0].zone,
            "reading": items[0].reading,
            "page_type": items[0].page_type,
            "date": items[0].date,
        }
        for quote, items in found.items()
    ]


def _against(url: str, text: str, reading: str) -> Json:
    return {"url": url, "text": text, "reading": reading}


def _once(rows: Sequence[Json]) -> list[Json]:
    return list({(row["url"], row["text"]): row for row in rows}.values())
