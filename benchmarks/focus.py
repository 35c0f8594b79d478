"""
How soon a crawl comes to the pages that count: the invented towns blown up to 5,000 pages, read to their end.

Does not judge: which page is the best one for a criterion stands in the towns' answer key.
"""

from __future__ import annotations

import os
import sys
import tempfile

from sqlalchemy import select

from audit import catalogue
from benchmarks.figures import Row, row, show
from benchmarks.growth import GrownTown
from benchmarks.runs import crawled
from db.models import Crawl, Page
from db.session import opened
from tests.towns import FOLDER, TownServer
from tests.towns.key import expected

TOWNS = ("musterhafen", "nachbarau")
PAGES = 5000
EARLY = 0.1
"""The part of the pages fetched in which the best pages should be."""

BAR = 0.95


def main() -> int:
    """Measure and print this figure alone; the exit code says whether the bar was met."""
    measured = rows()
    show(measured)
    return 0 if all(each["met"] for each in measured) else 1


def rows() -> list[Row]:
    """Return which share of the findable criteria has its best page among the first pages, and how many were read."""
    wanted = early = pages = 0
    for town in TOWNS:
        grown = GrownTown(FOLDER / town, pages=PAGES)
        order = _order(grown)
        pages += len(set(order.values()))
        limit = EARLY * len(set(order.values()))
        best = {name: one.page for name, one in expected(town).items() if one.verdict == "FINDABLE"}
        late = {name: order.get(url or "", sys.maxsize) for name, url in best.items()}
        late = {name: place for name, place in late.items() if place >= limit}
        for name, place in sorted(late.items()):
            print(f"{town}: {name} at {place}: {best[name]}", file=sys.stderr)
        wanted, early = wanted + len(best), early + len(best) - len(late)
    note = f"findable criteria whose best page is in the first {EARLY:.0%} of {pages} pages of two towns"
    return [row("focused_order", early / wanted, "share", (">=", BAR), n=wanted, note=note)]


def _order(town: GrownTown) -> dict[str, int]:
    """Read a town to its end and return the place of each address in the order of reading, from 0."""
    doors = [host.host for host in town.hosts.values() if not host.foreign]
    with TownServer(served=[town]) as server, tempfile.TemporaryDirectory() as folder:
        os.environ["HTTP_PROXY"] = os.environ["http_proxy"] = server.proxy
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = ""
        engine, _ = crawled(
            folder, [f"http://{host}/" for host in doors], pages=2 * PAGES, hints=catalogue.load().hints()
        )
        with opened(engine) as session:
            told = session.execute(select(Page.url, Page.redirected_from).join(Crawl).order_by(Page.fetched, Page.id))
            places = {url: place for place, (answered, before) in enumerate(told) for url in (answered, *before)}
        engine.dispose()
    return places


if __name__ == "__main__":
    sys.exit(main())
