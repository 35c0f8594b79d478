"""
All towns and all criteria in one table: who stands where, and what each shows, as a page, a workbook or a CSV file.

Does not hold it in memory: towns come in one by one and go out so. A town has no place, but the places it may have: where two shares
cannot be told apart (``reports.intervals.wilson``), neither can their towns.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from babel.dates import format_date

from db.matrix import Field, Latest
from db.terms import Verdict
from reports import language, render, tables, xlsx
from reports.bands import Band
from reports.comparison_tables import BANDS
from reports.csvs import harmless
from reports.intervals import wilson
from reports.language import N_
from reports.language import gettext as _
from reports.tables import Cell

OPTIONS = {**xlsx.OPTIONS, "in_memory": False, "constant_memory": True}
"""A workbook that is written row by row."""

CELLS: dict[str | None, str] = {
    Verdict.FINDABLE: N_("gut"),
    Verdict.BURIED: N_("schwer"),
    Verdict.ABSENT: N_("nichts"),
    Verdict.UNKNOWN: "?",
    None: "–",
}
"""What stands in a cell."""

HEADS = (N_("Ort"), N_("Land"), N_("Einwohner"), N_("Platz von"), N_("Platz bis"), N_("Lage"), N_("gut auffindbar"), N_("von"), N_("Anteil in %"), N_("Stand"))  # fmt: skip
WIDTHS = (32, 8, 11, 9, 9, 17, 14, 7, 11, 12)


class Line(NamedTuple):
    """Where one town stands: the best and the worst place it may have, and its band beside all; None: too little was read."""

    town: Latest
    best: int | None
    worst: int | None
    band: Band


class Matrix(NamedTuple):
    """What is written: the columns ``(id, name)``, the lines, the verdicts of each line in their order, and who is left out."""

    title: str
    columns: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    verdicts: Iterator[Mapping[str, str | None]]
    others: int


def matrix(field: Field, verdicts: Callable[[Sequence[int]], Iterator[Mapping[str, str | None]]]) -> Matrix:
    """Return the matrix of a field of audits; ``verdicts`` gives those of audits by their numbers."""
    lines = ranked(field.audits)
    columns = [(one["id"], one["name"]) for one in field.catalogue.document["criteria"]]
    told = verdicts([one.town.audit for one in lines])
    return Matrix(field.catalogue.document.get("title") or field.catalogue.name, columns, lines, told, field.others)


def ranked(towns: Iterable[Latest]) -> list[Line]:
    """
    Return the towns, the highest share first, those without a number at the end by name.

    The best place is behind all whose interval lies wholly above, the worst before all whose interval lies wholly below. The band is
    beside the share of all towns together.
    """
    known = list(towns)
    read = [one for one in known if one.enough and one.of]
    spans = {one.audit: wilson(one.found, one.of) for one in read}
    lows, highs = (sorted(span[side] for span in spans.values()) for side in (0, 1))
    mean = sum(one.found for one in read) / sum(one.of for one in read) if read else 0.0
    lines = []
    for one in sorted(read, key=lambda one: (-one.found / one.of, one.name)):
        low, high = spans[one.audit]
        band = Band.AHEAD if low > mean else Band.BEHIND if high < mean else Band.EVEN
        lines.append(Line(one, 1 + len(lows) - bisect_right(lows, high), len(highs) - bisect_left(highs, low), band))
    return lines + [Line(one, None, None, Band.NONE) for one in known if one.audit not in spans]


def write_csv(told: Matrix, file: Path) -> None:
    """Write it as CSV, as Excel opens it."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([_(head) for head in HEADS] + [harmless(tables.plain(name)) for _key, name in told.columns])
        writer.writerows([harmless(cell) for cell in row] for row in rows(told))


def write_xlsx(told: Matrix, file: Path) -> None:
    """Write it as a workbook, row by row, with the names frozen."""
    with xlsxwriter.Workbook(str(file), OPTIONS) as book:
        sheet = book.add_worksheet(_("Rangliste"))
        head = book.add_format(xlsx.FORMATS["head"])
        tall = book.add_format({**xlsx.FORMATS["head"], "rotation": 90})
        sheet.freeze_panes(1, 1)
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.set_column(len(WIDTHS), len(WIDTHS) + len(told.columns), 7)
        for place, name in enumerate(HEADS):
            sheet.write_string(0, place, _(name), head)
        for place, (_key, name) in enumerate(told.columns, len(HEADS)):
            sheet.write_string(0, place, str(tables.plain(name)), tall)
        for number, cells in enumerate(rows(told), 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell is not None:
                    sheet.write_string(number, place, _unmarked(str(cell)))
        sheet.autofilter(0, 0, len(told.lines), len(HEADS) + len(told.columns) - 1)


def write_html(told: Matrix, file: Path) -> None:
    """Write it as a page without scripts, its head and its names in sight while one scrolls."""
    with file.open("w", encoding="utf-8") as out:
        parts = render.streamed(
            "matrix.html.j2",
            rows=rows(told),
            title=told.title,
            heads=[_(head) for head in HEADS],
            columns=[name for _key, name in told.columns],
            towns=len(told.lines),
            others=told.others,
        )
        out.writelines(parts)


WRITERS: dict[str, Callable[[Matrix, Path], None]] = {".html": write_html, ".xlsx": write_xlsx, ".csv": write_csv}
"""By the ending of the file's name."""


def rows(told: Matrix) -> Iterator[list[Cell]]:
    """Yield the cells of each town."""
    for line, verdicts in zip(told.lines, told.verdicts, strict=True):
        shown = line.best is not None
        yield [
            *_head(line),
            *(_(CELLS[verdicts.get(key)]) if shown and key in verdicts else CELLS[Verdict.UNKNOWN] for key, _name in told.columns),
        ]  # fmt: skip


def _head(line: Line) -> list[Cell]:
    town = line.town
    score: tuple[Cell, ...] = (None, None, None)
    if line.best is not None:
        score = (town.found, town.of, round(100 * town.found / town.of))
    return [
        tables.plain(town.name),
        town.state,
        town.population,
        line.best,
        line.worst,
        _(BANDS[line.band]),
        *score,
        str(format_date(town.started, format="medium", locale=language.locale())),
    ]


def _unmarked(text: str) -> str:
    # XlsxWriter takes such a text for one it has formatted itself, and would write it as markup.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
