"""
The statistics that Google Search Console exports from its page „Leistung“: what people typed, and where the town stood.

Does not decide which criterion a query belongs to (``audit.run.listing``). Which file of a ZIP has what, its columns say and
not its name, since both are in the language of whoever exported it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from audit.inventory import delimited, sheets
from audit.inventory.rows import MAX_BYTES, Row
from audit.inventory.spelling import letters
from db.errors import ListedError, MeasuresError

COLUMNS = {
    "query": {"haeufigstesuchanfragen", "suchanfragen", "suchanfrage", "topqueries", "queries", "query"},
    "impressions": {"impressionen", "impressions"},
    "clicks": {"klicks", "clicks"},
    "position": {"position", "durchschnittlicheposition", "averageposition"},
    "page": {"haeufigsteseiten", "seiten", "seite", "toppages", "pages", "page"},
}
FILTER, DATE, KIND = {"filter"}, {"datum", "date"}, {"suchtyp", "searchtype"}
"""Headings and rows of the file that says what was counted."""

MOST_FILES = 50
WORKBOOK = "[Content_Types].xml"
FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError)
"""What zipfile raises on damaged and on encrypted files."""

EXPORT = "Exportieren Sie in der Search Console unter „Leistung“ noch einmal als CSV und nehmen Sie die ZIP-Datei, wie sie kommt."

SHOWN = 40
"""Characters of a cell that a message repeats."""

_COUNT = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3}){1,2}|\d{1,9}", re.ASCII)
_PLACE = re.compile(r"\d{1,6}(?:[.,]\d+)?", re.ASCII)
FORMS = {"impressions": _COUNT, "clicks": _COUNT, "position": _PLACE}


class Counted(NamedTuple):
    """One query: how often the town was shown for it and clicked, and its mean place from 1; None: not exported."""

    query: str
    impressions: int
    clicks: int | None
    position: float | None


@dataclass(frozen=True)
class Statistics:
    """All queries of an export, in its order, and the time it covers in its own words ("" if it does not say)."""

    rows: list[Counted]
    period: str = ""


@dataclass(frozen=True)
class _Table:
    """One table of an export, and the file that errors name."""

    file: Path
    rows: list[Row]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The index of each known column."""
        heads = [letters(cell) for cell in self.rows[0].cells]
        return {key: place for key, known in COLUMNS.items() for place, head in enumerate(heads) if head in known}


def read(path: Path) -> Statistics:
    """Return what a ZIP, CSV or Excel file of an export counts; raise ListedError with file, line and remedy."""
    if not path.is_file():
        raise ListedError("Die Datei gibt es nicht.", file=path, remedy="Prüfen Sie den Pfad.")
    with _reworded(path):
        tables = [table for table in _tables(path) if table.rows]
    told = _filters(tables)
    if told.get("kind", "Web") != "Web":
        raise ListedError(
            f"Gezählt wurde die Suche nach „{told['kind']}“ und nicht die nach Webseiten.",
            file=path,
            remedy="Wählen Sie in der Search Console den Suchtyp „Web“ und exportieren Sie noch einmal.",
        )
    table = next((one for one in tables if "query" in one.columns), None)
    if table is None:
        raise _without_queries(tables, path)
    return Statistics(rows=list(_counted(table)), period=told.get("date", ""))


@contextmanager
def _reworded(path: Path) -> Iterator[None]:
    """Turn errors about tables and ZIP files into ours, since their remedies speak of lists of measures."""
    try:
        yield
    except MeasuresError as fault:
        raise ListedError(fault.message, file=fault.file, line=fault.line, remedy=EXPORT) from None
    except FAULTS as fault:
        raise ListedError("Die ZIP-Datei ist beschädigt oder verschlüsselt.", file=path, remedy=EXPORT) from fault


def _tables(path: Path) -> list[_Table]:
    with path.open("rb") as file:
        if file.read(len(sheets.ZIP)) != sheets.ZIP:
            return [_Table(path, sheet.rows) for sheet in sheets.read(path)]
    with zipfile.ZipFile(path) as archive:
        if WORKBOOK in archive.namelist():
            return [_Table(path, sheet.rows) for sheet in sheets.read(path)]
        parts = [part for part in archive.infolist() if part.filename.lower().endswith(".csv")]
        if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > MAX_BYTES:
            raise ListedError("Die ZIP-Datei ist ausgepackt zu groß für einen Export.", file=path, remedy=EXPORT)
        files = [(path / part.filename, archive.read(part)) for part in parts]
    return [_Table(file, delimited.read(data, file=file).rows) for file, data in files]


def _filters(tables: Sequence[_Table]) -> dict[str, str]:
    """Return ``date`` and ``kind`` of what was counted, as far as the export says so."""
    found = {}
    for table in tables:
        if letters(table.rows[0].cells[0]) in FILTER:
            for row in table.rows[1:]:
                name, value = (*row.cells, "")[:2]
                key = "date" if letters(name) in DATE else "kind" if letters(name) in KIND else ""
                found[key] = value.strip()
    return found


def _without_queries(tables: Sequence[_Table], path: Path) -> ListedError:
    if any("page" in table.columns for table in tables):
        return ListedError(
            "Die Datei zählt Seiten und keine Suchanfragen.",
            file=path,
            remedy="Nehmen Sie „Suchanfragen.csv“ oder die ganze ZIP-Datei des Exports.",
        )
    line = tables[0].rows[0].number if tables else None
    return ListedError("Es ist keine Spalte mit Suchanfragen zu erkennen.", file=path, line=line, remedy=EXPORT)


def _counted(table: _Table) -> Iterator[Counted]:
    """Give the rows of a table; raise ListedError at the first that cannot be right."""
    if "impressions" not in table.columns:
        raise ListedError(
            "Es fehlt die Spalte „Impressionen“.",
            file=table.file,
            line=table.rows[0].number,
            remedy="Exportieren Sie mit Impressionen und ohne den Vergleich zweier Zeiträume.",
        )
    if len(table.rows) == 1:
        raise ListedError("Der Export enthält keine Suchanfrage.", file=table.file, remedy=EXPORT)
    seen: dict[str, int] = {}
    for row in table.rows[1:]:
        one = _row(row, table)
        if one.query in seen:
            raise _wrong(f"„{one.query}“ steht schon in Zeile {seen[one.query]}.", row, table)
        seen[one.query] = row.number
        yield one


def _row(row: Row, table: _Table) -> Counted:
    query = " ".join((_cell("query", row, table) or "").split())
    if not query:
        raise _wrong("Hier fehlt die Suchanfrage.", row, table)
    impressions, clicks, position = (_cell(key, row, table, form=form) for key, form in FORMS.items())
    return Counted(
        query=query,
        impressions=_whole(impressions or ""),
        clicks=None if clicks is None else _whole(clicks),
        position=None if position is None else float(position.replace(",", ".")),
    )


def _cell(key: str, row: Row, table: _Table, *, form: re.Pattern[str] | None = None) -> str | None:
    """Return the text of a row in one column, None if the export lacks it; raise ListedError if it has not that form."""
    place = table.columns.get(key)
    if place is None:
        return None
    text = row.cells[place].strip() if place < len(row.cells) else ""
    if form is not None and not form.fullmatch(text):
        raise _wrong(f"„{text[:SHOWN]}“ ist keine Zahl für „{table.rows[0].cells[place].strip()}“.", row, table)
    return text


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _wrong(message: str, row: Row, table: _Table) -> ListedError:
    return ListedError(message, file=table.file, line=row.number, remedy=EXPORT)
