"""
How much a measure's title is like what a criterion looks for, in numbers one can check by hand.

Does not decide (``audit.inventory.matching``) and does not read pages. Patterns of the catalogue are taken as sets of
stems: their order and their gaps do not matter in a title of a few words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from audit.catalogue import Catalogue, Criterion
from audit.inventory.wording import Wording, stem

PRODUCT = 1.0  #: a name that is the thing itself, at the full weight of the catalogue
NAME = 0.9  #: the name of the criterion, as far as the two agree
OBJECT = 0.35  #: what it is about; a playground is an object of city maps, but no city map
OBJECT_NAMED = 0.45  #: added to it as far as the title and the name of the criterion agree
REST = 0.4
"""Share of a phrase's strength that it loses if the title says much more than the phrase."""

PHRASE, COVER = 0.65, 0.35
"""Shares of the best phrase, and of how much of the title the criterion's words explain."""

SAYS_NOTHING, HALF_SAID = frozenset({"a", "z", "abc"}), 0.5
"""Parts of a pattern that leave no stem although they tell everything, and what the rest is worth."""

FULL_WEIGHT = 2.2
"""Weight from which a product pattern of the catalogue counts in full."""

UNKNOWN = 0.5
"""Weight of a stem that no criterion uses, as a share of a stem that only one criterion uses."""

FAINT = {
    "stadt": 0.4,
    "online": 0.4,
    "digital": 0.4,
    "elektron": 0.4,
    "smart": 0.6,
    "intelligent": 0.6,
    "internet": 0.8,
}
"""Stems that half of all titles have: they count, but decide nothing."""


class Likely(NamedTuple):
    """A criterion with its likeness to a title, 0..1."""

    id: str
    score: float


class _Phrase(NamedTuple):
    """
    Stems of the catalogue that together name something.

    ``strength`` is what they are worth if all are there, ``named`` is added as far as title and name agree.
    """

    stems: frozenset[str]
    wild: tuple[str, ...]
    strength: float
    named: float

    def shared(self, words: frozenset[str]) -> set[str]:
        """Return the words of a title that the phrase has as well."""
        return {word for word in words if word in self.stems or any(_fits(term, word) for term in self.wild)}

    def is_in(self, words: frozenset[str]) -> bool:
        """Are all its stems there?"""
        return self.stems <= words and all(any(_fits(term, word) for word in words) for term in self.wild)


@dataclass(frozen=True)
class _Sought:
    """
    A criterion as titles are compared with it.

    ``stems`` are those of its name and of all its phrases. Its words with * are in ``starts``, ``ends`` and ``inner``: what
    stands before, behind and between their stars; ``alone`` has the stems of the first.
    """

    id: str
    name: frozenset[str]
    phrases: list[_Phrase]
    stems: frozenset[str]
    alone: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    inner: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Does the stem of a title stand anywhere in the criterion's own words?"""
        return (
            word in self.stems
            or word in self.alone
            or word.startswith(self.starts)
            or word.endswith(self.ends)
            or any(core in word for core in self.inner)
        )


class Likeness:
    """Compares titles with all criteria of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        criteria = catalogue.criteria.values()
        self._wording = Wording(text for one in criteria for text in (one.name, *one.product, *one.object))
        self._sought = [self._read(criterion) for criterion in criteria]
        used = Counter(word for one in self._sought for word in one.stems)
        self._weights = {word: FAINT.get(word, math.log(1 + len(criteria) / count)) for word, count in used.items()}
        self._unknown = UNKNOWN * math.log(1 + len(criteria))
        self._having: dict[str, frozenset[str]] = {}

    def rank(self, title: str, *, spellings: Sequence[str] = (), among: Iterable[str] | None = None) -> list[Likely]:
        """
        Return the criteria that have anything in common with the title, the likeliest first.

        ``spellings`` are the same title in other words: the best of them counts. ``among`` narrows the criteria.
        """
        allowed = None if among is None else set(among)
        versions = [self._wording.of_title(version) for version in (title, *spellings)]
        near = frozenset[str]().union(*(self._criteria_with(word) for words in versions for word in words))
        found = [
            Likely(one.id, max(self._score(words, one) for words in versions))
            for one in self._sought
            if one.id in near and (allowed is None or one.id in allowed)
        ]
        return sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.id))

    def _criteria_with(self, word: str) -> frozenset[str]:
        """Return the criteria that have the word; long lists use the same words over and over, and most criteria have none of them."""
        if word not in self._having:
            self._having[word] = frozenset(one.id for one in self._sought if one.has(word))
        return self._having[word]

    def _read(self, criterion: Criterion) -> _Sought:
        phrases = [
            self._phrase(pattern, PRODUCT * min(1.0, weight / FULL_WEIGHT))
            for pattern, weight in criterion.product.items()
        ]
        phrases += [self._phrase(pattern, OBJECT, named=OBJECT_NAMED) for pattern in criterion.object]
        name = self._wording.of_pattern(criterion.name)
        stems = name.union(*(phrase.stems for phrase in phrases))
        wild = {term for phrase in phrases for term in phrase.wild}
        starts = {term.strip("*") for term in wild if not term.startswith("*")}
        return _Sought(
            id=criterion.id,
            name=name,
            phrases=[phrase for phrase in phrases if phrase.stems or phrase.wild],
            stems=stems,
            alone=frozenset(map(stem, starts)),
            starts=tuple(starts),
            ends=tuple(stem(term.strip("*")) for term in wild if term.startswith("*") and not term.endswith("*")),
            inner=tuple(term.strip("*") for term in wild if term.startswith("*") and term.endswith("*")),
        )

    def _phrase(self, pattern: str, strength: float, *, named: float = 0.0) -> _Phrase:
        """Return the stems of a pattern; one that is much more than its stems, as "Rathaus A-Z", is worth less by them alone."""
        terms = self._wording.of_pattern(pattern)
        if not SAYS_NOTHING.isdisjoint(re.split(r"[\s-]+", pattern.lower())):
            strength *= HALF_SAID
        wild = sorted(term for term in terms if "*" in term)
        return _Phrase(terms.difference(wild), tuple(wild), strength, named)

    def _score(self, words: frozenset[str], sought: _Sought) -> float:
        shared = {word for word in words if sought.id in self._criteria_with(word)}
        if not shared:
            return 0.0
        total = self._weight(words)
        agreed = self._agreement(words, sought.name)
        best = NAME * agreed
        for phrase in sought.phrases:
            if phrase.is_in(words):
                said = self._weight(phrase.shared(words)) / total
                best = max(best, (phrase.strength + phrase.named * agreed) * (1 - REST + REST * said))
        return PHRASE * best + COVER * self._weight(shared) / total if best else 0.0

    def _agreement(self, words: frozenset[str], name: frozenset[str]) -> float:
        """Return the harmonic mean of how much each of the two has of the other (F1, weighted)."""
        return 2 * self._weight(words & name) / (self._weight(words) + self._weight(name))

    def _weight(self, words: Iterable[str]) -> float:
        # fsum, because the order within a set differs from run to run and the sum must not
        return math.fsum(self._weights.get(word, self._unknown) for word in words)


def _fits(term: str, word: str) -> bool:
    """Does a stem of a title fit a word with * before it, behind it, or both?"""
    core = term.strip("*")
    if term.startswith("*"):
        return core in word if term.endswith("*") else word.endswith(stem(core))
    return word.startswith(core) or word == stem(core)
