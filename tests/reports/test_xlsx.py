"""The workbook of a report: opened again by another library, and looked at as the parts of a ZIP file."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine

from reports import render, tables, xlsx
from tests.reports.conftest import copied
from tests.reports.test_hostile import spoil
from tests.reports.towns import Written


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


Both = tuple[dict[str, Any], Workbook]


@pytest.fixture(scope="module")
def written(original: Engine) -> Both:
    with copied(original) as session:
        doc = Written.of(session, "musterhafen").document()
    return doc, opened(xlsx.workbook(doc))


@pytest.fixture(scope="module")
def hostile(original: Engine) -> bytes:
    """The workbook of a town of which nothing can be trusted."""
    with copied(original) as session:
        assert spoil(session) > 3000
        return xlsx.workbook(Written.of(session, "musterhafen").document())


def test_every_cell_is_that_of_the_tables(written: Both) -> None:
    """Texts, whole numbers and days, unchanged."""
    doc, book = written
    for table in tables.read(doc):
        if table.key == "ueberblick":
            continue
        sheet = book[table.sheet]
        for number, cells in enumerate(table.rows, 2):
            got = [sheet.cell(number, index).value for index in range(1, len(cells) + 1)]
            told = [one.date() if isinstance(one, datetime) else one for one in got]
            assert told == [None if cell == "" else cell for cell in cells]


def test_every_table_can_be_filtered_and_keeps_its_head_in_sight(written: Both) -> None:
    """Real tables with their filters over all rows, head and first column frozen, heads bold, columns of sensible width."""
    doc, book = written
    for table in tables.read(doc):
        if table.key == "ueberblick":
            continue
        sheet = book[table.sheet]
        [one] = sheet.tables.values()
        assert one.autoFilter.ref == one.ref
        assert openpyxl.utils.range_boundaries(one.ref) == (1, 1, len(table.columns), len(table.rows) + 1)
        assert sheet.freeze_panes == "B2"
        assert all(cell.font.bold and cell.alignment.wrap_text for cell in sheet[1])
        widths = [sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width for place in (1, 2)]
        assert all(5 < width < 100 for width in widths)
        assert all(cell.alignment.wrap_text for cell in sheet[2] if isinstance(cell.value, str))


def test_every_sheet_can_be_printed(written: Both) -> None:
    """Across, head on each page, as wide as the paper and as long as it takes, and not so wide that nobody can read it."""
    _, book = written
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"
        assert printed(sheet) <= xlsx.ON_PAPER
    assert "Beste Seite" not in [cell.value for cell in book["Befunde"]["A1:J1"][0]]
    assert book["Befunde"].oddFooter.left.text == "Fundstelle, Musterhafen"


def printed(sheet: Worksheet) -> float:
    left, _, right, _ = openpyxl.utils.range_boundaries(str(sheet.print_area).split("!")[1].replace("$", ""))
    letters = [openpyxl.utils.get_column_letter(place) for place in range(left, right + 1)]
    known = {name: dimension for group in sheet.column_dimensions.values() for name, dimension in _spread(group)}
    return sum(known[letter].width - 0.72 for letter in letters)


def _spread(dimension: Any) -> list[tuple[str, Any]]:
    """Columns next to each other of one width are kept as one."""
    return [(openpyxl.utils.get_column_letter(place), dimension) for place in range(dimension.min, dimension.max + 1)]


def test_the_workbook_says_what_it_is(written: Both) -> None:
    """Title, town and day."""
    told = written[1].properties
    assert told.title == "Fundstelle: Lückenbericht Musterhafen, 25. November 2026"
    assert (told.subject, told.creator) == ("Musterhafen", "Fundstelle 0.1.0")
    assert told.created == datetime(2026, 11, 25, 12, 30)  # noqa: DTZ001 the file says UTC without a zone


def test_one_audit_makes_one_file(doc: dict[str, Any]) -> None:
    """Byte for byte, so that nobody looks for a change where none is."""
    assert xlsx.workbook(doc) == xlsx.workbook(doc)


def test_addresses_are_links_where_they_may_be(written: Both) -> None:
    """They lead where they say, and each stands in a column of addresses."""
    doc, book = written
    linked = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert all(cell.hyperlink.target == cell.value for cell in linked)
    pages = {str(entry["best_url"]) for entry in doc["findings"] if entry["best_url"]}
    assert pages <= {cell.value for cell in linked}
    assert {site["url"] for site in doc["landscape"]} <= {cell.value for cell in linked}


def test_the_overview_has_areas_and_below_them_what_to_know(written: Both) -> None:
    """Both stand on one sheet; a long sentence has the room of all columns, and rows that are high enough."""
    sheet = written[1]["Überblick"]
    below = {row[0].value: row[1] for row in sheet.iter_rows(min_row=13)}
    assert sheet["A12"].value is None
    assert sheet["A13"].value == "Angabe"
    assert "gut auffindbar" in below["Ergebnis"].value
    longest = below["„Von 100“"]
    assert any(f"B{longest.row}" in merged for merged in sheet.merged_cells.ranges)
    assert sheet.row_dimensions[longest.row].height >= 30


def test_a_person_is_offered_the_criteria(written: Both) -> None:
    """The list to fill in offers the ids of the findings, and lets other words pass."""
    [rule] = written[1]["Maßnahmen"].data_validations.dataValidation
    heads = [cell.value for cell in written[1]["Befunde"][1]]
    letter = openpyxl.utils.get_column_letter(heads.index("Kennung") + 1)
    assert str(rule.sqref).startswith("H2:H")
    assert rule.formula1 == f"'Befunde'!${letter}$2:${letter}${written[1]['Befunde'].max_row}"
    assert rule.errorStyle == "information"
    assert written[1]["Maßnahmen"]["B2"].number_format == "@"


# Hostile towns


def test_nothing_of_a_hostile_town_comes_alive(hostile: bytes) -> None:
    """No formula, no link but to the web, no markup, no part that is not ours; each part is well-formed."""
    book = zipfile.ZipFile(io.BytesIO(hostile))
    for name in book.namelist():
        text = book.read(name).decode()
        ET.fromstring(text)
        if name.startswith("xl/worksheets/sheet"):
            assert not re.search(r"<f[ >/]", text)
        if name.endswith(".rels"):
            external = re.findall(r'Target="([^"]*)" TargetMode="External"', text)
            assert all(render.is_address(target) for target in external)
            assert "evil.example" not in text
    assert not [name for name in book.namelist() if re.search("externalLink|vba|embed|comments", name)]


def test_cells_of_a_hostile_town_are_clean_and_short(hostile: bytes) -> None:
    """Excel would refuse the file or hide what is read."""
    book = opened(hostile)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert "=HYPERLINK(1)" in texts
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(tables.DANGEROUS))
    assert max(map(len, texts)) == tables.LONGEST
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "".join(texts)
    )


def test_text_that_looks_like_formatted_text_stays_text(doc: dict[str, Any]) -> None:
    """The writing library would put it into the file as markup."""
    evil = "<r><t>x</t></r><!-- --></r>"
    doc["findings"][0]["name"] = evil
    assert str(opened(xlsx.workbook(doc))["Befunde"]["A2"].value).strip() == evil


def test_more_links_than_excel_allows_become_text(doc: dict[str, Any]) -> None:
    """The file would not open; the addresses can still be read."""
    sheet = opened(xlsx.workbook(doc, links=3))["Belege"]
    column = [cell.value for cell in sheet[1]].index("Adresse") + 1
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert [bool(cell.hyperlink) for cell in cells[:5]] == [True, True, True, False, False]
    assert all(str(cell.value).startswith("http://") for cell in cells)


@pytest.mark.parametrize(
    "address",
    [
        "http://www.ort.example/" + "[" * 900,  # longer than Excel follows when it is escaped
        "http://www.ort.example/" + "x" * 2_100,
        "javascript:alert(1)",
        "internal:Befunde!A1",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "http://www.ort.example@evil.example/",
    ],
)
def test_an_address_that_may_not_be_clicked_is_text(doc: dict[str, Any], address: str) -> None:
    """It stands in its cell unshortened, and leads nowhere."""
    doc["landscape"] = [doc["landscape"][0] | {"url": address}]
    cell = opened(xlsx.workbook(doc))["Websites"]["A2"]
    assert (cell.value, cell.hyperlink) == (address, None)


def test_a_town_cannot_command_the_footer(doc: dict[str, Any]) -> None:
    """Signs that Excel obeys in footers are doubled, and a long name is no fault."""
    sheet = opened(xlsx.workbook(doc | {"town_name": "A&D&Z" + "x" * 40_000}))["Befunde"]
    assert str(sheet.oddFooter.left.text).startswith("Fundstelle, A&&D&&Z")


def test_an_audit_without_a_page_opens(nothing: dict[str, Any]) -> None:
    """Sheets without rows say so, and the list can still be filled in."""
    book = opened(xlsx.workbook(nothing))
    assert book["Befunde"]["A2"].value == "Es gibt keine Befunde."
    assert book["Vorschläge"]["A2"].value == "Für diese Prüfung gibt es keine Vorschläge."
    assert [cell.value for cell in book["Maßnahmen"][2]] == [None] * 10


def test_many_findings_are_all_written(doc: dict[str, Any]) -> None:
    """Five thousand, as a long list of measures without a criterion makes them."""
    stray = next(entry for entry in doc["findings"] if entry["criterion"] is None)
    doc["findings"] += [stray] * 5_000
    book = zipfile.ZipFile(io.BytesIO(xlsx.workbook(doc)))
    assert f'ref="A1:U{len(doc["findings"]) + 1}"' in book.read("xl/tables/table2.xml").decode()
