"""
Understand the plain-German patterns of the catalogue. The language is described for editors in ``docs/catalogue.md``.

Does not search; ``audit.classify.index`` finds all patterns in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
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
_VOWELS = frozenset("aeiouy")
_ENDINGS_AFTER_E = frozenset({"e", "en", "er", "es", "em"})
_ENDINGS = _ENDINGS_AFTER_E | {"", "ern", "n", "s"}
_ENDING = "(?:ern|e[nrsm]?|n|s)?"
_ENDING_AFTER_E = "(?:e[nrsm]?)"
_JOINT = r"[ \-/\"'&+]{0,3}"
_OPEN_JOINT = r"[ \-/\"'&+]{1,3}"
_GAP = rf"(?: [^\s]{{1,{MAX_PART}}}){{0,{GAP_WORDS}}}? "
_PART = rf"\w{{0,{MAX_PART}}}"
_QUOTES = re.compile(r"[\"'„“(),;:!?]")
_BREAK = re.compile(r"\s+|(?<!\*)-+(?!\*)")
_NO_LETTERS = re.compile(r"\W+")
_SLACK = 8  #: characters of an ending and a joint


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One compiled pattern.

    Attributes:
        source: As the editor wrote it.
        key: Equal for patterns that mean the same: whether exact, and the folded words.
        stems: The words without an ending of their own.
        anchor: The stem that a search starts from; its letters stand in every match, all in one word of the text. A star at
            its end also says that the next word of the pattern may be joined to it.
        partner: The stem before that one, whose letters every match has too, likewise with a star at its beginning; empty: the
            pattern is a single word.
        apart: Characters that may stand between partner and anchor.
        before: Characters of a match that may stand before the partner, or the anchor if there is none; 0: it begins there.
        after: Characters of a match that may stand behind the anchor.
        tails: For a single word that begins with its letters: the endings it may have, None: any; else not known.
    """

    source: str
    key: tuple[bool, tuple[str, ...]]
    stems: tuple[str, ...]
    anchor: str
    partner: str
    apart: int
    before: int
    after: int
    tails: frozenset[str] | Literal["unknown"] | None

    @property
    def expression(self) -> str:
        """Verifies a place; bounded in every part, so that no text can make it slow."""
        exact, words = self.key
        return _exact(words) if exact else _flexible(words, self.stems)

    @property
    def is_word(self) -> bool:
        """Is it decided within one word of the text?"""
        exact, words = self.key
        return not exact and len(words) == 1 and words[0].replace("*", "").isalnum()


def compile_pattern(source: str, *, owner: str, alone: bool = True) -> Pattern:
    """
    Return the pattern; raise CatalogueError naming ``owner`` (the criterion) if it would match nearly everything.

    ``alone``: the pattern must mean something by itself; words that only ever count beside others need not.
    """
    exact = _is_exact(source)
    words = _words(source)
    _refuse(words, source=source, owner=owner, exact=exact, alone=alone)
    stems = [word if exact else _stem(word) for word in words]
    first, last = _anchors(words)
    begins = first == 0 and stems[0].startswith(letters(stems[0]))
    return Pattern(
        source=source,
        key=(exact, tuple(words)),
        stems=tuple(stems),
        anchor=stems[last] + ("*" if last + 1 < len(words) and _joins(words[last]) else ""),
        partner=("*" if first and _joins(words[first]) else "") + stems[first] if first != last else "",
        apart=_apart(words, first, last),
        before=0 if begins else _reach(words[: first + 1]),
        after=_reach(words[last:]),
        tails="unknown" if exact or not begins else _tails(words, stems),
    )


def meaning(source: str) -> tuple[bool, tuple[str, ...]]:
    """Return the same for patterns that find the same, however their endings, capitals and umlauts are written."""
    exact, words = _is_exact(source), _words(source)
    return exact, tuple(words if exact else map(_stem, words))


def _anchors(words: list[str]) -> tuple[int, int]:
    """Return the places of the two neighbouring words that a search starts from: best two that tell something, without a gap between."""
    places = [place for place, word in enumerate(words) if letters(word)]
    if len(places) <= 2:  # noqa: PLR2004 there is no choice
        return places[0], places[-1]
    return min(
        pairwise(places),
        key=lambda pair: (
            sum(words[place] in STOP for place in pair),
            _apart(words, *pair),
            -sum(len(words[place]) for place in pair),
        ),
    )


def _apart(words: list[str], first: int, last: int) -> int:
    """Return how many characters may stand between the letters of two words."""
    _, behind = around(words[first])
    before, _ = around(words[last])
    return _SLACK + _reach([behind, before, *words[first + 1 : last]])


def _tails(words: list[str], stems: list[str]) -> frozenset[str] | Literal["unknown"] | None:
    if len(words) > 1 or stems[0].strip("*") != letters(stems[0]):
        return "unknown"
    if words[0].endswith("*"):
        return None
    return _ENDINGS if stems == words else _ENDINGS_AFTER_E


def _is_exact(source: str) -> bool:
    return source.lstrip().startswith("=")


def _words(source: str) -> list[str]:
    """Return the folded words; ``*`` is a word of its own where it stands alone, ``kfz-*`` is ``kfz*``, ``it-*`` keeps its hyphen."""
    plain = fold(source.strip().lstrip("=").replace("*", "\x00")).replace("\x00", "*")
    words = [re.sub(r"\*{2,}", "*", word) for word in _BREAK.split(_QUOTES.sub("", plain)) if word]
    words = [
        word.replace("-", "") if "-" in word and _letters([word]) >= SHORTEST_WITH_STAR else word for word in words
    ]
    while words and words[0] == "*":
        words.pop(0)
    while words and words[-1] == "*":
        words.pop()
    return words


@cache
def _stem(word: str) -> str:
    """``digitale`` stands for digitalen, digitaler, ... too, so its own ending is no part of it."""
    open_end = len(word) > SHORTEST_STEM and word.endswith("e") and not word.endswith(("ie", "ee"))
    return word[:-1] if open_end and word not in STOP else word


def _core(word: str) -> str:
    """Return the longest part between stars; a hyphen before a star belongs to it."""
    return max(word.split("*"), key=len)


@cache
def letters(word: str) -> str:
    """Return the longest run of letters of a word or stem: what stands in one word of a text."""
    return max(_NO_LETTERS.split(word), key=len)


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
    return sum(len(word) if word.isalnum() else sum(map(str.isalnum, word)) for word in words)


@cache
def around(word: str) -> tuple[str, str]:
    """Return what stands before and behind the letters of a word or stem: stars and signs."""
    before, _, behind = word.partition(letters(word))
    return before, behind


def _reach(words: list[str]) -> int:
    """Return how many characters these words may take."""
    return sum(map(_room, words))


@cache
def _room(word: str) -> int:
    if word == "*":
        return GAP_WORDS * 20
    return len(word) + _SLACK + MAX_PART * word.count("*") if word else 0


def _exact(words: Sequence[str]) -> str:
    return r"(?<![\w-])" + r"[ \-]".join(re.escape(word) for word in words) + r"(?!-?\w)"


def _flexible(words: Sequence[str], stems: Sequence[str]) -> str:
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


def _joins(word: str) -> bool:
    """Tell whether other words of a compound may be joined to a word."""
    return word not in STOP and len(word) >= SHORTEST


def _joint(word: str, following: str) -> str:
    if following == "*":
        return ""
    open_only = word in STOP or following in STOP or word.endswith("*") or following.startswith("*")
    return _OPEN_JOINT if open_only else _JOINT
