"""The date and the forms of labelled pages, of whole layouts and of small ones."""

from __future__ import annotations

import pytest

from benchmarks.labels import PAGES, asking, dated
from benchmarks.structure import BARS, accuracy, date_of, forms_of, hits


def test_date_of_labelled_pages_is_found() -> None:
    """Of all pages, and of those held out while rules were made, the exact date is found, and none where there is none."""
    pages = dated()
    found = {page.name: date_of(page) for page in pages}
    assert len(pages) >= 130
    assert accuracy([found[page.name] for page in pages], pages) >= 0.95
    held_out = [page for page in pages if page.held_out]
    assert len(held_out) >= 25
    assert accuracy([found[page.name] for page in held_out], held_out) >= BARS["date"]


@pytest.mark.parametrize("kind", ["search", "login"])
def test_forms_of_labelled_pages_are_told_apart(kind: str) -> None:
    """Search and login are found, and nothing else is taken for them."""
    pages = asking()
    for chosen, at_least in ((pages, 0.95), ([page for page in pages if page.held_out], BARS[kind])):
        found = hits(kind, chosen)
        assert found.there >= 6
        assert found.precision >= at_least
        assert found.recall >= at_least


def test_what_forms_ask_is_found() -> None:
    """What a labelled form asks is read, and nothing besides."""
    wrong = {
        page.name
        for page in asking()
        if page.asks is not None and page.asks != tuple(tuple(form["asks"]) for form in forms_of(page))
    }
    assert len(wrong) <= 3, wrong


def test_every_layout_has_labels() -> None:
    """A page that is added is read by a person first; what is undecided says why."""
    names = {path.stem for path in (PAGES / "layouts").glob("*.html")}
    agreed = {page.name for page in dated()} & names
    assert len(names) - len(agreed) <= 6
    assert {page.name for page in asking()} & names >= agreed - {"waste-calendar"}


def test_names_of_labelled_pages_are_their_own() -> None:
    """Two cases of one name would hide each other."""
    for pages in (dated(), asking()):
        assert len({page.name for page in pages}) == len(pages)
