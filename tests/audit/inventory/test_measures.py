"""The town's own list of measures: what is taken from it, and what is told about it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inventory import measures
from audit.inventory.measures import MeasureList
from db.errors import MeasuresError

HEAD = "Maßnahme;Leistungsschlüssel;Internetadresse;Fachbereich;Status;Seit;Bemerkung;Kriterium"


def read(folder: Path, *lines: str, head: str = HEAD) -> MeasureList:
    path = folder / "liste.csv"
    path.write_text("\r\n".join([head, *lines]), encoding="utf-8")
    return measures.read(path)


def excel(folder: Path, *lines: list[Any], sheets: dict[str, list[list[Any]]] | None = None) -> Path:
    book = openpyxl.Workbook()
    first: Any = book.active
    for line in lines:
        first.append(line)
    for name, rows in (sheets or {}).items():
        sheet = book.create_sheet(name)
        for line in rows:
            sheet.append(line)
    book.save(folder / "liste.xlsx")
    return folder / "liste.xlsx"


def notes(found: MeasureList) -> dict[int, str]:
    return {row: " | ".join(text for line, text in found.notes if line == row) for row, _ in found.notes}


def test_every_column_reaches_the_measure(tmp_path: Path) -> None:
    """A full row of a well-kept list, without a word to say about it."""
    found = read(
        tmp_path, "Handyparken;99108026012000;www.ort.example/parken;Amt 66;in Betrieb;01.03.2026;mit App;handyparken"
    )
    [measure] = found.measures
    assert found.notes == []
    assert (measure.title, measure.row, measure.key) == ("Handyparken", 2, "99108026012000")
    assert (measure.address, measure.department, measure.status) == (
        "http://www.ort.example/parken",
        "Amt 66",
        "in Betrieb",
    )
    assert (measure.since, measure.note) == ("2026-03-01", "mit App")
    assert (measure.criterion, measure.matched_by) == ("handyparken", "column")


def test_only_the_title_must_be_there(tmp_path: Path) -> None:
    """Empty cells are None, not empty text."""
    [measure] = read(tmp_path, "  Handy   parken ;;;;;;;").measures
    assert measure.title == "Handy parken"
    values = (
        measure.key,
        measure.address,
        measure.department,
        measure.status,
        measure.since,
        measure.note,
        measure.criterion,
    )
    assert values == (None,) * 7


def test_an_excel_list_with_heading_numbers_and_dates_is_read(tmp_path: Path) -> None:
    """As departments send it: a heading above, keys as numbers, dates as dates."""
    path = excel(
        tmp_path,
        ["Digitale Maßnahmen der Stadt Musterhafen"],
        [None],
        ["Nr.", "Projekt", "LeiKa", "Link", "Start"],
        [1, "Handyparken", 99108026012000, "http://ort.example/parken", datetime(2021, 5, 1)],  # noqa: DTZ001
        [None],
        [2, "Hundesteuer", "99102013104000", None, 2021],
    )
    found = measures.read(path)
    assert [(one.row, one.title, one.key, one.since) for one in found.measures] == [
        (4, "Handyparken", "99108026012000", "2021-05-01"),
        (6, "Hundesteuer", "99102013104000", "2021"),
    ]
    assert notes(found) == {3: "Diese Spalten wurden nicht übernommen: „Nr.“."}


def test_duplicates_are_taken_once_and_told_with_both_rows(tmp_path: Path) -> None:
    """The same title and address in another spelling is the same measure; another address is not."""
    found = read(
        tmp_path,
        "Handyparken;;www.ort.example/parken;;;;;",
        "HANDY-PARKEN;;https://ort.example/parken/;;;;;",
        "Handyparken;;www.ort.example/anders;;;;;",
        "Handyparken;;;;;;;",
    )
    assert [one.row for one in found.measures] == [2, 4, 5]
    assert notes(found) == {3: "Übersprungen: „HANDY-PARKEN“ steht schon in Zeile 2."}


def test_damaged_keys_are_told_with_their_row_and_left_empty(tmp_path: Path) -> None:
    """The measure itself is kept."""
    found = read(
        tmp_path, "A;9,90360080E+13;;;;;;", "B;99036008016000.0;;;;;;", "C;123;;;;;;", "D;99036008016000;;;;;;"
    )
    assert [one.key for one in found.measures] == [None, None, None, "99036008016000"]
    assert set(notes(found)) == {2, 3, 4}
    assert all("beschädigt" in text for text in notes(found).values())


def test_a_key_that_stands_twice_is_told_and_both_are_kept(tmp_path: Path) -> None:
    """Two measures may share a service, but often one key was copied by mistake."""
    found = read(tmp_path, "A;99036008016000;;;;;;", "B;99036008016000;;;;;;")
    assert [one.key for one in found.measures] == ["99036008016000"] * 2
    assert "auch in Zeile 2" in notes(found)[3]


def test_rows_without_a_title_are_told_and_blank_ones_are_not(tmp_path: Path) -> None:
    """An address without a name is nothing one could look for."""
    found = read(tmp_path, ";;www.ort.example;;;;;", ";;;;;;;", "A;;;;;;;")
    assert [one.row for one in found.measures] == [4]
    assert notes(found) == {2: "Übersprungen: Die Zeile nennt keine Maßnahme."}


def test_unclear_dates_keep_their_words_in_the_note(tmp_path: Path) -> None:
    """What ISO cannot say is not lost."""
    found = read(tmp_path, "A;;;;;Q2 2027;kommt;", "B;;;;;demnächst;;", "C;;;;;03/2026;;")
    assert [(one.since, one.note) for one in found.measures] == [
        ("2027-04", "kommt\nSeit: Q2 2027"),
        (None, "Seit: demnächst"),
        ("2026-03", None),
    ]
    assert set(notes(found)) == {3}


def test_wrong_addresses_are_told_with_their_row(tmp_path: Path) -> None:
    """„siehe Homepage“ is no address."""
    found = read(tmp_path, "A;;siehe Homepage;;;;;")
    assert found.measures[0].address is None
    assert "siehe Homepage" in notes(found)[2]


def test_formulas_stay_text_and_are_told(tmp_path: Path) -> None:
    """Nothing is calculated, neither here nor later."""
    found = measures.read(
        excel(
            tmp_path, ["Maßnahme", "Leistungsschlüssel", "Link"], ['=A1&"x"', "=B1", '=HYPERLINK("http://x.example")']
        )
    )
    [measure] = found.measures
    assert (measure.title, measure.key, measure.address) == ('=A1&"x"', None, None)
    assert "Formel" in notes(found)[2]


def test_the_sheet_with_the_best_header_is_the_list(tmp_path: Path) -> None:
    """A cover sheet goes before the list in many files."""
    path = excel(
        tmp_path,
        ["Projekt Digitale Stadt"],
        ["Stand: Mai"],
        sheets={"Liste": [["Maßnahme", "Link"], ["Handyparken", "x.example"]]},
    )
    found = measures.read(path)
    assert [one.title for one in found.measures] == ["Handyparken"]
    assert "„Liste“" in notes(found)[1]


def test_a_list_without_titles_is_refused_with_what_was_seen_and_what_is_accepted(tmp_path: Path) -> None:
    """The remedy names the headers of the file and those that are understood."""
    with pytest.raises(MeasuresError) as fault:
        read(tmp_path, "1;2", head="Thema;Kosten")
    assert (fault.value.file, fault.value.line) == (tmp_path / "liste.csv", 1)
    assert "„Thema“, „Kosten“" in fault.value.remedy
    assert "Maßnahme" in fault.value.remedy
    assert "Projekt" in fault.value.remedy


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    """Empty sheets hold no list."""
    with pytest.raises(MeasuresError, match="leer"):
        measures.read(excel(tmp_path))


def test_a_list_without_measures_is_told(tmp_path: Path) -> None:
    """The header alone is a list that nobody filled in yet."""
    found = read(tmp_path)
    assert found.measures == []
    assert notes(found) == {1: "Die Liste enthält noch keine Maßnahme."}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), max_size=8))
def test_every_row_is_a_measure_or_a_note(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    """Nothing of a list is dropped in silence."""
    path = tmp_path_factory.getbasetemp() / "zeilen.csv"
    cells = ['"' + title.replace('"', '""') + '";x.example' for title in titles]
    path.write_bytes("\r\n".join(["Maßnahme;Link", *cells]).encode("utf-8-sig"))
    found = measures.read(path)
    told = {one.row for one in found.measures} | {row for row, text in found.notes if "Übersprungen" in text}
    assert told == {row for row, _ in enumerate(titles, 2)}
