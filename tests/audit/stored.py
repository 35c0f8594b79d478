"""
A read town in a database, for tests that judge, compare and try.

Does not crawl; its pages are what the test says.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from db.models import Audit, Catalogue, Crawl, LinkRow, Page, Site, Town
from db.session import opened
from db.terms import End, Role, Standing
from tests.audit.nouns import HOME, NOW


def town(engine: Engine, *pages: dict[str, Any], links: tuple[LinkRow, ...] = (), source: str = "") -> int:
    """
    Store the town „Ort“ with one audit that has read these pages, and return the number of the town.

    With a ``source`` the audit counts as judged by the catalogue there.
    """
    with opened(engine) as session:
        site = Site(host="www.ort.example", url=HOME, role=Role.CITY, standing=Standing.CONFIRMED)
        stored = Town(key="ort", name="Ort", sites=[site])
        used = Catalogue(name="grund", version="0", digest="0", document={"source": source})
        session.add_all([stored, *([used] if source else [])])
        session.flush()
        judged = {"judged": NOW, "catalogue_id": used.id} if source else {}
        audit = Audit(town_id=stored.id, started=NOW, crawled=NOW, **judged)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=site.id, end=End.FINISHED, pages=len(pages))
        session.add(crawl)
        session.flush()
        for link in links:
            link.crawl_id = crawl.id
        given = {"status": 200, "fetched": NOW, "language": "de", "content_type": "text/html"}
        session.add_all([*links, *(Page(crawl_id=crawl.id, **{**given, **page}) for page in pages)])
        return stored.id
