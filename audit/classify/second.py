"""
Ask a second reader about pages that the classifier leaves to people, and keep of the answer what can be checked.

Does not read by itself, and comes with no reader: who reads is passed in, and nobody by default. Neither pages nor answers are trusted.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal, Protocol

from audit.catalogue import Criterion
from db.models import Page

MAX_SHOWN = 20_000
"""Characters of a page that the reader gets."""
MAX_WORDS = 300
"""Characters of its quote and of its reason that are kept."""
SHORTEST = 12
"""Characters of a quote; a shorter one stands on every page."""
PATIENCE = 60.0
"""Seconds that an answer may take."""
MAX_FAILURES = 3
"""After so many failures in a row the reader is asked no more."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """
    What a reader says of one page.

    Attributes:
        says: Does the page show that the thing is there?
        quote: The words of the page that it rests on.
        reason: In a sentence.
    """

    says: Literal["yes", "no", "unsure"]
    quote: str
    reason: str


class SecondReader(Protocol):
    """Whoever reads a page for one question; may fail or take long."""

    def read(self, question: str, definition: str, text: str) -> Opinion:
        """Return an opinion on whether the page with this text answers the citizens' question with yes, as defined."""
        ...


@dataclass
class Consultation:
    """
    The questions to one reader.

    Attributes:
        patience: Seconds that an answer may take.
        answers: How many answers were ``yes``, ``no`` and ``unsure``; ``unfounded``, as their quote does not stand on the page;
            ``failed``, as they did not come, came too late or were none.
    """

    reader: SecondReader
    patience: float = PATIENCE
    answers: Counter[str] = field(default_factory=Counter)
    _failures: int = 0

    def ask(self, criterion: Criterion, page: Page) -> Opinion | None:
        """Return the opinion on a page, its words made safe to show; None: there is none that could be kept. Never raises."""
        if self._failures >= MAX_FAILURES:
            return None
        text = _plain(f"{page.title}\n{page.main_text[:MAX_SHOWN]}")
        answer = self._answer(criterion, text)
        self._failures = 0 if answer is not None else self._failures + 1
        if answer is None:
            self.answers["failed"] += 1
            return None
        quote, reason = _plain(answer.quote[:MAX_SHOWN]), _plain(answer.reason[:MAX_SHOWN])
        is_founded = len(quote) >= SHORTEST and quote in text
        self.answers[answer.says if is_founded else "unfounded"] += 1
        return Opinion(answer.says, quote[:MAX_WORDS], reason[:MAX_WORDS]) if is_founded else None

    def _answer(self, criterion: Criterion, text: str) -> Opinion | None:
        """Return the answer as it came; None: none in time, or it is not one."""
        box: SimpleQueue[object] = SimpleQueue()

        def read() -> None:
            try:
                box.put(self.reader.read(criterion.question, criterion.definition, text))
            except Exception:  # noqa: BLE001 it is not ours, and no audit may fail by it
                box.put(None)

        # A thread that hangs cannot be ended; as a daemon it does not keep the program from ending.
        Thread(target=read, daemon=True).start()
        try:
            return _checked(box.get(timeout=self.patience))
        except Empty:
            return None


def _checked(answer: object) -> Opinion | None:
    is_whole = (
        isinstance(answer, Opinion)
        and answer.says in ("yes", "no", "unsure")
        and isinstance(answer.quote, str)
        and isinstance(answer.reason, str)
    )
    return answer if is_whole else None  # type: ignore[return-value]


def _plain(text: str) -> str:
    """Return text on one line, without characters that are not seen or turn others around."""
    return " ".join("".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text).split())
