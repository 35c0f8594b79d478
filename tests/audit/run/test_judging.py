"""What the classifier is told of a town before its pages are judged."""

from __future__ import annotations

from audit.run.judging import subject_of
from db.models import Site, Town
from db.terms import Role, Standing
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
