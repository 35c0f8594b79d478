"""
Read an Excel workbook into rows of text.

Does not calculate: formulas stay text. Does not trust the file: sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from audit.inventory.rows import MAX_COLUMNS, MAX_ROWS, SPLIT, Row, Sheet, trimmed
from db.errors import MeasuresError

MAX_UNPACKED = 100_000_000
MAX_PARTS = 2_000
MAX_SHEETS = 20
LONGEST_GAP = 2_000
"""Blank rows after which a sheet is over: formats down to Excel's last row are common, and row numbers can be forged."""

EXACT = 10**15
"""Numbers below it stand in a cell with all their digits."""

CHUNK = 1_000_000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_TAIL = 300
"""Longer than any match of ``_MERGE``, so that none is lost between two chunks."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

FAULTS = (
    zipfile.BadZipFile, zlib.error, SyntaxError, InvalidFileException, TokenizerError, TranslatorError, EOFError, OSError,
    NotImplementedError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What zipfile, the XML parsers (their errors are SyntaxError) and openpyxl raise on damaged workbooks."""

SAVE_AS = "Öffnen Sie die Liste in Excel oder LibreOffice und speichern Sie sie neu als „Excel-Arbeitsmappe (.xlsx)“."


class Merge(NamedTuple):
    """A range of merged cells, rows and columns from 1, all inclusive."""

    left: int
    top: int
    right: int
    bottom: int


def read(data: bytes, *, file: Path) -> list[Sheet]:
    """Return the visible sheets; raise MeasuresError with file, row and remedy."""
    try:
        _refuse_bomb(data, file=file)
        with warnings.catch_warnings():
            # openpyxl warns of every ornament it does not keep; we keep none
            warnings.simplefilter("ignore")
            return list(_sheets(data, file=file))
    except FAULTS as fault:
        raise MeasuresError("Die Excel-Datei ist beschädigt oder keine Tabelle.", file=file, remedy=SAVE_AS) from fault


def _refuse_bomb(data: bytes, *, file: Path) -> None:
    """Read the table of contents only: zipfile never unpacks more than an entry declares."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise MeasuresError(
                "Die Datei ist mit einem Kennwort verschlüsselt.",
                file=file,
                remedy="Entfernen Sie das Kennwort und speichern Sie neu.",
            )
        if any(part.filename == "mimetype" for part in parts):
            raise MeasuresError("Die Datei ist im Format von LibreOffice (ODF) gespeichert.", file=file, remedy=SAVE_AS)
        if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
            raise MeasuresError("Die Excel-Datei ist ausgepackt zu groß.", file=file, remedy=SPLIT)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as source:
                    if b"<!DOCTYPE" in source.read(2_000):
                        raise MeasuresError(
                            "Die Excel-Datei enthält unerlaubte Angaben (DOCTYPE).", file=file, remedy=SAVE_AS
                        )


def _sheets(data: bytes, *, file: Path) -> Iterator[Sheet]:
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    reader.read()
    targets = {sheet.name: rel.target for sheet, rel in reader.parser.find_sheets()}
    visible = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
    for sheet in (visible or reader.wb.worksheets)[:MAX_SHEETS]:
        # what a file says of its own size is often wrong, and sometimes a trap
        sheet.reset_dimensions()
        rows = list(_rows(sheet, file=file))
        merges = list(_merges(reader.archive, targets[sheet.title]))
        yield Sheet(name=sheet.title, rows=_unmerged(rows, merges))
    reader.archive.close()


def _rows(sheet: object, *, file: Path) -> Iterator[Row]:
    count = last = 0
    cells_of = sheet.iter_rows(max_col=MAX_COLUMNS + 1)  # type: ignore[attr-defined]
    for number, cells in enumerate(cells_of, 1):
        if number - last > LONGEST_GAP:
            return
        kept = trimmed(["" if cell.value is None else _text(cell) for cell in cells])
        if len(kept) > MAX_COLUMNS:
            raise MeasuresError(
                f"Die Tabelle hat mehr als {MAX_COLUMNS} Spalten.", file=file, line=number, remedy=SPLIT
            )
        if not kept:
            continue
        count, last = count + 1, number
        if count > MAX_ROWS:
            raise MeasuresError(f"Die Liste hat mehr als {MAX_ROWS} Zeilen.", file=file, line=number, remedy=SPLIT)
        yield Row(number, kept)


def _text(cell: object) -> str:
    """Return what stands in the cell as text: numbers with all digits, dates in ISO form, formulas as they are."""
    value = getattr(cell, "value", "")
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value)
    if isinstance(value, date | time):
        return _moment(value, shown=str(getattr(cell, "number_format", "")))
    if isinstance(value, ArrayFormula | DataTableFormula):
        return str(getattr(value, "text", None) or "=")
    return _number(value)


def _number(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return str(value)


def _unescaped(found: re.Match[str]) -> str:
    """Excel writes control characters as _x000D_, and such words themselves with _x005F_ before."""
    code = int(found[1], 16)
    if code == ord("_"):
        return "_"
    return found[0] if code >= ord(" ") else "\n" if code == ord("\r") else " "


def _moment(value: date | time, *, shown: str) -> str:
    """Return a date as precisely as the cell shows it: „03/2026“ is stored as the first of March."""
    if isinstance(value, time):
        return value.isoformat()
    pattern = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", shown).lower()
    if "y" in pattern and "d" not in pattern:
        return value.strftime("%Y-%m" if "m" in pattern else "%Y")
    return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()


def _merges(archive: zipfile.ZipFile, part: str) -> Iterator[Merge]:
    """Return the merged ranges, which openpyxl leaves out when it reads row by row."""
    with archive.open(part) as source:
        rest = b""
        while chunk := source.read(CHUNK):
            text = rest + chunk
            end = 0
            for found in _MERGE.finditer(text):
                left, top, right, bottom = (found[place].decode() for place in range(1, 5))
                yield Merge(column_index_from_string(left), int(top), column_index_from_string(right), int(bottom))
                end = found.end()
            rest = text[max(end, len(text) - _TAIL) :]


def _unmerged(rows: list[Row], merges: list[Merge]) -> list[Row]:
    """Drop headings that stretch over a whole line, and repeat what was merged downwards in each of its lines."""
    wide = {merge.top for merge in merges if merge.right > merge.left}
    headings = {row.number for row in rows if row.number in wide and sum(bool(cell.strip()) for cell in row.cells) == 1}
    by_number = {row.number: row for row in rows if row.number not in headings}
    budget = MAX_ROWS * MAX_COLUMNS
    for merge in merges:
        if merge.left != merge.right or merge.top not in by_number or merge.left > len(by_number[merge.top].cells):
            continue
        value = by_number[merge.top].cells[merge.left - 1]
        for number in range(merge.top + 1, merge.bottom + 1):
            budget -= 1
            if budget < 0:
                return list(by_number.values())
            row = by_number.get(number)
            if row is not None:
                row.cells.extend([""] * (merge.left - len(row.cells)))
                row.cells[merge.left - 1] = value
    return list(by_number.values())
