"""
What a page says about itself beside its words: description, language, service keys.

Does not read what it tells search engines; ``crawler.directives`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser

MAX_TITLE = 500
MAX_DESCRIPTION = 2_000
MAX_KEYS = 100

_KEY = re.compile(r"(?<!\d)\d{14}(?!\d)")
_KEY_START = ("99", "77")
_IN_ADDRESS = re.compile(r"[Ll](?:ei[Kk]a|EIKA)[A-Za-z_-]{0,12}[=/](\d{14})(?!\d)|/(99\d{12})(?!\d)")
_IN_TEXT = re.compile(r"(?:leika|leistungsschl(?:ü|ue)ssel)[^\d\n]{0,40}(\d{14})(?!\d)", re.IGNORECASE)
_HINTS = (b"data-lei", b"schluessel")
_MARKED_META = re.compile(r"leika|schluessel|leistungsschluessel")

_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_ ,;])")
_VOTED = 5_000  # characters of text that are enough to know its language
_GERMAN = frozenset(
    "der die das und ist mit für von den dem des nicht sie ein eine auf werden wird bei oder sind zur zum als auch".split()
)
_ENGLISH = frozenset("the and of to is for with you are on this that from by your be our at or".split())
_SURE = 3  # stop words


def marked_keys(html: bytes, tree: LexborHTMLParser, *, metas: Iterable[tuple[str, str]]) -> list[str]:
    """Return the LeiKa keys (14 digits) that a page's markup names, each once."""
    marked = list(_in_metas(metas))
    if any(hint in html for hint in _HINTS):
        marked += _in_attributes(tree)
    return list(dict.fromkeys(key for key, explicit in marked if explicit or key.startswith(_KEY_START)))


def named_keys(addresses: Iterable[str], *, words: str) -> list[str]:
    """Return the LeiKa keys in addresses, and those in a text behind the word "Leistungsschlüssel" or "LeiKa"."""
    found: list[str] = _IN_TEXT.findall(words) if "eistungsschl" in words or "eiKa" in words else []
    joined = "\n".join(addresses)
    if "/99" in joined or "ika" in joined or "IKA" in joined:
        found += [first or second for first, second in _IN_ADDRESS.findall(joined)]
    return list(dict.fromkeys(found))


def _in_metas(metas: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """Yield keys, and whether their mark says LeiKa."""
    for name, content in metas:
        if _MARKED_META.search(name):
            yield from ((key, "leika" in name) for key in _KEY.findall(content))


def _in_attributes(tree: LexborHTMLParser) -> Iterator[tuple[str, bool]]:
    for node in tree.css("*"):
        attributes = node.attributes
        for name, value in attributes.items():
            if name.startswith(("data-leika", "data-leistung")):
                yield from ((key, "leika" in name) for key in _KEY.findall(value or ""))
            elif name == "property" and (value or "").strip().lower() == "schluessel":
                yield from ((key, False) for key in _KEY.findall(attributes.get("content") or node.text()))


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
