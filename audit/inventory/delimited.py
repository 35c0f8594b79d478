"""
Read a CSV file, as Excel and German authorities write it, into rows of text.

Does not guess encodings by statistics: one fixed order is right for all that occur (UTF-16 with mark, UTF-8, Windows-1252).
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from audit.inventory.rows import MAX_COLUMNS, MAX_ROWS, SPLIT, Row, Sheet, trimmed
from db.errors import MeasuresError

DELIMITERS = ";,\t"
SAMPLE = 4_000
"""Characters shown to the sniffer, whose patterns grow slow on long samples."""

GUARDED = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠'])")
"""The quote before a cell that a spreadsheet would take for a formula; ``audit.inventory.template`` writes it."""

SAVE_AS = "Speichern Sie die Liste als „CSV UTF-8“ oder als Excel-Arbeitsmappe (.xlsx)."


def read(data: bytes, *, file: Path, most: int | None = None) -> Sheet:
    """Return the rows of the file, ``most`` at most (None: those of a list of measures); raise MeasuresError with file, row and remedy."""
    text = _decoded(data, file=file)
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        raise MeasuresError("Die Datei enthält Nullzeichen und ist keine Tabelle.", file=file, line=row, remedy=SAVE_AS)
    delimiter, skipped = _delimiter(text)
    rows: list[Row] = []
    # strict, because a quote that is never closed would swallow all that follows
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            kept = trimmed([GUARDED.sub("", cell) for cell in cells])
            if kept and number > skipped:
                rows.append(_checked(Row(number, kept), count=len(rows), most=most or MAX_ROWS, file=file))
    except csv.Error:
        raise MeasuresError(
            "Hier passen die Anführungszeichen nicht zusammen, oder eine Zelle ist zu lang.",
            file=file,
            line=number + 1,
            remedy="Anführungszeichen in einer Zelle müssen verdoppelt sein; Excel macht das beim Speichern richtig.",
        ) from None
    return Sheet(name="", rows=rows)


def _decoded(data: bytes, *, file: Path) -> str:
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as fault:
            row = data.count(b"\n", 0, fault.start) + 1
    raise MeasuresError("Die Zeichen der Datei lassen sich nicht lesen.", file=file, line=row, remedy=SAVE_AS)


def _delimiter(text: str) -> tuple[str, int]:
    """Return the delimiter, and how many rows at the start only name it („sep=;“ as Excel knows it)."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = re.fullmatch(r"\ufeff?\"?sep=([;,\t])\"?", first.strip(" "))
    if named:
        return named[1], text[: text.index(first)].count("\n") + 1
    try:
        found = csv.Sniffer().sniff(text[:SAMPLE], delimiters=DELIMITERS).delimiter
    except csv.Error:
        found = ""
    counts = {sign: first.count(sign) for sign in DELIMITERS}
    if found and counts[found]:
        return found, 0
    return max(counts, key=lambda sign: counts[sign]), 0


def _checked(row: Row, *, count: int, most: int, file: Path) -> Row:
    if count >= most:
        raise MeasuresError(f"Die Liste hat mehr als {most} Zeilen.", file=file, line=row.number, remedy=SPLIT)
    if len(row.cells) > MAX_COLUMNS:
        raise MeasuresError(f"Die Zeile hat mehr als {MAX_COLUMNS} Spalten.", file=file, line=row.number, remedy=SPLIT)
    return row
