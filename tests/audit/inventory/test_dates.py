"""German dates in lists."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.inventory import dates


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("01.03.2026", "2026-03-01"),
        ("1.3.26", "2026-03-01"),
        ("1. 3. 2026", "2026-03-01"),
        ("1.3.98", "1998-03-01"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01 00:00:00", "2026-03-01"),
        ("01.03.2026, 10:00 Uhr", "2026-03-01"),
        ("1. März 2026", "2026-03-01"),
        ("03/2026", "2026-03"),
        ("3.2026", "2026-03"),
        ("2026-03", "2026-03"),
        ("März 2026", "2026-03"),
        ("Maerz 2026", "2026-03"),
        ("Mrz. 26", "2026-03"),
        ("Sept. 2021", "2021-09"),
        ("Jänner 2021", "2021-01"),
        ("Dezember '21", "2021-12"),
        ("2021", "2021"),
        ("seit 2021", "2021"),
        ("Ab dem 01.03.2026", "2026-03-01"),
        ("online seit  Mai 2020", "2020-05"),
    ],
)
def test_a_clear_date_becomes_iso_as_precisely_as_it_was_written(text: str, iso: str) -> None:
    """A year stays a year; no first of January is made up."""
    assert dates.read(text) == (iso, True)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Q2 2027", "2027-04"),
        ("2027/Q2", "2027-04"),
        ("2. Quartal 2027", "2027-04"),
        ("IV. Quartal 2027", "2027-10"),
        ("Frühjahr 2024", "2024"),
        ("ca. 2020", "2020"),
        ("Ende 2025 geplant", "2025"),
        ("01/03/2026", "2026-03-01"),
        ("2019 - 2021", None),
        ("31.02.2026", "2026"),
        ("13/2026", "2026"),
        ("45352", None),
        ("demnächst", None),
        ("01.01.0001", None),
    ],
)
def test_an_unclear_date_is_read_as_far_as_it_goes_and_marked(text: str, iso: str | None) -> None:
    """Its words are then kept beside it."""
    assert dates.read(text) == (iso, False)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_survives_the_german_way_of_writing_it(day: date) -> None:
    """Written out or short, with or without leading zeros."""
    months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    month = months.split()
    for text in (
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}. {month[day.month - 1]} {day.year}",
    ):
        assert dates.read(text) == (day.isoformat(), True)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    """What is no date is None."""
    iso, clear = dates.read(text)
    assert iso is None or len(iso) in {4, 7, 10}
    assert iso is not None or not clear
