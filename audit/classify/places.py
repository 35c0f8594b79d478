"""
Find names of other towns in a sentence.

Does not know which towns exist: the names are given by whoever builds a classifier. Names that are also words (Essen, Hof)
count only after "in", "Stadt", "aus" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import ahocorasick_rs

from audit.classify.text import fold

SHORTEST = 3
MAX_NAMES = 20
"""Towns counted on one page; more change nothing."""

_KIND = re.compile(
    r"^(?:(?:universitaets|hanse|luther|landeshaupt|kreis|wissenschafts)?-?(?:stadt|gemeinde)|landkreis|kreis|markt|samtgemeinde|"
    r"verwaltungsgemeinschaft|verbandsgemeinde|hansestadt|universitaets- und hansestadt|freie und hansestadt) "
)
_ENDING = re.compile(r"(?:s|er|ern)?(?![a-zäöüßA-ZÄÖÜ0-9])")
_LOCATIVE = re.compile(
    r"(?:\b(?:in|stadt|aus|bei|von|nach|stadtwerke|gemeinde|rathaus|landeshauptstadt|hansestadt)) $", re.IGNORECASE
)
_LANDSCAPE = re.compile(r"\b(?:am|im|vom|zum|an der|auf der|an den) $", re.IGNORECASE)
"""Before the name of a river, a bay or a hill; towns have no article."""
_WORDS = frozenset(
    "essen hof halle bunde rees zell heide plan born kernen hagen haan menden oder selm buchen wesel burg berg au ems main weil wald stein "
    "lage bad sand melle werl unna brand wangen lohne rheine neuss ulm celle norden aurich leer hamm marl verl rain weiden daun linden "
    "sulz sulzbach damme ahaus greven straelen kleve peine lehrte elze uelzen syke bruchsal lahr calw horb tamm marbach wedel husum preetz "
    "wetter herten werne heiden velen reken legden baden laden kamen bergen waren dahlen ziel ring ost west nord sued welt markt alt neu "
    "anger moers ried tann roth fürth furth forst garten holz thal feld rot wand buch brunn".split()
)


class Places:
    """The names, found in one pass; in German only capital letters begin a name, so the text is not folded."""

    def __init__(self, names: Collection[str]) -> None:
        plain = {name.split("(")[0].split(",")[0].split("/")[0].strip() for name in names}
        self._names = sorted(name for name in plain if len(name) >= SHORTEST and name[0].isupper())
        self._automaton = ahocorasick_rs.AhoCorasick(self._names) if self._names else None

    def named(self, text: str, *, own: Collection[str]) -> list[str]:
        """Return other towns that ``text`` names, in their order; ``own`` are folded names of the town itself."""
        found: list[str] = []
        if self._automaton is None:
            return found
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            name = self._names[number]
            if (
                len(found) < MAX_NAMES
                and name not in found
                and _stands(name, text, start=start, end=end)
                and not _same(name, own)
            ):
                found.append(name)
        return found


def variants(name: str) -> frozenset[str]:
    """Return the folded forms in which a town is named: with and without its kind, its river, its brackets."""
    plain = " ".join(fold(name).replace("(", " (").split())
    short = re.split(r" \(| (?:an|am|im|in|bei|ob|vor|a)[. ]", plain, maxsplit=1)[0]
    bare = _KIND.sub("", short)
    return frozenset(form for form in (plain, short, bare) if len(form) >= SHORTEST and not form.startswith("("))


def _stands(name: str, text: str, *, start: int, end: int) -> bool:
    if (start and text[start - 1].isalnum()) or not _ENDING.match(text, end):
        return False
    if _LANDSCAPE.search(text, max(0, start - 12), start):
        return False
    return name.lower() not in _WORDS or bool(_LOCATIVE.search(text, max(0, start - 18), start))


def _same(name: str, own: Collection[str]) -> bool:
    folded = fold(name)
    return any(folded in mine or mine in folded for mine in own)
