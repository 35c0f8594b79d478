"""
Fold German text so that spellings of one word become equal, and cut it into sentences.

Does not know pages, patterns or criteria.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

MAX_SENTENCE = 2_000
"""Longer "sentences" are cut: lists without full stops, or one endless word."""
MAX_ADDRESS = 600

_LETTERS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_LOOKS = (
    *(
        ("\u00ad", ""),
        ("\u200b", ""),
        ("\u200c", ""),
        ("\ufeff", ""),
        ("\u00a0", " "),
        ("\u202f", " "),
        ("\u2009", " "),
    ),
    *(
        ("–", "-"),
        ("—", "-"),
        ("‑", "-"),
        ("‐", "-"),
        ("…", "..."),
        ("„", '"'),
        ("“", '"'),
        ("”", '"'),
        ("»", '"'),
        ("«", '"'),
    ),
    *(("‚", "'"), ("‘", "'"), ("’", "'")),
)
_PLAIN = (("\t", " "), ("\r", " "), ("@", "a"))
_SIGN = r"(?:[:*_·•‧]|/-?|/?\()"
_GENDER = re.compile(rf"(?<=[a-zäöüß]){_SIGN}in(?:nen)?(?![a-zäöüß])\)?|(?<=[a-zäöüß])In(?:nen)?(?![a-zäöüßA-ZÄÖÜ])")
_GENDERED = re.compile(r"[:*_·•‧/(-]in(?:nen)?(?![a-zäöüß])|[a-zäöüß]In(?:nen)?(?![a-zäöüßA-ZÄÖÜ])")
_TURNS = ("; ", ", aber ", ", jedoch ", ", sondern ", ", doch ", ", waehrend ")
_MEDIAL_DOT = re.compile(r"(?<=\w)[·•‧](?=\w)")
_SPACES = re.compile(r" {2,}")
_ABBREVIATED = re.compile(
    r"(?:\b(?:ggf|bzw|nr|str|tel|usw|etc|evtl|ca|inkl|abs|art|vgl|st|dr|prof|[a-z])|\b\d{1,2})\.\s*$",
    re.IGNORECASE,
)
_END = re.compile(r"(?<![.!?])[.!?]{1,5}[\"“”«»)]{0,3}\s{1,20}(?=[A-ZÄÖÜ0-9„\"(»•-])")


def fold(text: str) -> str:
    """Return ``text`` in lower case with umlauts as ae, oe, ue, without soft hyphens, medial dots and gender signs; lines stay lines."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if _GENDERED.search(text):
        text = _GENDER.sub("", text)
    text = _replace(text.lower(), _PLAIN)
    if not text.isascii():
        text = _replace(text, _LETTERS)
    if not text.isascii():
        text = _MEDIAL_DOT.sub("", _replace(text, _LOOKS))
    return _SPACES.sub(" ", text) if "  " in text else text


def _replace(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for spelling, plain in pairs:
        text = text.replace(spelling, plain)
    return text


def between(text: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    """Return what stands between two places of a text, whichever comes first; "" if they touch."""
    return text[min(one[1], other[1]) : max(one[0], other[0])]


def turns(text: str) -> bool:
    """Does a sentence turn here, so that what stands before does not speak of what follows?"""
    return any(turn in text for turn in _TURNS)


def spell(url: str) -> str:
    """
    Return the words of an address that speak of this page: those of the host and of the last part of the path.

    ``https://a-stadt.de/Leben/kita-portal.html`` gives ``a stadt de kita portal``; what stands between names a section of the site.
    """
    address = re.split(r"[?#;]", url.split("://", 1)[-1][:MAX_ADDRESS], maxsplit=1)[0]
    host, _, path = unquote(address).strip("/").partition("/")
    last = re.sub(r"\.\w{2,5}$", "", path.rpartition("/")[2])
    return " ".join(re.sub(r"[\W_]+", " ", f"{host} {last}").split())


def split(text: str) -> Iterator[str]:
    """Yield sentences with the space behind them; joined they give ``text`` again."""
    start = 0
    for end in _END.finditer(text):
        if _ABBREVIATED.search(text, max(start, end.end() - 12), end.end()):
            continue
        yield from _pieces(text[start : end.end()])
        start = end.end()
    if start < len(text):
        yield from _pieces(text[start:])


def _pieces(text: str) -> Iterator[str]:
    while len(text) > MAX_SENTENCE:
        cut = text.rfind(" ", MAX_SENTENCE // 2, MAX_SENTENCE) + 1 or MAX_SENTENCE
        yield text[:cut]
        text = text[cut:]
    yield text
