"""
Compile the plain-German patterns of the catalogue and find all of them in one pass over a text.

Does not know criteria and does not judge a hit. The language is described for editors in ``docs/catalogue.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick_rs

from audit.classify.text import fold
from db.errors import CatalogueError

GAP_WORDS = 6
"""Words that a lone ``*`` may stand for."""
MAX_PART = 40
"""Letters that a ``*`` inside a word may stand for; no German compound part is longer."""
MAX_HITS = 200
"""Places looked at for one literal on one page; a page that repeats a word more often says nothing new."""
SHORTEST = 3
SHORTEST_WITH_STAR = 4  #: of a word that may begin with anything
SHORTEST_EXACT = 2
SHORTEST_PHRASE = 8  #: of frequent words only: "können Sie"

STOP = frozenset(
    "ab als am an auch auf aus bei bis das dem den der des die durch ein eine einen einer eines fuer hier ihr ihre ihren im in ist "
    "kann koennen mit nach nicht noch oder per seit sich sie sind steht stehen ueber um und uns unser unsere unserem unserer von vor "
    "wie wird wir zu zum zur wurde wurden hat haben".split()
)
"""Words too frequent to prove anything alone; compounds never begin with them."""
_FREQUENT = frozenset("online digital digitale portal stadt service antrag formular".split())
_ENDING = "(?:ern|e[nrsm]?|n|s)?"
_ENDING_AFTER_E = "(?:e[nrsm]?)"
_JOINT = r"[ \-/\"'&+]{0,3}"
_OPEN_JOINT = r"[ \-/\"'&+]{1,3}"
_GAP = rf"(?: [^\s]{{1,{MAX_PART}}}){{0,{GAP_WORDS}}}? "
_SIGNS = {"*": rf"\w{{0,{MAX_PART}}}", "-": "[ -]"}
_WINDOW = (GAP_WORDS + 1) * 20


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One compiled pattern.

    Attributes:
        source: As the editor wrote it.
        literal: Folded letters that every match contains.
        regex: Verifies a place; bounded in every part, so that no text can make it slow.
        before: Characters of a match that may stand before the literal; 0: it begins there.
    """

    source: str
    literal: str
    regex: re.Pattern[str]
    before: int


def compile_pattern(source: str, *, owner: str, alone: bool = True) -> Pattern:
    """
    Return the pattern; raise CatalogueError naming ``owner`` (the criterion) if it would match nearly everything.

    ``alone``: the pattern must mean something by itself; words that only ever count beside others need not.
    """
    exact = source.lstrip().startswith("=")
    words = re.split(
        r"\s+|(?<!\*)-+(?!\*)",
        _without_signs(fold(source.strip().lstrip("=").replace("*", "\x00"))).replace("\x00", "*").strip(),
    )
    words = [re.sub(r"\*+", "*", word) for word in words if word]
    while words and words[0] == "*":
        words.pop(0)
    while words and words[-1] == "*":
        words.pop()
    _refuse(words, source=source, owner=owner, exact=exact, alone=alone)
    stems = [_stem(word) if not exact else word for word in words]
    best = max(
        (index for index, word in enumerate(words) if word != "*"),
        key=lambda index: _rarity(words[index], stems[index]),
    )
    literal = _core(stems[best])
    first = best == 0 and not words[0].startswith("*") and stems[0].startswith(literal)
    return Pattern(
        source=source,
        literal=literal,
        regex=re.compile(_exact(words) if exact else _flexible(words, stems)),
        before=0 if first else _reach(words[: best + 1]),
    )


