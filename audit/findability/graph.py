"""
The way from a front door to a page, by links that people can see.

Does not know queries. Clicks are computed from stored links; a page known only from a sitemap cannot be browsed to.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.findability.words import folded
from db.models import Link, Page
from db.terms import Zone

MUTE = frozenset(
    "hier|mehr|weiter|weiterlesen|mehr erfahren|mehr infos|mehr informationen|hier klicken|klicken sie hier|link|details|"
    "zum artikel|zur seite|lesen sie mehr|weitere informationen|download".split("|")
)
"""Link words that say nothing about where they lead (WCAG 2.4.4 calls them failures)."""

REDIRECTS = frozenset({"redirect", "redirect_elsewhere", "login"})
"""Answers that only send people on."""

CLICK = 1.0
MUTE_EXTRA = 1.5
"""A way over a mute link is taken only if it saves more than this: people overlook it."""
FOOTER_EXTRA = 0.25


@dataclass(frozen=True)
class Way:
    """
    How one gets to a page.

    Attributes:
        steps: (address, words of the link that leads there), the front door first, with its own title.
        clicks: Links followed.
        mute: How many of them say nothing.
    """

    steps: tuple[tuple[str, str], ...]
    clicks: int
    mute: int


class Graph:
    """Pages and visible links between them, with the easiest way to each page from the front doors."""

    def __init__(self, pages: Sequence[Page], *, doors: Sequence[str]) -> None:
        self._pages = {page.url: page for page in pages}
        self._answers = {earlier: page.url for page in pages for earlier in page.redirected_from}
        self._came: dict[str, tuple[str, Link] | None] = {}
        self._walk([self._answer(door) for door in doors])

    def way(self, url: str) -> Way | None:
        """Return the easiest way to that page; None if no link leads there."""
        at = self._answer(url)
        if at not in self._came:
            return None
        steps: list[tuple[str, str]] = []
        mute = clicks = 0
        while (came := self._came[at]) is not None:
            before, link = came
            if self._is_click(before):
                steps.append((at, link.text.strip() or at))
                clicks += 1
                mute += is_mute(link.text)
            at = before
        steps.append((at, self._pages[at].title))
        return Way(steps=tuple(reversed(steps)), clicks=clicks, mute=mute)

    def reaches(self, url: str) -> bool:
        """Does any way from a front door lead to the host of an address?"""
        return _host(url) in self._hosts

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(map(_host, self._came))

    def page(self, url: str) -> str | None:
        """Return the address of the page that answers for an address; None if it was not read."""
        found = self._answer(url)
        return found if found in self._pages else None

    def _answer(self, url: str) -> str:
        """Return the address that answers for this one: after redirects, and with or without ``www.``."""
        found = self._answers.get(url, url)
        if found in self._pages:
            return found
        other = url.replace("://www.", "://", 1) if "://www." in url else url.replace("://", "://www.", 1)
        return self._answers.get(other, other) if self._answers.get(other, other) in self._pages else found

    def _is_click(self, url: str) -> bool:
        """A page that only redirects costs nobody a click."""
        return self._pages[url].error not in REDIRECTS

    def _walk(self, doors: Sequence[str]) -> None:
        """Find the easiest way to every page (Dijkstra), ties broken by address and order on the page, so that it is repeatable."""
        number = itertools.count()
        queue: list[tuple[float, str, int, str, Link | None]] = [
            (0.0, door, next(number), "", None) for door in doors if door in self._pages
        ]
        heapq.heapify(queue)
        while queue:
            cost, at, _, before, link = heapq.heappop(queue)
            if at in self._came:
                continue
            self._came[at] = None if link is None else (before, link)
            for price, target, next_link in self._leaving(self._pages[at]):
                if target not in self._came:
                    heapq.heappush(queue, (cost + price, target, next(number), at, next_link))

    def _leaving(self, page: Page) -> Iterator[tuple[float, str, Link]]:
        for link in page.links:
            target = self._answer(link.url)
            if target in self._pages and target != page.url:
                yield self._price(page, link), target, link

    def _price(self, page: Page, link: Link) -> float:
        if not self._is_click(page.url):
            return 0.0
        return CLICK + MUTE_EXTRA * is_mute(link.text) + FOOTER_EXTRA * (link.zone == Zone.FOOTER)


def _host(url: str) -> str:
    return url.split("/", 3)[2].removeprefix("www.")


def is_mute(text: str) -> bool:
    """Does a link with these words say nothing about its target?"""
    words = folded(text).strip(" .:!›»>→…")
    return not words or words in MUTE
