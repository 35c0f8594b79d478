"""
Browsing with a question: who begins at a front door and clicks what promises most, do they arrive, and where are they lost?

Does not search. At each page every link is taken with a chance by its words, its place and its rivals; whoever does not
arrive goes back to the beginning and tries again, a few times.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.findability.flow import Floats, arriving, likeliest, way
from audit.findability.graph import Graph, Way
from audit.findability.question import Question, Questions

CLICKS = 5
"""Clicks after which people give up."""

TRIES = 10
"""How often they begin anew: five clicks take half a minute, and whoever looks for one thing has about five."""

BLIND = 0.005
"""What draws people to a link that promises nothing, beside 1 for one that names the very thing."""

KEEN = 2
"""People compare links: one that promises twice as much draws so many times two."""


@dataclass(frozen=True)
class Lost:
    """
    The page of the likeliest way at which most go astray.

    Attributes:
        url: The page.
        text: The words of the link that they would have to take.
        share: Part of all who began that is lost here, 0..1.
        rivals: Pages that its other links lead to.
    """

    url: str
    text: str
    share: float
    rivals: int


@dataclass(frozen=True)
class Browsed:
    """
    How people get there by links.

    Attributes:
        chance: That someone who begins at the best front door arrives, 0..1.
        flow: Part that has arrived after 1, 2, ... ``CLICKS`` clicks, in one try.
        way: The likeliest way; the one of the fewest clicks where no way is short enough; None: no link leads there.
        lost: None where nobody can go astray.
    """

    chance: float
    flow: tuple[float, ...]
    way: Way | None
    lost: Lost | None


class Scents:
    """How much the words of links promise; grows with the wordings of a graph and those of its changed copies."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._tokens: list[frozenset[str]] = []
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        self._known: dict[str, Floats] = {}

    def of(self, question: Question, wordings: Sequence[str]) -> Floats:
        """Return the scent of each of these wordings, 0..1; a list that was given before may only have become longer."""
        for number in range(len(self._tokens), len(wordings)):
            self._tokens.append(frozenset(self._questions.tokens(wordings[number])))
            for token in self._tokens[number]:
                self._having[token].append(number)
        known = self._known.get(question.id, np.zeros(0))
        if len(known) < len(wordings):
            added = np.zeros(len(wordings) - len(known))
            for number in self._new(question, len(known)):
                added[number - len(known)] = question.scent(self._tokens[number])
            known = self._known[question.id] = np.concatenate([known, added])
        return known[: len(wordings)]

    def _new(self, question: Question, start: int) -> set[int]:
        """Return the wordings from a number on that have any word of a question."""
        having = (self._having.get(token, []) for token in question.tokens)
        return {number for numbers in having for number in numbers[bisect_left(numbers, start) :]}


def browse(graph: Graph, question: Question, urls: Sequence[str], *, scents: Scents) -> Browsed:
    """Return how people who have this question get to the nearest of these pages."""
    nodes = sorted({node for url in urls if (node := graph.node(url)) is not None})
    if not nodes or not graph.doors:
        return Browsed(0.0, (0.0,) * CLICKS, None, None)
    shares = choices(graph, question, scents=scents)
    wanted = graph.flags(nodes)
    flows = arriving(graph.edges, shares, wanted=wanted, clicks=CLICKS)
    door = max(graph.doors, key=lambda node: (graph.doors[node] * flows[-1][node], -node))
    arrived = tuple(float(flow[door]) for flow in flows[1:])
    best = likeliest(graph.edges, shares, wanted=wanted, clicks=CLICKS)
    if best[-1][door] > 0:
        links = way(graph.edges, shares, best=best, start=door)
        walked = graph.way(door, links)
        return Browsed(graph.doors[door] * tried(arrived[-1]), arrived, walked, _lost(graph, shares, links))
    return Browsed(0.0, arrived, graph.easiest(nodes), None)


def choices(graph: Graph, question: Question, *, scents: Scents) -> Floats:
    """Return the chance that someone with this question takes each edge of the page they are on; shape (edges,)."""
    return graph.edges.shares(weights(graph, scents.of(question, graph.wordings)))


def tried(arrived: float) -> float:
    """Return the chance to arrive in one of several tries."""
    return 1 - (1 - arrived) ** TRIES


def weights(graph: Graph, scent: Floats) -> Floats:
    """Return how much each edge draws people, above 0; of several links from page to page the best counts."""
    if not len(graph.first):
        return np.zeros(0)
    blind = np.maximum.reduceat(graph.notice, graph.first) * BLIND
    drawn: Floats = blind + np.maximum.reduceat(graph.notice * scent[graph.wording] ** KEEN, graph.first)
    return drawn


def _lost(graph: Graph, shares: Floats, links: Sequence[int]) -> Lost | None:
    """Return where most leave the likeliest way."""
    worst, left = None, 1.0
    for edge in links:
        gone = left * (1 - float(shares[edge]))
        if worst is None or gone > worst.share:
            page = int(graph.edges.source[edge])
            leaving = graph.edges.of(page)
            rivals = leaving.stop - leaving.start - 1
            worst = Lost(graph.url(page), graph.words(edge), gone, rivals)
        left *= float(shares[edge])
    return worst
