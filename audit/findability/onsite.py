"""
The place of pages in the searches of the town's own sites, from what those answered.

Does not ask: ``crawler.spiders.search`` has. A search that failed, was not asked, or shows nothing that can be read to any
question says nothing about a page; only one that showed other pages says that this one is not among the first ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from db.models import Asked
from db.terms import CONTROL


@dataclass(frozen=True)
class Place:
    """
    Where the search of a site shows a page.

    Attributes:
        site: The host whose search was asked.
        query: The words it was asked.
        rank: Place among the hits, from 1; None: not among the first ten.
        url: The hit; None without a rank.
    """

    site: str
    query: str
    rank: int | None
    url: str | None


def wording(queries: Sequence[str]) -> str:
    """Return what is asked on the town's own site: the first query without the town's name, which nobody types there."""
    return " ".join(queries[0].replace("{town}", " ").split())


class OnSite:
    """
    The answers of the searches of a town's sites.

    ``known`` gives the page that answers for an address, which may be that of a redirect; None if it was not read.
    """

    def __init__(self, asked: Sequence[Asked], *, known: Callable[[str], str | None]) -> None:
        self._known = known
        self._frames = {row.site_id: set(map(self._page, row.hits)) for row in asked if row.query == CONTROL}
        told = {row.site_id for row in asked if row.query != CONTROL and row.hits}
        self._rows: defaultdict[str, list[Asked]] = defaultdict(list)
        for row in asked:
            if row.query != CONTROL and row.error is None and row.site_id in told:
                self._rows[row.query].append(row)

    def place(self, urls: AbstractSet[str], *, query: str) -> Place | None:
        """Return the best place of one of these pages over all sites that were asked; None: not measured."""
        places = [place for row in self._rows.get(query, ()) if (place := self._of(row, urls))]
        return min(places, key=lambda place: (place.rank is None, place.rank), default=None)

    def _of(self, row: Asked, urls: AbstractSet[str]) -> Place | None:
        for rank, url in enumerate(row.hits, 1):
            if self._page(url) in urls:
                return Place(site=row.site.host, query=row.query, rank=rank, url=url)
        # A page that stands beside whatever is asked cannot be told from a hit.
        if not urls.isdisjoint(self._frames.get(row.site_id, ())):
            return None
        return Place(site=row.site.host, query=row.query, rank=None, url=None)

    def _page(self, url: str) -> str:
        """Return the page behind a hit; some systems add the words that were asked to its address."""
        return self._known(url) or self._known(url.partition("?")[0]) or url
