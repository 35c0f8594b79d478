"""What stands in the tables of a report, whatever file they become."""

from __future__ import annotations

from typing import Any

import pytest

from audit.inventory.headers import COLUMNS
from reports import tables, words
from reports.tables import Table
from tests.reports.towns import ACCURACY, OWN_LIST

Row = dict[str, Any]


def table(doc: dict[str, Any], key: str) -> Table:
    return next(one for one in tables.read(doc) if one.key == key)


def rows(doc: dict[str, Any], key: str) -> list[Row]:
    one = table(doc, key)
    return [dict(zip([column.head for column in one.columns], cells, strict=True)) for cells in one.rows]


def said(doc: dict[str, Any], word: str) -> list[str]:
    """Without the blanks that keep a number and its noun on one line."""
    return [row["Inhalt"].replace("\u00a0", " ") for row in rows(doc, "ueberblick") if row["Angabe"] == word]


def test_each_question_has_its_sheet(doc: dict[str, Any]) -> None:
    """German names that Excel takes, heads that differ, and a cell for each head."""
    read = tables.read(doc)
    sheets = list(dict.fromkeys(one.sheet for one in read))
    assert sheets == ["Überblick", "Befunde", "Vorschläge", "Lücken", "Belege", "Websites", "Maßnahmen"]
    for one in read:
        heads = [column.head for column in one.columns]
        assert len(set(heads)) == len(heads)
        assert all(len(cells) == len(heads) for cells in one.rows)


def test_a_finding_is_told_in_words_and_numbers(doc: dict[str, Any]) -> None:
    """Verdict, chance by both ways, page, way, rank, reasons, who can mend it, what helps and whose work it is."""
    row = next(row for row in rows(doc, "befunde") if row["Kennung"] == "strategie-2")
    assert row["Befund"] == "Schwer zu finden"
    assert (row["Finden von 100"], row["Suche von 100"], row["Website von 100"]) == (26, 50, 2)
    assert (row["Klicks"], row["Platz in der Suche"]) == (5, 18)
    assert row["Beste Seite"].endswith("/strategie-2")
    assert row["Gründe"] == "Fünf Klicks von der Startseite entfernt.\nDer Link heißt nur „hier“."
    assert row["Wer es ändern kann"] == "Online-Redaktion"
    assert row["Das hilft"].startswith("Stellen Sie „Ansprechpartner für Digitales“")
    assert (row["Bereich"], row["Teil"], row["Zuständig"]) == ("Strategie", "Umsetzung", "Onlineredaktion")
    assert row["Lücke"] == "Vorhanden, aber versteckt"
    assert row["Im Verzeichnis"] == "Zeile 5: Maßnahme zu strategie-2"


def test_what_could_not_be_looked_at_gets_no_advice(doc: dict[str, Any]) -> None:
    """Nothing is known to be amiss there, and no number is made up."""
    unknown = [row for row in rows(doc, "befunde") if row["Befund"] == "Nicht prüfbar" and row["Kennung"]]
    assert unknown
    assert all(row["Das hilft"] is None and row["Finden von 100"] is None for row in unknown)


def test_no_finding_is_left_out(doc: dict[str, Any]) -> None:
    """Measures without a criterion stand among the findings too, as in the document."""
    told = rows(doc, "befunde")
    assert [row["Kennung"] for row in told] == [entry["criterion"] for entry in doc["findings"]]
    assert {row["Befund"] for row in told} == set(words.VERDICTS.values())


def test_the_areas_are_counted_and_not_rated(doc: dict[str, Any]) -> None:
    """Both aspects of each area, with how many were looked at, as the document counts them."""
    [first, *_] = rows(doc, "bereiche")
    score = doc["score"]["areas"][0]
    assert first["Strategie: gut auffindbar"] == score["strategy"]["found"]
    assert first["Umsetzung: geprüft"] == score["implementation"]["of"]
    assert (first["Zusammen: gut auffindbar"], first["Zusammen: geprüft"]) == (score["found"], score["of"])
    assert len(rows(doc, "bereiche")) == len(doc["areas"])


def test_the_overview_tells_result_coverage_versions_and_limits(doc: dict[str, Any]) -> None:
    """A number is worth what is known of how it came about."""
    assert said(doc, "Ergebnis") == [
        f"{doc['score']['found']} von {doc['score']['of']} Angeboten sind online gut auffindbar."
    ]
    assert "3 von 4 Websites gelesen, zusammen 1.876 Seiten." in " ".join(said(doc, "Abdeckung"))
    assert "ratsinfo.vendor.example fehlt" in said(doc, "Bitte beachten")[0]
    assert said(doc, "Katalog")[0].endswith("(haselhorst, Fassung 2026.11)")
    assert said(doc, "Programm") == ["Fundstelle 0.1.0"]
    assert said(doc, "Was dieser Bericht nicht kann") == list(words.LIMITS)
    assert "nicht gemessen" in said(doc, "Genauigkeit")[0]


