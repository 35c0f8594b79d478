"""Names of other towns."""

from __future__ import annotations

import pytest

from audit.classify.places import MAX_NAMES, Places, variants

PLACES = Places(
    ["Rostock", "Essen", "Hof", "Bad Doberan", "Halle (Saale)", "Musterhafen", "Ulm", "Stelle", "Lage", "Meine"]
)
OWN = variants("Hansestadt Musterhafen")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In Rostock und in Bad Doberan", ["Rostock", "Bad Doberan"]),
        ("Die Rostocker Stadtwerke und Rostocks Hafen", ["Rostock"]),
        ("Das Essen im Hof", []),
        ("aus Essen und in Hof", ["Essen", "Hof"]),
        ("In Essen, Ulm und Hof, nicht aber Lage", ["Essen", "Ulm", "Hof"]),
        ("die zuständige Stelle; Flächen nach Lage; Meine Kinder", []),
        ("Stadtwerke Lage, Gemeinde Stelle", ["Lage", "Stelle"]),
        ("in der Rostocker Straße", []),
        ("Lage hat ein Modell. Stelle betreibt ein Netz. Meine Stelle hat", ["Lage", "Stelle"]),
        ("Rostockerinnen kamen, Ulmen blühten", []),
        ("rostock klein geschrieben", []),
        ("Aus Musterhafen", []),
    ],
)
def test_other_towns_are_found_by_name(text: str, found: list[str]) -> None:
    """Capital letters, endings and the own town decide."""
    assert PLACES.named(text, own=OWN) == found


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Brandenburg an der Havel", "brandenburg"),
        ("Friedberg (Hessen)", "friedberg"),
        ("Lutherstadt Eisleben", "eisleben"),
        ("Hansestadt Stralsund", "stralsund"),
        ("Wangen im Allgäu", "wangen"),
    ],
)
def test_a_town_is_named_in_short_too(name: str, form: str) -> None:
    """People leave out the river, the state and the kind of town."""
    assert form in variants(name)


def test_without_names_no_town_is_found() -> None:
    """Who gives no names gets none."""
    assert Places([]).named("In Rostock", own=OWN) == []


def test_a_list_of_all_towns_is_bounded() -> None:
    """More than enough towns are not counted on."""
    names = [f"Ort{number:03}" for number in range(200)]
    assert len(Places(names).named("in " + ", ".join(names), own=OWN)) == MAX_NAMES
