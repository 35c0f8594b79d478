"""
Searching with a question: who types queries into a search engine, do they see the page, and does it look like the thing?

Does not browse. How far down people look follows the position-based click model: the first places are seen by all who look
for something, later ones by fewer (Craswell, Zoeter, Taylor, Ramsey: *An experimental comparison of click position-bias
models*, WSDM 2008); whether what is seen is opened depends on its title.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.findability.question import Question, Questions
from audit.findability.search import Search
from db.models import Page

EXAMINED = (1.0, 1.0, 1.0, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""Chance that someone who looks for a thing examines the hit at each place of the first page; there is no second page."""

UNTITLED = 0.35
"""Chance that a hit is opened whose title says nothing of the thing, for its passage of text does."""

RENDERED = 0.7
"""Chance that a page is listed at all that only scripts make: engines render such pages later, or not."""

CLEAR = 0.65
"""Scent of a title from which it is plain that this is it."""


@dataclass(frozen=True)
class Searched:
    """
    How people get there by a search engine.

    Attributes:
        chance: That someone who types the query opens the page, 0..1.
        query: The one that serves best, else the first; with the town's name put in.
        rank: Place among the hits, from 1; None: not among the first ``DEPTH``, or not open to search engines.
        url: The hit; None without a rank.
        title: Scent of its title, 0..1.
    """

    chance: float
    query: str
    rank: int | None = None
    url: str | None = None
    title: float = 0.0


def search(
    index: Search, question: Question, urls: set[str], *, questions: Questions, town: str, pages: Mapping[str, Page]
) -> Searched:
    """Return how people who have this question get to one of these pages; ``pages`` are all, by address."""
    asked = [query.replace("{town}", town) for query in question.queries]
    best = Searched(0.0, asked[0] if asked else "")
    for query in asked:
        place = index.place(query, urls)
        if place is None:
            continue
        rank, url = place
        scent = question.scent(questions.tokens(pages[url].title))
        listed = RENDERED if pages[url].rendered else 1.0
        found = Searched(examined(rank) * opened(scent) * listed, query, rank, url, scent)
        if best.rank is None or (-found.chance, rank) < (-best.chance, best.rank):
            best = found
    return best


def examined(rank: int | None) -> float:
    """Return the chance that a hit at this place is examined."""
    return EXAMINED[rank - 1] if rank is not None and rank <= len(EXAMINED) else 0.0


def opened(scent: float) -> float:
    """Return the chance that an examined hit is opened whose title has this scent."""
    return UNTITLED + (1 - UNTITLED) * min(1.0, scent / CLEAR) ** 2
