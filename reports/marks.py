"""
Where in a quote the words of a rule stand, so that a reader sees at a glance why it was taken.

Does not read by the rule again: it looks for its words, so it may mark one that was not meant, and marks nothing where none stands.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

_FOLDED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_LONGEST = 200
"""Characters of a rule that are looked at."""


def marked(text: str, rule: str) -> Markup:
    """Return a text as HTML with the words of a rule (``Evidence.rule``: "smart city manager*") in ``<mark>``."""
    words = _words(rule[:_LONGEST])
    if words is None:
        return escape(text)
    parts, end = [], 0
    for found in words.finditer(text):
        parts += [escape(text[end : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


@lru_cache(maxsize=2000)
def _words(rule: str) -> re.Pattern[str] | None:
    stems = {word.strip("*+\"'").casefold() for word in re.split(r"[\s/|,;:()\[\]{}-]+", rule)}
    patterns = sorted((_spelled(stem) for stem in stems if len(stem) > 1), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(patterns)})\w*", re.IGNORECASE) if patterns else None


def _spelled(stem: str) -> str:
    """Return a pattern for a word with or without its umlauts spelled out."""
    for sign, folded in _FOLDED.items():
        stem = stem.replace(sign, folded)
    pattern = re.escape(stem)
    for sign, folded in _FOLDED.items():
        pattern = pattern.replace(folded, f"(?:{folded}|{sign})")
    return pattern
