"""What the classifier is told of a town before its pages are judged, and what a second reader changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import catalogue, checked
from audit.catalogue import Accuracy
from audit.classify.second import Opinion
from audit.run.judging import Material, _catalogue_row, _read, judge, subject_of
from db import queries
from db.errors import CatalogueError
from db.models import Catalogue, Evidence, Finding, Site, Town
from db.schema import open_engine
from db.session import opened
from db.store import PageStore
from db.terms import Band, Role, Standing
from tests.audit.classify import made
from tests.audit.nouns import HOME, NOW, page
from tests.crawler.conftest import open_job

BOX = "Kennen Sie schon das Handyparken?"


def test_what_the_pages_of_a_site_repeat_is_known_as_its_frame() -> None:
    """Pages that failed have nothing to repeat; without pages there is no frame."""
    site = Site(host="www.ort.example", url=HOME, role=Role.CITY, standing=Standing.CONFIRMED)
    town = Town(key="ort", name="Ort", aliases={}, sites=[site])
    pages = [page(f"{HOME}{number}", main_text=f"Seite {number}\n{BOX}") for number in range(5)]
    lost = [page(f"{HOME}weg{number}", main_text=f"{number}\nNicht gefunden", error="soft_404") for number in range(5)]
    subject = subject_of(town, [*pages, *lost])
    assert subject.hosts == {"www.ort.example": Role.CITY}
    assert subject.frames == {"www.ort.example": frozenset({BOX})}
    assert subject_of(town).frames == {}


def test_every_proof_has_the_date_of_its_page() -> None:
    """Of news also the month in its address; of a standing page only what it says itself."""
    pages = [page(f"{HOME}news/2021/04/neu"), page(f"{HOME}leben/parken"), page(f"{HOME}alt", date="2020-02-01")]
    site = Site(host="www.ort.example", url=HOME, role=Role.CITY)
    town = Town(key="ort", name="Ort", aliases={}, sites=[site])
    material = Material(town=town, day=date(2026, 11, 25), crawls=[], pages=pages, strangers=[], asked=[])
    seen = _read(material, made.SHARED, report=lambda *_: None)
    found = {one.page.url: {item.date for item in one.reading.evidence} for one in seen["handyparken"]}
    assert list(found.values()) == [{"2021-04"}, {None}, {"2020-02-01"}]


def test_the_same_rules_measured_anew_are_the_same_row(tmp_path: Path) -> None:
    """Reports then print the newer figures."""
    file = catalogue.FOLDER / catalogue.DEFAULT / catalogue.ACCURACY
    measured = replace(made.catalogue(), accuracy=checked.read(file, Accuracy, error=CatalogueError))
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    for rules in (made.catalogue(), measured):
        with opened(engine) as session:
            _catalogue_row(session, rules)
    with opened(engine) as session:
        (row,) = session.scalars(select(Catalogue)).all()
        assert row.document["accuracy"]["towns"] == measured.document()["accuracy"]["towns"]
    engine.dispose()


ABROAD = "You can buy it at the machines or pay with your phone. The first thirty minutes are free of charge.\n"
GOOD = "Handyparken: Ab sofort können Sie Ihren Parkschein per Handy lösen."


class Fake:
    """Says yes to one page and no to all others."""

    def read(self, question: str, definition: str, text: str) -> Opinion:
        assert (question, definition) == (made.PARKING.question, made.PARKING.definition)
        return Opinion("yes" if "Harbour" in text else "no", GOOD, "Dort steht es <b>so</b>.")


def test_a_second_reader_orders_what_is_for_review_and_is_shown(tmp_path: Path) -> None:
    """Nothing else changes: the band stays, the verdict is the same; without one nothing is asked."""
    job = open_job(tmp_path, "www.ort.example")
    pages = [
        page(HOME, (f"{HOME}parken", "Parken"), (f"{HOME}hafen", "Hafen"), title="Start", main_text="Willkommen"),
        page(f"{HOME}parken", title="Handyparken", main_text=ABROAD + GOOD),
        page(f"{HOME}hafen", title="Harbour", main_text=ABROAD + GOOD),
    ]
    with Session(job.engine) as session:
        (row,) = queries.crawls(session, job.audit)
        PageStore(job.engine, row.id).write(pages)
    told = {}
    for second in (None, Fake()):
        answers = judge(
            job.engine, job.audit, made.catalogue(made.PARKING), now=NOW, report=lambda *_: None, second=second
        )
        with Session(job.engine) as session:
            finding = session.scalars(select(Finding)).one()
            kept = session.scalars(select(Evidence).where(Evidence.band != "").order_by(Evidence.id)).all()
            told[second is not None] = (answers, finding, [item.url for item in kept], {item.band for item in kept})
    (none, alone, urls, bands), (answers, advised, reordered, same) = told[False], told[True]
    assert (none, answers) == ({}, {"yes": 1, "no": 1})
    assert (urls[0], reordered[0]) == (f"{HOME}parken", f"{HOME}hafen")
    assert bands == same == {Band.REVIEW}
    assert (alone.verdict, alone.best_url) == (advised.verdict, advised.best_url)
    assert [reason for reason in advised.reasons if reason["code"] != "second_reader"] == alone.reasons
    yes, no = (reason["text"] for reason in advised.reasons if reason["code"] == "second_reader")
    assert yes.startswith(f"Ein zweiter Leser sieht das Angebot auf {HOME}hafen auch. Die Stelle: „{GOOD}“.")
    assert no.startswith(f"Ein zweiter Leser sieht das Angebot auf {HOME}parken nicht.")
    assert "<b>so</b>" in yes  # text for whoever shows it, who escapes it
    job.engine.dispose()
