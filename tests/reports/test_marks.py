"""Guards that the words of a rule are marked in a quote, and that a quote stays text."""

from __future__ import annotations

import pytest

from reports.marks import marked


@pytest.mark.parametrize(
    ("text", "rule", "shown"),
    [
        ("Eine gemeinsame IT-Plattform", "it plattform", "Eine gemeinsame <mark>IT</mark>-<mark>Plattform</mark>"),
        ("Die Bürgerämter öffnen", "buergeramt* öffn*", "Die Bürgerämter <mark>öffnen</mark>"),
        ("Straßenfest", "strasse*", "<mark>Straßenfest</mark>"),
        ("<b>Parken</b>", "parken", "&lt;b&gt;<mark>Parken</mark>&lt;/b&gt;"),
        ("Parken", "", "Parken"),
        ("Parken (a+)+$", "(a+)+$", "Parken (a+)+$"),
        ("Park", "schlüssel 99036015060000", "Park"),
    ],
)
def test_the_words_of_a_rule_are_marked(text: str, rule: str, shown: str) -> None:
    """Also with umlauts spelled out, and with their endings; what is no word of it stays as it is."""
    assert str(marked(text, rule)) == shown
