"""Shares with intervals, and bands instead of places."""

from __future__ import annotations

from typing import Any

import pytest

from reports import bands, intervals
from reports.bands import Band

Json = dict[str, Any]


def town(name: str, verdicts: str, *, not_ours: str = "", enough: bool = True) -> Json:
    """A document with criteria a, b, c ... of these verdicts, one letter each."""
    long = {"F": "FINDABLE", "B": "BURIED", "A": "ABSENT", "U": "UNKNOWN"}
    return {
        "town": name.lower(),
        "town_name": name,
        "coverage": {"enough": enough},
        "findings": [
            {"criterion": chr(97 + place), "verdict": long[letter], "counts": chr(97 + place) not in not_ours}
            for place, letter in enumerate(verdicts)
        ]
        + [{"criterion": None, "verdict": "UNKNOWN", "counts": False}],
    }


def banded(*towns: Json) -> list[str]:
    return [line["band"] for line in bands.lines(towns, bands.common(towns))]


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)  # fmt: skip
def test_the_interval_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    """The last row is the example of Newcombe (1998), method 3."""
    assert intervals.wilson(found, of) == pytest.approx((low, high), abs=5e-5)


def test_a_town_is_ahead_only_if_the_intervals_do_not_meet() -> None:
    """Four of four beside none of four is more than chance; three of four is not."""
    assert banded(town("A", "AAAA"), town("B", "FFFF"), town("C", "FFFA")) == [Band.OWN, Band.AHEAD, Band.EVEN]
    assert banded(town("A", "FFFF"), town("B", "AAAA")) == [Band.OWN, Band.BEHIND]


def test_only_what_counts_and_was_checked_everywhere_is_common() -> None:
    """What the county does and what nobody could look at is nobody's lead and nobody's arrears."""
    towns = [town("A", "FFUFF"), town("B", "FAFFF", not_ours="d"), town("C", "UUUUU", enough=False)]
    assert bands.common(towns) == {"a", "b", "e"}
    first, second, third = bands.lines(towns, bands.common(towns))
    assert (first["found"], second["found"], second["of"]) == (3, 2, 3)
    assert (third["of"], third["low"], third["band"]) == (None, None, Band.NONE)


def test_one_readable_town_has_nothing_in_common() -> None:
    """A number alone is no comparison, and beside an unread first town nobody has a band."""
    towns = [town("A", "FF", enough=False), town("B", "FF")]
    assert bands.common(towns) == set()
    assert banded(*towns) == [Band.NONE, Band.NONE]
    assert banded(towns[0], towns[1], town("C", "AA")) == [Band.NONE, Band.NONE, Band.NONE]


def test_the_town_that_takes_most_away_is_named_if_it_is_much() -> None:
    """More than a fifth; of two towns nobody can be left out."""
    full = [town("A", "FFFFFFFFFF"), town("B", "FFFFFFFFFF")]
    assert bands.costly([*full, town("C", "UUUFFFFFFF")]) == {"name": "C", "now": 7, "without": 10}
    assert bands.costly([*full, town("C", "UUFFFFFFFF")]) is None
    assert bands.costly([full[0], town("C", "UUUUUUUUUU")]) is None
