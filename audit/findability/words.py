"""
German words made comparable for searching.

Does not rank. Handyparken, Handy-Parken, „Parken per Handy“, umlauts and plurals end in the same tokens: the
chain of folding, splitting compounds and stemming decides what a search finds, far more than the engine behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

WORD = re.compile(r"[a-z0-9]+")
JOINTS = ("", "s", "es", "n", "en")
"""Letters that German puts between the parts of a compound."""

SHORTEST_PART = 4
SHORTEST_COMPOUND = 9
LEAST_PAGES = 2
"""A part must stand alone on so many pages, else names and misprints would become parts."""

STOP = frozenset(
    "aber alle als am an auch auf aus bei bis das dem den der des die durch ein eine einem einen einer eines es fuer"
    " haben hat hier ich ihr ihre im in ist kann mit nach nicht noch nur oder sein sich sie sind so ueber um und uns"
    " unser unsere von vom vor was wenn wer wie wir wird zu zum zur per".split()
)

_stem = Stemmer.Stemmer("german").stemWord


def folded(text: str) -> str:
    """Return the text in lower case with umlauts written out."""
    return (
        text.casefold()
        .replace("ä", "ae")
        .replace("ö", "oe")
        .replace("ü", "ue")
        .replace("ß", "ss")
        .replace("\u00ad", "")
    )


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem of a folded word (Snowball German)."""
    return str(_stem(word))


class Analyser:
    """
    Text to tokens; learns from the pages at hand which words are parts of compounds.

    Attributes:
        parts: Words that stand alone on at least ``LEAST_PAGES`` pages, or in the ``known`` texts, such as queries.
    """

    def __init__(self, texts: Iterable[str], *, known: Iterable[str] = ()) -> None:
        pages: Counter[str] = Counter()
        for text in texts:
            pages.update({word for word in WORD.findall(folded(text)) if len(word) >= SHORTEST_PART})
        typed = {word for text in known for word in WORD.findall(folded(text)) if len(word) >= SHORTEST_PART}
        self.parts = frozenset(word for word, count in pages.items() if count >= LEAST_PAGES) | typed
        self._cache: dict[str, tuple[str, ...]] = {}

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a page: each word's stem, and the stems of its parts."""
        return [token for word in WORD.findall(folded(text)) if word not in STOP for token in self._of(word)]

    def asked(self, query: str) -> list[str]:
        """Return the tokens of a query: parts where a word has some, else the stem, each once."""
        found = [self._of(word) for word in WORD.findall(folded(query)) if word not in STOP]
        return list(dict.fromkeys(token for tokens in found for token in (tokens[1:] or tokens)))

    def _of(self, word: str) -> tuple[str, ...]:
        known = self._cache.get(word)
        if known is None:
            parts = self.split(word)
            known = self._cache[word] = (stem(word), *(stem(part) for part in parts)) if parts else (stem(word),)
        return known

    def split(self, word: str) -> list[str]:
        """Return the parts of a compound, or nothing; the longest first part wins."""
        if len(word) < SHORTEST_COMPOUND:
            return []
        for end in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            first, rest = self._part(word[:end]), word[end:]
            if first is None:
                continue
            if rest in self.parts:
                return [first, rest]
            if deeper := self.split(rest):
                return [first, *deeper]
        return []

    def _part(self, beginning: str) -> str | None:
        for joint in JOINTS:
            part = beginning.removesuffix(joint) if joint else beginning
            if len(part) >= SHORTEST_PART and part in self.parts:
                return part
        return None
