"""
What a page says about itself beside its words: description and language.

Does not read what it tells search engines, ``crawler.directives`` does, nor service keys, ``crawler.keys`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MAX_TITLE = 500
MAX_DESCRIPTION = 2_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_ ,;])")
_VOTED = 5_000  # characters of text that are enough to know its language
_GERMAN = frozenset(
    "der die das und ist mit für von den dem des nicht sie ein eine auf werden wird bei oder sind zur zum als auch".split()
)
_ENGLISH = frozenset("the and of to is for with you are on this that from by your be our at or".split())
_SURE = 3  # stop words


def language(claims: Iterable[str | None], *, text: str) -> str | None:
    """Return the first language that is claimed, as two or three letters; else "de" or "en" by the small words of a text."""
    for claim in claims:
        if claim and (match := _LANGUAGE.match(claim.strip().lower())):
            return match[0]
    words = text[:_VOTED].lower().split()
    german = sum(word in _GERMAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    if max(german, english) < _SURE or min(german, english) * 2 > max(german, english):
        return None
    return "de" if german > english else "en"


def description(metas: Mapping[str, str]) -> str:
    """Return the page's own summary, on one line."""
    text = metas.get("description") or metas.get("og:description") or metas.get("dc.description") or ""
    return " ".join(text.split())[:MAX_DESCRIPTION]
