"""Pages from lines of JSON: the command classify."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.classify.labelled import classify_lines
from tests.audit.classify.made import SHARED

GOOD = {
    "url": "https://www.musterhafen.example/parken",
    "town": "Musterhafen",
    "title": "Handyparken",
    "text": "Ab sofort können Sie Ihren Parkschein per Handy lösen.",
}


def say(*rows: dict[str, Any] | str) -> list[dict[str, Any]]:
    return list(classify_lines([row if isinstance(row, str) else json.dumps(row) for row in rows], SHARED))


def test_a_page_is_answered_in_the_agreed_shape() -> None:
    """Scripts rely on these names."""
    (row,) = say(GOOD)
    assert set(row) == {"url", "page_type", "criteria"}
    (found,) = row["criteria"]
    assert set(found) == {"id", "score", "band", "maturity", "quotes"}
    assert (found["id"], found["band"], found["maturity"]) == ("handyparken", "automatic", "online")
    assert set(found["quotes"][0]) == {"text", "reading", "zone", "signal"}
    assert json.loads(json.dumps(row)) == row


def test_html_is_read_like_text() -> None:
    """A page may come as the server sent it."""
    html = (
        f"<html lang=de><title>{GOOD['title']}</title><main><h1>{GOOD['title']}</h1><p>{GOOD['text']}</p></main></html>"
    )
    (row,) = say({"url": GOOD["url"], "town": "Musterhafen", "html": html})
    assert [one["id"] for one in row["criteria"]] == ["handyparken"]


def test_bad_lines_become_errors_and_the_order_is_kept() -> None:
    """One bad line does not end the run."""
    rows = say("{kaputt", GOOD, {"url": "https://a.example/"}, {"url": "https://a.example/", "town": "A"}, "[]", " ")
    assert [("error" in row) for row in rows] == [True, False, True, True, True]
    assert rows[0]["error"] == "Zeile 1 ist kein gültiges JSON."
    assert "town" in rows[2]["error"]


@pytest.mark.parametrize(
    ("url", "text", "better"),
    [
        ("https://stadtwerke-musterhafen.example/p", "", "https://parken.example/p"),
        ("https://parken.example/p", " Für Musterhafen.", "https://parken.example/x"),
    ],
)
def test_without_own_the_name_of_the_town_decides(url: str, text: str, better: str) -> None:
    """A host with the name counts as the town's; a page that names it may be; another is not."""
    row = {**GOOD, "text": GOOD["text"] + text, "url": url}
    other = {**GOOD, "url": better}
    first, second = say(row)[0]["criteria"], say(other)[0]["criteria"]
    assert first[0]["score"] > (second[0]["score"] if second else 0)


def test_a_newspaper_with_the_towns_name_is_not_the_towns() -> None:
    """A name in the host is not enough."""
    (row,) = say({**GOOD, "url": "https://www.musterhafener-zeitung.example/p"})
    assert row["page_type"] == "press"
    assert not any(one["band"] == "automatic" for one in row["criteria"])


def test_own_is_believed() -> None:
    """Who says that a host is the town's is believed."""
    where = {**GOOD, "url": "https://herzlich-digital.example/p"}
    assert say({**where, "own": True})[0]["criteria"][0]["score"] > 0.85


def test_an_address_that_is_none_is_read_as_foreign() -> None:
    """A broken address is no failure."""
    (row,) = say({**GOOD, "url": "http://[kaputt"})
    assert row["url"] == "http://[kaputt"
