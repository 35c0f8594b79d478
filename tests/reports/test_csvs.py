"""The CSV files of a report: read again as a program and a spreadsheet read them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from reports import csvs, tables
from reports.tables import Column, Table
from tests.reports.conftest import copied
from tests.reports.test_hostile import spoil
from tests.reports.towns import Written


@pytest.fixture
def files(doc: dict[str, Any]) -> dict[str, bytes]:
    return csvs.files(doc, "ort-1")


@pytest.fixture
def package(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["datapackage.json"])
    return found


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def bare(cell: str) -> str:
    """Without the quote before what a spreadsheet would calculate."""
    return re.sub(r"^'(?=[=+\-@\t\r\n＝＋－＠'])", "", cell)


def single(*cells: Any) -> Table:
    column = Column("Kopf", lambda row: row, 10)
    return Table(key="eine", sheet="Eine", means="", columns=[column], rows=[[cell] for cell in cells], none="")


def test_each_table_is_a_file_that_excel_opens(files: dict[str, bytes]) -> None:
    """Byte order mark, semicolons, CRLF; named after the report and the table."""
    keys = ("bereiche", "ueberblick", "befunde", "vorschlaege", "luecken", "belege", "websites", "massnahmen")
    assert list(files) == [*(f"ort-1-{key}.csv" for key in keys), "datapackage.json"]
    for name, data in files.items():
        if name.endswith(".csv"):
            assert data.startswith(b"\xef\xbb\xbf")
            assert data.endswith(b"\r\n")
            head, *_ = data.decode("utf-8-sig").split("\r\n")
            assert ";" in head


def test_both_forms_say_the_same(doc: dict[str, Any], files: dict[str, bytes]) -> None:
    """What is read again is what stands in the tables, numbers and days in the form of programs."""
    for table in tables.read(doc):
        head, *rows = read(files[f"ort-1-{table.key}.csv"])
        assert head == [column.head for column in table.columns]
        told = [
            [cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell) for cell in row]
            for row in table.rows
        ]
        assert [[bare(cell) for cell in row] for row in rows] == told


@pytest.mark.parametrize("text", ["=1+1", "+49 3831", "-", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1", "－1"])
def test_text_that_would_be_calculated_is_quoted(text: str) -> None:
    """With the sign spreadsheets know, before the text and inside the quotes (OWASP)."""
    _, [cell] = read(csvs.text(single(text)).encode())
    assert cell == f"'{text}"
    assert f'"\'{text}"' in csvs.text(single(text))


@pytest.mark.parametrize("text", ["'=1", "''", "'-x"])
def test_a_text_with_our_quote_comes_back_as_it_was(text: str) -> None:
    """Who takes off the quote that we wrote must not take off one that was there."""
    _, [cell] = read(csvs.text(single(text)).encode())
    assert bare(cell) == text


def test_numbers_stay_numbers() -> None:
    """They are ours and cannot be formulas; a quote would turn them into text."""
    assert csvs.text(single(-5, 0, None, "'s")) == '"Kopf"\r\n-5\r\n0\r\n""\r\n"\'s"\r\n'


def test_a_cell_cannot_leave_its_place() -> None:
    """Quotes, semicolons and line ends stay inside."""
    evil = 'a";"=1+1"\r\n=2'
    assert read(csvs.text(single(evil)).encode()) == [["Kopf"], [evil]]


def fields(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((field["name"], field["type"]) for field in resource["schema"]["fields"])


def test_the_package_describes_every_file(files: dict[str, bytes], package: dict[str, Any]) -> None:
    """Paths, heads and types are those of the files (Frictionless Tabular Data Package)."""
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[a-z0-9._/-]+", package["name"])
    assert package["title"] == "Fundstelle: Lückenbericht Musterhafen"
    assert [resource["path"] for resource in package["resources"]] == list(files)[:-1]
    kinds = {"integer": r"-?\d+", "date": r"\d{4}-\d\d-\d\d", "string": "(?s).*"}
    for resource in package["resources"]:
        assert (resource["encoding"], resource["dialect"]["delimiter"]) == ("utf-8", ";")
        head, *rows = read(files[resource["path"]])
        assert [name for name, _ in fields(resource)] == head
        assert all(field["title"] for field in resource["schema"]["fields"])
        for row in rows:
            for cell, (_, kind) in zip(row, fields(resource), strict=True):
                assert cell in resource["schema"]["missingValues"] or re.fullmatch(kinds[kind], cell)


def test_the_package_tells_what_heads_do_not_say(package: dict[str, Any]) -> None:
    """German words for people, types for programs."""
    findings = next(resource for resource in package["resources"] if resource["name"] == "befunde")
    chance = next(field for field in findings["schema"]["fields"] if field["name"] == "Finden von 100")
    assert chance["type"] == "integer"
    assert chance["description"].startswith("Von 100, die suchen")
    assert findings["description"].startswith("Was ist zu finden")


def test_files_of_a_hostile_town_are_harmless(original: Engine) -> None:
    """Every row has its cells, no cell starts a formula, none is longer than Excel's, and all can be written."""
    with copied(original) as session:
        assert spoil(session) > 3000
        files = csvs.files(Written.of(session, "musterhafen").document(), "ort-1")
    assert "\ud83d" not in json.loads(files.pop("datapackage.json"))["title"]
    for data in files.values():
        head, *rows = read(data)
        assert all(len(row) == len(head) for row in rows)
        texts = [cell for row in rows for cell in row]
        assert not [cell for cell in texts if cell.startswith(tables.DANGEROUS) and not re.fullmatch(r"-?\d+", cell)]
        assert all(len(cell) <= 32_767 for cell in texts)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(texts))


def test_an_audit_without_a_page_has_empty_files(nothing: dict[str, Any]) -> None:
    """Heads alone; what is said to people stands in the overview."""
    files = csvs.files(nothing, "ort-1")
    assert len(read(files["ort-1-befunde.csv"])) == 1
    assert "Noch kein Ergebnis" in files["ort-1-ueberblick.csv"].decode("utf-8-sig")
