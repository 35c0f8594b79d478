"""What stands above the columns of a list."""

from __future__ import annotations

import pytest

from audit.inventory import headers
from audit.inventory.rows import Row


def columns(*cells: str) -> dict[str, int]:
    found = headers.recognise([Row(1, list(cells))])
    return found.columns if found else {}


@pytest.mark.parametrize(
    ("title", "key", "address", "department", "status", "since", "note"),
    [
        ("Maßnahme", "LeiKa-Schlüssel", "URL", "Fachbereich", "Status", "Start", "Bemerkung"),
        ("Massnahme", "LeiKa", "Link", "Amt", "Stand", "seit", "Bemerkungen"),
        ("PROJEKT", "Leistungsschlüssel", "Internetadresse", "zuständig", "Umsetzungsstand", "Beginn", "Kommentar"),
        ("Name der Leistung", "Leika-ID (14-stellig)", "Link zur Seite", "Zuständige Stelle", "Status der Maßnahme", "Online seit", "Anmerkungen"),
        ("Projekttitel", "FIM-Leistungsschlüssel", "Web-Adresse", "Verantwortliches Amt", "Bearbeitungsstand", "Projektstart", "Projektbeschreibung"),
        ("Bezeichnung des Angebots", "Schlüssel", "Webseite (falls vorhanden)", "Dezernat", "Phase", "Datum", "Hinweise"),
    ],
)  # fmt: skip
def test_the_words_of_german_authorities_are_understood(
    title: str, key: str, address: str, department: str, status: str, since: str, note: str
) -> None:
    """Spelling, plural and compounds do not matter; the first known word decides."""
    expected = ["note", "key", "title", "address", "since", "department", "status"]
    assert columns(note, key, title, address, since, department, status) == {
        name: place for place, name in enumerate(expected)
    }


@pytest.mark.parametrize(
    "word", ["Projektleiter", "Projektnummer", "Maßnahmen-ID", "Kosten", "Priorität", "Nr.", "Gegenwert"]
)
def test_what_only_looks_like_a_title_is_none(word: str) -> None:
    """A project leader is no project."""
    assert columns(word) == {}


def test_the_surest_column_is_the_title() -> None:
    """„Kurzbezeichnung“ gives way to „Maßnahme“, wherever it stands."""
    assert columns("Kurzbezeichnung", "Maßnahme", "Projekt Nr.")["title"] == 1


def test_the_header_may_stand_below_a_heading() -> None:
    """The fullest row of the first ten is the header, even below a row that begins like one."""
    rows = [
        Row(1, ["Maßnahmen der Stadt Musterhafen"]),
        Row(2, ["Stand: Mai"]),
        Row(5, ["Nr.", "Maßnahme", "Link"]),
        Row(6, ["1", "Angebot A", "x"]),
    ]
    found = headers.recognise(rows)
    assert found is not None
    assert (found.row.number, found.columns, found.unknown) == (5, {"title": 1, "address": 2}, ["Nr."])


def test_a_header_after_the_tenth_row_is_too_late() -> None:
    """Else any sentence in a list could become its header."""
    rows = [Row(number, ["Text"]) for number in range(1, 11)] + [Row(11, ["Maßnahme"])]
    assert headers.recognise(rows) is None


def test_a_sentence_is_no_header() -> None:
    """Long text names no column."""
    assert columns("Maßnahme zur Verbesserung der Auffindbarkeit digitaler Angebote im Netz") == {}


def test_our_own_headers_are_understood() -> None:
    """What we write above our lists, we read again."""
    assert columns(*headers.COLUMNS.values()) == {name: place for place, name in enumerate(headers.COLUMNS)}


def test_the_accepted_words_in_messages_are_accepted() -> None:
    """A remedy that does not help is none."""
    assert all(columns(word) == {"title": 0} for word in headers.ACCEPTED.split(", "))
