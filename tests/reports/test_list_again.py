"""The town's own list, written with the report, filled in by a person and read again by the real importer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.inventory import measures
from db.models import Measure
from reports import csvs, xlsx
from reports.language import speaking
from tests.reports.towns import OWN_LIST

NAMES = ("title", "key", "address", "department", "status", "since", "note")


def values(one: Measure) -> dict[str, Any]:
    return {name: value for name in NAMES if (value := getattr(one, name)) is not None}


@pytest.fixture(params=[("xlsx", "de"), ("csv", "de"), ("xlsx", "en"), ("csv", "en")], ids="-".join)
def file(request: pytest.FixtureRequest, doc: dict[str, Any], tmp_path: Path) -> Path:
    """The list as it comes with the report, in each language."""
    kind, code = request.param
    made = tmp_path / f"liste.{kind}"
    with speaking(code):
        made.write_bytes(xlsx.workbook(doc) if kind == "xlsx" else csvs.files(doc, "x")["x-massnahmen.csv"])
    return made


def test_the_list_is_read_as_it_was(file: Path) -> None:
    """All that people wrote, also what a spreadsheet would calculate; a guess of ours is no person's word."""
    found = measures.read(file)
    assert [values(one) for one in found.measures] == [
        {name: one[name] for name in NAMES if name in one} for one in OWN_LIST
    ]
    assert [(one.criterion, one.matched_by) for one in found.measures] == [
        ("mobilitaet-2", "column"),
        (None, None),
        (None, None),
    ]


def test_a_criterion_that_a_person_fills_in_counts(doc: dict[str, Any], tmp_path: Path) -> None:
    """Also where we had found another; new lines below the table are read too."""
    file = tmp_path / "bericht.xlsx"
    file.write_bytes(xlsx.workbook(doc))
    book = openpyxl.load_workbook(file)
    sheet = book["Maßnahmen"]
    sheet["H4"] = "mobilitaet-3"
    sheet["A5"], sheet["B5"], sheet["H5"] = "Ladesäulen am Markt", "99012345678901", "mobilitaet-4"
    book.save(file)
    found = measures.read(file).measures
    assert [(one.criterion, one.matched_by) for one in found[2:]] == [
        ("mobilitaet-3", "column"),
        ("mobilitaet-4", "column"),
    ]
    assert (found[3].title, found[3].key) == ("Ladesäulen am Markt", "99012345678901")


def test_an_empty_list_can_be_begun_in_the_report(nothing: dict[str, Any], tmp_path: Path) -> None:
    """The sheet with its heads is there before the town has given a list."""
    file = tmp_path / "bericht.xlsx"
    file.write_bytes(xlsx.workbook(nothing))
    assert measures.read(file).measures == []
    book = openpyxl.load_workbook(file)
    book["Maßnahmen"]["A2"] = "Handyparken"
    book.save(file)
    assert [one.title for one in measures.read(file).measures] == ["Handyparken"]


@pytest.mark.parametrize("code", ["de", "en"])
def test_that_there_is_no_criterion_is_a_persons_word_too(doc: dict[str, Any], tmp_path: Path, code: str) -> None:
    """It comes back as one, in each language."""
    for one in doc["inventory"]:
        one["criterion"], one["matched_by"] = None, "column"
    file = tmp_path / "liste.csv"
    with speaking(code):
        file.write_bytes(csvs.files(doc, "x")["x-massnahmen.csv"])
    assert {(one.criterion, one.matched_by) for one in measures.read(file).measures} == {(None, "column")}
