"""
A search over the pages of a town, as a search engine would see them.

Does not ask any search engine: it ranks with BM25 (Robertson, Walker: *Okapi at TREC-3*, 1994) in SQLite's FTS5, on
tokens of our own German analysis. Documents other than pages are left out, since a PDF hit does not count.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from audit.findability.twins import Twins
from audit.findability.words import WORD, Analyser, folded
from crawler.directives import LEADING
from db.models import Page

DEPTH = 50
"""Places that are looked at; whoever stands behind them is not found."""

WEIGHTS = {"title": 5.0, "headings": 2.5, "anchors": 3.0, "description": 1.5, "main": 1.0}
"""How much a word counts by where it stands."""

MAIN_LIMIT = 20_000
"""Characters of main text that are indexed; what stands further down decides no ranking."""

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
    """An index in memory over the pages that search engines may list; mirrored pages are listed once."""

    def __init__(self, pages: Sequence[Page], *, town: str, twins: Twins | None = None) -> None:
        listed = [page for page in pages if closed(page) is None and is_html(page)]
        self.analyser = Analyser(f"{page.title}\n{page.main_text[:MAIN_LIMIT]}" for page in listed)
        self._town = set(WORD.findall(folded(town)))
        self._twins = twins or Twins(pages)
        self._listed = {page.url for page in listed}
        self._index = sqlite3.connect(":memory:")
        columns = ", ".join(WEIGHTS)
        self._index.execute(f"CREATE VIRTUAL TABLE page USING fts5(url UNINDEXED, {columns}, tokenize='ascii')")
        anchors = _anchors(pages)
        self._index.executemany(
            f"INSERT INTO page VALUES (?{', ?' * len(WEIGHTS)})",  # noqa: S608 the columns are ours
            (self._row(page, anchors=anchors.get(page.url, "")) for page in listed),
        )
        self.ranked = lru_cache(maxsize=1024)(self._ranked)

    def place(self, query: str, urls: set[str]) -> tuple[int, str] | None:
        """Return the place (from 1) and address of the first of these pages in the results; None: not among them."""
        wanted = {self._twins.key(url) for url in urls if url in self._listed}
        for number, url in enumerate(self.ranked(query), 1):
            if self._twins.key(url) in wanted:
                return number, url
        return None

    def _ranked(self, query: str) -> tuple[str, ...]:
        """Return the addresses for a query, the best first, each content once, at most ``DEPTH``."""
        words = " ".join(word for word in WORD.findall(folded(query.replace("{town}", " "))) if word not in self._town)
        tokens = self.analyser.asked(words)
        if not tokens:
            return ()
        weights = ", ".join(str(weight) for weight in WEIGHTS.values())
        rows = self._index.execute(
            f"SELECT url FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, {weights}), url LIMIT {DEPTH * 4}",  # noqa: S608
            (" OR ".join(f'"{token}"' for token in tokens),),
        )
        first: dict[str, str] = {}
        for (url,) in rows:
            first.setdefault(self._twins.key(url), url)
        return tuple(first.values())[:DEPTH]

    def _row(self, page: Page, *, anchors: str) -> list[str]:
        headings = " ".join(str(heading["text"]) for heading in page.headings)
        texts = {
            "title": page.title,
            "headings": headings,
            "anchors": anchors,
            "description": page.description,
            "main": page.main_text[:MAIN_LIMIT],
        }
        return [page.url, *(" ".join(self.analyser.tokens(texts[name])) for name in WEIGHTS)]


def _anchors(pages: Sequence[Page]) -> dict[str, str]:
    """Return for each address the different words with which other pages link to it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for link in page.links:
            if link.url != page.url:
                found[link.url].add(link.text)
    return {url: " ".join(sorted(texts)[:20]) for url, texts in found.items()}
