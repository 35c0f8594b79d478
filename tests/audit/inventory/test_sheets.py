"""Files into rows: what is read, and how what is no table is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inventory import rows, sheets, workbook
from db.errors import MeasuresError


def csv_file(folder: Path, data: bytes | str, *, name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def excel(folder: Path, fill: Callable[[Any], object], *, name: str = "liste.xlsx") -> Path:
    book = openpyxl.Workbook()
    fill(book.active)
    book.save(folder / name)
    return folder / name


def repacked(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Return the workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def cells(path: Path) -> list[tuple[int, list[str]]]:
    [sheet] = sheets.read(path)
    return [(row.number, row.cells) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_in_the_encodings_and_delimiters_that_occur(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """Umlauts and dashes survive, whatever program wrote the file."""
    text = f"Maßnahme{delimiter}Stand\r\nBürgerbüro – Termine{delimiter}läuft\r\n"
    assert cells(csv_file(tmp_path, text.encode(encoding))) == [
        (1, ["Maßnahme", "Stand"]),
        (2, ["Bürgerbüro – Termine", "läuft"]),
    ]


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    """Blank lines count, and a cell of several lines is one row."""
    text = 'Maßnahme;Link\r\n\r\n;;\r\n"Parken\nper Handy";x\r\nLetzte;y\r\n'
    assert cells(csv_file(tmp_path, text)) == [
        (1, ["Maßnahme", "Link"]),
        (4, ["Parken\nper Handy", "x"]),
        (5, ["Letzte", "y"]),
    ]


def test_the_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    """Excel writes „sep=;“ and hides it."""
    assert cells(csv_file(tmp_path, "sep=,\r\nMaßnahme,Link\r\nA;B,x\r\n")) == [
        (2, ["Maßnahme", "Link"]),
        (3, ["A;B", "x"]),
    ]


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    """A list of titles with commas stays a list of titles."""
    assert cells(csv_file(tmp_path, "Maßnahme\nParken, per Handy\nTermine, online, im Rathaus\n"))[1:] == [
        (2, ["Parken, per Handy"]),
        (3, ["Termine, online, im Rathaus"]),
    ]


def test_the_quote_before_a_formula_is_taken_off_again(tmp_path: Path) -> None:
    """Our own export writes it; it is no part of the text."""
    assert cells(csv_file(tmp_path, "Maßnahme\n'=1+1\n'normal\n''=x\n"))[1:] == [
        (2, ["=1+1"]),
        (3, ["'normal"]),
        (4, ["'=x"]),
    ]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", None, "leer"),
        (b" \r\n\xef\xbb\xbf\n", None, "leer"),
        (b"a;b\nc\x00;d\n", 2, "Nullzeichen"),
        ("a;b\nc;d\n".encode("utf-16-le"), 1, "Nullzeichen"),
        (b'a;b\n"c;d\n', 2, "Anführungszeichen"),
        (b"a;b\n\x81;\xe4\n", 2, "Zeichen"),
        (b"\xff\xfea", 1, "Zeichen"),
        (b"%PDF-1.7\n", None, "PDF"),
        (b"\n<!DOCTYPE html><html>", None, "Webseite"),
        (b"<?xml version='1.0'?><x/>", None, "XML"),
        (b"\x89PNG\r\n", None, "Bild"),
        (sheets.COMPOUND + "Workbook".encode("utf-16-le"), None, "altes Excel"),
        (sheets.COMPOUND + "EncryptedPackage".encode("utf-16-le"), None, "Kennwort"),
        (b"PK\x03\x04 broken", None, "beschädigt"),
    ],
)
def test_what_is_no_table_is_refused_with_file_row_and_remedy(
    tmp_path: Path, data: bytes, line: int | None, words: str
) -> None:
    """The first bytes say what it is, and the message says what to do."""
    path = csv_file(tmp_path, data)
    with pytest.raises(MeasuresError) as fault:
        sheets.read(path)
    assert (fault.value.file, fault.value.line) == (path, line)
    assert words in fault.value.message
    assert fault.value.remedy


def test_a_text_called_xlsx_is_refused(tmp_path: Path) -> None:
    """The name promises Excel, so reading it as CSV would only confuse."""
    with pytest.raises(MeasuresError, match="keine Excel-Datei"):
        sheets.read(csv_file(tmp_path, "Maßnahme\nA\n", name="liste.xlsx"))


def test_a_workbook_called_csv_is_read(tmp_path: Path) -> None:
    """The bytes decide, not the name."""
    path = excel(tmp_path, lambda sheet: sheet.append(["Maßnahme"]))
    assert cells(path.rename(tmp_path / "liste.csv")) == [(1, ["Maßnahme"])]


@pytest.mark.parametrize("name", ["fehlt.csv", "."])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    """Missing, or a folder."""
    with pytest.raises(MeasuresError) as fault:
        sheets.read(tmp_path / name)
    assert fault.value.remedy


def test_too_much_is_refused_with_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, rows and columns have limits, in both formats."""
    monkeypatch.setattr("audit.inventory.delimited.MAX_ROWS", 3)
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    for path in (
        csv_file(tmp_path, "a\n\nb\nc\nd\n"),
        excel(tmp_path, lambda sheet: [sheet.append([word]) for word in ("a", None, "b", "c", "d")]),
    ):
        with pytest.raises(MeasuresError, match="mehr als 3 Zeilen") as fault:
            sheets.read(path)
        assert fault.value.line == 5
    wide = [str(number) for number in range(rows.MAX_COLUMNS + 1)]
    for path in (csv_file(tmp_path, ";".join(wide)), excel(tmp_path, lambda sheet: sheet.append(wide))):
        with pytest.raises(MeasuresError, match="mehr als 100 Spalten"):
            sheets.read(path)
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(MeasuresError, match="zu groß"):
        sheets.read(csv_file(tmp_path, "Maßnahme;Link\n"))


