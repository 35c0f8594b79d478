"""Two audits in a database: what their rules, pages, reach and reviews have to do with what changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

import db
from audit import catalogue
from audit.cli.catalogues import used_by
from audit.run import comparing
from audit.run.reviewing import Word, take
from db import queries
from db.errors import CatalogueError
from db.models import Audit, Catalogue, Crawl, Evidence, Finding, Gap, Page, Proposal, Site
from db.schema import open_engine
from db.session import connect, opened
from db.terms import Decision, End
from reports.language import speaking
from tests.audit import written
from tests.audit.classify.made import PARKING as CRITERION
from tests.audit.classify.made import TAX
from tests.audit.classify.made import catalogue as catalogue_of
from tests.audit.nouns import NOW
from tests.audit.twice import PARKING, START, WITH, WITHOUT, Said, judged, read

Json = dict[str, Any]
Compare = Callable[[int, int], Json]
BLIND = CRITERION.model_copy(update={"product": {"handyticket": 2.4}, "object": [], "hosts": []})
"""The same criterion with words that no page says."""

ORPHAN = {"/": Said("Start", "Willkommen"), "/parken": PARKING}
"""The town shows it, and no link leads there."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue, and the database of a town that showed nothing in audit 1 and the page in audit 2."""
    folder = tmp_path_factory.mktemp("zweimal")
    rules = written.base(folder)
    engine = open_engine(f"sqlite:///{folder / 'ort.db'}")
    for pages in (WITHOUT, WITH):
        judged(engine, read(engine, pages), rules)
    engine.dispose()
    return folder


@pytest.fixture
def rules(place: Path) -> Path:
    return place / "grund"


