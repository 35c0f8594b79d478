"""Whether a hit is seen depends on its place, whether it is opened on its title; spellings do not matter."""

from __future__ import annotations

import pytest

from audit.findability.searching import EXAMINED, UNTITLED, Searched, examined, opened
from db.models import Page
from tests.audit.nouns import HOME, criterion, finder, page

TARGET = f"{HOME}ziel"
FILLER = [
    page(
        f"{HOME}f{number}", title=f"Amt {number}", main_text=f"Parken kostet Geld. Ein Handy ist ein Telefon. {number}"
    )
    for number in range(15)
]


def searched(*pages: Page, query: str = "{town} handyparken") -> Searched:
    found = finder([page(HOME, title="Start", main_text=""), *FILLER, *pages]).find(
        [TARGET], criterion(queries=[query])
    )
    assert found is not None
    return found.searched


def test_the_first_hit_with_a_plain_title_is_opened_by_all() -> None:
    """The query is told with the town's name put in."""
    found = searched(page(TARGET))
    assert (found.chance, found.rank, found.query, found.url) == (1.0, 1, "Ort handyparken", TARGET)


def test_a_title_that_says_nothing_is_opened_by_few() -> None:
    """By hand: a scent of 0 leaves UNTITLED of those who see the hit."""
    found = searched(page(TARGET, title="Startseite", main_text="Handyparken: Parken mit dem Handy."))
    assert (found.rank, found.title) == (1, 0.0)
    assert found.chance == pytest.approx(UNTITLED, abs=1e-9)


def test_a_worse_place_never_helps_and_a_better_title_never_hurts() -> None:
    """Both are monotone, and nobody looks at a second page."""
    places = [examined(rank) for rank in range(1, 30)]
    assert places == sorted(places, reverse=True)
    assert (examined(10), examined(11), examined(None)) == (EXAMINED[-1], 0.0, 0.0)
    titles = [opened(scent / 20) for scent in range(21)]
    assert titles == sorted(titles)
    assert (titles[0], titles[-1]) == (UNTITLED, 1.0)


@pytest.mark.parametrize("wording", ["Handyparken", "Handy-Parken", "Parken per Handy", "Parken mit dem Handy"])
def test_five_spellings_of_a_query_have_the_same_best_page(wording: str) -> None:
    """However the page spells it, and however it is typed; pages on which both words stand apart come after."""
    shown = page(TARGET, title=wording, main_text=f"{wording} geht in Ort in allen Zonen.")
    typed = ["handyparken", "Handy-Parken", "parken per handy", "parken mit dem handy", "HANDYPARKEN"]
    found = [searched(shown, query=f"{{town}} {query}") for query in typed]
    assert [one.url for one in found] == [TARGET] * 5
    assert {one.rank for one in found} == {1}


def test_words_that_stand_together_come_before_words_that_stand_apart() -> None:
    """A page that says both words somewhere is not about the two together."""
    between = "Hier steht viel anderes über das Rathaus. " * 10
    apart = page(f"{HOME}apart", title="Bezahlen", main_text=f"Parken kostet Geld. {between} Ein Handy hat jeder.")
    together = page(TARGET, title="Bezahlen", main_text=f"{between} Handyparken ist möglich.")
    others = [page(f"{HOME}o{number}", title="Amt", main_text=f"Heiraten {number}") for number in range(9)]
    typed = criterion(queries=["{town} parken handy"])
    known = finder([page(HOME, title="Start", main_text=""), *others, apart, together], typed)
    ranked = known.search.ranked("parken handy")
    assert ranked == (TARGET, apart.url)


def test_the_query_that_serves_best_is_told() -> None:
    """Whoever does not find it with the first words types others."""
    wanted = criterion(queries=["{town} pflegestützpunkt", "{town} handyparken"])
    found = finder([page(HOME, title="Start", main_text=""), *FILLER, page(TARGET)]).find([TARGET], wanted)
    assert found is not None
    assert (found.searched.query, found.searched.rank) == ("Ort handyparken", 1)
