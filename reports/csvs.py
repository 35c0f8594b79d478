"""
A report's tables as CSV files that Excel opens by a double click, with a description for programs (Frictionless Data Package).

Does not decide what stands in the tables: that is ``reports.tables``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from reports import tables
from reports.language import gettext as _
from reports.tables import DANGEROUS, Cell, Column, Kind, Table

TYPES = {Kind.NUMBER: "integer", Kind.DATE: "date"}
"""Types of Table Schema; every other column is text."""

PACKAGE = "datapackage.json"


def files(document: Mapping[str, Any], stem: str) -> dict[str, bytes]:
    """Return the files by their names: ``STEM-befunde.csv`` and so on, and the package that describes them."""
    title = _("Fundstelle: Lückenbericht {town}").format(town=tables.plain(document["town_name"]))
    return package(tables.read(document), stem, title=title, created=document["finished"] or document["started"])


def package(read: Sequence[Table], stem: str, *, title: str, created: str) -> dict[str, bytes]:
    """Return the files of these tables by their names, and the package that describes them; ``created`` is in ISO 8601."""
    written = {_name(table, stem): text(table).encode("utf-8-sig") for table in read}
    return written | {PACKAGE: _described(read, stem=stem, title=title, created=created)}


def text(table: Table) -> str:
    """Return a table as CSV: semicolons, CRLF, texts in quotes and harmless, numbers bare, dates in ISO 8601."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([column.head for column in table.columns])
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return lines.getvalue()


def _name(table: Table, stem: str) -> str:
    return f"{stem}-{table.key}.csv"


def harmless(cell: Cell) -> str | int:
    """Return a cell as it may stand in a CSV file: no spreadsheet takes it for a formula."""
    if isinstance(cell, int):
        return cell
    said = "" if cell is None else str(cell)
    # A text that begins with our quote gets another one, so that who takes it off always gets back what was there.
    return f"'{said}" if said.startswith(DANGEROUS) or _looks_guarded(said) else said


def _looks_guarded(said: str) -> bool:
    return said.startswith("'") and said[1:].startswith((*DANGEROUS, "'"))


def _described(read: Sequence[Table], *, stem: str, title: str, created: str) -> bytes:
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in stem.lower())
    told = {
        "profile": "tabular-data-package",
        "name": f"fundstelle-{name}",
        "title": title,
        "created": created,
        "resources": [_resource(table, stem=stem) for table in read],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: Table, *, stem: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.key,
        "path": _name(table, stem),
        "title": table.sheet,
        "description": table.means,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, str]:
    named = {"name": column.head, "title": column.head, "type": TYPES.get(column.kind, "string")}
    return named | ({"description": column.means} if column.means else {})
