"""The published JSON Schema of a report holds for what is written, and says the words that are stored."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from db.terms import (
    ChangeCause,
    End,
    GapKind,
    Maturity,
    PageType,
    Reading,
    Role,
    Signal,
    Source,
    Standing,
    Verdict,
    Zone,
)
from reports import export, views
from tests.reports import changed

SCHEMA = json.loads(Path("docs/report.schema.json").read_text(encoding="utf-8"))


def faults(document: dict[str, Any]) -> list[str]:
    """Return what of a document the schema does not allow, after it went through the file that is written."""
    written = json.loads(export.json_text(document))
    return [f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(SCHEMA).iter_errors(written)]


def of(*path: str) -> Any:
    """Return the part of the schema at a path of keys."""
    part = SCHEMA
    for key in path:
        part = part[key]
    return part


def test_the_schema_is_one() -> None:
    """A schema with a slip in it would allow everything."""
    Draft202012Validator.check_schema(SCHEMA)


def test_a_report_keeps_to_its_schema(docs: list[dict[str, Any]]) -> None:
    """Whoever reads the JSON relies on the published shape."""
    assert [fault for document in docs for fault in faults(document)] == []


def test_a_part_of_a_report_keeps_to_it_too(doc: dict[str, Any]) -> None:
    """A view has the same keys and says that it is one."""
    part = views.for_area(doc, doc["areas"][0]["id"])
    assert "view" in part
    assert faults(part) == []


def test_a_report_of_what_changed_keeps_to_it(doc: dict[str, Any]) -> None:
    """Each finding says what it was, with a cause where one is known; every cause is published."""
    row = changed.change("strategie-2", "ABSENT", "BURIED", kind="new", cause="site", code="page_came")
    verdicts = {"strategie-2": "ABSENT", "strategie-3": "FINDABLE"}
    part = views.changed(doc, changed.document() | {"verdicts": verdicts, "changes": [row]})
    assert len(part["findings"]) == 2
    assert faults(part) == []
    causes = of("$defs", "finding", "properties", "before", "properties", "cause", "enum")
    assert set(causes) == {*(cause.value for cause in ChangeCause), None}


@pytest.mark.parametrize("spoiled", [{"score": None}, {"surprise": 1}, {"audit": "7"}, {"schema": 2}])
def test_what_is_not_published_is_refused(doc: dict[str, Any], spoiled: dict[str, Any]) -> None:
    """A key that nobody wrote down, a missing one or another type would break readers."""
    assert faults({**doc, **spoiled})


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        (Verdict, ("finding", "properties", "verdict")),
        (Maturity, ("finding", "properties", "maturity")),
        (GapKind, ("gap", "properties", "kind")),
        (Reading, ("quote", "properties", "reading")),
        (Zone, ("quote", "properties", "zone")),
        (Signal, ("quote", "properties", "signal")),
        (PageType, ("quote", "properties", "page_type")),
        (Role, ("site", "properties", "role")),
        (Standing, ("site", "properties", "standing")),
        (Source, ("finding", "properties", "listed", "items", "properties", "source")),
    ],
)
def test_the_schema_knows_every_word(terms: type[StrEnum], path: tuple[str, ...]) -> None:
    """A new verdict or role has to be published before it is written."""
    assert of("$defs", *path, "enum") == [term.value for term in terms]


def test_the_schema_knows_every_end() -> None:
    """Null is the end of a site that was not read."""
    assert of("$defs", "site", "properties", "end", "enum") == [*(end.value for end in End), None]
