"""
A report's tables as one Excel workbook, a sheet for each question, ready to filter, to print and to fill in.

Does not decide what stands in the tables: that is ``reports.tables``. Crawled text never comes alive: all of it is written as
strings, and a link only where the address may be clicked.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reports import render, tables
from reports.language import gettext as _
from reports.tables import Cell, Column, Kind, Table

MOST_LINKS = 65_530
"""Links of one sheet that Excel allows."""

LONGEST_LINK = 2_079
"""Characters of an address that Excel follows."""

LONGEST_PROPERTY = 255
LAST_ROW = 1_048_575

ON_PAPER = 215
"""Widths of columns, in characters, that can still be read side by side on A4; what is further right is for the screen."""

GAP = 1
"""Blank rows between two tables of one sheet."""

LINE = 15
"""Height of a line of text in points."""

OPTIONS: dict[str, bool] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
BODY = {"valign": "top", "text_wrap": True}
FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "valign": "top", "text_wrap": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F"},
    "quoted": {**BODY, "quote_prefix": True},
    Kind.TEXT: BODY,
    Kind.CODE: {**BODY, "num_format": "@"},
    Kind.NUMBER: {"valign": "top", "num_format": "#,##0"},
    Kind.DATE: {"valign": "top", "align": "left", "num_format": "dd.mm.yyyy"},
    Kind.LINK: {**BODY, "font_color": "#0B57A4", "underline": 1},
}

Json = Mapping[str, Any]


def workbook(document: Json, *, links: int = MOST_LINKS) -> bytes:
    """Return the workbook of an audit's document; ``links`` is how many a sheet may have, addresses beyond are text."""
    town = document["town_name"]
    named = {"town": tables.plain(town), "day": render.day(document["started"])}
    title = _("Fundstelle: Lückenbericht {town}, {day}").format(**named)
    return book(tables.read(document), document, title=title, towns=town, links=links)


