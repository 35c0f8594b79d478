"""
Which criteria a query belongs to that people typed: those whose researcher types much the same words.

Does not know where the query comes from and opens no database.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from audit.catalogue import Criterion
from audit.findability.words import WORD, Analyser, folded

LEAST = 0.6
"""Agreement from which a query belongs to a criterion. „hundesteuer“ agrees by 0.7 with „hundesteuer online anmelden“, „wetter app“ by 0.5 with „app“."""

COMMON = 3
"""What is shared must say as much as a word that so many criteria use: „konzept“ alone agrees well with one of many."""


class Sharing:
    """
    Compares queries with those of the criteria, word by word.

    ``typed`` are the queries to be compared, since compounds are split by the words at hand; ``names`` are those of the town,
    which tell criteria not apart.
    """

    def __init__(self, criteria: Sequence[Criterion], *, typed: Iterable[str], names: Iterable[str]) -> None:
        wordings = {one.id: [query.replace("{town}", " ") for query in one.queries] for one in criteria}
        self._town = {word for name in names for word in WORD.findall(folded(name))}
        self._analyser = Analyser([*(text for texts in wordings.values() for text in texts), *typed])
        self._asked: defaultdict[frozenset[str], list[str]] = defaultdict(list)
        for key, texts in wordings.items():
            for words in {self._words(text) for text in texts}:
                self._asked[words].append(key)
        self._having: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for words in self._asked:
            for word in words:
                self._having[word].append(words)
        self._used = Counter({word: len(self._criteria(having)) for word, having in self._having.items()})
        self._most = len(criteria)

    def criteria(self, query: str) -> list[str]:
        """Return the criteria that agree most with a query; several, if they agree equally; none, if it is too little."""
        words = self._words(query)
        near = {asked for word in words for asked in self._having.get(word, ()) if self._tells(words, asked)}
        agreed = {asked: self._agreement(words, asked) for asked in near}
        best = max(agreed.values(), default=0.0)
        return sorted(self._criteria(asked for asked in near if agreed[asked] == best)) if best >= LEAST else []

    def _tells(self, words: frozenset[str], asked: frozenset[str]) -> bool:
        """Tell whether two queries share more than common words; the very same ones always do."""
        return words == asked or self._weight(words & asked) >= self._rarity(COMMON)

    def _criteria(self, asked: Iterable[frozenset[str]]) -> set[str]:
        return {key for words in asked for key in self._asked[words]}

    def _words(self, text: str) -> frozenset[str]:
        told = (word for word in WORD.findall(folded(text)) if word not in self._town)
        return frozenset(self._analyser.asked(" ".join(told)))

    def _agreement(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return the harmonic mean of how much each of the two has of the other (F1); words that few criteria use weigh more."""
        return 2 * self._weight(one & other) / (self._weight(one) + self._weight(other))

    def _weight(self, words: Iterable[str]) -> float:
        # fsum, because the order within a set differs from run to run and the sum must not
        return math.fsum(self._rarity(self._used[word] or 1) for word in words)

    def _rarity(self, users: int) -> float:
        """Return how much a word tells that so many criteria use."""
        return math.log(1 + self._most / users)
