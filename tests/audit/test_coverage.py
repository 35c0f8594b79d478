"""What was read is told apart from what could not be."""

from __future__ import annotations

import pytest

from audit import coverage
from db.terms import End
from tests.audit.nouns import crawl


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"end": End.REFUSED, "pages": 0, "detail": "www.ort.example antwortet mit 403"},
            "www.ort.example antwortet mit 403",
        ),
        ({"end": End.UNREACHABLE, "pages": 0}, "nicht erreichbar"),
        ({"pages": 0}, "keine Seite gelesen"),
        (
            {"pages": 70, "left_out": 20, "failed": 10, "end": End.BUDGET_PAGES},
            "10 ohne Antwort, 20 wegen des Seitenlimits",
        ),
    ],
)
def test_each_obstacle_has_its_words(values: dict[str, object], words: str) -> None:
    """The reason is told as it happened."""
    assert words in coverage.obstacle(crawl(**values))  # type: ignore[arg-type]


def test_a_few_failed_pages_are_no_obstacle() -> None:
    """Four fifths read are enough to say that something is not there."""
    assert coverage.obstacle(crawl(pages=80, failed=20)) == ""


def test_one_readable_front_door_is_enough_and_none_is_not() -> None:
    """Without the town's own site nothing can be judged."""
    assert coverage.measure([crawl(), crawl("utility", host="sw.example", end=End.REFUSED, pages=0)]).enough
    assert not coverage.measure([crawl(end=End.UNREACHABLE, pages=0), crawl("utility", host="sw.example")]).enough
    assert not coverage.measure([]).enough


def test_an_endless_calendar_is_not_what_should_have_been_read() -> None:
    """However many of its months were left out, the site was read; what the budget left out counts."""
    assert coverage.obstacle(crawl(pages=80, left_out=900, left_out_by={"endless": 890, "budget": 10})) == ""
    assert "900 wegen" in coverage.obstacle(crawl(pages=80, left_out=900, left_out_by={"budget": 900}))


@pytest.mark.parametrize(
    ("pages", "before", "shrunken"), [(3, 240, True), (119, 240, True), (120, 240, False), (3, 19, False)]
)
def test_half_the_pages_are_too_few_to_compare(*, pages: int, before: int, shrunken: bool) -> None:
    """But of a handful half is no sign of anything."""
    assert coverage.is_shrunken(pages, before=before) is shrunken
