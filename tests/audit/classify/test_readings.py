"""What a sentence says about the thing it names."""

from __future__ import annotations

import pytest

from audit.classify import cues
from audit.classify.places import Places, variants
from audit.classify.readings import Reader, reading_at
from audit.classify.text import fold
from audit.classify.zones import PageText
from db.terms import Reading
from tests.audit.classify.made import page

READER = Reader(cues.load(), Places(["Rostock", "Essen", "Kassel", "Bad Doberan"]))


def reading(sentence: str, word: str = "Handyparken", *, council: bool = False) -> Reading:
    text = PageText(page(sentence))
    start = text.folded.index(fold(word))
    one = text.sentence(start)
    found = READER.cues(one, own_names=variants("Musterhafen"))
    folded = text.folded[one.start : one.end]
    at = start - one.start
    return reading_at(found, folded, start=at, end=at + len(fold(word)), council=council)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Das Handyparken ist in der Innenstadt möglich.", Reading.STATEMENT),
        ("Ab sofort gibt es Handyparken.", Reading.LAUNCH),
        ("Seit dem 1. August gibt es das geplante Handyparken.", Reading.LAUNCH),
        ("Das Handyparken soll im kommenden Jahr eingeführt werden.", Reading.PLAN),
        ("Die Stadt plant ein Handyparken.", Reading.PLAN),
        ("Demnächst startet das Handyparken.", Reading.PLAN),
        ("Handyparken ist derzeit nicht möglich.", Reading.NEGATION),
        ("Es gibt noch kein Handyparken.", Reading.NEGATION),
        ("Wir bieten Handyparken nicht an.", Reading.NEGATION),
        ("Kein Handyparken in dieser Straße.", Reading.NEGATION),
        ("Das Handyparken wurde eingestellt.", Reading.ENDED),
        ("Handyparken ist nicht mehr verfügbar.", Reading.ENDED),
        ("Die Verwaltung wird beauftragt, das Handyparken einzuführen.", Reading.MOTION),
        ("Viele Kommunen bieten inzwischen Handyparken an.", Reading.GENERIC),
        ("In Rostock gibt es Handyparken.", Reading.OTHER_TOWN),
        ("Erkundigen Sie sich, ob es Handyparken gibt.", Reading.CONDITIONAL),
        ("Dienste wie Handyparken werden in Musterhafen nicht unterstützt.", Reading.NEGATION),
        ("Schilder für Handyparken, nach denen gefragt wurde, sind dabei nicht aufgestellt worden.", Reading.NEGATION),
        ("Die Altstadt wird bis dahin mit Handyparken ausgestattet werden.", Reading.PLAN),
        ("Angedacht ist zudem, an drei Plätzen der Altstadt und am Hafen das Handyparken zu erproben.", Reading.PLAN),
        ("Wir wollen das Handyparken.", Reading.PLAN),
        ("Das Handyparken des Bundes gilt überall.", Reading.GENERIC),
        ("Das Handyparken des Landes gilt überall.", Reading.GENERIC),
        ("Handyparken besteht nicht.", Reading.NEGATION),
        ("Handyparken hat der Markt nicht.", Reading.NEGATION),
        ("Handyparken geht hier schneller, oder etwa nicht, an jedem Automaten.", Reading.STATEMENT),
        ("Das Handyparken wird freie Plätze zeigen.", Reading.PLAN),
        ("Mit dem Handyparken werden Sie überall schnell einen Platz finden.", Reading.STATEMENT),
        ("Mit Handyparken wird Ihnen die Parkdauer angezeigt.", Reading.STATEMENT),
        ("Bis 2024 konnten Einwohnerinnen und Einwohner an allen Plätzen bequem Handyparken nutzen.", Reading.ENDED),
        ("Das Handyparken konnte im Mai gestartet werden.", Reading.STATEMENT),
        ("Handyparken kann an den Plätzen am Hafen nicht mehr genutzt werden.", Reading.ENDED),
        ("Dank Handyparken ist ein Gang zum Automaten nicht mehr nötig.", Reading.STATEMENT),
        ("In unserer Partnergemeinde nutzt man Handyparken.", Reading.STATEMENT),
        ("In der Partnergemeinde nutzt man Handyparken.", Reading.OTHER_TOWN),
    ],
)
def test_a_sentence_is_read_by_its_cues(sentence: str, expected: Reading) -> None:
    """Plan, negation, motion, end, other towns and generalities are not statements."""
    assert reading(sentence) is expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Handyparken geht überall; die Parkhäuser sind noch nicht angeschlossen.",
        "Das Handyparken läuft, aber die Ladesäulen sind erst geplant.",
        "Handyparken ist möglich, Bargeld nehmen die Automaten am Bahnhof und in der Altstadt nicht mehr an, Karten noch nicht.",
        "Wie in Rostock gibt es bei uns Handyparken.",
        "Wer Handyparken nutzen will, meldet sich einmal an.",
        "Mit Handyparken müssen Sie nicht zum Automaten.",
        "Ein Zettel ist beim Handyparken nicht mehr nötig.",
        "Handyparken gilt überall, am Hafen wird nicht kassiert.",
        "Musterhafen hat wie Rostock Handyparken.",
    ],
)
def test_a_cue_does_not_speak_of_what_is_beyond_its_reach(sentence: str) -> None:
    """A turn of the sentence, distance and the own town end the reach of a cue."""
    assert reading(sentence) in {Reading.STATEMENT, Reading.LAUNCH}


def test_questions_count_in_council_papers_only() -> None:
    """Elsewhere a question is the heading of an answer."""
    assert reading("Wo gibt es Handyparken?", council=True) is Reading.QUESTION
    assert reading("Wo gibt es Handyparken?") is Reading.STATEMENT


def test_names_that_are_words_need_a_place_before_them() -> None:
    """Essen is a town only where somebody is in it."""
    assert reading("Zum Essen in der Pause hilft Handyparken.") is Reading.STATEMENT
    assert reading("Die Stadt Essen hat Handyparken.") is Reading.OTHER_TOWN
