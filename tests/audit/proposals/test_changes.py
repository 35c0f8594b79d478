"""A change of a page gives the page as it would be, and leaves the stored one as it is."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from audit.proposals.changes import Change, LinkTo, NewPage, Open, Retitle, applied, unknown
from db.models import Link
from tests.audit.nouns import HOME, page

PARKING = f"{HOME}parken"
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


def test_a_link_stands_first_in_the_main_part_and_the_old_page_stays() -> None:
    """What is tried must not be written."""
    home = page(HOME, (f"{HOME}amt", "Amt"))
    (after,) = applied([LinkTo(page=HOME, to=PARKING, words="Handyparken")], {HOME: home})
    assert after.links == [Link(PARKING, "Handyparken", "main"), Link(f"{HOME}amt", "Amt", "main")]
    assert [link.text for link in home.links] == ["Amt"]
    assert (after.title, after.main_text, after.fetched) == (home.title, home.main_text, home.fetched)


def test_a_link_takes_the_place_of_one_with_other_words() -> None:
    """„hier“ goes when „Handyparken“ comes."""
    home = page(HOME, (PARKING, "hier"), (f"{HOME}amt", "Amt"))
    (after,) = applied([LinkTo(page=HOME, to=PARKING, words="Handyparken", instead="hier")], {HOME: home})
    assert [link.text for link in after.links] == ["Handyparken", "Amt"]


def test_a_title_is_also_the_heading() -> None:
    """Other headings stay."""
    old = page(PARKING, headings=[{"level": 1, "text": "Alt"}, {"level": 2, "text": "Zonen"}])
    (after,) = applied([Retitle(page=PARKING, title="Handyparken")], {PARKING: old})
    assert after.title == "Handyparken"
    assert after.headings == [{"level": 1, "text": "Handyparken"}, {"level": 2, "text": "Zonen"}]


def test_an_opened_page_may_be_listed() -> None:
    """Whatever closed it: noindex, robots.txt, another address as canonical."""
    shut = page(PARKING, index=False, canonical=HOME, engines={"googlebot": {"fetch": False}})
    (after,) = applied([Open(page=PARKING)], {PARKING: shut})
    assert (after.index, after.canonical, after.engines) == (True, PARKING, None)


def test_changes_of_one_page_add_up_and_a_new_page_can_be_linked() -> None:
    """They are made in the order in which they are written."""
    made = NewPage(page=PARKING, title="Handyparken", text="Mit dem Handy.", criterion="handyparken")
    changes = [made, LinkTo(page=HOME, to=PARKING, words="Handyparken"), LinkTo(page=HOME, to=PARKING, words="Parken")]
    new, home = applied(changes, {HOME: page(HOME)})
    assert (new.url, new.status, new.main_text) == (PARKING, 200, "Handyparken\nMit dem Handy.")
    assert [link.text for link in home.links] == ["Parken", "Handyparken"]


def test_addresses_that_nobody_knows_are_told() -> None:
    """With the number of their change; a page that an earlier change makes is known."""
    made = NewPage(page=PARKING, title="Handyparken", text="Text", criterion="handyparken")
    changes = [LinkTo(page=HOME, to=PARKING, words="P"), made, LinkTo(page=HOME, to=PARKING, words="P")]
    assert list(unknown(changes, {HOME: page(HOME)})) == [(0, PARKING)]
    assert applied([Retitle(page=PARKING, title="P")], {HOME: page(HOME)}) == []


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "link", "page": HOME, "to": "javascript:alert(1)", "words": "x"},
        {"kind": "link", "page": "file:///etc/passwd", "to": HOME, "words": "x"},
        {"kind": "title", "page": HOME, "title": "  "},
        {"kind": "remove", "page": HOME},
        {"kind": "open", "page": HOME, "lift": "noindex"},
    ],
)
def test_what_is_no_change_is_refused(given: dict[str, str]) -> None:
    """Other schemes, empty words, unknown kinds and unknown keys."""
    with pytest.raises(ValidationError):
        CHANGE.validate_python(given)
