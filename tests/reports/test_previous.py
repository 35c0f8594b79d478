"""What the audit before said stands beside the number, and is compared only where it was measured alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Finding
from reports import gap_report
from tests.reports.towns import MUSTERHAFEN, Written, write


@pytest.fixture
def later(session: Session, musterhafen: Written) -> Written:
    """The same town a month later: one criterion more is findable, two less."""
    first = musterhafen.audit
    one = write(session, "Späthafen", verdicts=MUSTERHAFEN, against=first.catalogue)
    audit = one.audit
    audit.town_id, audit.started = first.town_id, first.started + timedelta(days=30)
    audit.budget, audit.program = first.budget, first.program
    found = session.scalars(select(Finding).where(Finding.audit_id == audit.id, Finding.counts)).all()
    _turn(found, "FINDABLE", "BURIED", 2)
    _turn(found, "ABSENT", "FINDABLE", 1)
    session.flush()
    return one


def _turn(found: list[Finding], was: str, now: str, number: int) -> None:
    for one in [one for one in found if one.verdict == was][:number]:
        one.verdict = now


def sentence(document: dict[str, object]) -> str:
    hero = LexborHTMLParser(gap_report.html(document)).css("p.rest")
    return " ".join(" ".join(node.text() for node in hero[1:]).split())


def test_a_first_audit_has_none(musterhafen: Written) -> None:
    """And the report says nothing of it."""
    document = musterhafen.document()
    assert document["previous"] is None
    assert sentence(document) == ""


def test_both_numbers_and_what_turned_are_told(later: Written, musterhafen: Written) -> None:
    """In the sentence under the result."""
    document = later.document()
    was = musterhafen.document()
    assert document["previous"] == {
        "audit": was["audit"],
        "started": was["started"],
        "enough": True,
        "found": was["score"]["found"],
        "of": was["score"]["of"],
        "alike": True,
        "better": 1,
        "worse": 2,
    }
    assert sentence(document) == (
        "In der Prüfung vom 25. November 2026 waren es 19 von 45. Seitdem besser zu finden: 1, schlechter: 2."
    )


@pytest.mark.parametrize(
    "other",
    [{"program": "0.0.9"}, {"budget": {"pages_per_site": 7}}, {"calibration": {"slope": 2, "shift": 0, "offsets": {}}}],
)
def test_what_was_measured_otherwise_is_not_compared(
    session: Session, later: Written, other: dict[str, object]
) -> None:
    """A number that our own rules moved would be taken for the town's work."""
    for name, value in other.items():
        setattr(later.audit, name, value)
    session.flush()
    document = later.document()
    assert (document["previous"]["alike"], document["previous"]["better"]) == (False, None)
    assert "lassen sich nicht vergleichen" in sentence(document)


def test_an_audit_that_read_too_little_is_no_measure(session: Session, later: Written, musterhafen: Written) -> None:
    """It has no number."""
    musterhafen.audit.enough = False
    session.flush()
    assert later.document()["previous"]["alike"] is False
    assert sentence(later.document()) == ""
