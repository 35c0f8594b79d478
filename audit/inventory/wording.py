"""
German titles and patterns as sets of word stems, compounds in their parts.

Does not compare anything. „Handyparken“, „Handy-Parken“ and „Parken mit dem Handy“ become the same two stems; which
words can be parts of a compound is learned from the catalogue at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import Stemmer

from audit.inventory import gazetteer
from audit.inventory.spelling import fold

MOST_WORDS = 40
LONGEST_WORD = 45
"""Beyond these a title is no title; looking for parts would take its time."""

SHORTEST_COMPOUND = 7
SHORTEST_PART = 4
SHORTEST_TAIL = 3
LONG_PART = 5
"""A first part so long is one even if nobody knows what follows: Urkundenbestellung, Solardachbörse."""

SHORT_PARTS = frozenset({"app", "bus", "vhs", "kfz"})
JOINTS = ("", "s", "es", "n", "en", "e")
"""Letters that German puts between the parts of a compound."""

_WORD = re.compile(r"\*?[a-z0-9]+\*?")
_LETTER_HYPHEN = re.compile(r"\b([a-z0-9])-(?=[a-z])")
_EMPTY = frozenset(
    "aber alle als am an auch auf aus bei bis das dem den der des die durch ein eine einem einen einer eines es fuer hat"
    " ihr ihre im in ist kann koennen mit nach nicht noch nur oder sich sie sind so ueber um und uns unser unsere vom von"
    " vor was wenn wer wie wir wird zu zum zur per via sowie etc bzw inkl"
    " staedtisch staedtische staedtischen staedtischer hansestadt kommune kommunal kommunale gemeinde"
    " projekt massnahme einfuehrung umsetzung aufbau start startet weiterentwicklung erweiterung bereitstellung nutzung"
    " neu neue neuer neues neuen moeglichkeit loesung system angebot thema bereich buerger buergerinnen einwohner"
    " unternehmen gmbh seit jahr digitalisierung".split()
)
"""Words that say nothing about which criterion a title means."""

_WHOLE = frozenset(
    "digital digitale digitalen digitaler digitales elektronisch elektronische elektronischen elektronischer online internet virtuell"
    " virtuelle virtueller virtuelles interaktiv interaktive interaktiver".split()
)
"""Words of most titles that look like compounds of short ones: "Tal" is no part of "digital"."""

_stem = Stemmer.Stemmer("german").stemWord


class Wording:
    """Turns texts into stems, with the words of ``texts`` as the parts that compounds can have."""

    def __init__(self, texts: Iterable[str]) -> None:
        spoken = frozenset(word.strip("*") for text in texts for word in words(text))
        self._starts = frozenset(_start(word) for word in spoken)
        self._stems = frozenset(stem(word) for word in spoken)
        self._places = _place_words() - spoken
        self._seen: dict[str, Sequence[str]] = {}

    def of_pattern(self, pattern: str) -> frozenset[str]:
        """Return the stems of a pattern; a word with * stays as it is."""
        found: set[str] = set()
        for word in words(pattern):
            found.update([word] if "*" in word else self._parts(word))
        return frozenset(found)

    def of_title(self, title: str) -> frozenset[str]:
        """Return the stems of a title without place names: „in Musterstadt“ tells nothing about what is meant."""
        found: set[str] = set()
        for word in (word.strip("*") for word in words(title)):
            if word not in self._places and word.removesuffix("er") not in self._places:
                found.update(self._parts(word))
        return frozenset(found)

    def _parts(self, word: str) -> Sequence[str]:
        if word not in self._seen:
            self._seen[word] = self._split(word)
        return self._seen[word]

    def _split(self, word: str) -> Sequence[str]:
        """Return the parts of a compound, the longest first part first, or the word's stem if it is none."""
        cuts = _cuts(word) if len(word) >= SHORTEST_COMPOUND and word not in _WHOLE else range(0)
        heads = [(head, word[cut:]) for cut in cuts if (head := self._head(word[:cut]))]
        for head, tail in heads:
            if rest := self._rest(tail):
                return [head, *rest]
        for head, tail in heads:
            if len(head) >= LONG_PART and len(tail) >= SHORTEST_PART:
                return [head, stem(tail)]
        return [stem(word)]

    def _rest(self, word: str) -> Sequence[str]:
        """Return the parts of what stands behind the first part; nothing if they are not all known."""
        if self._is_known(word):
            return [stem(word)]
        for cut in _cuts(word):
            head = self._head(word[:cut])
            if head and (tail := self._rest(word[cut:])):
                return [head, *tail]
        return []

    def _head(self, word: str) -> str | None:
        """Return the stem of a first part, with or without the letters that join it to the next."""
        for joint in JOINTS:
            bare = word.removesuffix(joint)
            if word.endswith(joint) and self._is_known(bare):
                return stem(bare)
        return None

    def _is_known(self, word: str) -> bool:
        """Is it a word of the catalogue? Most are not, and their first letters tell before they are stemmed."""
        if len(word) < SHORTEST_PART and word not in SHORT_PARTS:
            return False
        return _start(word) in self._starts and stem(word) in self._stems


def words(text: str) -> list[str]:
    """Return the words that say something; E-Akte and i-Kfz are one word, OpenR@thaus is Open Rathaus in one."""
    folded = _LETTER_HYPHEN.sub(r"\1", fold(text).replace("@", "a").replace("=", " "))
    found = [word for word in _WORD.findall(folded) if word not in _EMPTY and not word.isdigit()]
    return [word for word in found if 1 < len(word.strip("*")) <= LONGEST_WORD][:MOST_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a folded word (Snowball German)."""
    return str(_stem(word))


def _cuts(word: str) -> range:
    """Return where a word may be cut in two, the longest first part first."""
    return range(len(word) - SHORTEST_TAIL, SHORTEST_TAIL - 1, -1)


def _start(word: str) -> str:
    """Return the first letters as stemming leaves them: it takes umlauts back."""
    return word[:6].replace("ae", "a").replace("oe", "o").replace("ue", "u")[:4]


@cache
def _place_words() -> frozenset[str]:
    found = (word for name in gazetteer.names() for word in _WORD.findall(fold(name)))
    return frozenset(word for word in found if len(word) >= SHORTEST_PART)
