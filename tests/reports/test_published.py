"""Published ranks beside our order: laid beside, never promised, and compared only where there are enough."""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports import comparison, published

Json = dict[str, Any]

IQ = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
HOURS = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]


def test_the_coefficients_are_the_known_ones() -> None:
    """Examples of textbooks and of other programs (SciPy, R), with ties and without."""
    assert published.spearman(IQ, HOURS) == pytest.approx(-29 / 165)
    assert published.spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) == pytest.approx(0.8207826816681233)
    assert published.kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]) == pytest.approx(-0.47140452079103173)
    one = [0.67, 0.45, 0.29, 0.12, 0.57, 0.24, 0.94, 0.75, 0.08, 0.54]
    two = [0.48, 0.68, 0.32, 0.09, 0.06, 0.61, 0.87, 0.22, 0.44, 0.84]
    assert published.kendall(one, two) == pytest.approx(0.2)
    assert published.kendall(one, [round(value, 1) for value in two]) == pytest.approx(0.2247333, abs=1e-7)


def test_the_same_order_is_one_and_the_reverse_minus_one() -> None:
    """And nothing can be said of a side on which all are equal."""
    for measure in (published.spearman, published.kendall):
        assert measure([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
        assert measure([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
        assert measure([1, 1, 1, 1], [4, 3, 2, 1]) is None


def rank(town: str, place: int, year: int = 2021) -> Json:
    return {"town": town, "year": year, "rank": place, "cities": 403, "degree": None, "source": f"https://press.example/{town}"}  # fmt: skip


def given(*rows: Json) -> Json:
    return {"name": "liste", "rows": list(rows), "unknown": [], "others": 0}


def line(town: str, found: int | None) -> Json:
    return {"town": town, "name": town.upper(), "found": found}


LINES = [line("a", 40), line("b", 30), line("c", 20), line("d", 10), line("e", None)]


def test_the_best_share_belongs_to_the_first_rank() -> None:
    """A small rank and a large share are the same order; a town without a number is not counted."""
    rows = [rank(town, place) for place, town in enumerate("abcde", 1)]
    assert published.beside(LINES, given(*rows))["agreement"] == {"year": 2021, "n": 4, "spearman": 1.0, "kendall": 1.0}


def test_ranks_of_different_years_are_not_mixed() -> None:
    """The year with most of our towns counts, the latest of several; all years are shown, the latest first."""
    rows = [rank("a", 9, 2022), rank("b", 8, 2022), *(rank(town, place) for place, town in enumerate("abcd", 1))]
    told = published.beside(LINES, given(*rows))
    assert (told["agreement"]["year"], told["agreement"]["n"]) == (2021, 4)
    assert [row["year"] for row in told["towns"][0]["rows"]] == [2022, 2021]


def test_fewer_than_four_towns_have_no_coefficient(docs: list[Json]) -> None:
    """Three agree by chance; the page says so, with the ranks and their sources all the same."""
    ranks = given(rank("musterhafen", 87)) | {"unknown": ["Rostok (Zeile 4)"]}
    page = LexborHTMLParser(comparison.html(docs, ranks=ranks))
    section = page.css_first("section[aria-labelledby=daneben]")
    told = " ".join(section.text().split())
    assert "Platz 87 von 403" in told
    assert section.css_first("td a").attributes["href"] == "https://press.example/musterhafen"
    assert "für eine verglichene Stadt einen Platz, nötig sind mindestens 4" in told
    assert "Ohne Platz in dieser Liste: Nachbarau." in told
    assert "Übersprungen, weil kein Ort so heißt: Rostok (Zeile 4)." in told
    assert "Einen Platz in einer Rangliste versprechen wir niemandem." in told
    assert "Spearman" not in told


def test_four_towns_have_coefficients_with_n_and_a_caution(docs: list[Json]) -> None:
    """The numbers stand with how many they rest on; equal shares are told as such."""
    more = [docs[0], *(docs[1] | {"town": f"ort{place}", "town_name": f"Ort {place}"} for place in range(3))]
    rows = [rank("musterhafen", 300), *(rank(f"ort{place}", 10 + place) for place in range(3))]
    page = comparison.html(more, ranks=given(*rows))
    assert "bei n = 4 Städten" in page
    assert "<dt>Spearman</dt><dd>0,77</dd>" in page
    assert "<dt>Kendall (tau-b)</dt><dd>0,71</dd>" in page
    assert "nur ein Anhaltspunkt" in page


def test_a_source_that_is_no_web_address_is_no_link(docs: list[Json]) -> None:
    """Whoever made the list must not make the reader's browser act."""
    row = rank("musterhafen", 1) | {"source": "javascript:alert(1)"}
    section = LexborHTMLParser(comparison.html(docs, ranks=given(row))).css_first("section[aria-labelledby=daneben]")
    assert not section.css("a")
    assert "javascript:alert(1)" in section.text()
