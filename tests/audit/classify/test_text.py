"""Folding, cutting and quoting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.classify.text import MAX_SENTENCE, fold, spell, split
from audit.classify.zones import MAX_QUOTE, MAX_TEXT, PageText
from db.models import Link
from db.terms import Zone
from tests.audit.classify.made import page


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Müßiggang", "muessiggang"),
        ("Bar\u00adriere·freiheit", "barrierefreiheit"),
        ("Bürger:innen und Bürger*innen", "buerger und buerger"),
        ("BürgerInnen-Portal", "buerger-portal"),
        ("Bürger/-innen", "buerger"),
        ("OpenR@thaus", "openrathaus"),
        ("Online–Antrag „Hund“", 'online-antrag "hund"'),
        ("u\u0308ber", "ueber"),
    ],
)
def test_spellings_of_one_word_become_equal(written: str, folded: str) -> None:
    """Umlauts, soft hyphens, medial dots, gender forms and dashes do not tell words apart."""
    assert fold(written) == folded


def test_folding_keeps_a_colon_that_is_no_gender_form() -> None:
    """A time or a list is not a gender form."""
    assert fold("Montag: innerhalb von 8:30 bis 12 Uhr") == "montag: innerhalb von 8:30 bis 12 uhr"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Das ist neu. Es gilt ab sofort.", 2),
        ("Am 1. August beginnt z. B. Nr. 5 der Reihe.", 1),
        ("Haben Sie Fragen? Rufen Sie an!", 2),
        ("Ohne Punkt am Ende", 1),
    ],
)
def test_sentences_end_where_people_end_them(text: str, count: int) -> None:
    """Dates and abbreviations end no sentence."""
    assert len(list(split(text))) == count


@given(st.text(alphabet="aÄß .!?\u00ad:Z1„\n", max_size=300))
def test_no_letter_is_lost_between_sentences(text: str) -> None:
    """The sentences of a text, joined, are the text."""
    assert "".join(split(text)) == text


@given(st.text(max_size=200), st.text(max_size=400))
def test_every_quote_is_verbatim(title: str, text: str) -> None:
    """Whatever a page holds, a quote is a part of it, letter for letter."""
    seen = PageText(page(text, title=title))
    whole = "\n".join(line.text for line in seen.lines)
    for position in range(0, len(seen.folded), 7):
        sentence = seen.sentence(position)
        assert sentence.quote(position, position + 3) in whole


def test_a_long_sentence_is_quoted_around_the_words_that_count() -> None:
    """A quote is short, has the words in it, and begins and ends at words."""
    text = "Größe und Maß, " * 60 + "hier steht das Handyparken, " + "äöü und mehr, " * 60
    seen = PageText(page(text))
    start = seen.folded.index("handyparken")
    quote = seen.sentence(start).quote(start, start + 11)
    assert "Handyparken" in quote
    assert quote in text
    assert len(quote) <= MAX_QUOTE


def test_one_endless_word_is_cut() -> None:
    """A word without end makes no sentence without end."""
    assert max(len(piece) for piece in split("x" * 50_000)) <= MAX_SENTENCE


def test_text_over_the_limit_is_not_read() -> None:
    """A page is read up to its limit."""
    seen = PageText(page("Wort " * MAX_TEXT))
    assert len(seen.folded) < MAX_TEXT + 1_000


def test_zones_are_told_apart() -> None:
    """Headings, link texts, menu and footer keep their zone, and none is read twice."""
    seen = PageText(
        page(
            "Kita-Portal\nZur Anmeldung\nEin Satz.",
            title="Kita",
            headings=[{"level": 2, "text": "Kita-Portal"}],
            menu_text="Leben\nKita",
            footer_text="Impressum",
            links=[Link(url="https://a.example/", text="Zur Anmeldung", zone="main")],
        )
    )
    zones = [(line.zone, line.text) for line in seen.lines if line.zone is not Zone.URL]
    assert zones == [
        (Zone.TITLE, "Kita"),
        (Zone.HEADING, "Kita-Portal"),
        (Zone.ANCHOR, "Zur Anmeldung"),
        (Zone.MAIN, "Ein Satz."),
        (Zone.MENU, "Leben"),
        (Zone.MENU, "Kita"),
        (Zone.FOOTER, "Impressum"),
    ]


def test_an_address_speaks_by_its_host_and_its_last_part() -> None:
    """The parts between name sections of the site, not this page."""
    assert spell("https://a-stadt.de/B%C3%BCrger-A-Z/Kita/kita-portal.html?id=3#x") == "a stadt de kita portal"
