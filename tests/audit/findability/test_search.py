"""The simulated search treats German as a search engine would, and lists only what it may."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from audit.findability import Search
from audit.findability.search import closed
from audit.findability.words import Analyser
from db.models import Link, Page

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FILLER = "Die Verwaltung informiert. Das Parken in der Altstadt kostet Geld. Ein Handy ist ein Telefon. Jeder hat ein Handy zum Parken dabei."


def page(path: str, title: str = "", text: str = "", **values: Any) -> Page:
    values.setdefault("status", 200)
    return Page(
        url=f"http://ort.example/{path}", fetched=NOW, title=title, main_text=text, content_type="text/html", **values
    )


def town(*more: Page) -> Search:
    filler = [page(f"f{number}", "Rathaus", f"{FILLER} Nummer {number}") for number in range(30)]
    return Search([*filler, *more], town="Musterstadt")


@pytest.mark.parametrize(
    "wording", ["Handyparken", "Handy-Parken", "Parken per Handy", "Parken mit dem Handy", "HANDYPARKEN"]
)
@pytest.mark.parametrize(
    "query", ["{town} handyparken", "handy parken Musterstadt", "parken per handy", "Handy-Parken"]
)
def test_all_spellings_of_a_compound_find_each_other(wording: str, query: str) -> None:
    """Whoever types one spelling finds a page that uses another."""
    search = town(page("ziel", wording, f"{wording} in Musterstadt: {wording} geht in allen Zonen."))
    place = search.place(query, {"http://ort.example/ziel"})
    assert place is not None
    assert place[0] <= 3


def test_umlauts_and_plurals_do_not_matter() -> None:
    """Mängel and Maengel, Gebühr and Gebühren are the same to whoever searches."""
    search = town(page("ziel", "Mängel melden", "Gebühren fallen nicht an."))
    assert search.place("maengel melden", {"http://ort.example/ziel"}) == (1, "http://ort.example/ziel")
    assert search.place("gebühr", {"http://ort.example/ziel"}) == (1, "http://ort.example/ziel")


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ({"index": False}, "noindex"),
        ({"status": 404}, "unread"),
        ({"canonical": "http://ort.example/anders"}, "canonical"),
        ({"error": "robots"}, "unread"),
        ({"engines": {"googlebot": {"fetch": False}}}, "blocked"),
    ],
)
def test_pages_closed_to_search_engines_are_not_listed(told: dict[str, Any], cause: str) -> None:
    """A noindex, an error, a canonical address elsewhere or robots.txt keeps a page out of the results, and is named."""
    one = page("ziel", "Kitaportal", "Kitaportal", **told)
    assert closed(one) == cause
    assert town(one).place("kitaportal", {"http://ort.example/ziel"}) is None


def test_a_page_closed_to_a_smaller_engine_is_still_found() -> None:
    """Most people do not search there."""
    open_page = page("ziel", "Kitaportal", "Kitaportal", engines={"bingbot": {"index": False, "fetch": False}})
    assert town(open_page).place("kitaportal", {"http://ort.example/ziel"}) is not None


def test_a_document_is_not_a_page() -> None:
    """A PDF hit does not count."""
    document = page("ziel.pdf", "Kitaportal", "Kitaportal")
    document.content_type = "application/pdf"
    assert town(document).place("kitaportal", {"http://ort.example/ziel.pdf"}) is None


def test_mirrored_pages_take_one_place() -> None:
    """The same news on five sister hosts is listed once, and any of them counts as the hit."""
    mirrors = [
        page(f"m{number}", "Kitaportal startet", "Das Kitaportal startet.", digest="same") for number in range(5)
    ]
    other = page("z", "Über das Kitaportal und vieles andere", "Text " * 50 + "Kitaportal")
    search = town(*mirrors, other)
    assert search.place("kitaportal", {"http://ort.example/m4"}) == (1, "http://ort.example/m0")
    assert search.place("kitaportal", {"http://ort.example/z"}) == (2, "http://ort.example/z")


def test_words_of_links_help_their_target() -> None:
    """A page is found by the words with which others link to it."""
    door = page("", "Start", "", links=[Link(url="http://ort.example/ziel", text="Wohngeld beantragen", zone="menu")])
    assert (
        town(door, page("ziel", "Formularserver", "Bitte anmelden")).place("wohngeld", {"http://ort.example/ziel"})
        is not None
    )


@pytest.mark.parametrize("query", ["", "{town}", "Musterstadt", '" OR *', "NEAR(", "💥"])
def test_a_query_without_words_finds_nothing(query: str) -> None:
    """Neither the town's name alone nor the search engine's own syntax is a query."""
    assert town().ranked(query) == ()


def test_only_words_that_stand_alone_are_parts() -> None:
    """A compound is split where both parts are words of the town's pages, and else left whole."""
    analyser = Analyser(["Parken Handy", "parken handy", "einmal Zulassung"])
    assert analyser.split("handyparken") == ["handy", "parken"]
    assert analyser.split("kfzzulassung") == []
