"""
Tell whether a text is German, by the small words that every sentence has.

Does not name other languages. What a page declares is a claim: templates write ``de`` over translations and ``en`` over German.
"""

from __future__ import annotations

import re

FEW = 5
"""With fewer small words the text does not tell, and the claim of the page is believed."""
LETTERS = 18
"""Letters of a script that German does not use which weigh as much as one small word: every third word is one."""

GERMAN = frozenset(
    "und die das ist nicht sie mit von fuer eine einen einem einer auf werden wird wurde bei oder sind zur zum auch ihre ihren ihr wir "
    "uns koennen kann nach ueber durch im zu aus dem sich haben wenn nur noch hier bitte vom beim unter sowie diese dieser".split()
)
"""Without what Danish or Dutch share: der, den, er, als."""
FOREIGN = frozenset(
    # English
    "the of and to with you are this that from by your our have which it they has if at can "
    # Dutch
    "het een van niet voor zijn ook naar deze wordt bij uw "
    # Danish, Norwegian, Swedish
    "og det til ikke med har af eller dig av och att inte "
    # Polish, Czech
    "się oraz jest dla przez które który która są można lub na że jsou nebo "
    # Turkish
    "ve bir bu için ile olarak olan veya daha gibi çok değil sizin tarafından "
    # French, Italian, Spanish, Romanian
    "le la les et une est dans pour vous nous votre sur che sono della el para una por que este pentru sunt care cu "
    # Albanian, Croatian
    "dhe eshte ili kako".split()
)
"""No word of these is in German sentences."""

_WORD = re.compile(r"\w+")
_LOANED = str.maketrans("", "", "éèêëáàâóôíîïçñ")
_LATIN = "\u024f"


def is_german(text: str, *, declared: str | None) -> bool:
    """Tell whether most of a folded text is German; ``declared``: the language that the page claims, if any."""
    german = foreign = strange = 0
    for word in _WORD.findall(text):
        if word in GERMAN:
            german += 1
        elif word in FOREIGN:
            foreign += 1
        elif not word.isascii() and word.isalpha():
            if word[0] > _LATIN:
                strange += len(word)
            else:
                foreign += not word.translate(_LOANED).isascii()
    foreign += strange // LETTERS
    if german + foreign < FEW:
        return (declared or "de") in {"de", "deu", "ger"}
    return german >= foreign