def test_cells_of_a_workbook_become_text_without_loss(tmp_path: Path) -> None:
    """Numbers keep their digits, dates become ISO as precisely as they are shown, formulas stay text."""
    moment = datetime(2026, 3, 1, 12, 30)  # noqa: DTZ001 - Excel knows no zones

    def fill(sheet: Any) -> None:
        sheet.append(
            [
                "Text ",
                99012345678901,
                99012345678901.0,
                12.5,
                True,
                moment,
                date(2026, 3, 1),
                time(9, 5),
                "=1+1",
                None,
                "#NV",
            ]
        )
        sheet.append([moment, moment])
        sheet["A2"].number_format, sheet["B2"].number_format = "mm/yyyy", "yyyy"

    assert cells(excel(tmp_path, fill)) == [
        (
            1,
            [
                "Text ",
                "99012345678901",
                "99012345678901",
                "12.5",
                "ja",
                "2026-03-01",
                "2026-03-01",
                "09:05:00",
                "=1+1",
                "",
                "#NV",
            ],
        ),
        (2, ["2026-03", "2026"]),
    ]


def test_formulas_of_all_kinds_are_text(tmp_path: Path) -> None:
    """Shared and array formulas are no objects of a library, and nothing is calculated."""
    path = tmp_path / "formeln.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", '=HYPERLINK("http://x.example","X")', None, "X")
        sheet.write_array_formula("B1:B2", "{=SUM(C1:C2)}", None, 3)
    assert cells(path)[0] == (1, ['=HYPERLINK("http://x.example","X")', "=SUM(C1:C2)"])


def test_control_characters_as_excel_writes_them_are_undone(tmp_path: Path) -> None:
    """_x000D_ is a line end; a word that only looks so stays."""
    assert cells(
        excel(tmp_path, lambda sheet: sheet.append(["a_x000D_b", "c_x005F_x000D_", "_x0001_", "_x00E4_"]))
    ) == [(1, ["a\nb", "c_x000D_", " ", "_x00E4_"])]


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    """Lists for drop-downs are no measures."""

    def fill(sheet: Any) -> None:
        sheet.append(["Maßnahme"])
        hidden = sheet.parent.create_sheet("Listen")
        hidden.append(["Projekt"])
        hidden.sheet_state = "hidden"

    assert [sheet.name for sheet in sheets.read(excel(tmp_path, fill))] == ["Sheet"]


