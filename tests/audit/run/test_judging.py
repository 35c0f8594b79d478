"""What the classifier is told of a town before its pages are judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select

from audit import catalogue, checked
from audit.catalogue import Accuracy
from audit.run.judging import _catalogue_row, _Material, _read, subject_of
from db.errors import CatalogueError
from db.models import Catalogue, Site, Town
from db.session import open_engine, opened
from db.terms import Role, Standing
from tests.audit.classify import made
from tests.audit.nouns import HOME, page

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
    material = _Material(town=town, day=date(2026, 11, 25), crawls=[], pages=pages, strangers=[], asked=[])
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
