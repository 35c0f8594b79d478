"""The document of an audit: the shape scripts rely on, in the order people expect."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.errors import InputError, NotFoundError
from db.models import Asked, Audit, Crawl, Evidence, Finding, Page, Site
from db.terms import CONTROL, Standing
from reports.document import document
from tests.reports.towns import AREAS, MUSTERHAFEN, STARTED, VERDICTS, Written

CONTRACT = {
    "": "schema town audit catalogue started finished coverage score findings proposals",
    "catalogue": "name version digest",
    "site": "url role standing pages refused failed left_out reason",
    "area": "id strategy implementation found of unchecked",
    "finding": "criterion area aspect verdict maturity score best_url clicks path rank query open_to_search quotes against gap measure advice",
    "quote": "text reading zone signal url page_type weight rule",
    "measure": "title key address row",
    "proposal": "change where effect effort role",
}


def keys(name: str) -> list[str]:
    return CONTRACT[name].split()


def starts_with(value: dict[str, Any], name: str) -> bool:
    return list(value)[: len(keys(name))] == keys(name)


def found(doc: dict[str, Any], criterion: str) -> dict[str, Any]:
    return next(entry for entry in doc["findings"] if entry["criterion"] == criterion)


def test_has_every_key_of_the_contract_first(musterhafen: Written) -> None:
    """Scripts rely on these keys; what people need beside them comes after."""
    doc = musterhafen.document()
    assert starts_with(doc, "")
    assert list(doc["catalogue"]) == keys("catalogue")
    assert all(starts_with(site, "site") for site in doc["coverage"]["sites"])
    assert all(starts_with(area, "area") for area in doc["score"]["areas"])
    assert all(starts_with(entry, "finding") for entry in doc["findings"])
    assert all(starts_with(quote, "quote") for entry in doc["findings"] for quote in entry["quotes"])
    assert all(list(entry["measure"]) == keys("measure") for entry in doc["findings"] if entry["measure"])
    assert all(starts_with(proposal, "proposal") for proposal in doc["proposals"])


def test_is_json_through_and_through(musterhafen: Written) -> None:
    """The document survives being written and read."""
    doc = musterhafen.document()
    assert json.loads(json.dumps(doc)) == doc


def test_names_the_town_by_key_and_the_audit_by_number(musterhafen: Written) -> None:
    """Key and number are what the commands take."""
    doc = musterhafen.document()
    assert (doc["schema"], doc["town"], doc["audit"]) == (1, "musterhafen", musterhafen.audit.id)


def test_moments_are_iso_in_utc(musterhafen: Written) -> None:
    """Moments carry their zone."""
    doc = musterhafen.document()
    assert doc["started"] == "2026-11-25T12:30:00+00:00"
    assert datetime.fromisoformat(doc["finished"]) - datetime.fromisoformat(doc["started"]) == timedelta(minutes=49)


def test_order_is_that_of_the_catalogue(session: Session, musterhafen: Written) -> None:
    """Rows may have been written in any order."""
    assert musterhafen.audit.catalogue is not None
    session.execute(
        update(Finding)
        .where(Finding.criterion == "strategie-1", Finding.audit_id == musterhafen.audit.id)
        .values(id=9999)
    )
    doc = musterhafen.document()
    wanted = [entry["id"] for entry in musterhafen.audit.catalogue.document["criteria"]]
    assert [entry["criterion"] for entry in doc["findings"] if entry["criterion"]] == wanted
    assert [area["id"] for area in doc["score"]["areas"]] == [key for key, _ in AREAS]


def test_score_counts_findable_and_keeps_unknown_apart(musterhafen: Written) -> None:
    """What nobody could look at is neither found nor missing."""
    letters = MUSTERHAFEN.replace(" ", "")
    # One criterion, of verdict U, is the county's matter and counts nowhere.
    score = musterhafen.document()["score"]
    assert score["found"] == letters.count("F")
    assert score["of"] == letters.count("F") + letters.count("B") + letters.count("A")
    assert score["unchecked"] == letters.count("U") - 1


def test_areas_add_up_to_the_whole(musterhafen: Written) -> None:
    """The matrix has no hidden remainder."""
    score = musterhafen.document()["score"]
    for name in ("found", "of", "unchecked"):
        assert sum(area[name] for area in score["areas"]) == score[name]
    for area in score["areas"]:
        assert area["strategy"]["of"] + area["implementation"]["of"] == area["of"]
        assert area["strategy"]["found"] + area["implementation"]["found"] == area["found"]
        assert list(area["strategy"]) == ["found", "of"]


def test_the_countys_matter_is_shown_and_never_counted(musterhafen: Written) -> None:
    """A town is not blamed for what others are responsible for."""
    doc = musterhafen.document()
    theirs = found(doc, "gesundheit-2")
    assert (theirs["counts"], theirs["competence"]) == (False, "county")
    health = next(area for area in doc["score"]["areas"] if area["id"] == "gesundheit")
    assert (health["of"], health["unchecked"], doc["not_ours"]) == (2, 0, 1)


def test_counts_are_of_what_counts(musterhafen: Written) -> None:
    """The four numbers of the first page agree with the score."""
    doc = musterhafen.document()
    assert list(doc["counts"]) == list(VERDICTS.values())
    assert doc["counts"]["FINDABLE"] == doc["score"]["found"]
    assert sum(doc["counts"].values()) == doc["score"]["of"] + doc["score"]["unchecked"]


def test_quotes_are_at_most_five_and_speak_for_it(musterhafen: Written) -> None:
    """Quotes with a weight not above 0 speak against and are in ``against``."""
    quotes = found(musterhafen.document(), "strategie-1")["quotes"]
    assert [quote["weight"] for quote in quotes] == [2.0, 1.4, 1.0, 0.9, 0.8]


def test_quotes_of_the_best_page_come_first(session: Session, musterhafen: Written) -> None:
    """The reader checks the page that the verdict names."""
    session.add(
        Evidence(
            audit_id=musterhafen.audit.id,
            criterion="strategie-1",
            quote="Anderswo",
            signal="pair",
            zone="main",
            reading="statement",
            weight=3.0,
            rule="x",
            url="http://other.example/",
            page_type="news",
            score=1.0,
        )
    )
    session.flush()
    quotes = found(musterhafen.document(), "strategie-1")["quotes"]
    assert quotes[0]["weight"] == 2.0
    assert all(quote["text"] != "Anderswo" for quote in quotes)


def test_the_same_sentence_is_quoted_once(session: Session, musterhafen: Written) -> None:
    """Mirrored pages say the same; five times the same sentence proves nothing more."""
    session.execute(update(Evidence).where(Evidence.criterion == "strategie-1").values(quote="Immer dasselbe"))
    quotes = found(musterhafen.document(), "strategie-1")["quotes"]
    assert [quote["text"] for quote in quotes] == ["Immer dasselbe"]


def test_quotes_survive_the_loss_of_their_page(session: Session, musterhafen: Written) -> None:
    """Pages may be thrown away to save space; the quotes stay."""
    session.execute(update(Evidence).values(page_id=None))
    quote = found(musterhafen.document(), "strategie-1")["quotes"][0]
    assert (quote["fetched"], quote["page_date"]) == (None, None)
    assert quote["text"].startswith("Smart-City-Strategie")


def test_quotes_of_documents_name_their_page(session: Session, musterhafen: Written) -> None:
    """The page is that of the line the quote begins on; of other pages, and of titles, there is none."""
    doc = found(musterhafen.document(), "strategie-1")
    assert {quote["sheet"] for quote in doc["quotes"]} == {None}
    quotes = [quote["text"] for quote in doc["quotes"]]
    text = f"Titel\n{quotes[0]}\nMehr: {quotes[1]} Ende\n{quotes[2]}"
    facts = {"pages": 5, "read": 5, "text": True, "form": None, "encrypted": False, "starts": [0, 2, 2, 3, 4]}
    session.execute(update(Page).values(main_text=text, document=facts))
    assert [quote["sheet"] for quote in found(musterhafen.document(), "strategie-1")["quotes"]] == [1, 3, 4, None, None]


def test_documents_without_words_are_listed(session: Session, musterhafen: Written) -> None:
    """Scanned and locked documents are named; one that is damaged says nothing about how it was made."""
    assert musterhafen.document()["coverage"]["documents"] == {"pictures": [], "locked": []}
    kinds: list[dict[str, Any]] = [
        {"text": False, "encrypted": False},
        {"text": None, "encrypted": True},
        {"text": True, "encrypted": False},
        {"text": False, "encrypted": False, "reason": "damaged"},
    ]
    numbers = session.scalars(
        select(Page.id)
        .join(Crawl, Page.crawl_id == Crawl.id)
        .where(Crawl.audit_id == musterhafen.audit.id)
        .order_by(Page.url)
        .limit(4)
    ).all()
    for number, facts in zip(numbers, kinds, strict=True):
        session.execute(update(Page).where(Page.id == number).values(document=facts))
    urls = [session.get_one(Page, number).url for number in numbers[:2]]
    assert musterhafen.document()["coverage"]["documents"] == {"pictures": urls[:1], "locked": urls[1:]}


def test_a_measure_without_criterion_is_a_finding(musterhafen: Written) -> None:
    """It has its gap and its measure, and counts nowhere."""
    strays = [entry for entry in musterhafen.document()["findings"] if entry["criterion"] is None]
    assert [(entry["gap"], entry["verdict"], entry["counts"]) for entry in strays] == [
        ("HIDDEN", "BURIED", False),
        ("UNCHECKED", "UNKNOWN", False),
    ]
    assert strays[0]["measure"] == {
        "title": "Digitale Litfaßsäule am Markt",
        "key": None,
        "address": "http://www.musterhafen.example/litfass",
        "row": 90,
    }


@pytest.mark.parametrize(("criterion", "gap"), [("strategie-1", None), ("strategie-2", "HIDDEN")])
def test_every_finding_names_its_measure(musterhafen: Written, criterion: str, gap: str | None) -> None:
    """The same object stands in every finding that has a measure, with a gap or without."""
    entry = found(musterhafen.document(), criterion)
    row = 3 + int(criterion[-1])
    assert entry["gap"] == gap
    assert (entry["measure"]["title"], entry["measure"]["row"]) == (f"Maßnahme zu {criterion}", row)
    assert entry["measures"] == [entry["measure"]]


def test_all_lines_of_the_list_are_counted(session: Session, musterhafen: Written) -> None:
    """Several lines may belong to one criterion; the list is as long as it was when it was judged."""
    doc = musterhafen.document()
    row = session.query(Finding).filter_by(audit_id=musterhafen.audit.id, criterion="strategie-1").one()
    row.measures = [*row.measures, {"title": "Noch eine", "key": None, "address": None, "row": 70}]
    session.flush()
    assert musterhafen.document()["measures"] == doc["measures"] + 1


def test_coverage_says_why_reading_ended_and_names_what_waits(musterhafen: Written) -> None:
    """A refused site and a site that nobody has confirmed are different things."""
    coverage = musterhafen.document()["coverage"]
    assert coverage["enough"] is True
    rows = {site["url"]: site for site in coverage["sites"]}
    assert rows["http://ratsinfo.vendor.example/"]["reason"].startswith("Die Startseite antwortet")
    assert rows["http://service.musterhafen.example/"]["reason"] == "Ganz gelesen."
    assert rows["http://www.musterhafen-tourismus.example/"]["end"] is None
    assert "http://www.landesportal.example/" not in rows


def test_landscape_has_every_site_with_its_reason(musterhafen: Written) -> None:
    """Also foreign sites are listed, so that somebody can object."""
    sites = musterhafen.document()["landscape"]
    assert [site["standing"] for site in sites] == ["confirmed", "own", "confirmed", "own", "proposed", "foreign"]
    assert sites[-1]["reason"] == "Portal des Landes."
    assert sites[0]["pages"] == 1500


def test_a_site_confirmed_later_is_not_in_an_older_audits_coverage(session: Session, musterhafen: Written) -> None:
    """Coverage is the sum of the crawls, whatever the town has learned since."""
    session.add(Crawl(audit_id=_later(session, musterhafen), site_id=musterhafen.town.sites[5].id))
    session.execute(update(Site).where(Site.standing == Standing.FOREIGN).values(standing=Standing.CONFIRMED))
    urls = [site["url"] for site in musterhafen.document()["coverage"]["sites"]]
    assert "http://www.landesportal.example/" not in urls


def _later(session: Session, written: Written) -> int:
    later = Audit(town_id=written.town.id, started=datetime(2026, 12, 24, tzinfo=UTC))
    session.add(later)
    session.flush()
    return later.id


def test_an_unknown_audit_is_refused(session: Session) -> None:
    """The message is for the person at the keyboard."""
    with pytest.raises(NotFoundError, match="Prüfung 77 gibt es nicht"):
        document(session, 77)


def test_an_audit_that_was_not_judged_is_refused(session: Session, musterhafen: Written) -> None:
    """There is nothing to show yet, and the message says what to do."""
    number = _later(session, musterhafen)
    with pytest.raises(InputError, match=f"fundstelle judge {number}"):
        document(session, number)


def test_two_towns_do_not_mix(musterhafen: Written, nachbarau: Written) -> None:
    """Every row of the document belongs to its audit."""
    assert "nachbarau" not in json.dumps(musterhafen.document()).lower()
    assert "musterhafen" not in json.dumps(nachbarau.document()).lower()


def test_tells_how_each_site_s_own_search_answered(session: Session, musterhafen: Written) -> None:
    """The control word is no question, but its failure is told."""
    site, other = musterhafen.town.sites[:2]

    def add(number: int, query: str, error: str | None = None, *hits: str) -> None:
        values = {"audit_id": musterhafen.audit.id, "site_id": number, "query": query, "error": error}
        session.add(Asked(**values, url=site.url, asked=STARTED, hits=list(hits)))
        session.flush()

    add(site.id, CONTROL, None, "http://a.example/teaser")
    add(site.id, "a", None)
    add(site.id, "b", "timeout")
    add(other.id, CONTROL, "robots")
    first, second, third = [each["search"] for each in musterhafen.document()["coverage"]["sites"][:3]]
    assert first == {"asked": 2, "answered": 1, "hits": False, "error": "timeout"}
    assert second == {"asked": 0, "answered": 0, "hits": False, "error": "robots"}
    assert third is None
