"""
Pages and the links that people can see between them.

Does not know what is looked for; ``audit.findability.browsing`` walks here with a question. A page known only from a sitemap cannot be browsed to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from audit.findability.flow import Edges, Flags, Floats, Ints
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

HOPS = 5
"""Redirects that are followed."""

ZONES = {Zone.MAIN: 1.0, Zone.MENU: 0.8, Zone.FOOTER: 0.2}
"""How much a link is noticed by where it stands."""

SEEN = ((30, 1.0), (100, 0.7))
UNSEEN = 0.5
"""How much a link is noticed by its place among those of its part of the page: the first 30 alike, those further down less."""

AGAIN = 0.3
"""How much a menu is noticed that the front door has as well: whoever goes on has chosen from it already."""

MUTED = 0.5
"""A link that says „hier“ is overlooked by every other person."""


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

    @property
    def clicks(self) -> int:
        return len(self.steps) - 1

    @property
    def mute(self) -> int:
        return sum(is_mute(text) for _, text in self.steps[1:])


class Graph:
    """
    Pages as nodes, in the order given, and one node more for everything that was not read.

    Attributes:
        edges: One for each pair of pages, however many links lead from one to the other.
        wordings: The different words of links.
        wording: Number of the words of each link, ordered by edge; shape (links,).
        notice: How much each link is noticed, above 0; shape (links,).
        first: The first link of each edge; shape (edges,).
    """

    def __init__(self, pages: Sequence[Page], *, doors: Mapping[str, float]) -> None:
        self.pages = {page.url: page for page in pages}
        self._urls = list(self.pages)
        self._number = {url: number for number, url in enumerate(self._urls)}
        self._answers = {earlier: page.url for page in pages for earlier in page.redirected_from}
        self._nodes: dict[str, int | None] = {}
        self.doors = {node: weight for url, weight in doors.items() if (node := self.node(url)) is not None}
        self._offered = self._menus()
        self.wordings: list[str] = []
        self._wording_number: dict[str, int] = {}
        self._arrange(self._ordered(pages))

    def _arrange(self, rows: Floats) -> None:
        """Take links as they are ordered by edge; rows are source, target, number of words, notice."""
        self._rows = rows
        is_new = (np.diff(rows[:, 0], prepend=-1) != 0) | (np.diff(rows[:, 1], prepend=-1) != 0)
        self.first: Ints = np.flatnonzero(is_new).astype(np.int64)
        self.wording: Ints = rows[:, 2].astype(np.int64)
        self.notice: Floats = rows[:, 3]
        ends = rows[self.first, :2].astype(np.int64)
        self.edges = Edges(source=ends[:, 0], target=ends[:, 1], nodes=len(self._urls) + 1)

    def changed(self, pages: Sequence[Page]) -> Graph:
        """Return the graph with these pages in place of those of the same address, or beside them."""
        graph = object.__new__(Graph)
        graph.pages = {**self.pages, **{page.url: page for page in pages}}
        graph._urls = [*self._urls, *(page.url for page in pages if page.url not in self._number)]
        graph._number = {
            **self._number,
            **{url: n for n, url in enumerate(graph._urls[len(self._urls) :], len(self._urls))},
        }
        graph._answers, graph._nodes, graph.doors = self._answers, {}, self.doors
        graph._offered = self._offered
        graph.wordings, graph._wording_number = self.wordings, self._wording_number
        rows = self._rows.copy()
        rows[rows[:, 1] == len(self._urls), 1] = len(graph._urls)  # what was not read stays the last node
        for page in pages:
            source = graph._number[page.url]
            begin, end = np.searchsorted(rows[:, 0], [source, source + 1])
            rows = np.concatenate([rows[:begin], graph._ordered([page]), rows[end:]])
        graph._arrange(rows)
        return graph

    def _ordered(self, pages: Iterable[Page]) -> Floats:
        """Return the links of pages by edge, in the order of the page where several lead to the same one."""
        rows: Floats = np.array([row for page in pages for row in self._links(page)], dtype=np.float64).reshape(-1, 4)
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]

    def node(self, url: str) -> int | None:
        """Return the node of the page that one gets to at an address; None if it was not read."""
        if url not in self._nodes:
            self._nodes[url] = self._found(url)
        return self._nodes[url]

    def _found(self, url: str) -> int | None:
        for _ in range(HOPS):
            url = self._answer(url)
            page = self.pages.get(url)
            if page is None or page.error not in REDIRECTS or not page.links:
                break
            url = page.links[0].url  # a page that only sends people on costs nobody a click
        return self._number.get(self._answer(url))

    def page(self, url: str) -> str | None:
        """Return the address of the page that answers for an address; None if it was not read."""
        found = self._answer(url)
        return found if found in self.pages else None

    def url(self, node: int) -> str:
        """Return the address of a node that is a page."""
        return self._urls[node]

    def flags(self, nodes: Iterator[int] | Sequence[int]) -> Flags:
        """Return which nodes these are; shape (nodes,)."""
        found = np.zeros(self.edges.nodes, dtype=np.bool_)
        found[list(nodes)] = True
        return found

    def reaches(self, url: str) -> bool:
        """Does any way from a front door lead to the host of an address?"""
        return _host(url) in self._hosts

    def depth(self, url: str) -> int:
        """Return the clicks from the nearest front door; -1 if no link leads there."""
        node = self.node(url)
        return -1 if node is None else int(self._depths[node])

    def is_reached(self, node: int) -> bool:
        """Does any way from a front door lead to that page?"""
        return bool(self._depths[node] >= 0)

    def words(self, edge: int) -> str:
        """Return the most telling words of the links of an edge, as they stand on the page."""
        links = range(int(self.first[edge]), self._end(edge))
        texts = [self.wordings[int(number)] for number in self.wording[links.start : links.stop]]
        best = max(links, key=lambda link: (not is_mute(texts[link - links.start]), float(self.notice[link]), -link))
        return texts[best - links.start]

    def easiest(self, nodes: Sequence[int]) -> Way | None:
        """Return the way of the fewest clicks from a front door to the nearest of these nodes, however long."""
        reached = [node for node in nodes if self._depths[node] >= 0]
        if not reached:
            return None
        at = min(reached, key=lambda node: (self._depths[node], node))
        links = []
        while (edge := int(self._came[at])) >= 0:
            links.append(edge)
            at = int(self.edges.source[edge])
        return self.way(at, links[::-1])

    def way(self, door: int, links: Sequence[int]) -> Way:
        """Return a way by its edges."""
        start = (self.url(door), self.pages[self.url(door)].title)
        steps = ((self.url(int(self.edges.target[edge])), self.words(edge)) for edge in links)
        return Way((start, *((url, words.strip() or url) for url, words in steps)))

    def _end(self, edge: int) -> int:
        return int(self.first[edge + 1]) if edge + 1 < len(self.first) else len(self.wording)

    @cached_property
    def _reached(self) -> tuple[Ints, Ints]:
        """Return for each node its clicks from a front door (-1: none) and the edge by which it is reached first (-1: none)."""
        depths, came = np.full((2, self.edges.nodes), -1, dtype=np.int64)
        frontier = self.flags(list(self.doors))
        depth = 0
        while frontier.any():
            depths[frontier] = depth
            next_edges = np.flatnonzero(frontier[self.edges.source] & (depths[self.edges.target] < 0))
            new, index = np.unique(self.edges.target[next_edges], return_index=True)
            came[new] = next_edges[index]
            frontier = self.flags(list(new[new < self.edges.nodes - 1]))
            depth += 1
        return depths, came

    @property
    def _depths(self) -> Ints:
        return self._reached[0]

    @property
    def _came(self) -> Ints:
        return self._reached[1]

    @cached_property
    def _hosts(self) -> frozenset[str]:
        return frozenset(_host(url) for url, depth in zip(self._urls, self._depths, strict=False) if depth >= 0)

    def _answer(self, url: str) -> str:
        """Return the address that answers for this one: after redirects, and with or without ``www.``."""
        found = self._answers.get(url, url)
        if found in self.pages:
            return found
        other = url.replace("://www.", "://", 1) if "://www." in url else url.replace("://", "://www.", 1)
        return self._answers.get(other, other) if self._answers.get(other, other) in self.pages else found

    def _links(self, page: Page) -> Iterator[tuple[int, int, int, float]]:
        """Return source, target, number of words and notice of the links of a page, those to itself left out."""
        source, nowhere = self._number[page.url], len(self._urls)
        if page.error in REDIRECTS:
            return
        place: Counter[str] = Counter()
        for link in page.links:
            target = self.node(link.url)
            if target == source:
                continue
            place[link.zone] += 1
            seen = notice(link, place[link.zone])
            if source not in self.doors and (link.url, link.text, link.zone) in self._offered:
                seen *= AGAIN
            yield source, nowhere if target is None else target, self._wording(link.text), seen

    def _menus(self) -> frozenset[tuple[str, str, str]]:
        """Return the links of menus and footers of the front doors."""
        links = (link for node in self.doors for link in self.pages[self.url(node)].links)
        return frozenset((link.url, link.text, link.zone) for link in links if link.zone != Zone.MAIN)

    def _wording(self, text: str) -> int:
        found = self._wording_number.get(text)
        if found is None:
            found = self._wording_number[text] = len(self.wordings)
            self.wordings.append(text)
        return found


def notice(link: Link, place: int) -> float:
    """Return how much a link is noticed that is at this place, from 1, among those of its part of the page."""
    seen = next((share for limit, share in SEEN if place <= limit), UNSEEN)
    return ZONES.get(Zone(link.zone), 1.0) * seen * (MUTED if is_mute(link.text) else 1.0)


def _host(url: str) -> str:
    return url.split("/", 3)[2].removeprefix("www.")


def is_mute(text: str) -> bool:
    """Does a link with these words say nothing about its target?"""
    words = folded(text).strip(" .:!›»>→…")
    return not words or words in MUTE
