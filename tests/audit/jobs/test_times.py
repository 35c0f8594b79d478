"""When a schedule is due: around the changes of the clocks, at the ends of months, and never twice a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.jobs.times import BEFORE, LAST_DAY, MONTHLY, WEEKLY, Rule

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        # Put back on 25 October 2026: 02:30 comes twice, the first one counts.
        (Rule(WEEKLY, 7, "02:30", BERLIN), "2026-10-24T00:00", ["2026-10-25T00:30", "2026-11-01T01:30"]),
        # Put forward on 28 March 2027: 02:30 is left out, it becomes 03:30.
        (Rule(WEEKLY, 7, "02:30", BERLIN), "2027-03-27T12:00", ["2027-03-28T01:30", "2027-04-04T00:30"]),
        (Rule(WEEKLY, 1, "03:00", BERLIN), "2026-11-30T02:00", ["2026-12-07T02:00", "2026-12-14T02:00"]),
        (Rule(WEEKLY, 1, "00:10", BERLIN), "2026-11-29T23:00", ["2026-11-29T23:10", "2026-12-06T23:10"]),
        (Rule(MONTHLY, LAST_DAY, "03:00", "UTC"), "2028-01-31T04:00", ["2028-02-29T03:00", "2028-03-31T03:00"]),
        (Rule(MONTHLY, LAST_DAY, "03:00", "UTC"), "2027-01-31T04:00", ["2027-02-28T03:00", "2027-03-31T03:00"]),
        (Rule(MONTHLY, 28, "03:00", "UTC"), "2026-12-28T03:00", ["2027-01-28T03:00", "2027-02-28T03:00"]),
        (Rule(MONTHLY, 1, "00:00", BERLIN), "2026-10-31T22:59", ["2026-10-31T23:00", "2026-11-30T23:00"]),
        (
            Rule(BEFORE, 7, "03:00", "UTC", (date(2027, 1, 4), date(2027, 9, 1))),
            "2026-12-28T02:59",
            ["2026-12-28T03:00", "2027-08-25T03:00"],
        ),
    ],
    ids=[
        "put back",
        "put forward",
        "not the same again",
        "day of the zone",
        "leap year",
        "february",
        "28th",
        "1st",
        "before",
    ],
)
def test_the_next_times(rule: Rule, after: str, due: list[str]) -> None:
    """The moment itself does not count again."""
    assert rule.next(at(after), 2) == [at(text) for text in due]


def test_before_is_never_due_without_a_calendar() -> None:
    """And ends instead of looking for ever."""
    assert Rule(BEFORE, 7, "03:00", BERLIN).next(at("2026-12-01T00:00"), 5) == []


@given(
    kind=st.sampled_from([(WEEKLY, 7), (MONTHLY, LAST_DAY)]),
    time=st.sampled_from(["00:00", "01:59", "02:00", "02:30", "02:59", "03:00", "23:59"]),
    begin=st.integers(0, 300_000),
    steps=st.lists(st.integers(1, 20_000), max_size=6),
)
def test_looking_often_or_seldom_finds_the_same(kind: tuple[str, int], time: str, begin: int, steps: list[int]) -> None:
    """However the time is cut into pieces, each moment is found in one of them and only there."""
    rule, start = Rule(*kind, time, BERLIN), at("2026-10-01T00:00") + timedelta(minutes=begin)
    marks = [start]
    for minutes in steps:
        marks.append(marks[-1] + timedelta(minutes=minutes))
    pieces = [due for one, two in pairwise(marks) for due in rule.between(one, two)]
    assert pieces == rule.between(start, marks[-1])
    assert len({due.astimezone(ZoneInfo(BERLIN)).date() for due in pieces}) == len(pieces)
