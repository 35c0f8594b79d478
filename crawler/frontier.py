"""
Which address of a site to read next.

Does not fetch and does not parse: it takes links and gives addresses, the promising ones first, each only once.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS

from crawler import addresses, vendors
from crawler.branches import Branches, is_far, is_step, is_walk, keys
from crawler.promise import is_listing, least, scale
from db.models import Link, Page

DOCUMENTS = frozenset("pdf doc docx docm dotx rtf xls xlsx xlsm ppt pptx pps odt ods odp".split())
BINARY = (
    frozenset(IGNORED_EXTENSIONS)
    | frozenset("js json xml ics vcf woff woff2 ttf eot avif heic gz tgz map atom".split())
) - DOCUMENTS

LONGEST_PATH = 1000  # characters; longer ones are made by a script that appends to itself
LONGEST_URL = 2083  # what browsers of the past could take, so nobody publishes more
REPEATS = 4  # times one step may stand in a path: /a/b/a/b/a/b/a/b is a relative link gone wrong
SAME_PATH = 300  # queries for one path; a calendar goes on beyond it only as long as it brings much
MOST_KNOWN = 100_000  # unread addresses; no budget reaches so many
MOST_MET = 50_000  # link objects; their addresses are known all the same
MOST_FENCED = 50_000  # addresses left out that are counted; beyond it there are at least so many
LOOKS = 5  # wordings of links to one address that are weighed; more would change little
PROBE = 40  # every so many addresses one of a barren branch is read, so that it can show something new


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

    def __init__(
        self, door: str, *, hints: Iterable[str] = (), seen: Collection[str] = (), year: int | None = None
    ) -> None:
        self.host = vendors.plain(addresses.host_of(door))
        self._form = urlsplit(door).netloc
        self.listed: set[str] = set()
        self.fenced: set[str] = set()
        self._claimed = set(seen)
        self._met: set[tuple[str, str]] = set()
        self._links: set[Link] = set()
        self._best: dict[str, int] = {}
        self._heap: list[tuple[int, int, Address]] = []
        self._held: list[tuple[int, int, Address]] = []
        self._given = 0
        self._branches = Branches()
        self._year = year
        self._order = itertools.count()
        self._queries: Counter[str] = Counter()
        self._kin: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self._scale = scale(tuple(hints))
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

    def add(
        self,
        url: str,
        *,
        text: str = "",
        zone: str = "main",
        depth: int = 1,
        listed: bool = False,
        near: bool = False,
    ) -> None:
        """
        Take note of an address; a better reason to read it than before moves it forward.

        ``listed``: a sitemap names it; ``near``: a list of all services does.
        """
        if listed:
            self.listed.add(url)
        elif (url, text) in self._met and not near:
            return
        self._met.add((url, text))
        if url in self._claimed or url in self.fenced:
            return
        if url not in self._best:
            form = self._admit(url)
            if form != url:
                if form:
                    self.add(form, text=text, zone=zone, depth=depth, listed=listed, near=near)
                return
        elif self._best[url] <= least(depth) or (self._looks[url] >= LOOKS and not near):
            return
        self._looks[url] += 1
        rank = self._rank(url, text=text, zone=zone, depth=depth, near=near)
        if rank < self._best.get(url, rank + 1):
            self._best[url] = rank
            heapq.heappush(self._heap, (rank, next(self._order), Address(url, depth, text)))

    def follow(self, page: Page, *, text: str, depth: int) -> None:
        """Take note of a page that was reached by a link with this ``text``, and of its links, ``depth`` hops from the front door."""
        if len(self._links) > MOST_MET:
            self._links.clear()
        heading = page.headings[0]["text"] if page.headings else page.title
        is_list = is_listing(text) or is_listing(heading)
        words = []
        for link in page.links:
            near = is_list and link.zone == "main"
            # A menu is the same objects on every page, so most are known at a glance.
            if near or link not in self._links:
                self._links.add(link)
                self.add(link.url, text=link.text, zone=link.zone, depth=depth, near=near)
                if link.zone == "main":
                    words.append(link.text)
        self.note(page, words=words)

    def note(self, page: Page, *, words: Iterable[str] = ()) -> None:
        """Take note of what a page brought, with the ``words`` of its links that were not met before."""
        if self._branches.note(page, words=words):
            self._heap += self._held
            heapq.heapify(self._heap)
            self._held.clear()

    def _admit(self, url: str) -> str:
        """Return the form of an unknown address under which it is read; empty if it is not for us or looks endless."""
        if not self.is_inside(url):
            return ""
        parts = urlsplit(url)
        if parts.netloc != self._form:
            return parts._replace(netloc=self._form).geturl()
        if ending(parts.path) in BINARY:
            return ""
        if self._is_endless(url, parts) or len(self._best) >= MOST_KNOWN:
            self._fence(url)
            return ""
        self._kin[keys(url)[-1]] += 1
        return url

    def _fence(self, url: str) -> None:
        if len(self.fenced) < MOST_FENCED:
            self.fenced.add(url)

    def pop(self) -> Address | None:
        """
        Return the best unread address and claim it; None if there is none.

        What lies in a barren branch comes when there is nothing else, but for a probe now and then.
        """
        self._given += 1
        if self._held and self._given % PROBE == 0 and (probe := self._try()):
            return probe
        while self._heap:
            entry = heapq.heappop(self._heap)
            if self._best.get(entry[2].url) != entry[0]:
                continue
            if self._branches.is_barren(entry[2].url):
                heapq.heappush(self._held, entry)
                continue
            self.claim(entry[2].url)
            return entry[2]
        return self._try()

    def _try(self) -> Address | None:
        """Return the best address of the barren branches; those of a walk that was tried long enough are left out."""
        while self._held:
            rank, _, address = heapq.heappop(self._held)
            if self._best.get(address.url) != rank:
                continue
            if self._branches.is_over(address.url):
                del self._best[address.url]
                self._fence(address.url)
                continue
            self.claim(address.url)
            return address
        return None

    def left_out(self) -> dict[str, int]:
        """Return how many known addresses are unread: ``endless``, in a barren branch (``yield``), and ``waiting``."""
        barren = [url for url in self._best if self._branches.is_barren(url)]
        walks = sum(is_step(url) for url in barren)
        return {
            "endless": len(self.fenced) + walks,
            "yield": len(barren) - walks,
            "waiting": len(self._best) - len(barren),
        }

    def claim(self, url: str) -> bool:
        """Mark an address as taken, so that it is not given out; False if somebody has it already."""
        if url in self._claimed:
            return False
        self._claimed.add(url)
        self._best.pop(url, None)
        self.fenced.discard(url)
        return True

    def _rank(self, url: str, *, text: str, zone: str, depth: int, near: bool) -> int:
        return self._scale.rank(
            url,
            text=text,
            zone=zone,
            depth=depth,
            near=near,
            listed=url in self.listed,
            many=self._queries[url.partition("?")[0]] > SAME_PATH,
            kin=self._kin[keys(url)[-1]],
        )

    def _is_endless(self, url: str, parts: SplitResult) -> bool:
        steps = [step for step in parts.path.split("/") if step]
        most = max(Counter(steps).values(), default=0)
        if len(parts.path) > LONGEST_PATH or len(url) > LONGEST_URL or most >= REPEATS or self._branches.is_over(url):
            return True
        if self._year is not None and is_far(url, year=self._year):
            return True
        if self._count(parts) <= SAME_PATH or not is_walk(url):
            return False
        branch = self._branches.of(url)
        return branch is None or not branch.is_fertile

    def _count(self, parts: SplitResult) -> int:
        """Return how many queries of a path are known, with this one."""
        if not parts.query:
            return 0
        path = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self._queries[path] += 1
        return self._queries[path]


def ending(path: str) -> str:
    """Return the ending of a path's file name in small letters, without the dot; empty if there is none."""
    name, dot, end = path.rpartition("/")[2].rpartition(".")
    return end.lower() if name and dot else ""
