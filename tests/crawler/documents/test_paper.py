"""Which texts are forms to print."""

from __future__ import annotations

import pytest

from crawler.documents.paper import MAX_PAGES, is_form

FORMS = {
    "gaps and signature": ["Name: ________", "Ort: ________", "Datum, Unterschrift"],
    "dots": ["Name ..............", "Straße ..............", "Unterschrift der antragstellenden Person"],
    "boxes": ["☐ ja ☐ nein", "Bitte vollständig ausfüllen"],
    "asked": ["Zutreffendes bitte ankreuzen", "Ort, Datum / Unterschrift"],
    "named": ["Antrag auf Wohngeld (Mietzuschuss)", "3. Erklärung und Unterschrift"],
    "labels": ["SEPA-Lastschriftmandat", "Kontoinhaber", "IBAN", "Anschrift des Zahlers", "Unterschrift(en)"],
    "letters": ["Bitte in Druckbuchstaben ausfüllen", "Name, Vorname", "Straße, Hausnummer", "PLZ, Wohnort"],
}
OTHERS = {
    "contents": ["Antrag auf Förderung", "Vorwort ................ 3", "Ziele ................ 14", "Unfug……… 20"],
    "statute": [
        "Hundesteuersatzung",
        "Der Antrag muss mit der Unterschrift aller Halter versehen und binnen zwei Wochen nach dem Tag der Anschaffung gestellt werden.",
    ],
    "leaflet": [
        "Merkblatt Wohngeld",
        "Bitte füllen Sie den Antrag vollständig aus.",
        "Name der Behörde: Wohngeldstelle",
    ],
    "motion": ["Antrag der Fraktion", "Der Rat möge beschließen", "gez. Unterschrift"],
    "contacts": ["Name: Amt", "Straße: Markt 1", "Telefon: 03831 1234", "Antrag: online"],
    "nothing": [""],
}


@pytest.mark.parametrize("lines", FORMS.values(), ids=FORMS.keys())
def test_two_signs_make_a_form(lines: list[str]) -> None:
    """Gaps, boxes, a signature, a request to fill in, labels, a name: two of them, and not only label and name."""
    assert is_form(lines, title="", pages=2)
    assert not is_form(lines, title="", pages=MAX_PAGES + 1)


@pytest.mark.parametrize("lines", OTHERS.values(), ids=OTHERS.keys())
def test_what_speaks_of_forms_is_none(lines: list[str]) -> None:
    """Statutes, leaflets, motions and tables of contents are not filled in."""
    assert not is_form(lines, title="", pages=2)


@pytest.mark.parametrize("bit", [".", "…", "_", ". ", "bitte ", "bitte in ", "a", "antrag", "o A ", "name "])
def test_long_lines_are_looked_through_at_once(bit: str) -> None:
    """A megabyte of anything costs no more than its length."""
    assert is_form([bit * (1_000_000 // len(bit)) + "5"], title="", pages=1) in {True, False}
