"""Headings that say that what follows belongs to other pages."""

from __future__ import annotations

import pytest

from crawler.beside import begins


@pytest.mark.parametrize(
    "heading",
    [
        "Das könnte Sie auch interessieren",
        "Dies dürfte Sie auch interessieren",
        "Folgendes könnte Sie interessieren",
        "Könnte Sie auch interessieren:",
        "Dürfte dich ebenfalls gefallen",
        "Auch interessant",
        "Ebenfalls interessant",
        "Sie interessierten sich auch für",
        "Andere lasen auch",
        "Weitere Meldungen",
        "Ähnliche Artikel",
        "Verwandte Themen",
        "Neueste Beiträge",
        "Aktuelle Nachrichten",
        "Letzte Meldungen",
        "Beliebte Artikel",
        "Die meistgelesenen Artikel",
        "Meistgelesene Artikel",
        "Mehr zum Thema",
        "Zugehörige Artikel",
        "Related posts",
        "Recommended for you",
        "You may also like",
        "3 Kommentare",
        "Alle Kommentare",
        "Ihre Kommentare",
        "Kommentar schreiben",
        "Comments (4)",
        "Replies",
        "Schreiben Sie einen Kommentar",
        "Hinterlassen Sie eine Antwort",
        "Leave a reply",
        "Write a comment",
        "Post a comment",
        "Add a comment",
        "Verfassen Sie einen Kommentar",
        "Den Artikel teilen",
        "Diese Seite weiterempfehlen",
        "Seite teilen",
        "Artikel teilen",
        "Beitrag teilen",
        "Inhalt teilen",
        "Meldung teilen",
        "Geschichte teilen",
        "Teilen auf Facebook",
        "Empfehlen",
        "Share this",
        "Schlagworte",
        "Tags:",
    ],
)
def test_a_heading_sends_away(heading: str) -> None:
    """Each wording of the expression is also among the beginnings that are asked first."""
    assert begins(heading)


@pytest.mark.parametrize("heading", ["Hund anmelden", "Die Kita am Park", "Aktuelle Wartezeiten", "Mehr Grün", ""])
def test_a_heading_of_the_page_itself_stays(heading: str) -> None:
    """The same beginnings start ordinary headings."""
    assert not begins(heading)
