"""The names, questions and advice of a report in the language that is spoken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from db import queries
from reports import views
from reports.language import speaking
from tests.reports.towns import Written

KEY = "mobilitaet-1"
TEXTS = {"name": "Mobility plan", "question": "Is there a plan?", "definition": "A plan.", "advice": "Write one."}
ENGLISH = {
    "title": "Ten areas",
    "areas": {"mobilitaet": "Mobility"},
    "criteria": {KEY: TEXTS | {"department": "Transport planning", "counts": ["a page"], "counts_not": ["a motion"]}},
}


def found(doc: dict[str, Any], key: str = KEY) -> dict[str, Any]:
    return next(entry for entry in doc["findings"] if entry["criterion"] == key)


@pytest.fixture
def german(musterhafen: Written) -> dict[str, Any]:
    """What the document is without a translation."""
    return musterhafen.document()


@pytest.fixture
def translated(session: Session, musterhafen: Written) -> Written:
    """A town judged by a catalogue of which one area and one criterion are translated."""
    rules = musterhafen.audit.catalogue
    assert rules is not None
    rules.document = rules.document | {"translations": {"en": ENGLISH}}
    session.flush()
    return musterhafen


def test_an_english_report_has_english_names(translated: Written) -> None:
    """Title, areas, names, questions, proofs and departments are those of the translation, also where proposals name them."""
    with speaking("en"):
        doc = translated.document()
    assert (doc["catalogue_title"], doc["catalogue_language"]) == ("Ten areas", "en")
    assert "Mobility" in [area["name"] for area in doc["areas"]]
    entry = found(doc)
    assert [entry[name] for name in ("name", "question", "definition", "proof", "no_proof", "language")] == [
        *(TEXTS[name] for name in ("name", "question", "definition")),
        ["a page"],
        ["a motion"],
        "en",
    ]
    names = {name for gap in doc["gaps"] if gap["criterion"] == KEY for name in [gap["name"]]}
    assert names <= {"Mobility plan"}


def test_what_is_not_translated_says_that_it_is_german(german: dict[str, Any], translated: Written) -> None:
    """A page that is read aloud must know in which language."""
    with speaking("en"):
        entry = found(translated.document(), "verwaltung-1")
    assert (entry["name"], entry["language"]) == (found(german, "verwaltung-1")["name"], "de")


def test_audits_stored_before_stay_german(musterhafen: Written, german: dict[str, Any]) -> None:
    """Their catalogue knows no other language."""
    with speaking("en"):
        assert musterhafen.document() == german


def test_a_german_report_does_not_change(german: dict[str, Any], translated: Written) -> None:
    """A translation is not seen in German."""
    assert translated.document() == german


def test_advice_is_translated_where_it_ends_with_the_catalogues(session: Session, translated: Written) -> None:
    """Findings are stored with the German advice; what stands before it, against a reason, is not the catalogue's."""
    rules = translated.audit.catalogue
    assert rules is not None
    own = next(entry["advice"] for entry in rules.document["criteria"] if entry["id"] == KEY)
    finding = next(row for row in queries.findings(session, translated.audit.id) if row.criterion == KEY)
    for issued, shown in (
        (own, "Write one."),
        (f"Setzen Sie ein Datum. {own}", "Setzen Sie ein Datum. Write one."),
        ("Setzen Sie ein Datum.", "Setzen Sie ein Datum."),
        ("", ""),
    ):
        finding.advice = issued
        session.flush()
        with speaking("en"):
            assert found(translated.document())["advice"] == shown


def test_who_can_do_a_proposal_is_named_as_with_the_findings(session: Session, translated: Written) -> None:
    """A proposal is stored with the German name of a department; other hands, which the catalogue lacks, stay as they are."""
    first, second, *_ = queries.proposals(session, translated.audit.id)
    first.role, second.role = "Onlineredaktion", "Webbetreuung"
    session.flush()
    with speaking("en"):
        told = [row["role"] for row in translated.document()["proposals"]]
    assert told[:2] == ["Transport planning", "Webbetreuung"]


@pytest.mark.parametrize("name", ["transport", "Transport planning"])
def test_a_department_is_found_by_either_name(translated: Written, name: str) -> None:
    """Commands are German, and whoever reads the English report types what stands there."""
    with speaking("en"):
        doc = translated.document()
    found(doc)["department_german"] = "Verkehrsplanung"
    for wanted in (name, "verkehrsplanung"):
        part = views.for_department(doc, wanted)
        assert (part["view"], [entry["criterion"] for entry in part["findings"]]) == ("Transport planning", [KEY])
