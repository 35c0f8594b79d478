"""
One spelling for many: umlauts, hyphens and case folded, so that names, headers and titles can be compared.

Does not know German words; stems and compounds belong to ``audit.inventory.matching``.
"""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "\u00ad": None, "\u200b": None})
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return the text in lower case, umlauts written out, other accents dropped."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    if folded.isascii():
        return folded
    return "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))


def letters(text: str) -> str:
    """Return only the letters and digits, folded: „Baden-Baden“ and „Baden Baden“ become the same."""
    if text.isascii() and text.isalnum():
        return text.lower()
    return _NOT_LETTERS.sub("", fold(text))


def slug(text: str) -> str:
    """Return the text as a key ``[a-z0-9-]+``; empty if it has no letters."""
    if text.isascii() and text.isalnum():
        return text.lower()
    return _NOT_LETTERS.sub("-", fold(text)).strip("-")
