"""A comparison as tables: a sheet for each question, nothing in it that acts."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from reports import comparison, comparison_tables, csvs, xlsx
from reports.tables import Table

Json = dict[str, Any]
RANK = {"town": "musterhafen", "year": 2021, "rank": 87, "cities": 403, "degree": 47.9, "source": "https://press.example/"}  # fmt: skip


def read(docs: list[Json], **values: Any) -> dict[str, Table]:
    return {one.key: one for one in comparison_tables.read(comparison.figures(docs, **values))}


def rows(table: Table) -> list[Json]:
    return [dict(zip([column.head for column in table.columns], cells, strict=True)) for cells in table.rows]


def test_each_question_has_its_sheet(docs: list[Json]) -> None:
    """Ranks have one only where there are any."""
    assert [one.sheet for one in read(docs).values()] == ["Städte", "Bereiche", "Kriterien"]
    ranks = {"name": "liste", "rows": [RANK], "unknown": [], "others": 0}
    (row,) = rows(read(docs, ranks=ranks)["plaetze"])
    assert (row["Jahr"], row["Platz"], row["Von Städten"], row["Erreicht"]) == ("2021", 87, 403, "47,9")


def test_the_sheets_say_what_the_page_says(docs: list[Json]) -> None:
    """Band, common numbers, own total; for each criterion the verdict and the proof of each town."""
    tables = read(docs)
    second = rows(tables["staedte"])[1]
    assert (second["Stadt"], second["Steht"]) == ("Nachbarau", "gleichauf")
    assert (second["Gut auffindbar"], second["Gemeinsam geprüft"]) == (30, 45)
    assert (second["Spanne von"], second["Spanne bis"]) == (52, 79)
    assert (second["Gesamtergebnis: gut auffindbar"], second["Gesamtergebnis: geprüft"]) == (31, 46)
    assert len(tables["bereiche"].rows) == 2 * 10
    found = {row["Kennung"]: row for row in rows(tables["kriterien"])}
    assert found["strategie-3"]["Befund Musterhafen"] == "Nichts gefunden"
    assert found["strategie-3"]["Beleg Musterhafen"] is None
    assert found["strategie-1"]["Beleg Nachbarau"].startswith("http://www.nachbarau.example/")
    assert found["gesundheit-2"]["Befund Musterhafen"] == "nicht Aufgabe der Stadt"
    assert found["gesundheit-2"]["Gemeinsam"] == "nein"


def test_a_town_read_too_little_has_no_number(docs: list[Json]) -> None:
    """Neither on the page nor in a cell."""
    docs[1]["coverage"]["enough"] = False
    second = rows(read(docs)["staedte"])[1]
    assert second["Steht"] == "nicht einzuordnen"
    assert all(second[head] is None for head in ("Gut auffindbar", "Spanne von", "Gesamtergebnis: geprüft"))


def test_towns_of_one_name_keep_their_own_columns(docs: list[Json]) -> None:
    """Excel refuses a table with two heads alike, whatever their case."""
    docs[1]["town_name"] = "MUSTERHAFEN"
    heads = [column.head for column in read(docs)["kriterien"].columns]
    assert "Befund Musterhafen (musterhafen)" in heads
    assert "Befund MUSTERHAFEN (nachbarau)" in heads


def test_nothing_in_the_files_comes_alive(docs: list[Json]) -> None:
    """A page or a town that is called like a formula is text in both forms."""
    docs[1]["town_name"] = "=1+1"
    docs[1]["findings"][0]["best_url"] = "=HYPERLINK(1)"
    found = list(read(docs).values())
    book = openpyxl.load_workbook(io.BytesIO(xlsx.book(found, docs[0], title="Vergleich", towns="=1+1")))
    assert book.sheetnames == ["Städte", "Bereiche", "Kriterien"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    files = csvs.package(found, "vergleich", title="Vergleich", created=docs[0]["started"])
    assert sorted(files) == ["datapackage.json", "vergleich-bereiche.csv", "vergleich-kriterien.csv", "vergleich-staedte.csv"]  # fmt: skip
    assert '"\'=1+1"' in files["vergleich-staedte.csv"].decode("utf-8-sig")
