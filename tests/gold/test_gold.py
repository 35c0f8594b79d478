"""The gold set is whole: every page can be rendered and every decision is about a criterion of the catalogue."""

from __future__ import annotations

from audit import catalogue
from db.terms import Maturity
from tests import gold

ROWS = list(gold.rows())


def test_there_are_enough_decisions_and_half_of_them_are_hard() -> None:
    """Over at least 25 layouts and 600 pairs of page and criterion, half of them traps."""
    shown, traps = sum(len(row["shows"]) for row in ROWS), sum(len(row["traps"]) for row in ROWS)
    assert len(list(gold.TOWNS.glob("*/*.html"))) >= 25
    assert shown + traps >= 600
    assert traps >= shown


def test_every_decision_is_about_the_catalogue() -> None:
    """A misspelt name would silently be a miss."""
    known = catalogue.load().criteria
    for row in ROWS:
        assert {*row["shows"], *row["traps"], *row["maybe"]} <= known.keys(), row["url"]
        assert all(maturity in set(Maturity) for maturity in row["shows"].values()), row["url"]
        assert not row["shows"].keys() & row["traps"].keys(), row["url"]


def test_a_third_of_the_towns_is_kept_aside() -> None:
    """Their figures are the honest ones."""
    towns = {row["town"]: row["held_out"] for row in ROWS}
    assert 3 * sum(towns.values()) >= len(towns)


def test_no_address_is_given_twice() -> None:
    """Two pages of one address would be one page to the crawler."""
    assert len({row["url"] for row in ROWS}) == len(ROWS)
