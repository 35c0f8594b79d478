"""Guards that the calendar of the rankings is sourced, counts rightly across years, and can be read by calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audit import catalogue
from db.errors import NotFoundError
from reports import rankings
from reports.render import is_address


def of(key: str, today: date, **values: Any) -> dict[str, Any]:
    return next(row for row in rankings.calendar(today, **values) if row["ranking"] == key)


@pytest.mark.parametrize("one", rankings.rankings(), ids=lambda one: one.id)
def test_every_ranking_has_a_catalogue_and_sources(one: rankings.Ranking) -> None:
    """Each date is backed by addresses and says how sure it is; what has no months has no day to be ready by."""
    assert one.id in catalogue.names()
    assert one.sources
    assert all(is_address(source["url"]) and source["says"] for source in one.sources)
    assert all(text.endswith(".") for text in (one.accepts, one.sure))
    assert (one.window is None) == (one.ready is None)
    assert (one.window is None) == (one.known is not None)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_what_must_be_live_is_live_before_they_look(year: int) -> None:
    """The day to be ready by is the day before the first of the window."""
    for one in rankings.rankings():
        if found := rankings.coming(one, date(year, 1, 1)):
            assert one.ready is not None
            assert date(found.first.year, *one.ready) == found.first - timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "running", "starts", "left"),
    [
        (date(2026, 11, 30), None, "2027-04-01", 121),
        (date(2026, 12, 31), None, "2027-04-01", 90),
        (date(2027, 1, 1), None, "2027-04-01", 89),
        (date(2027, 3, 31), None, "2027-04-01", 0),
        (date(2027, 4, 1), "2027-08-31", "2028-04-01", 365),
        (date(2027, 8, 31), "2027-08-31", "2028-04-01", 213),
        (date(2027, 9, 1), None, "2028-04-01", 212),
    ],
)
def test_the_next_start_is_counted_from_today(today: date, running: str | None, starts: str, left: int) -> None:
    """Across the turn of the year, on the first and last day of the window, and inside it."""
    row = of("haselhorst", today)
    assert (row["running_until"], row["starts"], row["days_left"]) == (running, starts, left)


@pytest.mark.parametrize(("today", "edition"), [(2024, 2024), (2025, 2026), (2026, 2026), (2027, 2028)])
def test_what_is_not_known_is_not_invented(today: int, edition: int) -> None:
    """Of LOSI only the year of the next edition can be said; it stands last."""
    row = rankings.calendar(date(today, 6, 1))[-1]
    assert (row["ranking"], row["edition"]) == ("losi", edition)
    assert all(row[name] is None for name in ("running_until", "ready_by", "days_left", "starts", "ends"))


@pytest.mark.parametrize(("population", "meant"), [(None, None), (59_000, False), (100_000, True)])
def test_a_town_learns_whether_it_is_meant(population: int | None, meant: bool | None) -> None:  # noqa: FBT001
    """If its inhabitants are known, and if they decide."""
    today = date(2026, 11, 30)
    assert of("bitkom", today, population=population)["is_meant"] is meant
    assert of("losi", today, population=population)["is_meant"] is None


def test_an_unknown_ranking_is_refused() -> None:
    """With those that there are."""
    with pytest.raises(NotFoundError, match="haselhorst, bitkom, losi"):
        rankings.ranking("imd")


def test_a_calendar_file_keeps_to_its_format() -> None:
    """RFC 5545: lines end with CRLF and have at most 75 octets, texts are escaped, whole days end on the day after."""
    written = rankings.ics(date(2026, 11, 30), town="Köln; am Rhein, mit \\ und Ümläuten" * 3)
    lines = written.split("\r\n")
    assert lines[-1] == ""
    assert not any("\n" in line or len(line.encode()) > 75 for line in lines)
    unfolded = written.replace("\r\n ", "").split("\r\n")
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 4
    assert len({line for line in unfolded if line.startswith("UID:")}) == 4
    assert any(line.startswith("SUMMARY:Köln\\; am Rhein\\, mit \\\\ und Ümläuten") for line in unfolded)
    at = unfolded.index("UID:haselhorst-2027-erhebung@fundstelle.invalid")
    assert unfolded[at + 1 : at + 4] == [
        "DTSTAMP:20261130T000000Z",
        "DTSTART;VALUE=DATE:20270401",
        "DTEND;VALUE=DATE:20270901",
    ]
