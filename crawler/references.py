"""
Where a serialised element leads, and its headings: from the HTML as the parser wrote it.

Does not know whose a link is. Relies on the same guarantees as ``crawler.lines``: every element is closed, an
attribute is `` name="value"``, and neither quotation marks nor brackets stand inside a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.lines import flat, unescaped

MAX_LINKS = 2_000
MAX_HEADINGS = 500
MAX_WORDS = 300  # characters of a heading or the words of a link

# A link ends with itself or with the next one: an anchor left open around a table can hold others. The last line takes
# what is text to the parser, even where it looks like links.
_LINK = re.compile(
    r"<(?:a( [^>]*)>([^<]*(?:<(?!/?a[ >])[^<]*)*)|area( [^>]*)>|frame( [^>]*)>|iframe( [^>]*)>.*?</iframe>"
    r"|(?:textarea|xmp|noembed|noframes|title)\b.*?</(?:textarea|xmp|noembed|noframes|title)>)",
    re.DOTALL,
)
_HEADING = re.compile(r"<h([1-6])(?: [^>]*)?>([^<]*+(?:<(?!/h\1>)[^<]*+)*+)</h\1>")
_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|small|span|strong|u)(?: [^>]*)?>")
_HREF, _SRC = re.compile(r' href="([^"]*)"'), re.compile(r' src="([^"]*)"')
_IMAGE = re.compile(r'<img( [^>]*? ?alt="[^>]*)>')
_SEEN_BY = tuple(re.compile(rf' {name}="([^"]*)"') for name in ("title", "aria-label", "alt"))


class Heading(NamedTuple):
    """A heading."""

    level: int
    words: str


def references(html: str) -> Iterator[tuple[str, str]]:
    """Yield the target, as it is written, and the words of each link in a serialised element, in its order."""
    for found in _LINK.findall(html):
        if reference := _reference(*found):
            yield reference


# Menus, teasers and lists repeat the same links from page to page.
@lru_cache(maxsize=8_192)
def _reference(link: str, inner: str, area: str, frame: str, iframe: str) -> tuple[str, str] | None:
    shown = frame or iframe
    href = _SRC.search(shown) if shown else _HREF.search(link or area)
    return (unescaped(href[1]), words(inner, link or area or shown)) if href and href[1] else None


def headings(html: str) -> Iterator[Heading]:
    """Yield the headings of a serialised element that have words."""
    for level, inner in _HEADING.findall(html):
        if said := words(inner, ""):
            yield Heading(int(level), said)


def words(inner: str, tag: str) -> str:
    """
    Return the words of an element, or what stands for them to those who cannot see.

    Args:
        inner: What stands between its tags.
        tag: Its attributes.
    """
    text = _INLINE.sub("", inner) if "<" in inner and "</a><a" not in inner else inner
    text = flat(inner) if "<" in text else " ".join(unescaped(text).split())
    return (text or _substitute(inner, tag))[:MAX_WORDS]


def _substitute(inner: str, tag: str) -> str:
    image = _IMAGE.search(inner)
    for attributes in (tag, image[1] if image else ""):
        for name in _SEEN_BY:
            if (match := name.search(attributes)) and (said := " ".join(unescaped(match[1]).split())):
                return said
    return ""
