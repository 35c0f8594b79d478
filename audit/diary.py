"""
The diary of one simulated researcher, for people who do not believe numbers: what is typed, seen, clicked and given up.

Does not compute chances (``audit.findability`` does); it draws one person by them, the same one for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from audit.catalogue import Criterion
from audit.findability import Finder
from audit.findability.browsing import CLICKS, TRIES
from audit.findability.searching import CLEAR, EXAMINED, examined, opened
from db.models import Page

FEW = 0.01
"""A chance below that is told as „kaum jemand“."""


def diary(criterion: Criterion, urls: Sequence[str], *, finder: Finder, seed: int) -> list[str]:
    """Return the lines of the diary, German; ``urls`` show what is looked for, and may be empty."""
    person = random.Random(f"{seed} {criterion.id}")  # noqa: S311 a simulation wants repeatable numbers
    wanted = {twin for url in urls for twin in finder.twins.of(url)}
    return [
        f"Ich suche: {criterion.question}",
        "",
        "Mit einer Suchmaschine",
        *_searching(criterion, wanted, finder, person),
        "",
        "Auf der Website",
        *_browsing(criterion, wanted, finder, person),
    ]


def _searching(criterion: Criterion, wanted: set[str], finder: Finder, person: random.Random) -> Iterator[str]:
    for query in finder.queries(criterion):
        yield f"Ich tippe „{query}“."
        hits = finder.search.ranked(query)[: len(EXAMINED)]
        if not hits:
            yield "  Keine Treffer."
        for place, url in enumerate(hits, 1):
            page = finder.graph.pages[url]
            yield f"  {place}. {_name(page)} ({url})"
            if person.random() >= examined(place) / (examined(place - 1) or 1.0):
                yield "  Weiter unten sehe ich nicht mehr nach."
                break
            scent = finder.scent(page.title, criterion)
            if wanted.isdisjoint(finder.twins.of(url)):
                if scent >= CLEAR:
                    yield "     Das sieht danach aus. Ich öffne es: Das ist es nicht. Zurück."
            elif person.random() < opened(scent):
                yield "     Ich öffne es: Gefunden."
                return
            else:
                yield "     Der Titel sagt mir nichts. Ich lasse es aus."
    yield "Ich gebe die Suche auf."


def _browsing(criterion: Criterion, wanted: set[str], finder: Finder, person: random.Random) -> Iterator[str]:
    graph, shares = finder.graph, finder.choices(criterion)
    nodes = {node for url in wanted if (node := graph.node(url)) is not None}
    if not graph.doors:
        yield "Keine Startseite wurde gelesen."
        return
    door = _door(criterion, wanted, finder)
    if person.random() >= graph.doors[door]:
        yield f"Die Website {graph.url(door)} kenne ich nicht, und eine bessere gibt es dafür nicht."
        yield "Ich gebe auf."
        return
    for attempt in range(1, TRIES + 1):
        at = door
        start = "Ich beginne auf" if attempt == 1 else "Noch einmal von vorn, auf"
        yield f"{start} {_name(graph.pages[graph.url(at)])} ({graph.url(at)})."
        for _ in range(CLICKS):
            leaving = graph.edges.of(at)
            if at in nodes or leaving.start == leaving.stop:
                break
            edge = person.choices(range(leaving.start, leaving.stop), weights=shares[leaving].tolist())[0]
            number, share = leaving.stop - leaving.start, float(shares[edge])
            yield f"  Von {number} Links nehme ich „{graph.words(edge).strip() or 'ohne Worte'}“ ({_of_hundred(share)})."
            at = int(graph.edges.target[edge])
            if at == graph.edges.nodes - 1:
                yield "  Das führt weg von dem, was wir gelesen haben."
                break
        if at in nodes:
            yield f"  Gefunden: {graph.url(at)}"
            return
        yield "  Hier ist es nicht."
    yield "Ich gebe auf."


def _door(criterion: Criterion, wanted: set[str], finder: Finder) -> int:
    """Return the front door from which most arrive, as the finding has it; of a thing that is nowhere the one that most know."""
    doors = finder.graph.doors
    found = finder.find(sorted(wanted), criterion)
    start = finder.graph.node(found.way.steps[0][0]) if found and found.way else None
    return start if start in doors else max(doors, key=lambda node: (doors[node], -node))


def _name(page: Page) -> str:
    return f"„{' '.join(page.title.split()) or 'ohne Titel'}“"


def _of_hundred(share: float) -> str:
    return "das tut kaum jemand" if share < FEW else f"das tun {round(100 * share)} von 100"
