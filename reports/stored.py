"""
Sentences that were stored in German, as the audit worded them, told in the language of the reader.

Does not word anything. The template of which a stored sentence was made is the key of its translation, so it is read back by that
template: what stands in its gaps goes into those of the translation. What was made of no known template stays German.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from string import Formatter

from babel.dates import format_date

from reports import language
from reports.language import gettext

OWN = {"change", "follows", "level", "now", "said", "searched", "then", "to", "where", "why"}
"""Gaps in which our own words may stand, and are translated too; in all others stand the words of a town's pages."""

NUMBERS = {
    "audit",
    "clicks",
    "count",
    "number",
    "own",
    "pages",
    "rank",
    "rivals",
    "seconds",
    "status",
    "times",
    "years",
}
"""Gaps in which a number stands."""

DAYS = {"day", "since", "until"}
"""Gaps in which a date stands in figures."""

LEAST = 7
"""Letters of its own without which a template says too little to be told from any other sentence."""

LONGEST = 1000
"""Characters of a text that is looked at; no sentence of ours is longer."""

SENTENCE = 15
"""Characters from which a text without gaps is a sentence, with which a longer text may begin."""

_ABOUT = re.compile(r"([\w-]+(?:\.[\w-]+)+(?::\d+)?): (.+)", re.DOTALL)
_GAP = re.compile(r"\{|%\(")

Part = tuple[str, bool]
"""A piece of a text, and whether it is in the language of the reader."""


def told(text: str) -> str:
    """Return a stored text in the language that is spoken, as far as it is known."""
    return "".join(piece for piece, _ in parts(text))


def parts(text: str) -> tuple[Part, ...]:
    """Return the pieces of a stored text in the language that is spoken, in their order."""
    return _parts(text, language.language())


@lru_cache(maxsize=4096)
def _parts(text: str, spoken: str) -> tuple[Part, ...]:
    if spoken == "de" or not text.strip():
        return ((text, True),)
    if len(text) > LONGEST:
        return ((text, False),)
    if text in _known(spoken):
        return ((gettext(text), True),)
    for pattern, german in _templates(spoken):
        if found := pattern.fullmatch(text):
            return tuple(_filled(gettext(german), found.groupdict()))
    return _joined(text, spoken) or tuple(_begun(text, spoken))


def _joined(text: str, spoken: str) -> tuple[Part, ...]:
    """Return what is known of a host with a sentence about it, or of a list; nothing if it is neither."""
    if found := _ABOUT.fullmatch(text):
        return ((f"{found[1]}: ", True), *_parts(found[2], spoken))
    if ", " not in text:
        return ()
    told = [_parts(one, spoken) for one in text.split(", ")]
    if not all(is_ours for pieces in told for _, is_ours in pieces):
        return ()
    return ((", ".join("".join(piece for piece, _ in pieces) for pieces in told), True),)


def _begun(text: str, spoken: str) -> Iterator[Part]:
    """Yield what is known of a text sentence by sentence from its begin, and the rest as it is."""
    for german in _sentences(spoken):
        if text.startswith(f"{german} "):
            yield f"{gettext(german)} ", True
            yield from _parts(text[len(german) + 1 :], spoken)
            return
    for pattern, german in _templates(spoken):
        if german.endswith(".") and (found := pattern.match(text)) and text[found.end() :].startswith(" "):
            yield from _filled(gettext(german), found.groupdict())
            yield " ", True
            yield from _parts(text[found.end() + 1 :], spoken)
            return
    yield text, False


def _filled(template: str, values: dict[str, str]) -> Iterator[Part]:
    """Yield the pieces of a translated template; one whose last gap is empty ends without a space."""
    pieces: list[Part] = []
    for words, name, _, _ in Formatter().parse(template):
        pieces.append((words, True))
        if name:
            pieces += _value(name, values.get(name, ""))
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces and pieces[-1][1]:
        pieces[-1] = (pieces[-1][0].rstrip(), True)
    yield from ((piece, is_ours) for piece, is_ours in pieces if piece)


def _value(name: str, value: str) -> tuple[Part, ...]:
    if name in DAYS:
        return ((_day(value), True),)
    return parts(value) if name in OWN else ((value, name in NUMBERS),)


def _day(figures: str) -> str:
    """Return a day, month or year as it is stored, "31.08.2020", "08.2020" or "2020", in words."""
    numbers = [int(part) for part in reversed(figures.split(".")) if part.isdecimal()]
    shape = {1: "y", 2: "MMMM y", 3: "long"}.get(len(numbers))
    try:
        found = date(*[*numbers, 1, 1][:3])
    except ValueError:
        return figures
    return str(format_date(found, format=shape, locale=language.locale())) if shape else figures


@lru_cache
def _known(_spoken: str) -> frozenset[str]:
    return frozenset(language.msgids())


@lru_cache
def _templates(_spoken: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the templates with the pattern of what is made of them, those that say most first."""
    known = [(_own(german), german) for german in _known(_spoken) if "{" in german]
    return [(_pattern(german), german) for own, german in sorted(known, reverse=True) if own >= LEAST]


@lru_cache
def _sentences(_spoken: str) -> list[str]:
    """Return the sentences without gaps, the longest first."""
    whole = [one for one in _known(_spoken) if one.endswith(".") and len(one) >= SENTENCE and not _GAP.search(one)]
    return sorted(whole, key=len, reverse=True)


def _own(german: str) -> int:
    """Return how many letters of its own a template has."""
    return sum(sign.isalpha() for words, *_ in Formatter().parse(german) for sign in words)


def _pattern(german: str) -> re.Pattern[str]:
    """Return the pattern of what is made of a template; what stands in two gaps of one name is the same."""
    made, seen = "", set()
    for words, name, _, _ in Formatter().parse(german):
        # A gap may be empty, and the space beside it is then gone.
        made += re.escape(words).replace(r"\ ", " ?")
        if name:
            made += f"(?P={name})" if name in seen else rf"(?P<{name}>{'[0-9.,]+' if name in NUMBERS else '.*?'})"
            seen.add(name)
    return re.compile(made, re.DOTALL)
