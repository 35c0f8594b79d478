"""
Find names of other towns in a sentence.

Does not know which towns exist: the names are given by whoever builds a classifier. Names that are also words (Essen, Hof)
count only after "in", "Stadt", "aus" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from audit.classify.text import fold

MAX_NAMES = 20
"""Towns counted on one page; more change nothing."""

_CAPITAL = re.compile(r"(?<!\w)[A-ZÄÖÜ][\wäöüß]+(?:-[A-ZÄÖÜ][\wäöüß]+){0,4}")
_LOCATIVE = re.compile(
    r"(?:\b(?:in|stadt|aus|bei|von|nach|stadtwerke|gemeinde|rathaus|landeshauptstadt|hansestadt)) $", re.IGNORECASE
)
_WORDS = frozenset(
    "essen hof halle rees zell heide plan born kernen hagen haan menden oder selm buchen wesel burg berg au ems main weil wald stein "
    "lage bad sand melle werl unna brand wangen lohne rheine neuss ulm celle norden aurich leer hamm marl verl rain weiden daun linden "
    "sulz sulzbach damme ahaus greven straelen kleve peine lehrte elze uelzen syke bruchsal lahr calw horb tamm marbach wedel husum preetz "
    "wetter herten werne heiden velen reken legden baden laden kamen bergen waren dahlen ziel ring ost west nord sued welt markt alt neu "
    "anger moers ried tann roth fürth furth forst garten holz thal feld rot wand buch brunn".split()
)


class Places:
    """The names, by their first word."""

    def __init__(self, names: Collection[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for name in names:
            first = re.split(r"[ (/,]", name.strip(), maxsplit=1)[0]
            if len(first) > 2:
                self._by_first.setdefault(first, []).append(name.split("(")[0].split(",")[0].strip())

    def named(self, text: str, *, own: Collection[str]) -> list[str]:
        """Return other towns that ``text`` names, in their order; ``own`` are folded names of the town itself."""
        found: list[str] = []
        for word in _CAPITAL.finditer(text):
            for name in self._meant(word.group()):
                if len(found) >= MAX_NAMES:
                    return found
                if name not in found and self._stands(name, text, start=word.start()) and not _same(name, own):
                    found.append(name)
        return found

    def _meant(self, word: str) -> list[str]:
        for form in (word, word.removesuffix("s"), word.removesuffix("er"), word.removesuffix("ern")):
            if form in self._by_first:
                return self._by_first[form]
        return []

    def _stands(self, name: str, text: str, *, start: int) -> bool:
        if " " in name and not text.startswith(name, start):
            return False
        return name.lower() not in _WORDS or bool(_LOCATIVE.search(text, max(0, start - 18), start))


def _same(name: str, own: Collection[str]) -> bool:
    folded = fold(name)
    return any(folded in mine or mine in folded for mine in own)
