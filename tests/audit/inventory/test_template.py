"""Lists that we write: safe to open, and read again as they were."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inventory import measures, template
from audit.inventory.headers import COLUMNS
from db.errors import MeasuresError
from db.models import Measure

FULL = Measure(
    town_id=1,
    title="Handyparken",
    row=7,
    key="99108026012000",
    address="http://www.ort.example/parken",
    department="Amt 66; Verkehr",
    status="in Betrieb",
    since="2026-03",
    note="zwei\nZeilen",
    criterion="handyparken",
    matched_by="column",
)
EVIL = Measure(
    town_id=1,
    title="=cmd|' /C calc'!A0",
    row=8,
    department="+49 3831",
    status="-",
    note="@SUM(A1)",
    address="http://x.example/=1",
)


def values(measure: Measure) -> list[str | None]:
    names = ("title", "key", "address", "department", "status", "since", "note", "criterion")
    return [getattr(measure, name) for name in names]


def test_the_empty_list_is_well_formed_and_read_again(tmp_path: Path) -> None:
    """What we hand out, we take back, filled in or not."""
    template.write(tmp_path / "leer.xlsx")
    found = measures.read(tmp_path / "leer.xlsx")
    assert found.measures == []
    book = openpyxl.load_workbook(tmp_path / "leer.xlsx")
    assert book.sheetnames == ["Maßnahmen", "Hinweise"]
    sheet = book["Maßnahmen"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width > 40
    sheet["A2"], sheet["B2"], sheet["E2"] = "Handyparken", "99108026012000", "geplant"
    book.save(tmp_path / "gefüllt.xlsx")
    [measure] = measures.read(tmp_path / "gefüllt.xlsx").measures
    assert (measure.title, measure.key, measure.status) == ("Handyparken", "99108026012000", "geplant")


def test_keys_are_typed_as_text_and_status_is_offered(tmp_path: Path) -> None:
    """The column of keys keeps its digits; the words for the status can be chosen, others are allowed."""
    template.write(tmp_path / "leer.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "leer.xlsx")["Maßnahmen"]
    assert sheet.column_dimensions["B"].number_format == "@"
    [rule] = sheet.data_validations.dataValidation
    assert (rule.type, rule.errorStyle, str(rule.sqref).startswith("E2:E")) == ("list", "information", True)
    assert "in Betrieb" in rule.formula1


@pytest.mark.parametrize("name", ["liste.xlsx", "liste.csv"])
def test_an_exported_list_is_read_as_it_was(tmp_path: Path, name: str) -> None:
    """Also where a cell would be a formula to a spreadsheet."""
    template.export([FULL, EVIL], tmp_path / name)
    found = measures.read(tmp_path / name)
    status = EVIL.status
    assert status == "-"
    assert [values(one) for one in found.measures] == [values(FULL), values(EVIL)]
    assert [one.matched_by for one in found.measures] == ["column", None]


def test_a_workbook_holds_no_formula_no_link_and_no_number(tmp_path: Path) -> None:
    """Crawled and typed text is text."""
    template.export([FULL, EVIL], tmp_path / "liste.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "liste.xlsx")["Maßnahmen"]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    assert sheet["B2"].value == "99108026012000"


def test_a_csv_opens_in_excel_and_starts_no_formula(tmp_path: Path) -> None:
    """Byte order mark, semicolons, and a quote before what a spreadsheet would calculate."""
    template.export([EVIL], tmp_path / "liste.csv")
    data = (tmp_path / "liste.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == list(COLUMNS.values())
    assert rows[1][:5] == ["'=cmd|' /C calc'!A0", "", "http://x.example/=1", "'+49 3831", "'-"]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])


@pytest.mark.parametrize("title", ["<r>&</r>", "＝SUMME(A1)", "'＠x"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_titles_that_look_like_markup_or_formulas_come_back(tmp_path: Path, title: str, kind: str) -> None:
    """The first would break the workbook, the others start formulas in some spreadsheets."""
    template.export([Measure(town_id=1, title=title, row=2)], tmp_path / f"liste.{kind}")
    assert [one.title for one in measures.read(tmp_path / f"liste.{kind}").measures] == [title]


def test_a_criterion_found_by_matching_is_not_taken_for_a_persons_word(tmp_path: Path) -> None:
    """Exporting and importing again must not turn a guess into a fact."""
    guess = Measure(town_id=1, title="Parken", row=2, criterion="handyparken", matched_by="title")
    template.export([guess], tmp_path / "liste.csv")
    assert "handyparken;Titel" in (tmp_path / "liste.csv").read_text(encoding="utf-8-sig")
    [read] = measures.read(tmp_path / "liste.csv").measures
    assert (read.criterion, read.matched_by) == (None, None)


def test_too_long_a_text_is_cut_to_what_a_cell_holds(tmp_path: Path) -> None:
    """Excel would otherwise drop the whole cell."""
    template.export([Measure(town_id=1, title="A", row=2, note="n" * 40_000)], tmp_path / "liste.xlsx")
    assert len(measures.read(tmp_path / "liste.xlsx").measures[0].note or "") == template.LONGEST


@pytest.mark.parametrize(
    ("name", "words"), [("liste.ods", ".ods"), ("fehlt/liste.csv", "schreiben"), ("fehlt/liste.xlsx", "schreiben")]
)
def test_a_list_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path: Path, name: str, words: str) -> None:
    """Another ending, or a folder that is not there."""
    with pytest.raises(MeasuresError, match=words) as fault:
        template.export([FULL], tmp_path / name)
    assert fault.value.file == tmp_path / name
    assert fault.value.remedy


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="=+-@'\t;\"aÄ\n", min_size=1, max_size=12), min_size=1, max_size=4))
def test_any_note_survives_both_formats(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Quotes, signs and line ends are neither lost nor multiplied."""
    folder = tmp_path_factory.getbasetemp()
    wanted = [
        Measure(town_id=1, title=f"Nummer {place}", row=2, note=text.strip() or None)
        for place, text in enumerate(texts)
    ]
    for name in ("rund.xlsx", "rund.csv"):
        template.export(wanted, folder / name)
        assert [one.note for one in measures.read(folder / name).measures] == [one.note for one in wanted]