def test_the_overview_tells_how_often_the_program_is_right(doc: dict[str, Any]) -> None:
    """With intervals, and with a warning where another version was measured."""
    told = said(doc | {"accuracy": ACCURACY}, "Genauigkeit")[0]
    assert "sind 79 wirklich vorhanden (mit 95 % Sicherheit zwischen 72 und 85)" in told
    assert "andere Fassung" not in told
    other = said(doc | {"accuracy": ACCURACY | {"digest": "00" * 32}}, "Genauigkeit")[0]
    assert "andere Fassung" in other


def test_a_proposal_gives_the_exact_words_and_what_they_bring(doc: dict[str, Any]) -> None:
    """Old and new words, where they go, and the chance before and after for each criterion."""
    steps = rows(doc, "vorschlaege")
    assert [row["Nr."] for row in steps] == [1, 2, 3, 4, 5, 6]
    assert "Alter Linktext: hier\nLinktext: Bewohnerparkausweis online\nZiel des Links: http://" in steps[1]["Wortlaut"]
    assert "Titel: Wärmeplanung\nDer Plan gilt.\nEr ist online." in steps[3]["Wortlaut"]
    assert steps[0]["Vorher von 100"] == "Ansprechpartner für Digitales: 10"
    assert steps[0]["Nachher von 100"] == "Ansprechpartner für Digitales: 98"
    assert (steps[0]["Wirkung"], steps[0]["Aufwand"], steps[0]["Wer"]) == ("groß", "klein", "Onlineredaktion")


def test_quotes_tell_what_speaks_for_and_what_against(doc: dict[str, Any]) -> None:
    """With reading, place, address and day."""
    told = rows(doc, "belege")
    assert {row["Spricht"] for row in told} == {"dafür", "dagegen"}
    first = told[0]
    assert (first["Lesart"], first["Stelle"]) == ("sagt, dass es das gibt", "in einer Überschrift")
    assert (first["Gelesen am"].isoformat(), first["Datum der Seite"]) == ("2026-11-25", "2026-03-12")
    against = next(row for row in told if row["Spricht"] == "dagegen")
    assert (against["Lesart"], against["Gelesen am"]) == ("kündigt es nur an", None)


def test_a_day_is_that_of_germany(doc: dict[str, Any]) -> None:
    """Half past eleven at night in UTC is the next day here."""
    quote = next(entry for entry in doc["findings"] if entry["quotes"])["quotes"][0]
    quote["fetched"] = "2026-11-25T23:30:00+00:00"
    assert rows(doc, "belege")[0]["Gelesen am"].isoformat() == "2026-11-26"


def test_sites_tell_what_was_read_and_why_not_more(doc: dict[str, Any]) -> None:
    """Those that were not read stand there too."""
    told = rows(doc, "websites")
    assert len(told) == len(doc["landscape"])
    assert (told[0]["Gelesen"], told[0]["Ausgelassen"]) == (1500, 214)
    assert told[0]["Warum ausgelassen"].startswith("200 wegen der Grenze")
    assert told[-1]["Warum das Lesen endete"] == "In dieser Prüfung nicht gelesen."


def test_the_towns_list_is_headed_as_it_is_read(doc: dict[str, Any]) -> None:
    """``measures import`` knows these words; what was only matched is no person's word."""
    heads = [column.head for column in table(doc, "massnahmen").columns]
    assert heads[:8] == [head for name, head in COLUMNS.items() if name != "matched_by"]
    told = rows(doc, "massnahmen")
    assert [row["Maßnahme"] for row in told] == [one["title"] for one in OWN_LIST]
    assert [row["Kriterium"] for row in told] == ["mobilitaet-2", None, None]
    assert [row["Gehört zu"] for row in told] == ["Handyparken", None, "Handyparken"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a\x00b\x1b[31m", "a b [31m"),
        ("eins\r\nzwei\x85drei", "eins\nzwei\ndrei"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("halb \ud83d", "halb \ufffd"),
        (" \t=1+1 ", "=1+1"),
        ("Größe 😀", "Größe 😀"),
        ("", ""),
        (0, 0),
        (None, None),
    ],
)
def test_a_cell_holds_only_what_people_can_read(text: Any, cell: Any) -> None:
    """Control characters, turned writing and half characters are gone; lines stay lines."""
    assert tables.plain(text) == cell


@pytest.mark.parametrize("sign", ["x", "😀"])
def test_a_long_text_is_cut_where_excel_would_break(sign: str) -> None:
    """Counted as Excel counts, with a mark and no half character."""
    cell = str(tables.plain(sign * 40_000))
    assert cell.endswith(f"{sign} … (gekürzt)")
    assert tables.LONGEST - 2 <= len(cell.encode("utf-16-le")) // 2 <= tables.LONGEST
    assert tables.plain(sign * 16_383) == sign * 16_383


def test_an_audit_that_read_nothing_has_its_tables(nothing: dict[str, Any]) -> None:
    """They say that there is no result, and never that all is well."""
    assert said(nothing, "Ergebnis")[0].startswith("Noch kein Ergebnis")
    assert all(
        not one.rows for one in tables.read(nothing) if one.key in {"befunde", "vorschlaege", "luecken", "belege"}
    )
