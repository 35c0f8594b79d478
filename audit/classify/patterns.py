"""
Understand the plain-German patterns of the catalogue. The language is described for editors in ``docs/catalogue.md``.

Does not search; ``audit.classify.index`` finds all patterns in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from audit.classify.text import fold
from db.errors import CatalogueError

GAP_WORDS = 6
"""Words that a lone ``*`` may stand for."""
MAX_PART = 40
"""Letters that a ``*`` inside a word may stand for; no German compound part is longer."""
SHORTEST = 3
SHORTEST_WITH_STAR = 4  #: of a word that may begin and end with anything
SHORTEST_EXACT = 2
SHORTEST_PHRASE = 8  #: of frequent words only: "können Sie"
SHORTEST_STEM = 4

STOP = frozenset(
    "ab als am an auch auf aus bei bis das dem den der des die durch ein eine einen einer eines fuer hier ihr ihre ihren im in ist "
    "kann koennen mit nach nicht noch oder per seit sich sie sind steht stehen ueber um und uns unser unsere unserem unserer von vor "
    "wie wird wir zu zum zur wurde wurden hat haben".split()
)
"""Words too frequent to prove anything alone; compounds never begin or end with them."""
_FREQUENT = frozenset(
    "online digital digitale stadt service portal antrag formular termin schule schul schulen projekt projekte verwaltung strasse haus "
    "app smart city ort platz region woche kunden zahlen melden beantragen einsatz allen dienst arbeiten karte daten buergerinnen information informationen angebot angebote anmeldung meldung antraege stadtwerke".split()
)
"""Words that stand on most pages: a poor start for a search if the pattern has another."""

_VOWELS = frozenset("aeiouy")
_ENDINGS_AFTER_E = frozenset({"e", "en", "er", "es", "em"})
_ENDINGS = _ENDINGS_AFTER_E | {"", "ern", "n", "s"}
_ENDING = "(?:ern|e[nrsm]?|n|s)?"
_ENDING_AFTER_E = "(?:e[nrsm]?)"
_JOINT = r"[ \-/\"'&+]{0,3}"
_OPEN_JOINT = r"[ \-/\"'&+]{1,3}"
_GAP = rf"(?: [^\s]{{1,{MAX_PART}}}){{0,{GAP_WORDS}}}? "
_PART = rf"\w{{0,{MAX_PART}}}"
_SLACK = 8  #: characters of an ending and a joint


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One compiled pattern.

    Attributes:
        source: As the editor wrote it.
        key: Equal for patterns that mean the same.
        literals: Folded letters; every match contains one of them.
        others: Letters of its other words; where one of them is not near, there is no match.
        expression: Verifies a place; bounded in every part, so that no text can make it slow.
        before: Characters of a match that may stand before the literal; 0: it begins there.
        after: Characters of a match that may stand behind the literal.
        tails: For a single word that begins with its literal: the endings it may have, None: any; else not known.
    """

    source: str
    key: tuple[bool, tuple[str, ...]]
    literals: tuple[str, ...]
    others: tuple[str, ...]
    expression: str
    before: int
    after: int
    tails: frozenset[str] | Literal["unknown"] | None


def compile_pattern(source: str, *, owner: str, alone: bool = True) -> Pattern:
    """
    Return the pattern; raise CatalogueError naming ``owner`` (the criterion) if it would match nearly everything.

    ``alone``: the pattern must mean something by itself; words that only ever count beside others need not.
    """
    exact = _is_exact(source)
    words = _words(source)
    _refuse(words, source=source, owner=owner, exact=exact, alone=alone)
    stems = [word if exact else _stem(word) for word in words]
    places = [place for place, word in enumerate(words) if word != "*"]
    best = max(places, key=lambda place: _rarity(words[place], stems[place]))
    joined = _joined(words, stems)
    literals = joined or (_core(stems[best]),)
    first = bool(joined) or (best == 0 and stems[0].startswith(literals[0]))
    return Pattern(
        source=source,
        key=(exact, tuple(words)),
        literals=literals,
        others=tuple(_core(stem) for place, stem in enumerate(stems) if place != best and stem != "*" and not first),
        expression=_exact(words) if exact else _flexible(words, stems),
        before=0 if first else _reach(words[: best + 1]),
        after=_reach(words[0 if first else best :]),
        tails="unknown" if exact or not first else _tails(words, stems),
    )


def _joined(words: list[str], stems: list[str]) -> tuple[str, ...]:
    """Return what a pattern may begin with if its first word is too short or too frequent to start a search from."""
    if len(words) == 1 or "*" in words[0] or not (words[0] in STOP or len(words[0]) < SHORTEST):
        return ()
    second = stems[1].split("*")[0]
    if not second or words[1] in STOP:
        return ()
    joints = (" ", "-", ' "') if _joint(words[0], words[1]) == _OPEN_JOINT else (" ", "-", "")
    return tuple(stems[0] + joint + second for joint in joints)