def book(read: Sequence[Table], document: Json, *, title: str, towns: str, links: int = MOST_LINKS) -> bytes:
    """Return a workbook of these tables; its properties name the audit of the document, its pages ``towns``."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as made:
        made.set_properties(_properties(document, title=title, towns=towns))
        formats = {name: made.add_format(values) for name, values in FORMATS.items()}
        for name, parts in groupby(read, key=lambda table: table.sheet):
            sheet = _Sheet(made.add_worksheet(name), formats, links=links)
            sheet.fill(list(parts))
            sheet.offer(read)
            sheet.prepare_print(towns=towns)
    return file.getvalue()


def _properties(document: Json, *, title: str, towns: str) -> dict[str, Any]:
    started, day = datetime.fromisoformat(document["started"]), render.day(document["started"])
    told = {
        "title": title,
        "subject": str(tables.plain(towns)),
        "author": f"Fundstelle {tables.plain(document['program'])}".strip(),
        "comments": _("Prüfung {audit}. Stand aller Angaben: {day}.").format(audit=document["audit"], day=day),
    }
    # A fixed time, so that one audit always makes the same file.
    return {name: text[:LONGEST_PROPERTY] for name, text in told.items()} | {"created": started.replace(tzinfo=None)}


@dataclass
class _Sheet:
    """
    Fills one sheet.

    Attributes:
        links: How many links it may still have.
        top: The next free row, from 0.
        columns: The columns of its first table, which decide the widths.
    """

    sheet: Any
    formats: Mapping[str, Any]
    links: int
    top: int = 0
    columns: Sequence[Column] = ()

    def fill(self, parts: Sequence[Table]) -> None:
        first, *others = parts
        self.columns = first.columns
        for index, column in enumerate(first.columns):
            self.sheet.set_column(index, index, column.width, self.formats[_typed(column)])
        self._table(first)
        self.sheet.freeze_panes(1, 1)
        for table in others:
            self._text_below(table)

    def offer(self, read: Sequence[Table]) -> None:
        """Offer the cells of another table in columns that people fill in; other words pass, since lists have their own."""
        for index, column in enumerate(self.columns):
            if column.choices:
                rule = {"validate": "list", "source": _range(column.choices, read), "error_type": "information"}
                told = {"input_title": column.head, "input_message": column.means}
                self.sheet.data_validation(1, index, LAST_ROW, index, {**rule, **told})

    def prepare_print(self, *, towns: str) -> None:
        """Set A4 across, the head on every page, and as many columns as can be read."""
        widths, shown = 0, 0
        for column in self.columns:
            widths += column.width
            shown += widths <= ON_PAPER
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.print_area(0, 0, max(self.top - 1, 1), shown - 1)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        place = str(render.clean(towns))[:60].replace("&", "&&")
        paging = _("Seite {page} von {pages}").format(page="&P", pages="&N")
        self.sheet.set_footer(f"&LFundstelle, {place}&C&A&R{paging}")

    def _table(self, table: Table) -> None:
        """Write a table with filters; one without rows gets a row that says so."""
        heads = [{"header": column.head, "header_format": self.formats["head"]} for column in table.columns]
        last = max(len(table.rows), 1)
        self.sheet.add_table(
            0,
            0,
            last,
            len(heads) - 1,
            {"name": table.key, "columns": heads, "style": "Table Style Light 1", "autofilter": True},
        )
        for row, cells in enumerate(table.rows, 1):
            for index, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._cell(row, index, cell, kind=column.kind)
        if not table.rows:
            self._cell(1, 0, table.none, kind=Kind.TEXT)
        self.top = last + 1

    def _text_below(self, table: Table) -> None:
        """Write a table below the first one, its last column as wide as all that are left."""
        left = len(table.columns) - 1
        room = sum(column.width for column in self.columns[left:])
        heads: list[Cell] = [column.head for column in table.columns]
        for row, cells in enumerate([heads, *table.rows], self.top + GAP):
            form = self.formats["head" if cells is heads else Kind.TEXT]
            self.sheet.merge_range(row, left, row, len(self.columns) - 1, "", form)
            for index, cell in enumerate(cells):
                self._text(row, index, str(cell), form)
            # Excel does not fit the height of a row to merged cells.
            self.sheet.set_row(row, LINE * _height(str(cells[left]), room))
        self.top += GAP + 1 + len(table.rows)

    def _cell(self, row: int, column: int, cell: Cell, *, kind: Kind) -> None:
        form = self.formats[kind]
        if cell is None or cell == "":
            return
        if isinstance(cell, int):
            self.sheet.write_number(row, column, cell, form)
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), form)  # noqa: DTZ001 a day
        elif kind is Kind.LINK and self.links and _may_link(cell):
            self.links -= 1
            self.sheet.write_url(row, column, cell, form, cell)
        else:
            self._text(row, column, cell, self.formats[Kind.TEXT if kind is Kind.LINK else kind])

    def _text(self, row: int, column: int, text: str, form: Any) -> None:
        # XlsxWriter takes such a text for one it has formatted itself, and would write it as markup.
        safe = f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
        # A person who edits the cell must not turn it into a formula either.
        self.sheet.write_string(
            row, column, safe, self.formats["quoted"] if text.startswith(tables.DANGEROUS) else form
        )


def _typed(column: Column) -> Kind:
    """Return the format of a column's empty cells, for what people write into them."""
    return column.kind if column.kind is Kind.CODE else Kind.TEXT


def _range(choices: tuple[str, str], read: Sequence[Table]) -> str:
    key, head = choices
    table = next(table for table in read if table.key == key)
    name = xl_col_to_name([column.head for column in table.columns].index(render.capital(head)), col_abs=True)
    return f"='{table.sheet}'!{name}$2:{name}${max(len(table.rows), 1) + 1}"


def _may_link(address: str) -> bool:
    return render.is_address(address) and len(quote(address, safe="%/:=&?~#+!$,;@()*'")) <= LONGEST_LINK


def _height(text: str, room: int) -> int:
    """Return how many lines a text takes in so many characters; Excel's highest row holds 27."""
    return min(27, sum(1 + len(line) // room for line in text.split("\n")))
