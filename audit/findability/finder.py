"""
Search and browsing put together: how likely is it that a researcher arrives?

Does not judge whether what is found counts; ``audit.judge`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.findability.graph import Graph, Way
from audit.findability.onsite import OnSite, Place, wording
from audit.findability.search import Search, closed
from audit.findability.twins import Twins
from db.models import Asked, Page

SEARCHERS = 0.5
"""Share of people who begin with a search engine; the others begin at the town's site (eGovernment MONITOR: 47 to 47)."""

TOP, FIRST_PAGE = 3, 10
FIRST_PAGE_CHANCE = 0.7
"""Chance that a result at places 4 to 10 is opened by someone who is looking for it."""

CLICKS_CHANCE = {0: 1.0, 1: 1.0, 2: 1.0, 3: 0.8, 4: 0.4, 5: 0.2}
"""Chance that people get as far as this many clicks."""

MUTE_CHANCE = 0.5
"""A link that says „hier“ is overlooked by every other person."""


@dataclass(frozen=True)
class Found:
    """
    How one page can be found.

    Attributes:
        url: The page.
        chance: 0..1, search and browsing together.
        way: From the nearest front door; None: no link leads there.
        rank: Place in the search, from 1; None: not among the first 50, or not open to search engines.
        query: The query with that rank, else the first query; with the town's name put in.
        closed: What keeps search engines from listing any of its addresses, as in ``search.closed``; None: they may.
        is_host_linked: Does any way from a front door lead to its host?
        on_site: Its place in the search of one of the town's own sites; None: not measured. It does not change the chance.
    """

    url: str
    chance: float
    way: Way | None
    rank: int | None
    query: str
    closed: str | None
    is_host_linked: bool = True
    on_site: Place | None = None

    @property
    def open_to_search(self) -> bool:
        """May search engines list it?"""
        return self.closed is None


class Finder:
    """The simulated researcher for one town."""

    def __init__(self, pages: Sequence[Page], *, town: str, doors: Sequence[str], asked: Sequence[Asked] = ()) -> None:
        self._town = town
        self._pages = {page.url: page for page in pages}
        self.twins = Twins(pages)
        self.search = Search(pages, town=town, twins=self.twins)
        self.graph = Graph(pages, doors=doors)
        self.on_site = OnSite(asked, known=self.graph.page)

    def find(self, urls: Sequence[str], *, queries: Sequence[str]) -> Found | None:
        """
        Return the most findable of these pages or of their mirrored twins.

        A search that leads to one of them and browsing that leads to another both help whoever looks, so the best of
        each is taken; the page reached by browsing is named first, since it is the one that people are shown.
        """
        all_urls = {twin for url in urls for twin in self.twins.of(url)}
        if not all_urls:
            return None
        ways = {url: self.graph.way(url) for url in sorted(all_urls)}
        best = max(sorted(all_urls), key=lambda url: (browse_chance(ways[url]), url in urls, -len(url)))
        rank, query, hit = self._rank(all_urls, queries)
        if browse_chance(ways[best]) == 0.0 and hit is not None:
            best = hit
        chance = SEARCHERS * search_chance(rank) + (1 - SEARCHERS) * browse_chance(ways[best])
        return Found(
            url=best,
            chance=chance,
            way=ways[best],
            rank=rank,
            query=query,
            closed=self._closed(best, all_urls),
            is_host_linked=self.graph.reaches(best),
            on_site=self.on_site.place(all_urls, query=wording(queries)),
        )

    def _closed(self, best: str, urls: Iterable[str]) -> str | None:
        """Return what closes the best of these addresses; None, if another of them is open."""
        found = {url: closed(self._pages[url]) for url in urls if url in self._pages}
        return None if None in found.values() else found.get(best, "unread")

    def _rank(self, urls: set[str], queries: Sequence[str]) -> tuple[int | None, str, str | None]:
        asked = [query.replace("{town}", self._town) for query in queries]
        places = [
            (place[0], number, place[1])
            for number, query in enumerate(asked)
            if (place := self.search.place(query, urls))
        ]
        if not places:
            return None, asked[0] if asked else "", None
        rank, number, url = min(places)
        return rank, asked[number], url


def search_chance(rank: int | None) -> float:
    """Return the chance that someone who searches opens a result at this place."""
    if rank is None or rank > FIRST_PAGE:
        return 0.0
    return 1.0 if rank <= TOP else FIRST_PAGE_CHANCE


def browse_chance(way: Way | None) -> float:
    """Return the chance that someone who browses goes this way to its end."""
    if way is None:
        return 0.0
    return CLICKS_CHANCE.get(way.clicks, 0.0) * MUTE_CHANCE**way.mute