class PatternIndex:
    """All patterns of a purpose, numbered, found in one pass."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self._numbers: dict[str, int] = {}
        self._by_literal: dict[str, list[int]] = {}
        self._groups: list[list[int]] = []
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def add(self, source: str, *, owner: str, alone: bool = True) -> int:
        """Return the number of the pattern; equal patterns share one. For ``owner`` and ``alone`` see ``compile_pattern``."""
        if source not in self._numbers:
            pattern = compile_pattern(source, owner=owner, alone=alone)
            self._numbers[source] = len(self.patterns)
            self._by_literal.setdefault(pattern.literal, []).append(len(self.patterns))
            self.patterns.append(pattern)
            self._automaton = None
        return self._numbers[source]

    def scan(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield (pattern, start, end) for each hit in a folded text, each place of a pattern once."""
        if self._automaton is None:
            self._groups = list(self._by_literal.values())
            self._automaton = ahocorasick_rs.AhoCorasick(
                list(self._by_literal), implementation=ahocorasick_rs.Implementation.DFA
            )
        seen = [0] * len(self._groups)
        ends: dict[int, int] = {}
        patterns = self.patterns
        for group, start, stop in self._automaton.find_matches_as_indexes(text, overlapping=True):
            seen[group] += 1
            if seen[group] > MAX_HITS:
                continue
            inside = start > 0 and text[start - 1].isalnum()
            for number in self._groups[group]:
                pattern = patterns[number]
                if ends.get(number, -1) > start:
                    continue
                if pattern.before:
                    hit = pattern.regex.search(
                        text, max(0, start - pattern.before, ends.get(number, 0)), stop + _WINDOW
                    )
                elif inside:
                    continue
                else:
                    hit = pattern.regex.match(text, start)
                if hit and hit.end() >= stop and hit.start() <= start:
                    ends[number] = hit.end()
                    yield number, hit.start(), hit.end()


def _without_signs(text: str) -> str:
    return re.sub(r"[\"'“„(),;:!?]", "", text)


def _stem(word: str) -> str:
    """``digitale`` stands for digitalen, digitaler, ... too, so its own ending is no part of it."""
    return word[:-1] if len(word) > 4 and word.endswith("e") and not word.endswith(("ie", "ee")) else word


def _core(word: str) -> str:
    """Return the longest run of letters between stars and inner hyphens."""
    return max(re.split(r"[*-]", word), key=len)


def _rarity(word: str, stem: str) -> tuple[bool, bool, int]:
    core = _core(stem)
    return word not in STOP and len(core) > 1, core not in _FREQUENT, len(core)


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
        return len(words) > 1 and _letters(words) >= SHORTEST_PHRASE and not any("*" in word for word in words)
    if len(telling) == 1 and "*" in telling[0] and "-" not in telling[0]:
        return len(_core(telling[0])) >= (SHORTEST_WITH_STAR if telling[0].startswith("*") else SHORTEST)
    short = exact or any(sign.isdigit() or sign == "-" for word in telling for sign in word)
    return _letters(telling) >= (SHORTEST_EXACT if short else SHORTEST)


def _letters(words: list[str]) -> int:
    return sum(sign.isalnum() for word in words for sign in word)


def _reach(words: list[str]) -> int:
    """Return how many characters may stand before the end of the last of these words."""
    return sum(GAP_WORDS * 20 if word == "*" else len(word) + 8 + MAX_PART * word.count("*") for word in words)


def _exact(words: list[str]) -> str:
    return r"(?<![\w-])" + r"[ \-]".join(re.escape(word) for word in words) + r"(?!-?\w)"


def _flexible(words: list[str], stems: list[str]) -> str:
    regex = "" if words[0].startswith("*") else r"(?<!\w)"
    for index, (word, stem) in enumerate(zip(words, stems, strict=True)):
        if word == "*":
            regex += _GAP
            continue
        regex += "".join(_SIGNS.get(sign) or re.escape(sign) for sign in stem)
        if not word.endswith("*") and word not in STOP:
            regex += _ENDING if stem == word else _ENDING_AFTER_E
        following = words[index + 1] if index + 1 < len(words) else "*"
        if following != "*":
            regex += (
                _OPEN_JOINT
                if word in STOP or following in STOP or following.startswith("*") or word.endswith("*")
                else _JOINT
            )
    return regex + r"(?!\w)"
