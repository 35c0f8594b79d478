"""
Find names of other towns in a sentence.

Does not know which towns exist: the names are given by whoever builds a classifier. So many of them are also words (Essen, Stelle,
Bescheid, Lage) that only large cities and names of several words count wherever they stand; others after "in", "Stadt" and the like.
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
_ENDING = re.compile(
    r"(?:s|er|ern)?(?![a-zäöüßA-ZÄÖÜ0-9])(?!(?<=er) (?:Str|Tor|Platz|Weg|Allee|Ring|Gasse|Berg|Damm|Chaussee|Ufer))"
)
_LOCATIVE = re.compile(
    r"(?:\b(?:in|stadt|aus|bei|gemeinde|rathaus|stadtrat|landkreis|raum|kommunen?)|stadtwerken?|städten?|hauptstadt) $",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"(?:^|[.!?:;|] ?|\n)$")
_ACTS = re.compile(r" (?:hat|bietet|betreibt|setzt|nutzt|plant|startet|führt|stellt|macht|will|arbeitet|gilt|zeigt) ")
"""Behind a name that begins a sentence: it does something."""
_LIST = re.compile(r"^(?:s|er|ern)?(?:, | und | sowie | oder |/)$")
_LANDSCAPE = re.compile(r"\b(?:am|im|vom|zum|an der|auf der|an den) $", re.IGNORECASE)
"""Before the name of a river, a bay or a hill; towns have no article."""
_CITIES = frozenset(
    "Aachen Augsburg Bamberg Bayreuth Berlin Bielefeld Bochum Bonn Bottrop Braunschweig Bremen Bremerhaven Brandenburg Chemnitz Cottbus "
    "Darmstadt Delmenhorst Dessau Detmold Dortmund Dresden Duisburg Düsseldorf Emden Erfurt Erlangen Esslingen Flensburg Frankfurt "
    "Freiburg Fulda Gelsenkirchen Gera Gießen Gladbeck Göppingen Görlitz Göttingen Greifswald Gütersloh Hamburg Hanau Hannover "
    "Heidelberg Heilbronn Herford Hildesheim Ingolstadt Iserlohn Jena Kaiserslautern Karlsruhe Kassel Kempten Koblenz Konstanz Köln "
    "Krefeld Landshut Leipzig Leverkusen Ludwigsburg Ludwigshafen Lübeck Lüdenscheid Lüneburg Magdeburg Mainz Mannheim Marburg "
    "Mönchengladbach München Münster Neubrandenburg Neumünster Nürnberg Oberhausen Offenbach Offenburg Oldenburg Osnabrück Paderborn "
    "Passau Pforzheim Potsdam Ratingen Ravensburg Recklinghausen Regensburg Remscheid Reutlingen Rosenheim Rostock Saarbrücken Salzgitter "
    "Schweinfurt Schwerin Solingen Stendal Stralsund Straubing Stuttgart Tübingen Villingen Weimar Wiesbaden Wilhelmshaven Wismar Witten "
    "Wolfenbüttel Wolfsburg Wuppertal Würzburg Zwickau".split()
)
"""Large ones that are no words."""


class Places:
    """The names, found in one pass; in German only capital letters begin a name, so the text is not folded."""

    def __init__(self, names: Collection[str]) -> None:
        plain = {name.split("(")[0].split(",")[0].split("/")[0].strip() for name in names}
        self._names = sorted(name for name in plain if len(name) >= SHORTEST and name[0].isupper())
        self._automaton = ahocorasick_rs.AhoCorasick(self._names) if self._names else None

    def named(self, text: str, *, own: Collection[str]) -> list[str]:
        """Return other towns that ``text`` names, in their order; ``own`` are folded names of the town itself."""
        found: list[str] = []
        last = -1
        if self._automaton is None:
            return found
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            name = self._names[number]
            listed = last >= 0 and _LIST.match(text[last:start])
            if len(found) < MAX_NAMES and _stands(name, text, start=start, end=end, listed=bool(listed)):
                last = end
                if name not in found and not _same(name, own):
                    found.append(name)
        return found


def variants(name: str) -> frozenset[str]:
    """Return the folded forms in which a town is named: with and without its kind, its river, its brackets."""
    plain = " ".join(fold(name).replace("(", " (").split())
    short = re.split(r" \(| (?:an|am|im|in|bei|ob|vor|a)[. ]", plain, maxsplit=1)[0]
    bare = _KIND.sub("", short)
    return frozenset(form for form in (plain, short, bare) if len(form) >= SHORTEST and not form.startswith("("))


def _stands(name: str, text: str, *, start: int, end: int, listed: bool) -> bool:
    """Tell whether the place is meant; ``listed``: another place stands just before it."""
    if (start and text[start - 1].isalnum()) or not _ENDING.match(text, end):
        return False
    if _LANDSCAPE.search(text, max(0, start - 12), start):
        return False
    if listed or name in _CITIES or " " in name or _LOCATIVE.search(text, max(0, start - 18), start):
        return True
    return _BEGINNING.search(text, max(0, start - 4), start) is not None and _ACTS.match(text, end) is not None


def _same(name: str, own: Collection[str]) -> bool:
    folded = fold(name)
    return any(folded in mine or mine in folded for mine in own)
