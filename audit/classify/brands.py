"""
Let a town's own names count like the names of the catalogue: who lists „Klarschiff“ under „Mängelmelder“ means the same thing.

Does not know criteria; it only says at which places which patterns of the catalogue are meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit.classify.index import PatternIndex
from audit.classify.patterns import SHORTEST
from audit.classify.text import fold

MAX_SPELLINGS = 200
"""Names of one town; a profile with more is a mistake."""


class Brands:
    """The other spellings of one town."""

    def __init__(self, aliases: Mapping[str, list[str]], index: PatternIndex) -> None:
        self._index = PatternIndex()
        self._meant: dict[int, frozenset[int]] = {}
        pairs = [(name, spelling) for name, spellings in aliases.items() for spelling in spellings]
        for name, spelling in pairs[:MAX_SPELLINGS]:
            meant = frozenset(number for number, _, _ in index.scan(fold(name)))
            plain = spelling.replace("*", "").lstrip("= ")
            if meant and sum(sign.isalnum() for sign in plain) >= SHORTEST:
                number = self._index.add(plain, owner=name, alone=False)
                self._meant[number] = self._meant.get(number, frozenset()) | meant

    def scan(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield (pattern of the catalogue, start, end) for each of the town's own names in a folded text."""
        for number, start, end in self._index.scan(text):
            for meant in sorted(self._meant[number]):
                yield meant, start, end