@pytest.fixture
def engine(place: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of that database."""
    shutil.copy(place / "ort.db", tmp_path)
    engine = connect(f"sqlite:///{tmp_path / 'ort.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def compare(engine: Engine) -> Compare:
    def between(one: int, two: int) -> Json:
        return comparing.compare(engine, str(one), str(two), rules=used_by, report=lambda *_: None)

    return between


def only(found: Json) -> Json:
    (row,) = found["changes"]
    return dict(row)


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    """All that a judging writes."""
    with opened(engine) as session:
        found = [
            tuple(row) for noun in (Finding, Evidence, Gap, Proposal) for row in session.execute(select(noun.__table__))
        ]
        return found + [tuple(row) for row in session.execute(select(Audit.__table__))]


def again(engine: Engine, rules: Path, said: Mapping[str, Said], /, **values: Any) -> int:
    """Audit the town once more, and judge."""
    return judged(engine, read(engine, said, **values), rules)


def test_a_page_that_came_is_the_site(compare: Compare) -> None:
    """Both numbers, page, quote and way are told; in whatever order the audits are named."""
    found = compare(2, 1)
    assert (found["before"]["audit"], found["after"]["audit"]) == (1, 2)
    assert (found["before"]["score"]["found"], found["after"]["score"]["found"], found["rejudged"]) == (0, 1, None)
    row = only(found)
    assert (row["criterion"], row["kind"], row["cause"]) == ("handyparken", "new", "site")
    assert (row["before"]["verdict"], row["after"]["verdict"], row["rejudged"]) == ("ABSENT", "FINDABLE", "ABSENT")
    assert (row["after"]["quote"], row["after"]["clicks"]) == (PARKING.text, 1)
    assert (row["facts"][0]["code"], row["facts"][0]["url"]) == ("page_came", "http://www.ort.example/parken")
    assert found["counts"] == {"new": 1, "better": 0, "worse": 0, "gone": 0, "same": 1, "rules": 0, "coverage": 0}


def test_changes_are_named_in_the_language_that_is_spoken(engine: Engine, compare: Compare) -> None:
    """The names come from the catalogues that the audits keep."""
    with opened(engine) as session:
        for rules in session.scalars(select(Catalogue)):
            told = {"title": None, "areas": {}, "criteria": {"handyparken": {"name": "Parking by phone"}}}
            rules.document = rules.document | {"translations": {"en": told}}
    found = compare(1, 2)
    assert (only(found)["name"], found["catalogue_language"]) == ("handyparken", "de")
    with speaking("en"):
        found = compare(1, 2)
    assert (only(found)["name"], found["catalogue_language"]) == ("Parking by phone", "en")


def test_a_link_that_went_is_the_site(engine: Engine, rules: Path, compare: Compare) -> None:
    """The links of stored pages are looked at."""
    row = only(compare(2, again(engine, rules, ORPHAN)))
    assert (row["kind"], row["cause"], row["facts"][0]["values"]) == ("worse", "site", {"words": "Handyparken"})


@pytest.mark.parametrize(
    ("pages", "crawl"),
    [
        ({"/": START}, {"left_out": 400}),
        ({"/": START, "/parken": Said("", answer={"error": "timeout", "status": 0})}, {"pages": 20, "failed": 1}),
        ({}, {"end": End.REFUSED, "pages": 0}),
    ],
)
def test_what_was_not_read_is_our_reach(
    engine: Engine, rules: Path, compare: Compare, pages: Mapping[str, Said], crawl: Json
) -> None:
    """Left out, without an answer, refused: nothing is said to be gone."""
    found = compare(2, again(engine, rules, pages, **crawl))
    assert {row["cause"] for row in found["changes"]} == {"coverage"}
    assert found["counts"]["gone"] == 0
    assert found["counts"]["coverage"] == len(found["changes"])


def test_new_rules_are_the_rules_and_nothing_is_written(
    engine: Engine, rules: Path, compare: Compare, tmp_path: Path
) -> None:
    """The earlier pages are judged again in memory; all rows stay as they are."""
    judged(engine, 1, written.base(tmp_path, BLIND, TAX, version="0"))
    other = again(engine, tmp_path / "grund", WITH)
    latest = again(engine, rules, WITH)
    before = rows(engine)
    found = compare(other, latest)
    assert rows(engine) == before
    row = only(found)
    assert (row["kind"], row["cause"], row["before"]["verdict"], row["rejudged"]) == (
        "new",
        "rules",
        "ABSENT",
        "FINDABLE",
    )
    assert found["rejudged"] == {"found": 1, "of": 2, "unchecked": 0}
    assert [each["code"] for each in found["method"]] == ["catalogue"]
    assert (found["counts"]["rules"], found["breaks"]) == (1, True)
    told = compare(1, latest)  # then the page was not there: what came counts by the new rules on both readings
    assert (only(told)["cause"], told["rejudged"]["found"]) == ("site", 0)


def test_a_review_is_the_person(engine: Engine, rules: Path, compare: Compare) -> None:
    """Nothing else has changed; what was learned from the word turns no other verdict."""
    latest = again(engine, rules, WITH)
    say(engine, latest)
    judged(engine, latest, rules, days=3)
    row = only(compare(2, latest))
    assert (row["kind"], row["cause"], row["facts"][0]["code"]) == ("gone", "person", "said")
    assert "abgelehnt am" in row["facts"][0]["values"]["words"][0]


def test_a_review_in_force_both_times_is_no_cause(engine: Engine, rules: Path, compare: Compare) -> None:
    """It held before; that it holds no more on a page that says something else is the site."""
    say(engine, 2)
    judged(engine, 2, rules, days=3)
    changed = Said("Handyparken in Ort", f"{PARKING.text} Es gilt in allen Zonen.")
    row = only(compare(2, again(engine, rules, {"/": START, "/parken": changed})))
    assert (row["kind"], row["cause"], row["facts"][0]["code"]) == ("new", "site", "page_changed")


def say(engine: Engine, number: int) -> None:
    """Let a person reject the page, an hour after the audit was judged."""
    with opened(engine) as session:
        audit = queries.audit(session, str(number))
        assert audit.judged is not None
        word = Word("handyparken", Decision.REJECT, "not_online", "http://www.ort.example/parken")
        take(session, audit, word, now=audit.judged + timedelta(hours=1))


def test_another_version_of_the_program_is_judged_again(engine: Engine, compare: Compare) -> None:
    """It turned nothing here, so the line does not break and no cause is made of it."""
    with opened(engine) as session:
        session.get_one(Audit, 1).program = "0.0.9"
    found = compare(1, 2)
    assert ([row["code"] for row in found["method"]], found["breaks"]) == (["program"], False)
    assert (found["rejudged"]["found"], only(found)["cause"]) == (0, "site")
    with opened(engine) as session:
        queries.findings(session, 1)[0].verdict = "BURIED"
    assert compare(1, 2)["breaks"]  # the old program had seen something in the same pages


def test_what_was_learned_is_part_of_the_rules(engine: Engine, rules: Path, compare: Compare) -> None:
    """The earlier pages get their scores by what the later audit knew."""
    latest = again(engine, rules, WITH)
    with opened(engine) as session:
        learned = {"n": 9, "slope": 1.8, "shift": -50.0, "made": None, "offsets": {}, "confirmed": {}}
        session.get_one(Audit, latest).calibration = learned
    found = compare(2, latest)
    assert [row["code"] for row in found["method"]] == ["calibration"]
    assert (only(found)["rejudged"], found["rejudged"]["found"]) == ("ABSENT", 0)


def test_of_two_answers_the_one_that_was_read_counts(engine: Engine) -> None:
    """Another site may have led to the same address, and failed."""
    with opened(engine) as session:
        town = queries.audit(session, "2").town
        site = Site(url="http://ort.example/", host="ort.example", role="city")
        town.sites.append(site)
        session.flush()
        crawl = Crawl(audit_id=2, site_id=site.id)
        session.add(crawl)
        session.flush()
        url = "http://www.ort.example/parken"
        session.add(Page(url=url, fetched=NOW, crawl_id=crawl.id, error="timeout"))
        session.flush()
        assert queries.pages_at(session, 2, [url])[url].title == "Handyparken in Ort"


def test_other_limits_break_the_line(engine: Engine, compare: Compare) -> None:
    """They are told, and nothing is judged again for them."""
    with opened(engine) as session:
        session.get_one(Audit, 2).budget = {"pages_per_site": 300}
    found = compare(1, 2)
    assert (found["method"][0]["code"], found["method"][0]["after"]["pages_per_site"]) == ("budget", 300)
    assert (found["breaks"], found["rejudged"]) == (True, None)


def test_people_who_begin_elsewhere_are_another_method(engine: Engine, rules: Path, compare: Compare) -> None:
    """Of an orphan more are said to arrive if more search; that is not the site."""
    first = again(engine, rules, ORPHAN)
    row = only(compare(first, again(engine, rules, ORPHAN, budget={"search_share": 0.9})))
    assert (row["kind"], row["cause"]) == ("better", "rules")


def test_pages_that_are_gone_are_not_compared(engine: Engine, compare: Compare) -> None:
    """Nobody can say why; the numbers stay, and the line goes on, since nothing was measured otherwise."""
    with opened(engine) as session:
        session.execute(delete(Page).where(Page.crawl_id == queries.crawls(session, 1)[0].id))
    found = compare(1, 2)
    assert (found["comparable"], found["changes"], found["breaks"]) == (False, [], False)
    assert found["reason"] == {"code": "pages_gone", "audit": 1}
    assert found["after"]["score"]["found"] == 1
    with opened(engine) as session:
        session.get_one(Audit, 1).program = "0.0.9"
    assert compare(1, 2)["breaks"]


def gone(_audit: Audit) -> catalogue.Catalogue:
    raise CatalogueError("Den Katalog gibt es nicht mehr.")


@pytest.mark.parametrize(
    ("program", "present"),
    [(f"{db.__version__}-alt", used_by), (db.__version__, lambda _audit: catalogue_of()), (db.__version__, gone)],
)
def test_rules_that_are_gone_are_not_guessed(engine: Engine, program: str, present: comparing.Rules) -> None:
    """The later audit was judged by what this installation no longer has: then nothing is judged again."""
    with opened(engine) as session:
        session.get_one(Audit, 1).program = "0.0.9"
        session.get_one(Audit, 2).program = program
    found = comparing.compare(engine, "1", "2", rules=present, report=lambda *_: None)
    assert (found["comparable"], found["reason"]) == (False, {"code": "rules_gone", "audit": 2})
    assert found["breaks"]


def test_the_trend_tells_every_audit_and_every_step(engine: Engine, rules: Path) -> None:
    """In the order of time; what was not judged yet is no point."""
    again(engine, rules, {}, end=End.REFUSED, pages=0)
    read(engine, WITH)
    found = comparing.trend(engine, "ort", rules=used_by, report=lambda *_: None)
    audits = [(each["audit"], each["score"]["found"], each["enough"]) for each in found["audits"]]
    assert audits == [(1, 0, True), (2, 1, True), (3, 0, False)]
    assert [[row["cause"] for row in step["changes"]] for step in found["steps"]] == [["site"], ["coverage"] * 2]


def test_the_trend_breaks_where_the_catalogue_is_another(engine: Engine, tmp_path: Path) -> None:
    """Numbers by different catalogues are shown and not compared."""
    judged(engine, 2, written.base(tmp_path, CRITERION, name="anders"))
    (step,) = comparing.trend(engine, "ort", rules=used_by, report=lambda *_: None)["steps"]
    assert (step["comparable"], step["breaks"]) == (False, True)
    assert step["reason"]["code"] == "other_catalogue"


@pytest.mark.postgres
def test_postgresql_compares_the_same(postgres: Callable[[str], str], rules: Path) -> None:
    """Also where it judges again."""
    engine = open_engine(postgres("changes"))
    for pages in (WITHOUT, WITH):
        again(engine, rules, pages)
    with opened(engine) as session:
        session.get_one(Audit, 1).program = "0.0.9"
    found = comparing.compare(engine, "1", "2", rules=used_by, report=lambda *_: None)
    engine.dispose()
    assert (only(found)["cause"], only(found)["facts"][0]["code"], found["rejudged"]["found"]) == (
        "site",
        "page_came",
        0,
    )
