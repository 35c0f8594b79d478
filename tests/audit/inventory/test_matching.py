"""Which criterion a measure belongs to, sign by sign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import catalogue
from audit.catalogue import Catalogue
from audit.inventory.likeness import Likeness
from audit.inventory.matching import match
from db.models import Measure

TITLES = yaml.safe_load((Path(__file__).parent / "titles.yaml").read_text(encoding="utf-8"))
PAGE = "https://www.ort.example/parken"


@pytest.fixture(scope="module")
def rules() -> Catalogue:
    return catalogue.load()


def decided(
    rules: Catalogue, *, title: str = "Etwas anderes", signs: dict[str, Any] | None = None, **values: Any
) -> tuple[str | None, str | None]:
    [measure] = match([Measure(town_id=1, row=2, title=title, **values)], rules, **(signs or {}))
    return measure.criterion, measure.matched_by


@pytest.mark.parametrize(
    "written", ["kita-portal", "Kita-Portal", " kita-portal ", "Kita-Platz online suchen und anmelden"]
)
def test_a_persons_word_goes_before_all_signs(rules: Catalogue, written: str) -> None:
    """By id or by name; neither key nor title may overrule it."""
    assert decided(rules, title="Handyparken", criterion=written, matched_by="column", key="99102013104000") == (
        "kita-portal",
        "column",
    )


def test_an_unknown_criterion_in_the_list_does_not_hide_the_measure(rules: Catalogue) -> None:
    """A slip in the column leaves the other signs to decide."""
    assert decided(rules, title="Handyparken", criterion="handy-parken-app", matched_by="column") == (
        "handyparken",
        "title",
    )
    assert decided(rules, criterion="nichts", matched_by="column") == (None, None)


def test_the_service_key_goes_before_address_and_title(rules: Catalogue) -> None:
    """99102013104000 is the dog tax, whatever the title says."""
    signs = {"pages_by_url": {PAGE: {"handyparken"}}}
    assert decided(rules, title="Handyparken", key="99102013104000", address=PAGE, signs=signs) == (
        "hundesteuer-online",
        "key",
    )


def test_a_key_on_a_page_that_shows_a_criterion_counts(rules: Catalogue) -> None:
    """Keys that the catalogue does not know are learned from the town's own pages."""
    assert decided(rules, key="99000000000001", signs={"pages_by_key": {"99000000000001": {"carsharing"}}}) == (
        "carsharing",
        "key",
    )
    assert decided(rules, key="99000000000001") == (None, None)


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        "http://ort.example/parken/",
        "HTTPS://WWW.ORT.EXAMPLE/parken#oben",
        "https://www.ort.example/parken?utm_source=x",
    ],
)
def test_the_address_of_a_page_that_shows_one_criterion_decides(rules: Catalogue, address: str) -> None:
    """Scheme, www, slashes, fragments and tracking do not make another page."""
    assert decided(rules, address=address, signs={"pages_by_url": {PAGE: {"handyparken"}}}) == (
        "handyparken",
        "address",
    )


def test_a_page_of_several_criteria_leaves_it_to_the_title(rules: Catalogue) -> None:
    """Among few, less likeness is enough; without any, nothing is guessed."""
    signs = {"pages_by_url": {PAGE: {"hundesteuer-online", "handyparken", "kita-portal"}}}
    assert decided(rules, title="Hundesteuer An- und Abmeldung", address=PAGE, signs=signs) == (
        "hundesteuer-online",
        "title",
    )
    assert decided(rules, title="Startseite", address=PAGE, signs=signs) == (None, None)


def test_a_criterion_that_the_catalogue_lost_is_no_sign(rules: Catalogue) -> None:
    """Pages judged by older rules may name it."""
    assert decided(rules, address=PAGE, signs={"pages_by_url": {PAGE: {"gibt-es-nicht"}}}) == (None, None)


def test_a_brand_name_counts_by_its_aliases(rules: Catalogue) -> None:
    """Friedrich is an on-call bus only to those whose profile says so."""
    aliases = {"Friedrich": ["Rufbus Friedrich", "On-Demand-Bus"]}
    assert decided(rules, title="Friedrich", signs={"aliases": aliases}) == ("on-demand-rufbus", "title")
    assert decided(rules, title="Friedrichstraße", signs={"aliases": aliases}) == (None, None)
    assert decided(rules, title="Friedrich") == (None, None)


@pytest.mark.parametrize("title", ["OpenR@thaus", "OpenRathaus", "Open Rathaus", "OPENRATHAUS Stralsund"])
def test_open_rathaus_is_found_however_it_is_spelled(rules: Catalogue, title: str) -> None:
    """The at sign is a letter here."""
    assert decided(rules, title=title) == ("buergerportal-serviceportal", "title")


def test_what_an_earlier_matching_found_is_found_anew(rules: Catalogue) -> None:
    """A guess of old rules must not live on as a person's word."""
    assert decided(rules, title="Handyparken", criterion="carsharing", matched_by="title") == ("handyparken", "title")
    assert decided(rules, criterion="carsharing", matched_by="address") == (None, None)


def test_the_measures_come_back_in_their_order(rules: Catalogue) -> None:
    """The same objects, so that rows of the database are written."""
    given_ones = [
        Measure(town_id=1, row=row, title=title) for row, title in ((2, "Handyparken"), (3, "Weihnachtsmarkt"))
    ]
    assert match(given_ones, rules) == given_ones
    assert [one.criterion for one in given_ones] == ["handyparken", None]


@pytest.mark.parametrize(("part", "right", "wrong"), [("tuned", 0.9, 0.0), ("seen", 0.85, 0.03), ("fresh", 0.85, 0.05)])
def test_titles_find_their_criterion_and_rarely_a_wrong_one(
    rules: Catalogue, part: str, right: float, wrong: float
) -> None:
    """Shares of the titles that belong to a criterion; what belongs to none stays without one."""
    found = {
        one.title: one.criterion
        for one in match([Measure(town_id=1, row=2, title=title) for title in TITLES[part]], rules)
    }
    meant = {title: criterion for title, criterion in TITLES[part].items() if criterion}
    hits = [title for title, criterion in meant.items() if found[title] == criterion]
    misses = [title for title, criterion in meant.items() if found[title] not in {criterion, None}]
    assert len(hits) >= right * len(meant)
    assert len(misses) <= wrong * len(meant)
    assert [title for title, criterion in TITLES[part].items() if criterion is None and found[title]] == []


def test_the_name_of_a_criterion_belongs_to_it(rules: Catalogue) -> None:
    """A town that copies our words into its list is understood, for each of the criteria."""
    titles = [Measure(town_id=1, row=2, title=criterion.name) for criterion in rules.criteria.values()]
    wrong = [
        (one.title, one.criterion)
        for one, key in zip(match(titles, rules), rules.criteria, strict=True)
        if one.criterion != key
    ]
    assert wrong == []


@pytest.fixture(scope="module")
def likeness(rules: Catalogue) -> Likeness:
    return Likeness(rules)


@settings(max_examples=30, deadline=None)
@given(title=st.text(max_size=200))
def test_likeness_is_between_nothing_and_the_same(likeness: Likeness, title: str) -> None:
    """Any text can be compared, and the best comes first."""
    scores = [one.score for one in likeness.rank(title)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_endless_titles_are_compared_in_time(likeness: Likeness) -> None:
    """Neither a word of a million letters nor a million words."""
    assert likeness.rank("stadtpark" * 100_000) == []
    assert likeness.rank("Handyparken " * 100_000)[0].id == "handyparken"
