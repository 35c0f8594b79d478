"""Guards what is read of an export of the Search Console: both languages, the ZIP as it comes, and errors that name the place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from audit.inventory.console import Counted, Statistics, read
from db.errors import ListedError
from tests.audit.inventory.exported import CHART, ENGLISH, GERMAN, PAGES, packed

ROWS = [Counted("handyparken ort", 1312, 25, 4.2), Counted("hund anmelden ort", 8, 0, 11.0)]


def written(folder: Path, data: str | bytes, name: str = "Suchanfragen.csv") -> Path:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


@pytest.mark.parametrize(
    "data",
    [
        GERMAN,
        ENGLISH,
        "\ufeff" + GERMAN.replace("\n", "\r\n"),
        GERMAN.replace('"1.312"', "1312").replace('"1,91 %"', "x").replace('"4,2"', "4.2").replace(",", ";"),
        "Position\tTop queries\tImpressions\tClicks\n4,2\thandyparken ort\t1\u202f312\t25\n11\thund  anmelden ort\t8\t0\n",
    ],
    ids=["German", "English", "from Excel", "semicolons", "other order"],
)
def test_reads_both_languages_and_both_ways_to_write_numbers(data: str, tmp_path: Path) -> None:
    """What is told by a comma in one is told by a point in the other."""
    assert read(written(tmp_path, data)) == Statistics(rows=ROWS)


def test_reads_the_zip_as_it_comes(tmp_path: Path) -> None:
    """By what the tables say and not by their names; with the time that was counted."""
    assert read(packed(tmp_path)) == Statistics(rows=ROWS, period="Letzte 3 Monate")


def test_reads_the_workbook_too(tmp_path: Path) -> None:
    """The page offers it beside the CSV."""
    with Workbook(tmp_path / "export.xlsx") as book:
        sheet = book.add_worksheet("Suchanfragen")
        for row, cells in enumerate(csv.reader(io.StringIO(ENGLISH))):
            sheet.write_row(row, 0, [_number(cell) for cell in cells])
    assert read(tmp_path / "export.xlsx") == Statistics(rows=ROWS)


def _number(cell: str) -> float | str:
    plain = cell.replace(",", "")
    return float(plain) if plain.replace(".", "").isdigit() else cell


def test_what_was_not_exported_is_unknown(tmp_path: Path) -> None:
    """The page exports the figures that are switched on."""
    found = read(written(tmp_path, "Top queries,Impressions\nhandyparken ort,7\n"))
    assert found.rows == [Counted("handyparken ort", 7, None, None)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "Die Datei ist leer"),
        (PAGES, "Die Datei zählt Seiten und keine Suchanfragen"),
        (CHART, "Zeile 1: Es ist keine Spalte mit Suchanfragen"),
        (GERMAN.splitlines()[0], "enthält keine Suchanfrage"),
        (GERMAN.replace("Impressionen", "Letzte 28 Tage Impressionen"), "Zeile 1: Es fehlt die Spalte „Impressionen“"),
        (GERMAN.replace("hund anmelden ort,0", "hund anmelden ort,viele"), "Zeile 3: „viele“ ist keine Zahl für „Klicks“"),
        (GERMAN.replace("0,8,0 %,11", "0,8"), "Zeile 3: „“ ist keine Zahl für „Position“"),
        (GERMAN.replace("0,8,0 %", "0,-8,0 %"), "Zeile 3: „-8“"),
        (GERMAN.replace("0,8,0 %", "0,9999999999,0 %"), "Zeile 3: „9999999999“"),
        (GERMAN.replace("hund anmelden ort", ""), "Zeile 3: Hier fehlt die Suchanfrage"),
        (GERMAN.replace("hund anmelden ort", "handyparken ort"), "Zeile 3: „handyparken ort“ steht schon in Zeile 2"),
        (GERMAN.replace("hund", '"hund'), "Zeile 3: Hier passen die Anführungszeichen nicht"),
        ("<!doctype html><title>Anmelden</title>", "Webseite"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 abgerissen", "ZIP-Datei ist beschädigt"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_remedy(data: str | bytes, told: str, tmp_path: Path) -> None:
    """Half an export is none."""
    file = written(tmp_path, data)
    with pytest.raises(ListedError) as fault:
        read(file)
    assert str(fault.value).startswith(str(file))
    assert told in str(fault.value)
    assert fault.value.remedy


def test_an_error_within_a_zip_names_the_file_in_it(tmp_path: Path) -> None:
    """Whoever mends it must know which of seven files it is."""
    with pytest.raises(ListedError, match=r"export\.zip/Suchanfragen\.csv, Zeile 2: „oft“"):
        read(packed(tmp_path, queries=GERMAN.replace(",25,", ",oft,")))


def test_a_damaged_or_encrypted_zip_is_told(tmp_path: Path) -> None:
    """Also when only its content is."""
    good = packed(tmp_path).read_bytes()
    for bad in (good[:-30], good.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"), good[:60] + b"xxxxxx" + good[66:]):  # fmt: skip
        assert bad != good
        with pytest.raises(ListedError, match="beschädigt oder verschlüsselt"):
            read(written(tmp_path, bad, "schlecht.zip"))


def test_searches_for_images_are_other_searches(tmp_path: Path) -> None:
    """Their places say nothing about pages."""
    with pytest.raises(ListedError, match="Suche nach „Bild“ und nicht die nach Webseiten"):
        read(packed(tmp_path, kind="Bild"))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A folder is none either."""
    for path in (tmp_path / "nirgends.zip", tmp_path):
        with pytest.raises(ListedError, match=r"gibt es nicht\. Prüfen Sie den Pfad"):
            read(path)
