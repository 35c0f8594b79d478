"""
What the simulated researcher costs on a large town: index, searches, browsing, proposals; and how that grows.

Does not crawl and does not judge what pages say: pages are made in memory, and it is known where things stand.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from audit import catalogue, proposals, reasons
from audit.catalogue import Criterion
from audit.findability import Finder, Found
from audit.findability.causes import causes
from benchmarks.figures import Row, row, show
from benchmarks.generator import NOUNS, SENTENCES, VERBS, title
from db import fulltext
from db.models import Finding, Link, Page
from db.session import connect
from db.terms import Verdict, Zone

PAGES, LARGE = 10_000, 40_000
LINKS = 30
CRITERIA = 130
MEGABYTE = 1024  # of the kilobytes that Linux counts
NOW = datetime(2026, 11, 30, tzinfo=UTC)
HOST = "http://www.gross.example"
SENTENCES_EACH = 25


def main(arguments: Sequence[str]) -> int:
    """
    Measure one size in this process and print it as JSON, or all and print a table; 0 if all bars were met.

    With the address of a database after the size, the search runs where it would for that database.
    """
    if arguments:
        store = fulltext.of(connect(arguments[1])) if arguments[1:] else fulltext.InMemory
        print(json.dumps(measured(int(arguments[0]), store=store)))
        return 0
    made = rows()
    show(made)
    return 0 if all(each["met"] is not False for each in made) else 1


def rows() -> list[Row]:
    """Return the figures of a large town and of one four times as large, each measured in a process of its own."""
    one, four = (_apart(pages) for pages in (PAGES, LARGE))
    note = f"{PAGES} pages, {one['links']:.0f} links, {CRITERIA} criteria"
    whole = ["index", "findability", "proposals"]
    grown = sum(four[stage] for stage in whole) / sum(one[stage] for stage in whole) / (LARGE / PAGES)
    return [
        row("findability_index", one["index"], "s CPU", ("<=", 15), n=PAGES, note=note),
        row("findability_search_p95", one["search_p95"], "ms", ("<=", 20), n=int(one["searches"]), note="on FTS5"),
        row("findability_search_median", one["search_median"], "ms", None, n=int(one["searches"]), note="on FTS5"),
        row("findability", one["findability"], "s CPU", ("<=", 20), n=CRITERIA, note="search, browsing and causes"),
        row("findability_proposals", one["proposals"], "s CPU", ("<=", 60), n=int(one["proposed"]), note="tried and chosen"),
        row("findability_memory", one["memory"], "MB", ("<=", 600), n=PAGES, note="peak of the process"),
        row("findability_growth", grown, "ratio", ("<=", 1.1), n=LARGE, note=f"CPU for {LARGE} pages to {LARGE // PAGES} times that for {PAGES}"),
    ]  # fmt: skip


def _apart(pages: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.findability", str(pages)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def measured(pages: int, *, store: fulltext.Maker = fulltext.InMemory) -> dict[str, float]:
    """
    Return CPU seconds of each stage, milliseconds of searches, and the peak of memory, for a town of so many pages.

    What a database server does is not in the CPU seconds of this process; ``index_waited`` are seconds on the clock.
    """
    rules = catalogue.load()
    criteria = dict(islice(_criteria(rules.criteria), CRITERIA))
    town, places = _town(pages, list(criteria.values()))
    start, began = time.process_time(), time.perf_counter()
    finder = Finder(town, town="Gross", doors={f"{HOST}/": 1.0}, criteria=criteria, area_of=rules.area_of, store=store)
    index, index_waited = time.process_time() - start, time.perf_counter() - began
    waits = [_timed(finder, query) for one in criteria.values() for query in finder.queries(one)]
    start = time.process_time()
    findings = [_finding(one, places[key], finder, rules.area_of) for key, one in criteria.items()]
    findability = time.process_time() - start
    start = time.process_time()
    proposed = proposals.propose(findings, criteria, finder=finder)
    return {
        "links": sum(len(page.links) for page in town),
        "index": index,
        "index_waited": index_waited,
        "searches": len(waits),
        "search_median": 1000 * statistics.median(waits),
        "search_p95": 1000 * statistics.quantiles(waits, n=20)[-1],
        "findability": findability + sum(waits),
        "proposals": time.process_time() - start,
        "proposed": len(proposed),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE,
    }


def _criteria(known: dict[str, Criterion]) -> Iterator[tuple[str, Criterion]]:
    """Return the criteria, and copies of the first ones under other names until there are enough."""
    yield from known.items()
    for key, one in known.items():
        yield f"{key}-2", one.model_copy(update={"id": f"{key}-2"})


def _timed(finder: Finder, query: str) -> float:
    start = time.perf_counter()
    finder.search.ranked(query)
    return time.perf_counter() - start


def _finding(criterion: Criterion, places: list[str], finder: Finder, area_of: dict[str, str]) -> Finding:
    found = finder.find(places, criterion)
    assert isinstance(found, Found)
    told = [reasons.caused(cause) for cause in causes(found, criterion, finder)]
    return Finding(
        criterion=criterion.id,
        area=area_of.get(criterion.id.removesuffix("-2"), ""),
        aspect=criterion.aspect,
        verdict=Verdict.FINDABLE if found.chance >= reasons.FINDABLE_FROM else Verdict.BURIED,
        best_url=found.url,
        chance=found.chance,
        routes={**found.routes(), "places": places},
        reasons=told,
    )


def _town(pages: int, criteria: Sequence[Criterion]) -> tuple[list[Page], dict[str, list[str]]]:
    """Return a site as a tree with a menu, and where on it each criterion stands: half of them hidden in some way."""
    chance = random.Random(pages)
    made = [_page(number, pages, chance) for number in range(pages)]
    places = {}
    for place, one in enumerate(criteria):
        page = made[pages // 3 + place * (pages // 2 // len(criteria))]
        page.title = page.headings[0]["text"] = one.name if place % 4 else title(place)
        page.main_text = f"{one.name}. {one.definition}\n{page.main_text}"
        page.index = place % 5 != 0
        places[one.id] = [page.url]
        if place % 3 == 0:
            made[chance.randrange(9)].links.append(Link(page.url, one.name, Zone.MAIN))
    return made, places


def _page(number: int, pages: int, chance: random.Random) -> Page:
    name = title(number)
    below = [child for child in range(8 * number + 1, 8 * number + 9) if child < pages]
    menu = [Link(_url(child), title(child), Zone.MENU) for child in range(1, 9)]
    footer = [Link(_url(child), title(child), Zone.FOOTER) for child in (pages - 1, pages - 2)]
    others = [chance.randrange(pages) for _ in range(LINKS - len(menu) - len(footer) - len(below))]
    own = [Link(_url(child), "mehr" if child % 9 == 0 else title(child), Zone.MAIN) for child in [*below, *others]]
    return Page(
        url=_url(number),
        fetched=NOW,
        status=200,
        content_type="text/html",
        title=name,
        headings=[{"level": 1, "text": name}],
        main_text="\n".join(_sentence(chance) for _ in range(SENTENCES_EACH)),
        digest=str(number),
        links=[*own, *menu, *footer],
    )


def _sentence(chance: random.Random) -> str:
    # Half of the nouns are compounds, so that most words are rare, as in any text.
    a, b, c = (
        noun if chance.random() < 0.5 else noun + chance.choice(NOUNS).lower() for noun in chance.choices(NOUNS, k=3)
    )
    return chance.choice(SENTENCES).format(a=a, b=b, c=c, v=chance.choice(VERBS))


def _url(number: int) -> str:
    return f"{HOST}/seite/{number}" if number else f"{HOST}/"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
