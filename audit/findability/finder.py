"""
Search and browsing put together: how likely is it that a researcher arrives?

Does not judge whether what is found counts; ``audit.judge`` does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from audit.catalogue import Criterion
from audit.findability.browsing import Browsed, Scents, browse, choices
from audit.findability.flow import Floats
from audit.findability.graph import Graph, Way
from audit.findability.onsite import OnSite, Place, wording
from audit.findability.question import Questions
from audit.findability.routes import Means, Routes
from audit.findability.search import Search, closed, is_html
from audit.findability.searching import CLEAR, Searched, search
from audit.findability.twins import Twins
from db import fulltext
from db.models import Asked, Link, Page
from db.terms import Zone

SEARCHERS = 0.5
"""Share of people who begin with a search engine; the others begin at the town's site (eGovernment MONITOR: 47 to 47)."""

NEAR_DOOR = 2
"""Clicks from a front door within which topic pages lie."""

LEADING_ON = 2
"""Pages further in that the main part of a topic page leads to, at least."""

SAME_TITLE = 3
"""A title that so many pages of a host bear names none of them."""


@dataclass(frozen=True)
class Found:
    """
    How one page can be found.

    Attributes:
        url: The page.
        searched: By a search engine.
        browsed: By links from a front door.
        searchers: Part of the people who begin with a search engine.
        closed: What keeps search engines from listing any of its addresses, as in ``search.closed``; None: they may.
        site: What the site itself does for it: the list A to Z, and whether all routes end at one page.
        on_site: Its place in the search of one of the town's own sites; None: not measured. It does not change the chance.
    """

    url: str
    searched: Searched
    browsed: Browsed
    closed: str | None
    searchers: float = SEARCHERS
    on_site: Place | None = None
    site: Routes | None = None

    @property
    def chance(self) -> float:
        """Chance to be found, 0..1: of those who search and those who browse together."""
        return self.searchers * self.searched.chance + (1 - self.searchers) * self.browsed.chance

    @property
    def way(self) -> Way | None:
        """From the best front door; None: no link leads there."""
        return self.browsed.way

    def routes(self) -> dict[str, Any]:
        """Return both ways in numbers, as ``Finding.routes`` keeps them."""
        lost = self.browsed.lost
        return {
            "search": {"chance": round(self.searched.chance, 3), "title": round(self.searched.title, 3)},
            "browse": {
                "chance": round(self.browsed.chance, 3),
                "flow": [round(share, 4) for share in self.browsed.flow],
                "lost": {**asdict(lost), "share": round(lost.share, 3)} if lost else None,
            },
            "site": asdict(self.site) if self.site else None,
        }

    @property
    def open_to_search(self) -> bool:
        """May search engines list it?"""
        return self.closed is None


