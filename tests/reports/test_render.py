"""German numbers and dates, and the one filter that foreign text passes."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from jinja2 import UndefinedError

from reports import render
from reports.language import speaking


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0, "0 Angebote"), (1, "1 Angebot"), (2, "2 Angebote"), (21, "21 Angebote"), (4812, "4.812 Angebote")],
)
def test_plural_forms_are_right(value: int, wanted: str) -> None:
    """German has one plural; the number and its noun stay on one line."""
    assert render.amount(value, "Angebot", "Angebote").replace("\u00a0", " ") == wanted


@pytest.mark.parametrize(
    ("value", "one", "many", "wanted"),
    [
        (1, "Befund", "Befunde", "1 finding"),
        (2, "Befund", "Befunde", "2 findings"),
        (1, "Kriterium", "Kriterien", "1 criterion"),
        (1, "PDF-Datei besteht", "PDF-Dateien bestehen", "1 PDF file consists"),
    ],
)
def test_behind_a_number_english_nouns_are_small(value: int, one: str, many: str, wanted: str) -> None:
    """Also those that are headings elsewhere; names keep their capitals."""
    with speaking("en"):
        assert render.amount(value, one, many).replace("\u00a0", " ") == wanted


def test_days_of_a_month_are_numbered_as_the_language_does() -> None:
    """A full stop is no ordinal in English."""
    days = (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 28)
    assert {render.nth(day) for day in days} == {f"{day}." for day in days}
    with speaking("en"):
        told = [render.nth(day) for day in days]
    assert told == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "28th"]


def test_dates_are_german_and_local() -> None:
    """Half past eleven at night in UTC is the next day in Germany."""
    assert render.day("2026-11-25T23:30:00+00:00") == "26. November 2026"
    assert render.moment("2026-07-01T12:05:00+00:00") == "1. Juli 2026, 14:05 Uhr"


def test_a_bare_date_stays_the_date_it_is() -> None:
    """Pages give dates without a time zone."""
    assert render.day("2026-03-12") == "12. März 2026"
    assert (render.day("2026-03"), render.day("2026"), render.day("2026-13")) == ("März 2026", "2026", "2026-13")


def test_a_text_that_is_no_date_comes_back() -> None:
    """A page may claim any date; a report is written all the same."""
    assert render.day("gestern") == "gestern"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("vor\u202egnos", "vorgnos"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("rot\x1b[31m\x00 \x9b1m", "rot [31m   1m"),
        ("halb\ud83d", "halb\ufffd"),
        ("Zeile\r\nZeile\u2028Zeile", "Zeile Zeile Zeile"),
        ("Maß­nahme ﬁ 😀 العربية", "Maß­nahme ﬁ 😀 العربية"),
    ],
)
def test_clean_neutralises_what_hides_or_reorders(value: str, wanted: str) -> None:
    """Control characters, turned writing and broken characters go; letters of any script stay."""
    assert render.clean(value) == wanted


def test_clean_shortens_what_is_no_sentence() -> None:
    """Forty thousand characters would bury the report."""
    text = render.clean("x" * 40_000)
    assert len(text) < render.LONGEST + 20
    assert text.endswith("… (gekürzt)")


def test_clean_reaches_every_text_within() -> None:
    """Documents are lists and dictionaries of texts; numbers and nothing stay what they are."""
    value = {"a": ["x\x00y", {"b": "\u202e"}], "n": 1.5, "none": None, "yes": True}
    assert render.clean(value) == {"a": ["x y", {"b": ""}], "n": 1.5, "none": None, "yes": True}


def test_everything_printed_is_escaped() -> None:
    """No template can forget it, because the environment does it."""
    text = render.environment().from_string("<p>{{ text }}</p>").render(text="<b>&\"'")
    assert text == "<p>&lt;b&gt;&amp;&#34;&#39;</p>"


def test_a_forgotten_value_is_an_error() -> None:
    """A report with a hole is worse than none."""
    with pytest.raises(UndefinedError):
        render.environment().from_string("{{ forgotten }}").render()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/",
        "http:/evil",
        "http://",
        "https://[::1",
        "https://www.musterhafen.example@evil.example/",
        "https://a.example/\u202ehtml",
        "https://a.example/\x00",
        "https://a.example/ x",
        'https://a.example/"onclick="x',
        "https://a.example/" + "x" * 40_000,
        "",
        None,
    ],
)
def test_only_honest_web_addresses_become_links(url: str | None) -> None:
    """Anything else stays text that nobody can click."""
    assert not render.is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.musterhafen.example/a?b=c&d=%20#e",
        "http://musterhafen.example:8080/",
        "HTTPS://münchen.example/ä",
    ],
)
def test_web_addresses_become_links(url: str) -> None:
    """Ports, queries and umlauts are usual."""
    assert render.is_address(url)


def test_long_addresses_lose_their_middle_only_for_the_eye() -> None:
    """Both ends tell the reader where the page is."""
    text = render.shown("https://www.musterhafen.example/" + "x/" * 100 + "antrag/")
    assert text.startswith("www.musterhafen.example/")
    assert text.endswith("/antrag")
    assert len(text) <= render.LONGEST_ADDRESS + 1


def test_anchor_is_a_plain_name() -> None:
    """A criterion's id becomes part of an address within the page."""
    assert render.anchor("kita-portal") == "k-kita-portal"
    assert re.fullmatch(r"[a-z0-9-]+", render.anchor('"><script>' + "x" * 5000))


def test_the_policy_allows_exactly_our_style() -> None:
    """The fingerprint is that of the text between the style tags."""
    style = (render.HERE / "static" / "report.css").read_text(encoding="utf-8")
    page = render.page("base.html.j2")
    assert f"<style>{style}</style>" in page
    wanted = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{wanted}&#39;" in page


def test_the_style_names_no_address() -> None:
    """Nothing is loaded, not even a font."""
    style = (render.HERE / "static" / "report.css").read_text(encoding="utf-8").lower()
    assert not re.search(r"url\(|@import|https?:|</|expression\(", style)
