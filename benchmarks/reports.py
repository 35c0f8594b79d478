"""
What reports cost out of a large database: 50 audits of 5,000 pages, in seconds on the clock and megabytes.

Does not crawl 250,000 pages: one invented town is audited for real, and its rows are written again and again under other numbers.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select

from benchmarks.figures import Row, row, show
from db.models import Audit, Base, Crawl, Evidence, Finding, Gap, LinkRow, Page, Proposal, Site, Town
from db.schema import open_engine
from db.session import opened
from reports import comparison, csvs, gap_report, pdf, xlsx
from reports.document import document
from tests.towns.demo import audit, serving

AUDITS, PAGES, TOWNS = 50, 5000, 12
ROUNDS = 5
MEGABYTE = 1024  # of the kilobytes that Linux counts
OF_AN_AUDIT = (Finding, Gap, Proposal)
BATCH = 1000

Rows = list[dict[str, Any]]


def main(arguments: Sequence[str]) -> int:
    """Measure one kind of report in this process and print it as JSON, or all and print a table; 0 if all bars were met."""
    if arguments:
        print(json.dumps(measured(*arguments)))
        return 0
    made = rows()
    show(made)
    return 0 if all(each["met"] is not False for each in made) else 1


def rows() -> list[Row]:
    """Return the figures of each kind of report, each made in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = large(Path(folder))
        found = {kind: _apart(kind, database) for kind in MAKERS}
    note = f"{AUDITS} audits of {PAGES} pages, in a warm process"
    made = [
        row(
            f"report_{kind}", found[kind]["seconds"], "s", bar, n=1 if kind == "pdf" else ROUNDS, note=f"{what}; {note}"
        )
        for kind, (bar, what) in BARS.items()
    ]
    first = found["html"]["first"]
    memory = max(found[kind]["memory"] for kind in BARS if kind != "pdf")
    return [
        *made,
        row("report_html_first", first, "s", None, n=1, note="the same, with templates not yet compiled"),
        row("report_memory", memory, "MB", ("<=", 300), n=1, note="peak of the process that needs most; PDF apart"),
        row("report_pdf_memory", found["pdf"]["memory"], "MB", None, n=1, note="peak of the process"),
    ]


BARS: dict[str, tuple[tuple[str, float] | None, str]] = {
    "html": (("<=", 0.5), "gap report"),
    "comparison": (("<=", 1.5), f"comparison of {TOWNS} towns"),
    "xlsx": (("<=", 2), "workbook"),
    "csv": (None, "tables"),
    "pdf": (None, "PDF, whole and on one page"),
}
"""By kind: the figure that is asked for, and what is made."""


def _html(engine: Engine, audits: Sequence[int]) -> str:
    with opened(engine) as session:
        return gap_report.html(document(session, audits[0]))


def _comparison(engine: Engine, audits: Sequence[int]) -> str:
    with opened(engine) as session:
        return comparison.html([document(session, number) for number in audits])


def _xlsx(engine: Engine, audits: Sequence[int]) -> bytes:
    with opened(engine) as session:
        return xlsx.workbook(document(session, audits[0]))


def _csv(engine: Engine, audits: Sequence[int]) -> object:
    with opened(engine) as session:
        return csvs.files(document(session, audits[0]), "bericht")


def _pdf(engine: Engine, audits: Sequence[int]) -> object:
    with opened(engine) as session:
        return pdf.files(document(session, audits[0]), "bericht")


MAKERS: dict[str, Callable[[Engine, Sequence[int]], object]] = {
    "html": _html,
    "comparison": _comparison,
    "xlsx": _xlsx,
    "csv": _csv,
    "pdf": _pdf,
}


def measured(kind: str, database: str) -> dict[str, float]:
    """Return the seconds of the first report and the median of the following, and the peak of memory in MB."""
    engine = open_engine(database)
    with opened(engine) as session:
        latest = list(session.scalars(select(func.max(Audit.id)).group_by(Audit.town_id).order_by(Audit.town_id)))
    times = [_timed(lambda: MAKERS[kind](engine, latest)) for _ in range(1 + (1 if kind == "pdf" else ROUNDS))]
    return {
        "first": times[0],
        "seconds": statistics.median(times[1:]),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE,
    }


