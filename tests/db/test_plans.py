"""No question to the rows reads all pages, links, findings or proofs where an index would do, on both databases."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from db import acts, freshness, history, lessons, overview, queries, town_desk
from db.acts import Wanted
from db.errors import NotFoundError
from db.models import Audit, Crawl
from db.schema import open_engine
from db.session import opened
from db.store import AskedStore, Earlier, PageStore
from tests.db import filled

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LARGE = ("page", "link", "finding", "evidence")
MODULES = (queries, lessons, overview, town_desk, history, freshness, acts)
URLS = ["http://ort.example/3", "http://ort.example/4"]
LATEST, BEFORE = 143, 123
"""Numbers of two audits of one town; each has one crawl of the same number."""

ROWS = [
    "INSERT INTO town (key, name, competences, aliases, neighbours, budget) SELECT 'ort-' || t, 'Ort ' || t, '[]', '{}', '[]', '{}' FROM generate_series(1, 20) t",
    "INSERT INTO site (town_id, url, host, role, standing, reason, by_hand) SELECT id, 'http://ort.example/', 'ort.example', 'city', 'confirmed', '', false FROM town",
    "INSERT INTO catalogue (name, version, digest, document) VALUES ('grund', '1', 'x', '{\"title\": \"Grund\"}')",
    "INSERT INTO audit (town_id, started, crawled, judged, catalogue_id, budget, program, replayed, stored) SELECT 1 + (a - 1) % 20, now() + a * interval '1 hour', now(), now(), 1, '{}', '', '[]', '[]' FROM generate_series(1, 160) a",
    "INSERT INTO crawl (audit_id, site_id, \"end\", detail, pages, refused, failed, left_out, left_out_by, program) SELECT id, town_id, 'finished', '', 60, 0, 0, 0, '{}', '' FROM audit",
    "INSERT INTO link (crawl_id, number, url, text, zone) SELECT id, n, 'http://ort.example/' || n, 'Mehr', 'main' FROM crawl, generate_series(1, 90) n",
    "INSERT INTO finding (audit_id, criterion, area, aspect, verdict, maturity, score, counts, path, query, reasons, against, advice, measures, best_url) SELECT id, 'c' || n, 'a', 'x', 'FINDABLE', '', 1, true, '[]', '', '[]', '[]', repeat('x', 300), '[]', 'http://ort.example/' || n FROM audit, generate_series(1, 60) n",
    "INSERT INTO evidence (audit_id, criterion, quote, signal, zone, reading, weight, rule, url, page_type, maturity, score, points, band) SELECT id, 'c' || n % 60, repeat('q', 200), '', '', '', 1, '', 'http://ort.example/' || n, '', '', 1, 1, CASE n % 9 WHEN 0 THEN 'review' ELSE 'automatic' END FROM audit, generate_series(1, 120) n",
    "INSERT INTO review (town_id, criterion, decision, reason, made, person, whole, url, verdict, band, rules, drawn, catalogue, program) SELECT id, 'c1', 'confirm', 'seen', now(), '', false, 'http://ort.example/3', '', '', '[]', false, '', '' FROM town",
]
"""A country in small: 20 towns with eight audits each."""


def filler(table: Any, **values: str) -> str:
    """Return an insert of 60 pages for each crawl, with something harmless in every column that must have a value."""
    kinds = {"INTEGER": "0", "TEXT": "''", "JSON": "'[]'", "BOOLEAN": "false", "FLOAT": "0", "DATETIME": "now()"}
    must = {
        column.key: values.get(column.key) or kinds[column.type.compile().split("(")[0]]
        for column in table.columns
        if column.key in values or not (column.nullable or column.primary_key)
    }
    names = ", ".join(f'"{name}"' for name in must)
    return f"INSERT INTO {table.name} ({names}) SELECT {', '.join(must.values())} FROM crawl, generate_series(1, 60) n"


def audit(session: Session) -> Audit:
    return session.get_one(Audit, LATEST)


ASKED: dict[Callable[..., Any], Callable[[Session], Any]] = {
    queries.town: lambda s: queries.town(s, "ort-3"),
    queries.towns: queries.towns,
    queries.audit: lambda s: (queries.audit(s, str(LATEST)), queries.audit(s, "ort-3")),
    queries.latest_judged: lambda s: queries.latest_judged(s, "ort-3"),
    queries.unfinished: lambda s: queries.unfinished(s, 3),
    queries.unfinished_of: lambda s: queries.unfinished_of(s, [3, 4]),
    queries.crawls: lambda s: queries.crawls(s, LATEST),
    queries.last_reading: lambda s: queries.last_reading(s, s.get_one(Crawl, LATEST), program=""),
    queries.changes: lambda s: queries.changes(s, LATEST),
    queries.mute_documents: lambda s: queries.mute_documents(s, LATEST),
    queries.pages: lambda s: list(queries.pages(s, LATEST)),
    queries.pages_at: lambda s: queries.pages_at(s, LATEST, URLS),
    queries.linked: lambda s: queries.linked(s, LATEST, URLS),
    queries.asked: lambda s: queries.asked(s, LATEST),
    queries.listed: lambda s: queries.listed(s, LATEST),
    queries.offered_search: lambda s: queries.offered_search(s, LATEST),
    queries.page_count: lambda s: queries.page_count(s, LATEST),
    queries.catalogues: queries.catalogues,
    queries.findings: lambda s: queries.findings(s, LATEST),
    queries.gaps: lambda s: queries.gaps(s, LATEST),
    queries.proposals: lambda s: queries.proposals(s, LATEST),
    queries.measures: lambda s: queries.measures(s, 3),
    queries.links_out: lambda s: queries.links_out(s, LATEST),
    queries.imprints: lambda s: queries.imprints(s, LATEST),
    queries.archived: queries.archived,
    queries.audits: lambda s: queries.audits(s, 3),
    queries.judged_before: lambda s: queries.judged_before(s, audit(s)),
    queries.evidence: lambda s: queries.evidence(s, LATEST),
    queries.evidence_on: lambda s: queries.evidence_on(s, LATEST, criterion="c3", url=URLS[0]),
    queries.hold_town: lambda s: queries.hold_town(s, 3),
    queries.reviews: lambda s: (queries.reviews(s, 3), queries.reviews(s)),
    lessons.words: lambda s: lessons.words(s, now=NOW),
    queries.read_pages: lambda s: queries.read_pages(s, LATEST, URLS),
    lessons.present_contents: lessons.present_contents,
    overview.waiting: overview.waiting,
    overview.tasks: lambda s: overview.tasks(s, today=date(2026, 11, 30), person_id=1),
    overview.schedules: overview.schedules,
    overview.lines: overview.lines,
    overview.last_two: lambda s: overview.last_two(s, towns=[3]),
    overview.counts: lambda s: overview.counts(s, [LATEST, BEFORE]),
    town_desk.runs: lambda s: town_desk.runs(s, 3),
    town_desk.verdicts: lambda s: town_desk.verdicts(s, LATEST),
    town_desk.turned: lambda s: town_desk.turned(s, LATEST, BEFORE),
    town_desk.waiting: lambda s: town_desk.waiting(s, 3),
    town_desk.last_act: lambda s: town_desk.last_act(s, 3, ["x"]),
    town_desk.found: lambda s: town_desk.found(s, "c3", start=0, most=10),
    history.towns: lambda s: history.towns(s, after=3, most=5),
    history.judged: lambda s: history.judged(s, 3, most=5),
    history.turned: lambda s: history.turned(s, BEFORE, LATEST),
    freshness.of_town: lambda s: freshness.of_town(s, 3),
    freshness.of_audit: lambda s: freshness.of_audit(s, audit(s)),
    freshness.of_all: freshness.of_all,
    acts.lines: lambda s: acts.lines(s, Wanted(person=1, town="ort-3", what="x", before=9), most=5),
    acts.people: acts.people,
    acts.towns: acts.towns,
    PageStore: lambda s: list(PageStore(s.get_bind(), LATEST).read()),  # type: ignore[arg-type]
    Earlier: lambda s: Earlier(s.get_bind(), LATEST).page(URLS[0]),  # type: ignore[arg-type]
    AskedStore: lambda s: AskedStore(s.get_bind(), LATEST, 1).errors(),  # type: ignore[arg-type]
}
"""How each question is asked."""


def test_every_question_is_asked_here() -> None:
    """One that is new has to be added above."""
    for module in MODULES:
        for name, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ == module.__name__ and not name.startswith("_"):
                assert one in ASKED, f"{module.__name__}.{name}"


@contextmanager
def heard(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Take down each statement with its values."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def scans(node: dict[str, Any]) -> Iterator[str]:
    """Give the large tables that a plan of PostgreSQL reads whole."""
    if node["Node Type"].endswith("Seq Scan") and node["Relation Name"] in LARGE:
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from scans(child)


@pytest.mark.postgres
def test_postgresql_uses_indexes(postgres: Callable[[str], str]) -> None:
    """With enough rows and what the planner knows of them."""
    engine = open_engine(postgres("plans"))
    with engine.begin() as connection:
        for statement in ROWS:
            connection.execute(text(statement))
        page = {
            "crawl_id": "crawl.id",
            "url": "'http://ort.example/' || n",
            "status": "200",
            "main_text": "repeat('wort ', 200)",
        }
        connection.execute(text(filler(Audit.metadata.tables["page"], **page)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As the server does by itself, sooner or later.
        connection.execute(text("VACUUM ANALYZE"))
    bad = {}
    for question, ask in ASKED.items():
        with heard(engine) as said, opened(engine) as session:
            ask(session)
        with engine.connect() as connection:
            for statement, values in said:
                if not statement.lstrip().startswith(("SELECT", "WITH")):
                    continue
                row = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar()
                plan = row if isinstance(row, list) else json.loads(row)
                if found := list(scans(plan[0]["Plan"])):
                    bad[question.__name__] = (found, statement)
    engine.dispose()
    assert bad == {}


def test_sqlite_uses_indexes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which it does by what it knows of the tables alone, however few rows there are."""
    filled.fill(engine)
    for name, number in (("LATEST", 2), ("BEFORE", 1)):
        monkeypatch.setitem(globals(), name, number)
    bad = {}
    for question, ask in ASKED.items():
        with heard(engine) as said, opened(engine) as session, suppress(NotFoundError, KeyError):
            ask(session)
        with engine.connect() as connection:
            for statement, values in said:
                if statement.startswith(("SELECT", "WITH")):
                    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
                    found = [row[-1] for row in plan if row[-1].startswith("SCAN") and row[-1].split()[1] in LARGE]
                    if found:
                        bad[question.__name__] = (found, statement)
    assert bad == {}
