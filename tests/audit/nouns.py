"""
Nouns in memory for the tests of the deciding rooms.

Does not open a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from audit.catalogue import Criterion
from audit.classify import CriterionReading
from audit.findability import Finder
from audit.judge import Seen
from db.models import Crawl, Evidence, Finding, Link, Page, Site
from db.terms import Band, End, Maturity, PageType, Reading, Signal, Zone

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOME = "http://www.ort.example/"


def criterion(**values: Any) -> Criterion:
    given = {
        "id": "handyparken",
        "name": "Handyparken",
        "name_en": "Mobile parking",
        "aspect": "implementation",
        "kind": "offer",
        "question": "Kann ich mit dem Handy parken?",
        "definition": "Parkgebühren lassen sich per App bezahlen.",
        "audience": ["citizens"],
        "roles": ["city"],
        "enough": "live",
        "queries": ["{town} handyparken"],
        "advice": "Legen Sie eine Seite an.",
        "department": "Straßenverkehrsbehörde",
    }
    return Criterion.model_validate({**given, **values})


def page(url: str, *links: tuple[str, str], title: str = "Handyparken", **values: Any) -> Page:
    made = [Link(url=target, text=text, zone="main") for target, text in links]
    given: dict[str, Any] = {
        "status": 200,
        "title": title,
        "main_text": f"{title}. Parken Sie mit dem Handy.",
        "content_type": "text/html",
    }
    return Page(url=url, fetched=NOW, links=made, **{**given, **values})


def seen(
    where: Page,
    *,
    page_type: PageType = PageType.SERVICE,
    maturity: Maturity = Maturity.LIVE,
    band: Band | None = Band.AUTOMATIC,
    score: float = 0.9,
    reading: Reading = Reading.STATEMENT,
    weight: float = 1.5,
) -> Seen:
    evidence = Evidence(
        criterion="handyparken",
        quote=f"Zitat von {where.url}",
        signal=Signal.PRODUCT,
        zone=Zone.MAIN,
        reading=reading,
        weight=weight,
        rule="handyparken",
        url=where.url,
        page_type=page_type,
    )
    return Seen(
        page=where,
        page_type=page_type,
        reading=CriterionReading(id="handyparken", score=score, band=band, maturity=maturity, evidence=[evidence]),
    )


def crawl(
    role: str = "city", *, host: str = "www.ort.example", end: str = End.FINISHED, pages: int = 50, **values: Any
) -> Crawl:
    made = Crawl(audit_id=1, site_id=1, end=end, pages=pages, **values)
    made.site = Site(url=f"http://{host}/", host=host, role=role)
    return made


def finder(pages: Sequence[Page], *criteria: Criterion, doors: Sequence[str] = (HOME,), **values: Any) -> Finder:
    wanted = {one.id: one for one in criteria or (criterion(),)}
    return Finder(pages, town="Ort", doors=dict.fromkeys(doors, 1.0), criteria=wanted, area_of={}, **values)


def finding(verdict: str, key: str = "handyparken", **values: Any) -> Finding:
    return Finding(criterion=key, area="mobilitaet", aspect="implementation", verdict=verdict, **values)