def _timed(make: Callable[[], object]) -> float:
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def _apart(kind: str, database: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reports", kind, database]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def large(folder: Path) -> str:
    """Return the address of a database in a folder with ``AUDITS`` audits of ``PAGES`` pages, of ``TOWNS`` towns."""
    with serving(folder):
        audit("musterhafen")
        database = os.environ["DATABASE_URL"]
    engine = open_engine(database)
    with engine.begin() as connection:
        Copier(connection).fill()
    engine.dispose()
    return database


class Copier:
    """Writes the one audit of a database again under other numbers, for other towns too."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.of_page = {page["id"]: page for page in self._rows(Page)}
        self.crawls, self.links = self._rows(Crawl), self._rows(LinkRow)
        self.evidence = self._rows(Evidence)
        self.others = {model: self._rows(model) for model in OF_AN_AUDIT}
        self.audit = self._rows(Audit)[0]

    def fill(self) -> None:
        """Make the first audit as large as the others, and write these."""
        doors = self._towns()
        self._more(self.audit["id"], {crawl["id"]: crawl["id"] for crawl in self.crawls}, first=1)
        for number in range(1, AUDITS):
            self._again(doors[number % TOWNS])

    def _towns(self) -> list[dict[int, int]]:
        """Write the other towns, and return for each what its sites are called instead, with its own number under 0."""
        (town,) = self._rows(Town)
        sites = self._rows(Site)
        doors = [{0: town["id"], **{site["id"]: site["id"] for site in sites}}]
        for number in range(1, TOWNS):
            name = {"key": f"{town['key']}-{number}", "name": f"{town['name']} {number}"}
            (key,) = self._written(Town, [{**town, **name}])
            written = self._written(Site, [{**site, "town_id": key} for site in sites])
            doors.append({0: key, **dict(zip((site["id"] for site in sites), written, strict=True))})
        return doors

    def _again(self, doors: dict[int, int]) -> None:
        (number,) = self._written(Audit, [{**self.audit, "town_id": doors[0]}])
        copies = [{**crawl, "audit_id": number, "site_id": doors[crawl["site_id"]]} for crawl in self.crawls]
        written = self._written(Crawl, copies)
        crawls = dict(zip((crawl["id"] for crawl in self.crawls), written, strict=True))
        self._insert(LinkRow, [{**link, "crawl_id": crawls[link["crawl_id"]]} for link in self.links])
        for model, rows in self.others.items():
            self._insert(model, [{**_new(each), "audit_id": number} for each in rows])
        self._more(number, crawls, first=0)

    def _more(self, number: int, crawls: dict[int, int], *, first: int) -> None:
        """Write pages with their evidence until an audit has enough of both."""
        for copy in range(first, PAGES // len(self.of_page) + 1):
            suffix = f"?seite={copy}" if copy else ""
            pages = [
                {**page, "crawl_id": crawls[page["crawl_id"]], "url": page["url"] + suffix}
                for page in self.of_page.values()
            ]
            written = dict(zip(self.of_page, self._written(Page, pages), strict=True))
            quotes = [
                {**_new(one), "audit_id": number, "url": one["url"] + suffix, "page_id": written.get(one["page_id"])}
                for one in self.evidence
            ]
            self._insert(Evidence, quotes)

    def _rows(self, model: type[Base]) -> Rows:
        return [dict(one) for one in self.connection.execute(select(table_of(model))).mappings()]

    def _insert(self, model: type[Base], rows: Rows) -> None:
        for some in batches(rows):
            self.connection.execute(insert(table_of(model)), some)

    def _written(self, model: type[Base], rows: Rows) -> list[int]:
        """Write rows under new numbers, and return these."""
        table = table_of(model)
        start = (self.connection.scalar(select(func.max(table.c.id))) or 0) + 1
        numbered = [{**each, "id": start + place} for place, each in enumerate(rows)]
        self._insert(model, numbered)
        return [each["id"] for each in numbered]


def table_of(model: type[Base]) -> Table:
    """Return the table of a noun."""
    assert isinstance(model.__table__, Table)
    return model.__table__


def _new(each: dict[str, Any]) -> dict[str, Any]:
    """Return a row without its number, so that it gets another."""
    return {name: value for name, value in each.items() if name != "id"}


def batches(rows: Rows) -> Iterator[Rows]:
    """Give rows in parts that one statement can take."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
