"""How printed lines become blocks of text."""

from __future__ import annotations

import pytest

from crawler.documents.blocks import HYPHEN, Line, clean, glue, join


@pytest.mark.parametrize(
    ("printed", "clean_"),
    [
        ("Oﬃzielle Grüﬀe, öﬀentliche Büﬁ", "Offizielle Grüffe, öffentliche Büfi"),
        ("Bu\u0308rger", "Bürger"),
        ("B¨urger und Stra¨o", "Bürger und Straö"),
        ("Ver\u00adwaltung", "Verwaltung"),
        ("Verwal\u00ad ", f"Verwal{HYPHEN}"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("\uf0b7 Punkt, \uf0a8 ja", "• Punkt, ☐ ja"),
        ("x\x00y\ue123z\ufeff\u200b\ud800", "xyz"),
        ("H₂O und 30 m²", "H₂O und 30 m²"),
    ],
)
def test_letters_are_ordinary_letters(printed: str, clean_: str) -> None:
    """Ligatures, split umlauts, soft hyphens, strange spaces and bullets are put right; figures above the line stay."""
    assert clean(printed) == clean_


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        ("Bürger-", "meister", "Bürgermeister"),
        ("Smart-", "City", "Smart-City"),
        ("Strom-", "und Gas", "Strom- und Gas"),
        ("2024-", "2030", "2024-2030"),
        ("gut –", "besser", "gut – besser"),
        ("-", "eins", "- eins"),
        (f"Ver{HYPHEN}", "waltung", "Verwaltung"),
        ("Ein", "Wort", "Ein Wort"),
    ],
)
def test_two_lines_become_one(start: str, end: str, whole: str) -> None:
    """A hyphen stays where it belongs to the words."""
    assert glue(start, end) == whole


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        (["Das Amt hilft", "allen.", "Morgen"], ["Das Amt hilft allen.", "Morgen"]),
        (["Leistungen der", "Stadt"], ["Leistungen der Stadt"]),
        (["Sie brauchen", "• einen Ausweis", "• ein Foto"], ["Sie brauchen", "• einen Ausweis", "• ein Foto"]),
        (["das ist so", "2. Angaben zur Person"], ["das ist so", "2. Angaben zur Person"]),
        (["Name ______", "und Vorname"], ["Name ______", "und Vorname"]),
        (["Am", "2. Mai ist frei"], ["Am", "2. Mai ist frei"]),
        (["bis zum", "2. Mai ist frei"], ["bis zum 2. Mai ist frei"]),
    ],
)
def test_lines_without_a_place_are_joined_by_their_words(lines: list[str], blocks: list[str]) -> None:
    """What begins with a small letter goes on; lists, numbered parts and lines to write on stand alone."""
    assert join([[Line(line) for line in lines]], limit=1000)[0].split("\n") == blocks


def placed(*lines: tuple[str, float], step: float = 12.0) -> list[Line]:
    """Return lines of these widths under each other."""
    return [
        Line(text, left=50, right=50 + width, bottom=800 - step * place, height=11, first=40)
        for place, (text, width) in enumerate(lines)
    ]


def test_a_line_that_had_room_ends_its_block() -> None:
    """If the next word had fitted, the line was broken on purpose."""
    page = placed(
        ("Wer umzieht, meldet sich im", 200),
        ("Bürgerbüro an.", 80),
        ("Das geht auch online und kostet", 198),
        ("nichts.", 40),
    )
    assert join([page], limit=1000)[0].split("\n") == [
        "Wer umzieht, meldet sich im Bürgerbüro an.",
        "Das geht auch online und kostet nichts.",
    ]


def test_labels_under_each_other_stay_apart() -> None:
    """Lines of about one width are no sentence if all begin and end like names."""
    lines = ("Ordnungsamt Musterhafen", "Bürgerbüro Altstadt Nord", "Wohngeldstelle Rathaus 2")
    assert join([placed(*((line, 120) for line in lines))], limit=1000)[0].split("\n") == list(lines)


def test_a_gap_ends_a_block() -> None:
    """Paragraphs are further apart than lines."""
    above = placed(("Das ist eine lange Zeile mit", 200), ("vielen Worten und mit noch mehr", 200))
    below = [line._replace(bottom=line.bottom - 60) for line in placed(("kleinen Worten", 90))]
    assert join([[*above, *below]], limit=1000)[0].count("\n") == 1


def test_a_sentence_goes_on_over_the_page() -> None:
    """Its page is the one where it begins; the next page begins with what is new on it."""
    pages = [[Line("Der Rat hat im Juni den Plan für die")], [Line("Schulen beschlossen."), Line("Neu")]]
    text, starts, whole = join(pages, limit=1000)
    assert text == "Der Rat hat im Juni den Plan für die Schulen beschlossen.\nNeu"
    assert (starts, whole) == ([0, 1], 2)


def test_text_ends_at_the_limit() -> None:
    """A page that is cut does not count as read, and no start points behind the text."""
    text, starts, whole = join([[Line("aaaa")], [Line("Bbbb"), Line("Cccc")], [Line("Dddd")]], limit=7)
    assert (text, starts, whole) == ("aaaa\nBb", [0, 1], 1)
    assert join([], limit=7) == ("", [], 0)


@pytest.mark.parametrize("bit", ["-", "a-", "a ", "¨", "\u00ad", HYPHEN, "_", "1.", "\x00", "a\u0308", "A. "])
def test_long_lines_are_read_at_once(bit: str) -> None:
    """A megabyte of anything costs no more than its length."""
    line = clean(bit * (1_000_000 // len(bit)))
    text, _, _ = join([[Line(line), Line(line[:100_000])], [Line("x")] * 50_000], limit=200_000)
    assert len(text) <= 200_000