class Finder:
    """
    The simulated researcher for one town.

    ``doors`` are the home pages at which people begin, each with the part of people who know it.
    """

    def __init__(
        self,
        pages: Sequence[Page],
        *,
        town: str,
        doors: Mapping[str, float],
        criteria: Mapping[str, Criterion],
        area_of: Mapping[str, str],
        asked: Sequence[Asked] = (),
        searchers: float = SEARCHERS,
        store: fulltext.Maker = fulltext.InMemory,
    ) -> None:
        self._town, self._searchers = town, searchers
        pages = sorted(pages, key=lambda page: page.url)  # whatever order they were read in, the answer is the same
        self.twins = Twins(pages)
        typed = [text for one in criteria.values() for text in (one.name, *one.queries, *one.product)]
        self.search = Search(pages, town=town, twins=self.twins, queries=typed, store=store)
        self.graph = Graph(pages, doors=doors)
        self.questions = Questions(
            criteria, area_of, analyser=self.search.analyser, rarity=self.search.rarity, town=town
        )
        self._scents = Scents(self.questions)
        self._means = Means(self.graph)
        self._titles: dict[str, Counter[str]] = {}
        self._faults: dict[str, tuple[int, Counter[tuple[str, str]]]] = {}
        self.on_site = OnSite(asked, known=self.graph.page)

    @contextmanager
    def tried(self, pages: Sequence[Page]) -> Iterator[None]:
        """Find as if these pages stood in place of those of the same address, or beside them; then forget it."""
        graph = self.graph
        self.graph = graph.changed(pages)
        try:
            with self.search.tried(pages):
                yield
        finally:
            self.graph = graph

    def find(self, urls: Sequence[str], criterion: Criterion) -> Found | None:
        """
        Return the most findable of these pages or of their mirrored twins.

        A search that leads to one of them and browsing that leads to another both help whoever looks; the page reached by
        browsing is named first, since it is the one that people are shown.
        """
        all_urls = {twin for url in urls for twin in self.twins.of(url)}
        if not all_urls:
            return None
        question = self.questions.of(criterion)
        searched = search(
            self.search, question, all_urls, questions=self.questions, town=self._town, pages=self.graph.pages
        )
        browsed = browse(self.graph, question, sorted(all_urls), scents=self._scents)
        best = self._best(urls, searched, browsed)
        on_site = self.on_site.place(all_urls, query=wording(criterion.queries))
        ends = [searched.url, browsed.way.steps[-1][0] if browsed.way else None, on_site.url if on_site else None]
        return Found(
            url=best,
            searched=searched,
            browsed=browsed,
            searchers=self._searchers,
            closed=self._closed(best, searched, all_urls),
            on_site=on_site,
            site=self._means.routes(sorted(all_urls), ends, twins=self.twins),
        )

    def without_signposts(self, urls: Sequence[str], criterion: Criterion) -> list[str]:
        """Return those of these pages that do not only point to another of them: in its words, under a title of their own."""
        pointing = {
            url
            for url in urls
            if (page := self.graph.pages.get(url)) is not None
            and self.scent(page.title, criterion) < CLEAR
            and any(self._points(link, url, urls, criterion) for link in page.links)
        }
        return [url for url in urls if url not in pointing] or list(urls)

    def _points(self, link: Link, source: str, urls: Sequence[str], criterion: Criterion) -> bool:
        target = self.graph.page(link.url)
        return target != source and target in urls and self.scent(link.text, criterion) >= CLEAR

    def scent(self, text: str, criterion: Criterion) -> float:
        """Return how much words promise to lead to what is looked for, 0..1."""
        return self.questions.of(criterion).scent(self.questions.tokens(text))

    def scents(self, criterion: Criterion) -> Floats:
        """Return the scent of the words of each link, as ``Graph.wordings`` counts them."""
        return self._scents.of(self.questions.of(criterion), self.graph.wordings)

    def choices(self, criterion: Criterion) -> Floats:
        """Return the chance that whoever looks for this takes each edge of the page they are on, as ``Graph.edges`` counts them."""
        return choices(self.graph, self.questions.of(criterion), scents=self._scents)

    def queries(self, criterion: Criterion) -> list[str]:
        """Return what is typed into a search engine, with the town's name."""
        return [query.replace("{town}", self._town) for query in criterion.queries]

    @cached_property
    def _by_host(self) -> Mapping[str, list[Page]]:
        found: defaultdict[str, list[Page]] = defaultdict(list)
        for url, page in self.graph.pages.items():
            if page.status == 200 and is_html(page):  # noqa: PLR2004
                found[url.split("/")[2]].append(page)
        return found

    def pages_of(self, host: str) -> Sequence[Page]:
        """Return the pages to read of a host."""
        return self._by_host.get(host, [])

    @cached_property
    def topics(self) -> Sequence[Page]:
        """The pages near a front door that lead on to others, on which people look for a way."""
        near = (page for pages in self._by_host.values() for page in pages if page.error is None)
        return [page for page in near if 0 <= self.graph.depth(page.url) <= NEAR_DOOR and self._leads_on(page)]

    def _leads_on(self, page: Page) -> bool:
        host = page.url.split("/")[2]
        own = {link.url for link in page.links if link.zone == Zone.MAIN and link.url.split("/")[2] == host}
        return sum(self.graph.depth(url) > self.graph.depth(page.url) for url in own) >= LEADING_ON

    @property
    def lists(self) -> Sequence[str]:
        """The lists A to Z that the front doors offer."""
        return self._means.lists

    def titles(self, host: str) -> Counter[str]:
        """Return how many pages of a host bear each title."""
        if host not in self._titles:
            self._titles[host] = Counter(page.title.strip() for page in self.pages_of(host))
        return self._titles[host]

    def is_titled(self, page: Page) -> bool:
        """Does the title tell the page from others: more than the name of the host, and not that of many pages?"""
        title = page.title.strip()
        return bool(self.questions.tokens(title)) and self.titles(page.url.split("/")[2])[title] < SAME_TITLE

    def faults(self, host: str) -> tuple[int, Counter[tuple[str, str]]]:
        """
        Return how many pages a host has, and how many of them have each fault.

        Faults are what closes a page to search engines, ``canonical`` with the address it names, and ``title_missing``.
        """
        if host not in self._faults:
            pages = self.pages_of(host)
            found = Counter(
                (code, str(page.canonical) if code == "canonical" else "") for page in pages if (code := closed(page))
            )
            found["title_missing", ""] = sum(not self.is_titled(page) for page in pages)
            self._faults[host] = len(pages), found
        return self._faults[host]

    def _best(self, urls: Sequence[str], searched: Searched, browsed: Browsed) -> str:
        if browsed.chance == 0.0 and searched.url is not None:
            return searched.url
        return browsed.way.steps[-1][0] if browsed.way else urls[0]

    def _closed(self, best: str, searched: Searched, urls: Iterable[str]) -> str | None:
        """Return what closes the best page, unless another address of the thing is open and found by searching."""
        found = {url: closed(self.graph.pages[url]) for url in urls if url in self.graph.pages}
        is_open = None in found.values() and (searched.chance > 0 or found.get(best) is None)
        return None if is_open else found.get(best, "unread")
