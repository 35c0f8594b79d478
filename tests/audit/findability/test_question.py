"""Words promise what they name: the thing wholly, its object less, the menu where it stands less still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.findability.question import AREA, GENERAL, LAST, OBJECT, UNDER, Question, Questions, rarity
from audit.findability.words import Analyser
from tests.audit.nouns import criterion

WANTED = criterion(
    product={"parken per app": 2.0},
    object=["parkschein*", "parkuhr"],
    under=["Verkehr", "Mobilität", "Straßen"],
    queries=["{town} handyparken", "{town} parkschein online beantragen"],
)
SISTER = criterion(id="ladesaeulen", name="Ladesäulen", object=["strom", "laden"], queries=["{town} ladesäulen"])
COUSIN = criterion(id="bus", name="Bus in Echtzeit", object=["strom", "bus"], queries=["{town} bus"])
AREAS = {"handyparken": "mobilitaet", "ladesaeulen": "mobilitaet", "bus": "mobilitaet"}


def questions() -> Questions:
    known = {one.id: one for one in (WANTED, SISTER, COUSIN)}
    analyser = Analyser([], known=["handy parken schein online"])
    return Questions(known, AREAS, analyser=analyser, rarity=rarity(10, {}), town="Bad Ort")


def scent(text: str) -> float:
    made = questions()
    return made.of(WANTED).scent(made.tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Handyparken", 1.0),
        ("Parken mit dem Handy", 1.0),
        ("Handyparken in Bad Ort: so geht es", 1.0),
        ("Parken per App", 1.0),
        ("Parkschein beantragen", 1.0),  # how it is done makes no other thing of it
        ("Parkuhren", OBJECT),
        ("Verkehr", UNDER),
        ("Straßen und Wege", LAST),
        ("Handy", 1 / 4),  # half of a phrase of two equally rare words, squared
        ("Strom", AREA * 1.0),  # what two criteria of the area speak of, and no other area
        ("Themen", GENERAL),
        ("Bad Ort", 0.0),
        ("Stadt", 0.0),
        ("Heiraten", 0.0),
        ("", 0.0),
    ],
)
def test_what_words_promise_by_hand(text: str, expected: float) -> None:
    """All words are equally rare here, so that the shares can be counted."""
    assert scent(text) == pytest.approx(expected, abs=1e-9)


def test_rare_words_count_more() -> None:
    """„Handy“ stands on one page of a hundred, „Parken“ on fifty: naming the rare one promises more."""
    weigh = rarity(100, {"handy": 1, "park": 50})
    asked = Question("x", (), {frozenset({"handy", "park"}): 1.0}, {}, weigh)
    assert asked.scent(["handy"]) > 5 * asked.scent(["park"]) > 0
    assert weigh("neu") > weigh("handy") > weigh("park") > 0


WORDS = st.lists(st.sampled_from("Handy Parken Parkschein Verkehr Strom Heiraten App online per".split()), max_size=6)


@given(WORDS, WORDS)
def test_more_words_never_promise_less(some: list[str], more: list[str]) -> None:
    """A link that says one thing more still says the other."""
    assert 0 <= scent(" ".join(some)) <= scent(" ".join([*some, *more])) + 1e-12 <= 1 + 1e-9