def _tails(words: list[str], stems: list[str]) -> frozenset[str] | Literal["unknown"] | None:
    if len(words) > 1 or "-" in words[0] or stems[0].strip("*") != _core(stems[0]):
        return "unknown"
    if words[0].endswith("*"):
        return None
    return _ENDINGS if stems == words else _ENDINGS_AFTER_E


def _is_exact(source: str) -> bool:
    return source.lstrip().startswith("=")


def _words(source: str) -> list[str]:
    """Return the folded words; ``*`` is a word of its own where it stands alone, ``kfz-*`` is ``kfz*``, ``it-*`` keeps its hyphen."""
    plain = fold(source.strip().lstrip("=").replace("*", "\x00")).replace("\x00", "*")
    words = re.split(r"\s+|(?<!\*)-+(?!\*)", re.sub(r"[\"'„“(),;:!?]", "", plain))
    words = [re.sub(r"\*+", "*", word) for word in words if word]
    words = [word.replace("-", "") if _letters([word]) >= SHORTEST_WITH_STAR else word for word in words]
    while words and words[0] == "*":
        words.pop(0)
    while words and words[-1] == "*":
        words.pop()
    return words


def _stem(word: str) -> str:
    """``digitale`` stands for digitalen, digitaler, ... too, so its own ending is no part of it."""
    open_end = len(word) > SHORTEST_STEM and word.endswith("e") and not word.endswith(("ie", "ee"))
    return word[:-1] if open_end and word not in STOP else word


def _core(word: str) -> str:
    """Return the longest run of letters between stars; a hyphen before a star is a part of it."""
    return max(word.split("*"), key=len)


def _rarity(word: str, stem: str) -> tuple[bool, bool, int]:
    core = _core(stem)
    return word not in STOP and len(core) > 1, _core(word) not in _FREQUENT, len(core)


def _refuse(words: list[str], *, source: str, owner: str, exact: bool, alone: bool) -> None:
    if exact and "*" in source:
        raise CatalogueError(
            f"„{owner}“: Im Muster „{source}“ heben sich „=“ und „*“ auf.", remedy="Lassen Sie eines von beiden weg."
        )
    if _letters(words) < SHORTEST_EXACT or (alone and not _telling(words, exact=exact)):
        raise CatalogueError(
            f"„{owner}“: Das Muster „{source}“ träfe fast jede Seite.",
            remedy="Nehmen Sie ein längeres oder weiteres Wort dazu, oder setzen Sie „=“ davor (genau dieses Wort).",
        )


def _telling(words: list[str], *, exact: bool) -> bool:
    telling = [word for word in words if word.strip("*-") not in STOP and word != "*"]
    if not telling:
        phrase = len(words) > 1 and not any("*" in word for word in words)
        return phrase and _letters(words) >= SHORTEST_PHRASE
    if len(telling) == 1 and "*" in telling[0] and "-" not in telling[0]:
        core = _core(telling[0])
        # No German word hides an abbreviation without vowels: *kfz* is telling, *app* is in Klappe and Wappen.
        hides = telling[0].startswith("*") and telling[0].endswith("*") and not _VOWELS.isdisjoint(core)
        return len(core) >= (SHORTEST_WITH_STAR if hides else SHORTEST)
    short = exact or any(sign.isdigit() or sign == "-" for word in telling for sign in word)
    return _letters(telling) >= (SHORTEST_EXACT if short else SHORTEST)


def _letters(words: list[str]) -> int:
    return sum(sign.isalnum() for word in words for sign in word)


def _reach(words: list[str]) -> int:
    """Return how many characters these words may take."""
    return sum(GAP_WORDS * 20 if word == "*" else len(word) + _SLACK + MAX_PART * word.count("*") for word in words)


def _exact(words: list[str]) -> str:
    return r"(?<![\w-])" + r"[ \-]".join(re.escape(word) for word in words) + r"(?!-?\w)"


def _flexible(words: list[str], stems: list[str]) -> str:
    regex = "" if words[0].startswith("*") else r"(?<!\w)"
    for place, (word, stem) in enumerate(zip(words, stems, strict=True)):
        if word == "*":
            regex += _GAP
            continue
        regex += "".join(_PART if sign == "*" else re.escape(sign) for sign in stem)
        if not word.endswith("*") and word not in STOP:
            regex += _ENDING if stem == word else _ENDING_AFTER_E
        regex += _joint(word, words[place + 1]) if place + 1 < len(words) else ""
    return regex + r"(?!\w)"


def _joint(word: str, following: str) -> str:
    if following == "*":
        return ""
    open_only = word in STOP or following in STOP or word.endswith("*") or following.startswith("*")
    return _OPEN_JOINT if open_only else _JOINT
