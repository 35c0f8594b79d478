"""A second reader is believed only as far as its words can be checked, and can break nothing."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from audit.classify.second import MAX_FAILURES, MAX_SHOWN, MAX_WORDS, Consultation, Opinion
from tests.audit.classify.made import PARKING, page

PAGE = page("Den Parkschein lösen Sie\nmit  der App.\nMehr im Rathaus.", title="Parken")
QUOTE = "Den Parkschein lösen Sie mit der App."


class Fake:
    """A reader that answers with what it is given, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, str]] = []

    def read(self, question: str, definition: str, text: str) -> Opinion:
        self.asked.append((question, definition, text))
        answer: Opinion = self.answer() if callable(self.answer) else self.answer
        return answer


def test_an_opinion_is_kept_whose_quote_stands_on_the_page() -> None:
    """Line breaks and double spaces are no difference; the reader gets the question, the definition and the page."""
    reader = Fake(Opinion("yes", "Parkschein  lösen\nSie mit der App", "Es ist eine App."))
    asked = Consultation(reader)
    assert asked.ask(PARKING, PAGE) == Opinion("yes", "Parkschein lösen Sie mit der App", "Es ist eine App.")
    assert reader.asked == [(PARKING.question, PARKING.definition, f"Parken {QUOTE} Mehr im Rathaus.")]
    assert asked.answers == {"yes": 1}


@pytest.mark.parametrize(
    "quote", ["Den Parkschein löst man mit der App.", "", "App.", "den parkschein lösen sie", "a" * 9]
)
def test_an_opinion_is_dropped_and_counted_whose_quote_does_not(quote: str) -> None:
    """Neither what the page says otherwise, nor what every page says, nor nothing."""
    asked = Consultation(Fake(Opinion("yes", quote, "Ganz sicher.")))
    assert asked.ask(PARKING, PAGE) is None
    assert asked.answers == {"unfounded": 1}


def test_what_it_says_is_bounded_and_cannot_steer_what_shows_it() -> None:
    """Pages may tell a reader what to say."""
    loud = page("sehr lange Worte " * 10_000)
    told = Consultation(Fake(Opinion("no", "sehr lange Worte " * 100, "\x1b[2J\u202e\u2066" + "x" * 10**6))).ask(
        PARKING, loud
    )
    assert told is not None
    assert len(told.quote) <= MAX_WORDS
    assert told.reason.startswith("[2J xxx")
    assert len(told.reason) == MAX_WORDS


def test_the_reader_gets_no_more_than_the_beginning_of_an_endless_page() -> None:
    """Who pays by the word must not be made poor by one page."""
    reader = Fake(Opinion("unsure", "sehr lange Worte", ""))
    Consultation(reader).ask(PARKING, page("sehr lange Worte " * 10_000))
    assert len(reader.asked[0][2]) <= MAX_SHOWN + 100


def _fails() -> Opinion:
    raise OSError("no route")


@pytest.mark.parametrize(
    "answer",
    [_fails, None, "yes", Opinion("maybe", QUOTE, ""), Opinion("yes", None, "")],
    ids=["fails", "nothing", "a word", "maybe", "no quote"],
)
def test_a_reader_that_fails_or_talks_nonsense_is_counted_and_asked_no_more(answer: Any) -> None:
    """An audit goes on without it."""
    reader = Fake(answer)
    asked = Consultation(reader)
    assert [asked.ask(PARKING, PAGE) for _ in range(2 * MAX_FAILURES)] == [None] * 2 * MAX_FAILURES
    assert asked.answers == {"failed": MAX_FAILURES}
    assert len(reader.asked) == MAX_FAILURES


def test_failures_that_are_not_in_a_row_do_not_end_it() -> None:
    """A line that breaks now and then is worth another try."""
    reader = Fake(None)
    asked = Consultation(reader)
    for answer in [_fails, Opinion("yes", QUOTE, "")] * 4:
        reader.answer = answer
        asked.ask(PARKING, PAGE)
    assert asked.answers == {"failed": 4, "yes": 4}


def test_a_reader_that_hangs_is_not_waited_for() -> None:
    """Its answer is none, whenever it comes."""
    end = Event()

    def hang() -> Opinion:
        end.wait()
        return Opinion("yes", QUOTE, "")

    asked = Consultation(Fake(hang), patience=0.01)
    assert asked.ask(PARKING, PAGE) is None
    assert asked.answers == {"failed": 1}
    end.set()
