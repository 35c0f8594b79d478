"""
Which address of a site to read next.

Does not fetch and does not parse: it takes links and gives addresses, the promising ones first, each only once.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import ahocorasick_rs
from scrapy.linkextractors import IGNORED_EXTENSIONS

from crawler import addresses, vendors
from crawler.names import fold

DOCUMENTS = frozenset("pdf doc docx docm dotx rtf xls xlsx xlsm ppt pptx pps odt ods odp".split())
BINARY = (
    frozenset(IGNORED_EXTENSIONS)
    | frozenset("js json xml ics vcf woff woff2 ttf eot avif heic gz tgz map atom".split())
) - DOCUMENTS

LONGEST_PATH = 1000  # characters; longer ones are made by a script that appends to itself
LONGEST_URL = 2083  # what browsers of the past could take, so nobody publishes more
REPEATS = 4  # times one step may stand in a path: /a/b/a/b/a/b/a/b is a relative link gone wrong
SAME_PATH = 300  # queries for one path; beyond it is a calendar or a filter

IMPRINT = "impressum"  # always promising: it says whose the site is

HINTED, LISTED, MENU, OTHER, LATE = 10, 20, 30, 40, 70
PER_HOP = 2  # what each hop away from the front door costs
FARTHEST = 9  # hops beyond which the distance says nothing more

LOOKS = 5  # wordings of links to one address that are weighed; more would change little

ARCHIVE = re.compile(
    r"archiv|kalender|calendar|/(?:19|20)\d\d/(?:[01]?\d/|$)|veranstaltung[^/]{0,40}/.{0,80}\d{4}|events?/.{0,80}\d|/tag/|/feed"
    r"|[?&](?:date|datum|month|monat|year|jahr|tag|day|week|kw|from|von|bis|start|offset|page|seite|p)=",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """An address to read, how many hops it was found from the front door, and the words that led to it."""

    url: str
    depth: int
    text: str


class Frontier:
    """
    The known and unread addresses of one site.

    Attributes:
        listed: Addresses named by a sitemap.
        fenced: Addresses that are left out because they look endless.
    """

    def __init__(self, door: str, *, hints: Iterable[str] = (), seen: Collection[str] = ()) -> None:
        self.host = vendors.plain(addresses.host_of(door))
        self._form = urlsplit(door).netloc
        self.listed: set[str] = set()
        self.fenced: set[str] = set()
        self._claimed = set(seen)
        self._met: set[tuple[str, str]] = set()
        self._best: dict[str, int] = {}
        self._heap: list[tuple[int, int, Address]] = []
        self._order = itertools.count()
        self._queries: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self._hints = ahocorasick_rs.AhoCorasick(sorted({word for hint in (IMPRINT, *hints) if (word := fold(hint))}))
        tenancy = vendors.tenancy(door)
        # On a vendor's host other towns live next door.
        self._inside = urlsplit(tenancy.front).path if tenancy and tenancy.front else ""
        for url in seen:
            self._count(urlsplit(url))

    def __len__(self) -> int:
        """Return how many addresses are known and unread, without those left out."""
        return len(self._best)

    def is_inside(self, url: str) -> bool:
        """Tell whether an address belongs to the site: the same host, with or without ``www.``."""
        return vendors.plain(addresses.host_of(url)) == self.host and urlsplit(url).path.startswith(self._inside)

    def settle(self, url: str) -> None:
        """Take the form of the host, with or without ``www.``, in which the front door answered; the other is a mirror."""
        if self.is_inside(url):
            self._form = urlsplit(url).netloc

    def add(self, url: str, *, text: str = "", zone: str = "main", depth: int = 1, listed: bool = False) -> None:
        """Take note of an address; a better reason to read it than before moves it forward."""
        if listed:
            self.listed.add(url)
        elif (url, text) in self._met:
            return
        self._met.add((url, text))
        if url in self._claimed or url in self.fenced:
            return
        if url not in self._best:
            form = self._admit(url)
            if form != url:
                if form:
                    self.add(form, text=text, zone=zone, depth=depth, listed=listed)
                return
        elif self._best[url] <= self._least(depth) or self._looks[url] >= LOOKS:
            return
        self._looks[url] += 1
        rank = self._rank(url, text=text, zone=zone, depth=depth)
        if rank < self._best.get(url, rank + 1):
            self._best[url] = rank
            heapq.heappush(self._heap, (rank, next(self._order), Address(url, depth, text)))

    def _admit(self, url: str) -> str:
        """Return the form of an unknown address under which it is read; empty if it is not for us or looks endless."""
        if not self.is_inside(url):
            return ""
        parts = urlsplit(url)
        if parts.netloc != self._form:
            return parts._replace(netloc=self._form).geturl()
        if ending(parts.path) in BINARY:
            return ""
        if self._is_endless(parts):
            self.fenced.add(url)
            return ""
        return url

    def pop(self) -> Address | None:
        """Return the best unread address and claim it; None if there is none."""
        while self._heap:
            rank, _, address = heapq.heappop(self._heap)
            if self._best.get(address.url) == rank:
                self.claim(address.url)
                return address
        return None

    def claim(self, url: str) -> bool:
        """Mark an address as taken, so that it is not given out; False if somebody has it already."""
        if url in self._claimed:
            return False
        self._claimed.add(url)
        self._best.pop(url, None)
        self.fenced.discard(url)
        return True

    def _rank(self, url: str, *, text: str, zone: str, depth: int) -> int:
        hinted = bool(self._hints.find_matches_as_indexes(fold(text) + " " + fold(url)))
        if hinted:
            base = HINTED
        elif url in self.listed:
            base = LISTED
        else:
            base = MENU if zone == "menu" else OTHER
        if ARCHIVE.search(url):
            base = LATE if hinted else LATE + OTHER
        return base + PER_HOP * min(depth, FARTHEST)

    def _least(self, depth: int) -> int:
        """Return the best rank that any words could give an address at this distance."""
        return HINTED + PER_HOP * min(depth, FARTHEST)

    def _is_endless(self, parts: SplitResult) -> bool:
        steps = [step for step in parts.path.split("/") if step]
        most = max(Counter(steps).values(), default=0)
        if len(parts.path) > LONGEST_PATH or len(parts.geturl()) > LONGEST_URL or most >= REPEATS:
            return True
        return self._count(parts) > SAME_PATH

    def _count(self, parts: SplitResult) -> int:
        if not parts.query:
            return 0
        self._queries[parts.path] += 1
        return self._queries[parts.path]


def ending(path: str) -> str:
    """Return the ending of a path's file name in small letters, without the dot; empty if there is none."""
    name, dot, end = path.rpartition("/")[2].rpartition(".")
    return end.lower() if name and dot else ""
