"""Which words of a quote are marked."""

from __future__ import annotations

import pytest

from audit.classify.marks import LONGEST, marked


def hits(quote: str, *rules: str) -> list[str]:
    pieces = marked(quote, list(rules))
    assert "".join(text for text, _ in pieces) == quote
    return [text for text, hit in pieces if hit]


def test_the_words_of_each_pattern_are_marked_as_the_page_has_them() -> None:
    """With umlauts, endings, compounds and what a star stands for; equal marks that touch are one."""
    quote = "Neu: Parkgebühren für Ihren Parkplatz   ab sofort per Smartphone bezahlen!"
    assert hits(quote, "parkgebühr + smartphone * bezahl*") == ["Parkgebühren", "Smartphone bezahlen"]
    assert hits(quote, "ab sofort", "parkplatz ab sofort") == ["Parkplatz   ab sofort"]
    assert hits("Straße, Maß und Fuß", "=straße + maß") == ["Straße", "Maß"]


@pytest.mark.parametrize(
    "rule", ["", "*", "=", "Thema im Titel", "99102008000000", "https://x.example/?q=*", "x" * 50_000]
)
def test_what_is_no_pattern_of_the_text_marks_nothing(rule: str) -> None:
    """Hosts, keys and forms speak too, but by no words."""
    assert hits("Willkommen in Ort.", rule) == []


def test_a_quote_without_end_is_bounded() -> None:
    """What stands further behind is shown unmarked."""
    assert hits("hund " * LONGEST, "hund") == ["hund"] * (LONGEST // len("hund "))
    assert marked("", ["hund"]) == []
