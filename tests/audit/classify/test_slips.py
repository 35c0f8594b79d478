"""What an editor of patterns should look at, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.classify.slips import inflected, slips
from tests.audit.classify.made import PARKING, TAX, catalogue, criterion


@pytest.mark.parametrize(
    ("pattern", "better"),
    [
        ("digitaler Wandel", "digitale Wandel"),
        ("schnelles Internet", "schnelle Internet"),
        ("elektronischem Weg", "elektronische Weg"),
        ("Öffentlichen Gesundheitsdienst", "Öffentliche Gesundheitsdienst"),
        ("einsatz künstlicher intelligenz", "einsatz künstliche intelligenz"),
        ("auf * elektronischem Weg", "auf * elektronische Weg"),
        ("barrierefreies wohnen", "barrierefreie wohnen"),
        ("öffentlich zugänglichen Defibrillatoren", "öffentlich zugängliche Defibrillatoren"),
    ],
)
def test_a_closed_ending_before_the_last_word_is_opened(pattern: str, better: str) -> None:
    """Only the last word of a pattern has open endings, others have them where they are written with -e."""
    assert inflected(pattern) == better


@pytest.mark.parametrize(
    "pattern",
    [
        "digitale Wandel", "Wandel digitaler", "strategie der digitalen stadt", "im virtuellen Rathaus", "mit künstlicher Intelligenz",
        "über unser digitales Portal", "=digitaler Wandel", "digital* Wandel", "können Sie", "zwischen den Orten", "Bürger beteiligen",
        "Stellen online", "veröffentlichen wir", "bestätigen Sie", "kündigen * an", "Anzeiger online", "Archiven der Stadt", "Portalen der Stadt",
        "weniger als", "Filialen in der Stadt", "Bibliotheken der Stadt", "umsteigen können", "erledigen * im Internet", "digitaler",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(pattern: str) -> None:
    """Verbs and nouns end alike, and after „der“ or „im“ an adjective has one form only."""
    assert inflected(pattern) is None


def test_a_name_of_two_criteria_is_told_with_both_weights() -> None:
    """A page about it counts for both; writing and open endings make no difference."""
    other = criterion("parkapp", "offer", product={"Handyparken": 1.5})
    (slip,) = slips(catalogue(PARKING, other))
    assert slip.criteria == ("handyparken", "parkapp")
    assert slip.text == "Name in mehreren Kriterien: handyparken (2,4), parkapp (1,5)."


def test_a_pattern_in_product_and_object_is_told() -> None:
    """A name is a topic anyway."""
    doubled = criterion(
        "parken", "offer", product={"digitale parkschein": 2.0}, object=["digitale Parkschein", "parken"]
    )
    (slip,) = slips(catalogue(doubled))
    assert (slip.criteria, slip.pattern) == (("parken",), "digitale Parkschein")


def test_fields_and_shared_words_are_looked_at() -> None:
    """Each with the place it stands in; a catalogue without slips says nothing."""
    rules = catalogue(criterion("netz", "infrastructure", context=["schnelles Netz"]))
    rules = replace(rules, sets={"live": ["digitaler Betrieb"]})
    assert [(slip.criteria, slip.pattern) for slip in slips(rules)] == [
        (("netz",), "schnelles Netz"),
        (("sets: live",), "digitaler Betrieb"),
    ]
    assert slips(catalogue(PARKING, TAX)) == []
