"""
The words of a quote for which it was taken, so that a reader sees them at once.

Does not judge: what it cannot find again is not marked.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from audit.classify.patterns import compile_pattern
from audit.classify.text import fold
from db.errors import CatalogueError

LONGEST = 2_000
"""Letters of a quote that are looked through; quotes are far shorter."""


def marked(quote: str, rules: list[str]) -> list[tuple[str, bool]]:
    """Return the quote in pieces, each with whether a pattern of the rules (``Evidence.rule``) has matched it."""
    text = unicodedata.normalize("NFC", quote)
    folded, places = _folded(text[:LONGEST])
    hits = [False] * len(text)
    for source in sorted({part for rule in rules for part in rule.split(" + ")}):
        expression = _expression(source)
        for found in expression.finditer(folded) if expression else ():
            if found.end() > found.start():
                first, last = places[found.start()], places[found.end() - 1]
                hits[first : last + 1] = [True] * (last + 1 - first)
    return _pieces(text, hits)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text as patterns know it, and for each of its letters the place it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for sign in fold(letter):
            if sign != " " or not letters or letters[-1] != " ":
                letters.append(sign)
                places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=2_000)
def _expression(source: str) -> re.Pattern[str] | None:
    try:
        return re.compile(compile_pattern(source, owner="", alone=False).expression)
    except (CatalogueError, ValueError, IndexError):
        return None  # a host, a key or a form: it stands in no text


def _pieces(text: str, hits: list[bool]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hits[place] != hits[start]:
            pieces.append((text[start:place], hits[start]))
            start = place
    return pieces
