"""
What the searches of a town's own sites are asked: the researcher's queries, where the profile allows it.

Does not ask by itself (``crawler.process`` does) and does not judge what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from audit.catalogue import Criterion
from audit.coverage import ANSWERED
from audit.findability.onsite import wording
from db import queries
from db.models import Asked, Audit, Crawl
from db.terms import CONTROL, Role

ASKED = {Role.CITY, Role.PORTAL, Role.UTILITY}
"""Sites whose own search people use to look for a service."""


def searches(session: Session, audit: Audit, *, criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """
    Return each site whose search is to be asked, as ``crawler.process`` takes it; what was asked before is left out.

    Only a search that is a plain address is asked: sending a form with POST may do more than search.
    """
    most = int(audit.budget.get("searches_per_site", 0))
    if not most:
        return []
    asked = queries.asked(session, audit.id)
    wanted = [one for one in criteria if one.is_of(audit.town.competences)]
    found = (_search(session, crawl, criteria=wanted, asked=asked, most=most) for crawl in audit.crawls)
    return [search for search in found if search is not None]


def _search(
    session: Session, crawl: Crawl, *, criteria: Sequence[Criterion], asked: Sequence[Asked], most: int
) -> dict[str, Any] | None:
    site = crawl.site
    # Who would not let us read has answered already.
    if site.role not in ASKED or site.standing not in queries.READ or crawl.end not in ANSWERED:
        return None
    offered = queries.offered_search(session, crawl.id)
    if offered is None or offered[0]["method"] != "get":
        return None
    known = {row.query for row in asked if row.site_id == site.id and row.query != CONTROL}
    wordings = dict.fromkeys(wording(one.queries) for one in criteria if site.role in one.roles)
    waiting = [words for words in wordings if words not in known][: max(0, most - len(known))]
    if not waiting:
        return None
    return {"site": site.id, "url": offered[0]["url"], "door": site.url, "queries": waiting, "charset": offered[1]}
