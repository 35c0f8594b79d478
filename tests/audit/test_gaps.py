"""The table of gaps, row by row."""

from __future__ import annotations

import pytest

from audit import gaps
from db.models import Measure
from db.terms import Verdict
from tests.audit.nouns import finding

LISTED = Measure(town_id=1, title="Handyparken", row=4, criterion="handyparken")
OTHER = Measure(town_id=1, title="Kitaportal", row=5, criterion="kita-portal")


@pytest.mark.parametrize(
    ("verdict", "listed", "kind"),
    [
        (Verdict.FINDABLE, True, None),
        (Verdict.BURIED, True, "HIDDEN"),
        (Verdict.ABSENT, True, "INVISIBLE"),
        (Verdict.FINDABLE, False, "UNLISTED"),
        (Verdict.BURIED, False, "UNLISTED"),
        (Verdict.ABSENT, False, "MISSING"),
        (Verdict.UNKNOWN, True, "UNCHECKED"),
        (Verdict.UNKNOWN, False, "UNCHECKED"),
    ],
)
def test_the_gap_follows_from_list_and_verdict(verdict: str, listed: bool, kind: str | None) -> None:  # noqa: FBT001
    """Each line of the table."""
    found = gaps.compare([finding(verdict)], [LISTED] if listed else [OTHER])
    assert [gap.kind for gap in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("verdict", "kind"), [(Verdict.FINDABLE, None), (Verdict.BURIED, "HIDDEN"), (Verdict.ABSENT, "MISSING")]
)
def test_a_town_without_a_list_is_missing_nothing_from_it(verdict: str, kind: str | None) -> None:
    """Who gave no list has said nothing."""
    assert [gap.kind for gap in gaps.compare([finding(verdict)], [])] == ([kind] if kind else [])


def test_a_matter_of_the_county_is_nobodys_gap_unless_the_town_lists_it() -> None:
    """Competence is respected; what the town claims as its own is compared."""
    assert gaps.compare([finding(Verdict.ABSENT, counts=False)], [OTHER]) == []
    assert gaps.compare([finding(Verdict.ABSENT, counts=False)], [LISTED])[0].kind == "INVISIBLE"


def test_a_measure_of_no_criterion_is_told_and_two_of_one_are_both_kept() -> None:
    """Nothing of the town's list gets lost."""
    stray = Measure(town_id=1, title="Digitales Fundbüro", row=9)
    second = Measure(town_id=1, title="Parken per App", row=7, criterion="handyparken")
    shown = finding(Verdict.FINDABLE)
    found = gaps.compare([shown], [LISTED, second, stray])
    assert [measure["row"] for measure in shown.measures] == [4, 7]
    assert [(gap.kind, gap.criterion, (gap.measure or {})["row"]) for gap in found] == [("UNCHECKED", None, 9)]
