"""
Write lists of measures: an empty one to fill in, and the town's own as it stands.

Does not read lists (``audit.inventory.measures``), but writes only what that reads again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from audit.inventory.headers import COLUMNS
from audit.inventory.measures import MATCHED_BY, NO_CRITERION
from audit.inventory.rows import MAX_ROWS
from db.errors import MeasuresError
from db.models import Measure

STATUS = ["in Betrieb", "in Umsetzung", "geplant", "eingestellt", "unbekannt"]

WIDTHS = {
    "title": 46,
    "key": 20,
    "address": 52,
    "department": 26,
    "status": 16,
    "since": 14,
    "note": 46,
    "criterion": 28,
    "matched_by": 18,
}
"""Widths of the columns in characters."""

LONGEST = 32_767
"""Characters that a cell of Excel holds."""

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
DANGEROUS = (*FORMULA, *(f"'{sign}" for sign in FORMULA), "''")
"""What a spreadsheet takes for a formula in a CSV file; and what reading back would take for our quote before it."""

HINTS = [
    "So füllen Sie die Liste aus",
    "Jede Zeile ist eine Maßnahme: ein Angebot, ein Dienst oder ein Projekt, das es bei Ihnen gibt.",
    "Nur die Spalte „Maßnahme“ muss gefüllt sein. Schreiben Sie dort, was Bürgerinnen und Bürger dazu sagen würden.",
    "Leistungsschlüssel: der LeiKa-Schlüssel mit 14 Ziffern, meist mit 99 am Anfang.",
    "Die Spalte der Schlüssel ist als Text eingestellt. Lassen Sie das so, sonst rundet Excel die Ziffern.",
    "Internetadresse: die Seite, auf der das Angebot steht, zum Beispiel https://www.musterstadt.de/parken.",
    "Zuständig: Amt, Fachbereich oder Unternehmen. Nennen Sie bitte keine Personen.",
    f"Status: {', '.join(STATUS)}.",
    "Seit: Tag (01.03.2026), Monat (03/2026) oder Jahr (2026).",
    "Kriterium: bleibt leer, wenn Sie es nicht wissen. Die Kennungen zeigt „fundstelle criteria list“.",
    "Zugeordnet durch: trägt Fundstelle beim Ausgeben der Liste ein. Sie brauchen dort nichts zu schreiben.",
    "Speichern Sie die Liste als Excel-Arbeitsmappe (.xlsx) oder als CSV UTF-8.",
]


def write(path: Path) -> None:
    """Write an empty list in Excel's format, with hints on a second sheet; raise MeasuresError if it cannot be written."""
    _workbook(path, rows=[])


def export(measures: Sequence[Measure], path: Path) -> None:
    """Write these measures as .xlsx or .csv, by the name of the file; raise MeasuresError if it cannot be written."""
    rows = [_row(measure) for measure in measures]
    kind = path.suffix.lower()
    if kind == ".xlsx":
        _workbook(path, rows=rows)
    elif kind == ".csv":
        _delimited(path, rows=rows)
    else:
        raise MeasuresError(
            f"Die Endung „{path.suffix}“ ist nicht bekannt.",
            file=path,
            remedy="Nennen Sie eine Datei, die auf .xlsx oder .csv endet.",
        )


def _row(measure: Measure) -> list[str]:
    values = {name: getattr(measure, name) or "" for name in COLUMNS}
    if measure.matched_by == "column" and not values["criterion"]:
        values["criterion"] = NO_CRITERION
    values["matched_by"] = MATCHED_BY.get(values["matched_by"], "") if values["criterion"] else ""
    return list(values.values())


def _workbook(path: Path, *, rows: Sequence[Sequence[str]]) -> None:
    # Nothing may turn into a formula, a link or a number: only write_string is used, and the guesses are off as well.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            _measures_sheet(book, rows=rows)
            _hints_sheet(book)
    except (OSError, XlsxWriterException) as fault:
        raise _unwritable(path, fault) from None


def _measures_sheet(book: Any, *, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet("Maßnahmen")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"num_format": "@", "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for index, (name, title) in enumerate(COLUMNS.items()):
        sheet.set_column(index, index, WIDTHS[name], text if name in {"key", "since"} else body)
        sheet.write_string(0, index, title, head)
    for number, cells in enumerate(rows, 1):
        for index, (name, cell) in enumerate(zip(COLUMNS, cells, strict=True)):
            if cell:
                # XlsxWriter takes such a cell for one it has formatted itself, and would write it as markup.
                safe = f"{cell} " if cell.startswith("<r>") and cell.endswith("</r>") else cell
                sheet.write_string(number, index, safe[:LONGEST], text if name in {"key", "since"} else body)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    column = list(COLUMNS).index("status")
    # "information" lets other words pass: a list filled in elsewhere has its own
    sheet.data_validation(
        1, column, MAX_ROWS, column, {"validate": "list", "source": STATUS, "error_type": "information"}
    )


def _hints_sheet(book: Any) -> None:
    sheet = book.add_worksheet("Hinweise")
    head = book.add_format({"bold": True})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100)
    for number, line in enumerate(HINTS):
        sheet.write_string(number, 0, line, head if number == 0 else body)


def _delimited(path: Path, *, rows: Sequence[Sequence[str]]) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS.values())
            writer.writerows(list(guarded(row)) for row in rows)
    except OSError as fault:
        raise _unwritable(path, fault) from None


def guarded(cells: Sequence[str]) -> Iterator[str]:
    """Return cells of a CSV file that no spreadsheet takes for a formula."""
    for cell in cells:
        yield f"'{cell}" if cell.startswith(DANGEROUS) else cell


def _unwritable(path: Path, fault: Exception) -> MeasuresError:
    reason = getattr(fault, "strerror", None) or type(fault).__name__
    return MeasuresError(
        f"Die Datei lässt sich nicht schreiben ({reason}).",
        file=path,
        remedy="Schließen Sie die Datei in Excel, oder wählen Sie einen anderen Ordner.",
    )
