"""
LeiKa keys, the 14 digits by which the administration numbers its services, in every form in which pages give them.

Does not look keys up. Fourteen digits are also telephone numbers, article numbers and ids, so only what begins with 99
counts, and what begins with 77 where something beside it says that it is such a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter

from selectolax.lexbor import LexborHTMLParser

MAX_KEYS = 100
_MAX_ROUTES = 2_000

_NUMBER = r"(?:99|77)(?:\d{12}|(?:[ \u00a0\u202f]\d{3}){4})"  # as one word, or in blocks as it is printed
_KEY = re.compile(rf"(?<!\d)(?<!\d )({_NUMBER})(?! ?\d)")
_SURE, _MARKED = ("99",), ("99", "77")

_URN = re.compile(r"leika(?::|%3A)(?:leistung(?::|%3A))?((?:99|77)\d{12})(?!\d)", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"leika[a-z_-]{0,12}[=/]((?:99|77)\d{12})(?!\d)|/(99\d{12})(?!\d)"
    r"|[?&;](?:lb[_-]?id|[a-z_-]{0,12}(?:leistung|ozg)[a-z_-]{0,20})=(99\d{12})(?!\d)",
    re.IGNORECASE,
)
_ROUTE = re.compile(r'#!?(/[^"\s<>]{1,500})')
_IN_TEXT = re.compile(
    r"(?:leika|leistungsschl(?:ü|ue)ssel)(?:[^\d\n]{0,40}((?:99|77)\d{12})(?!\d)"
    rf"|(?:[ -]?(?:nr\.?|nummer|id))?[\s:–-]{{0,3}}({_NUMBER})(?! ?\d))",
    re.IGNORECASE,
)

# Patterns that begin with fixed letters are found many times faster than one with a choice of them.
_SURE_NUMBER, _OTHER_NUMBER = re.compile(r"99\d{12}"), re.compile(r"77\d{12}")
_HINT = re.compile(rb"data-[a-z0-9_-]*(?:leika|leistung|ozg)")
_EXPLICIT = re.compile(r"leika|schluessel")
_ATTRIBUTE = re.compile(r"data-[a-z0-9_-]*(?:leika|leistung|ozg)")


def in_markup(html: bytes, tree: LexborHTMLParser, *, metas: Iterable[tuple[str, str]]) -> list[str]:
    """Return the keys that a page's markup names, each once."""
    found = [key for name, content in metas if _EXPLICIT.search(name) for key in _read(content, _MARKED)]
    if b"schluessel" in html or _HINT.search(html):
        found += _in_attributes(tree)
    return list(dict.fromkeys(found))


def in_addresses(addresses: Iterable[str], *, words: str = "", html: str = "") -> list[str]:
    """
    Return the keys in addresses and in words.

    Args:
        addresses: Canonical ones.
        words: A text; a key counts behind the word "Leistungsschlüssel" or "LeiKa".
        html: A serialised element, for the routes behind ``#/`` that canonical addresses have lost.
    """
    found: list[str] = []
    if "eistungsschl" in words or "eiKa" in words:
        found += (_joined(whole or spaced) for whole, spaced in _IN_TEXT.findall(words))
    joined = "\n".join([*addresses, *islice(map(itemgetter(1), _ROUTE.finditer(html)), _MAX_ROUTES)])
    if _SURE_NUMBER.search(joined) or _OTHER_NUMBER.search(joined):
        found += _URN.findall(joined)
        found += ("".join(groups) for groups in _IN_ADDRESS.findall(joined))
    return list(dict.fromkeys(found))


def in_data(values: Iterable[str]) -> list[str]:
    """Return the keys in what structured data names as identifier or kind of a service: bare, as URN or as address."""
    found: list[str] = []
    for value in values:
        found += _URN.findall(value) or _read(value, _SURE)
    return list(dict.fromkeys(found))


def _in_attributes(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("*"):
        attributes = node.attributes
        for name, value in attributes.items():
            if name.startswith("data-") and _ATTRIBUTE.match(name):
                yield from _read(value or "", _MARKED if _EXPLICIT.search(name) else _SURE)
            elif name == "property" and (value or "").strip().lower() == "schluessel":
                yield from _read(attributes.get("content") or node.text()[:200], _MARKED)


def _read(text: str, starts: tuple[str, ...]) -> list[str]:
    return [key for found in _KEY.findall(text) if (key := _joined(found)).startswith(starts)]


def _joined(key: str) -> str:
    return re.sub(r"\D", "", key)
