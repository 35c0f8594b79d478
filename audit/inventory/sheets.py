"""
Read an Excel or CSV file into rows of text.

Does not know what the columns mean. What kind of file it is, its first bytes say and not its name.
"""

from __future__ import annotations

from pathlib import Path

from audit.inventory import delimited, workbook
from audit.inventory.rows import MAX_BYTES, SPLIT, Sheet
from db.errors import MeasuresError

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Old Excel files and encrypted new ones are compound files ([MS-CFB] 2.2)."""

FOREIGN = {
    b"%PDF-": "eine PDF-Datei",
    b"{\\rtf": "ein Textdokument (RTF)",
    b"\x89PNG": "ein Bild",
    b"\xff\xd8\xff": "ein Bild",
}
MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table")

SAVE_AS = "Speichern Sie die Liste in Excel oder LibreOffice als „Excel-Arbeitsmappe (.xlsx)“ oder als CSV."


def read(path: Path) -> list[Sheet]:
    """Return the visible sheets of the file; raise MeasuresError with file, row and remedy."""
    data = _bytes(path)
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise MeasuresError(
            "Die Datei ist leer.", file=path, remedy="Prüfen Sie, ob Sie die richtige Datei gewählt haben."
        )
    if data.startswith(ZIP):
        return workbook.read(data, file=path)
    _refuse_foreign(data, file=path)
    return [delimited.read(data, file=path)]


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise MeasuresError("Die Datei gibt es nicht.", file=path, remedy="Prüfen Sie den Pfad.") from None
    except OSError as fault:
        raise MeasuresError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).",
            file=path,
            remedy="Schließen Sie die Datei in Excel und prüfen Sie, ob Sie sie öffnen dürfen.",
        ) from None
    if len(data) > MAX_BYTES:
        raise MeasuresError(f"Die Datei ist zu groß (über {MAX_BYTES // 1_000_000} MB).", file=path, remedy=SPLIT)
    return data


def _refuse_foreign(data: bytes, *, file: Path) -> None:
    """Refuse what is no table, and Excel files that cannot be opened, by their first bytes."""
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise MeasuresError(
                "Die Datei ist mit einem Kennwort verschlüsselt.",
                file=file,
                remedy="Entfernen Sie in Excel das Kennwort und speichern Sie neu.",
            )
        raise MeasuresError("Die Datei hat ein altes Excel- oder Office-Format.", file=file, remedy=SAVE_AS)
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(MARKUP):
        raise MeasuresError("Die Datei ist eine Webseite oder XML, keine Tabelle.", file=file, remedy=SAVE_AS)
    for mark, kind in FOREIGN.items():
        if data.startswith(mark):
            raise MeasuresError(f"Die Datei ist {kind}, keine Tabelle.", file=file, remedy=SAVE_AS)
    if file.suffix.lower() in {".xlsx", ".xlsm"}:
        raise MeasuresError("Die Datei ist beschädigt oder keine Excel-Datei.", file=file, remedy=SAVE_AS)