def test_merged_headings_are_skipped_and_merged_columns_repeated(tmp_path: Path) -> None:
    """A heading over the whole width is no measure; a department merged over three lines belongs to each."""

    def fill(sheet: Any) -> None:
        for line in (
            ["Mobilität"],
            ["Handyparken", "Amt 66"],
            ["Ladesäulen"],
            [None],
            ["Rufbus", None, "x"],
            ["Carsharing", "Amt 80"],
        ):
            sheet.append(line)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B2:B5")

    assert cells(excel(tmp_path, fill)) == [
        (2, ["Handyparken", "Amt 66"]),
        (3, ["Ladesäulen", "Amt 66"]),
        (5, ["Rufbus", "Amt 66", "x"]),
        (6, ["Carsharing", "Amt 80"]),
    ]


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(tmp_path: Path) -> None:
    """Formats down to the last row of Excel are common; a dimension of one cell hides the rest."""
    path = excel(tmp_path, lambda sheet: [sheet.append(["a", "b"]), sheet.append(["c", "d"])])
    part = "xl/worksheets/sheet1.xml"
    repacked(path, part, lambda data: data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert cells(path) == [(1, ["a", "b"]), (2, ["c", "d"])]
    repacked(path, part, lambda data: data.replace(b'ref="A1:XFD1048576"', b'ref="A1"'))
    assert cells(path) == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_a_forged_row_number_does_not_hang(tmp_path: Path) -> None:
    """Reading ends after a long gap instead of counting up to a row that cannot be."""
    path = excel(tmp_path, lambda sheet: [sheet.append(["a"]), sheet.append(["b"])])
    repacked(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b'<row r="2"', b'<row r="99999999999"'))
    assert cells(path) == [(1, ["a"])]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is small packed and huge unpacked, entities, and a password in the zip."""
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    path = excel(tmp_path, lambda sheet: sheet.append(["a"]))
    repacked(path, "xl/media/a.bin", lambda _: b"\0" * 1_000_001)
    assert path.stat().st_size < 20_000
    with pytest.raises(MeasuresError, match="ausgepackt zu groß"):
        sheets.read(path)
    path = excel(tmp_path, lambda sheet: sheet.append(["a"]))
    repacked(path, "xl/worksheets/sheet1.xml", lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data)
    with pytest.raises(MeasuresError, match="DOCTYPE"):
        sheets.read(path)
    data = bytearray(excel(tmp_path, lambda sheet: sheet.append(["a"])).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(MeasuresError, match="Kennwort"):
        sheets.read(csv_file(tmp_path, bytes(data)))


def test_other_office_files_are_refused_in_plain_words(tmp_path: Path) -> None:
    """LibreOffice's own format and a text document are zip files too."""
    for name, content, words in (
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", "LibreOffice"),
        ("word/document.xml", b"<x/>", "keine Tabelle"),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, content)
        with pytest.raises(MeasuresError, match=words) as fault:
            sheets.read(csv_file(tmp_path, packed.getvalue()))
        assert ".xlsx" in fault.value.remedy


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_fault_of_ours(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any file is rows or a clear error."""
    path = csv_file(tmp_path_factory.getbasetemp(), data, name="zufall.csv")
    try:
        found: list[Any] | str = sheets.read(path)
    except MeasuresError as fault:
        found = fault.remedy
    assert found


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_damaged_workbook_ends_in_a_fault_of_ours(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever is wrong inside the parts of a workbook, the answer is rows or a clear error."""
    folder = tmp_path_factory.getbasetemp()
    path = excel(
        folder, lambda sheet: [sheet.append(["Maßnahme", 1, "=A1"]), sheet.merge_cells("A2:B2")], name="kaputt.xlsx"
    )
    with zipfile.ZipFile(path) as archive:
        part = data.draw(st.sampled_from(archive.namelist()))
        size = len(archive.read(part))
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start, min(size, start + 40)))
    filling = data.draw(st.sampled_from([b"", b"<", b'"', b"-1", b"x", b"&a;", b"99999999999999999999", b"</row>"]))
    repacked(path, part, lambda whole: whole[:start] + filling + whole[stop:])
    try:
        found: list[Any] | str = sheets.read(path)
    except MeasuresError as fault:
        found = fault.remedy
    assert found is not None
