"""
A search over the pages of a town, as a search engine would see them.

Does not ask any search engine: it ranks with BM25 (Robertson, Walker: *Okapi at TREC-3*, 1994) in a store of full text, on
tokens of our own German analysis; words of a query that stand near each other count again, so that „Parken per Handy“ is
no page that has both words somewhere. Documents other than pages are left out, since a PDF hit does not count.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations

from audit.findability.question import rarity
from audit.findability.twins import Twins
from audit.findability.words import WORD, Analyser, folded
from crawler.directives import LEADING
from db import fulltext
from db.models import Page

DEPTH = 50
"""Places that are looked at; whoever stands behind them is not found."""

WEIGHTS = {"title": 5.0, "headings": 2.5, "anchors": 3.0, "description": 1.5, "main": 1.0}
"""How much a word counts by where it stands."""

MAIN_LIMIT = 20_000
"""Characters of main text that are indexed; what stands further down decides no ranking."""

NEAR = 6
"""Tokens within which two words of a query belong together."""

MOST_ANCHORS = 20
"""Different words of links that are indexed for one page."""

COMMON = 0.1
"""A token that stands on a larger part of the pages finds none by itself, only beside another word of the query."""

LIGHTEST = 1e-6
"""Weight of a token that stands on most pages."""

RARE_PAGES, RARE_SHARE = 4, 0.02
"""A token is rare that stands on so many pages at most, or on this part of them."""

HTML = {"text/html", "application/xhtml+xml", ""}


def closed(page: Page) -> str | None:
    """
    Return what keeps search engines from listing this page at this address; None: they may.

    ``unread`` (there was no page), ``blocked`` (robots.txt), ``noindex`` (a meta or header), ``canonical`` (it names another address).
    """
    if page.status != 200 or page.error is not None:  # noqa: PLR2004
        return "unread"
    # An engine that may not read a page cannot rank it by its words, even if it knows the address.
    if page.engines is not None and not page.engines.get(LEADING, {}).get("fetch", True):
        return "blocked"
    if not page.index:
        return "noindex"
    return None if page.canonical in {None, "", page.url} else "canonical"


def is_html(page: Page) -> bool:
    """Is it a page to read, not a document to load?"""
    return page.content_type.split(";")[0].strip().lower() in HTML


class Search:
    """
    An index over the pages that search engines may list; mirrored pages are listed once.

    Where its rows stand is for ``store`` to say.

    Attributes:
        rarity: Weight of a token by how few of the pages have it.
    """

    def __init__(
        self,
        pages: Sequence[Page],
        *,
        town: str,
        twins: Twins | None = None,
        queries: Iterable[str] = (),
        store: fulltext.Maker = fulltext.InMemory,
    ) -> None:
        listed = [page for page in pages if closed(page) is None and is_html(page)]
        texts = (f"{page.title}\n{page.main_text[:MAIN_LIMIT]}" for page in listed)
        self.analyser = Analyser(texts, known=(query.replace("{town}", " ") for query in queries))
        self._town = set(WORD.findall(folded(town)))
        self._twins = twins or Twins(pages)
        self._pages = {page.url: page for page in listed}
        self._anchors = _anchors(pages)
        self._index = store(WEIGHTS)
        spread: Counter[str] = Counter()
        self._index.fill(self._counted(self._pages.values(), spread))
        self.spread, self._listed = spread, len(listed)
        self.rarity: Callable[[str], float] = rarity(len(listed), spread)
        self._known: dict[str, tuple[str, ...]] = {}

    def is_rare(self, token: str) -> bool:
        """Does a token stand on hardly any page?"""
        return self.spread[token] <= max(RARE_PAGES, RARE_SHARE * self._listed)

    @contextmanager
    def tried(self, pages: Sequence[Page]) -> Iterator[None]:
        """Search as if these pages, and the words of their links, stood in place of those of the same address; then forget it."""
        known, shown, anchors = self._known, dict(self._pages), self._anchors
        self._known, self._anchors = {}, _added(anchors, pages)
        touched = {page.url for page in pages}
        try:
            with self._index.tried():
                for page in pages:
                    self._replace(page)
                for url in self._anchors.keys() - touched:
                    if self._anchors[url] is not anchors.get(url) and url in self._pages:
                        self._index.put(self._row(self._pages[url]))
                yield
        finally:
            self._known, self._pages, self._anchors = known, shown, anchors

    def place(self, query: str, urls: set[str]) -> tuple[int, str] | None:
        """Return the place (from 1) and address of the first of these pages in the results; None: not among them."""
        wanted = {self._twins.key(url) for url in urls if url in self._pages}
        for number, url in enumerate(self.ranked(query), 1):
            if self._twins.key(url) in wanted:
                return number, url
        return None

    def ranked(self, query: str) -> tuple[str, ...]:
        """Return the addresses for a query, the best first, each content once, at most ``DEPTH``."""
        if query not in self._known:
            self._known[query] = self._ranked(query)
        return self._known[query]

    def _ranked(self, query: str) -> tuple[str, ...]:
        words = " ".join(word for word in WORD.findall(folded(query.replace("{town}", " "))) if word not in self._town)
        # In one order, so that all spellings of a query are one question.
        tokens = sorted(self.analyser.asked(words))
        if not tokens:
            return ()
        telling = [token for token in tokens if self.spread[token] <= COMMON * self._listed] or tokens
        pairs = list(combinations(tokens, 2))
        found = self._index.ranked(telling, pairs, near=NEAR, rarity=self._weight, limit=DEPTH * 4)
        first: dict[str, str] = {}
        for url in found:
            first.setdefault(self._twins.key(url), url)
        return tuple(first.values())[:DEPTH]

    def _weight(self, token: str) -> float:
        """Return the inverse document frequency of BM25; it may be next to nothing, unlike ``rarity``."""
        spread = self.spread[token]
        return max(LIGHTEST, math.log((self._listed - spread + 0.5) / (spread + 0.5)))

    def _replace(self, page: Page) -> None:
        if closed(page) is None and is_html(page):
            self._pages[page.url] = page
            self._index.put(self._row(page))
        elif self._pages.pop(page.url, None) is not None:
            self._index.delete(page.url)

    def _counted(self, pages: Iterable[Page], spread: Counter[str]) -> Iterator[list[str]]:
        """Give the row of each page, and count in ``spread`` on how many each token stands."""
        for page in pages:
            row = self._row(page)
            spread.update({token for text in row[1:] for token in text.split()})
            yield row

    def _row(self, page: Page) -> list[str]:
        texts = {
            "title": page.title,
            "headings": " ".join(str(heading["text"]) for heading in page.headings),
            "anchors": " ".join(self._anchors.get(page.url, ())),
            "description": page.description,
            "main": page.main_text[:MAIN_LIMIT],
        }
        return [page.url, *(" ".join(self.analyser.tokens(texts[name])) for name in WEIGHTS)]


def _anchors(pages: Iterable[Page]) -> dict[str, list[str]]:
    """Return for each address the different words with which other pages link to it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for link in page.links:
            if link.url != page.url:
                found[link.url].add(link.text)
    return {url: sorted(texts)[:MOST_ANCHORS] for url, texts in found.items()}


def _added(anchors: dict[str, list[str]], pages: Iterable[Page]) -> dict[str, list[str]]:
    """Return the words of links with those of some pages beside them; what stands there already is left as it is."""
    new = {url: fresh for url, texts in _anchors(pages).items() if (fresh := [*set(texts) - set(anchors.get(url, ()))])}
    return {**anchors, **{url: [*anchors.get(url, ()), *sorted(texts)] for url, texts in new.items()}}
