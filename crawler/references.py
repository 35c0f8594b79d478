"""
Where a serialised element leads, and its headings: from the HTML as the parser wrote it.

Does not know whose a link is. Relies on the same guarantees as ``crawler.lines``: every element is closed, an
attribute is `` name="value"``, and neither quotation marks nor brackets stand inside a value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from crawler.addresses import origin, target
from crawler.lines import flat, unescaped
from db.models import Link

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
# Where these lead is the same on every page of a host.
_ROOTED = ("/", "http://", "https://", "mailto:", "tel:")
_HREF, _SRC = re.compile(r' href="([^"]*)"'), re.compile(r' src="([^"]*)"')
_IMAGE = re.compile(r'<img( [^>]*? ?alt="[^>]*)>')
_SEEN_BY = tuple(re.compile(rf' {name}="([^"]*)"') for name in ("title", "aria-label", "alt"))


def links(html: str, *, zone: str, start: str, own: str) -> list[Link]:
    """
    Return the links to pages in a serialised element, in its order.

    Args:
        html: The element.
        zone: Where on the page it stands.
        start: The address that its links are relative to.
        own: The address of the page; jumps within it are no links.
    """
    place = origin(start)
    found: list[Link] = []
    for written in _LINK.findall(html):
        rooted = _rooted(written, zone, place)
        found += _resolved(written, zone, start, own) if rooted is None else rooted
    return found


# The menus of a site are the same on most of its pages.
@lru_cache(maxsize=256)
def frame_links(html: str, zone: str, place: str) -> tuple[Link, ...] | None:
    """Return the links in an element that many pages of the origin ``place`` share; None if they depend on the page."""
    found: list[Link] = []
    for written in _LINK.findall(html):
        rooted = _rooted(written, zone, place)
        if rooted is None:
            return None
        found += rooted
    return tuple(found)


# Menus, teasers and lists repeat the same links from page to page.
@lru_cache(maxsize=32_768)
def _rooted(written: tuple[str, ...], zone: str, place: str) -> tuple[Link, ...] | None:
    """Return the link, if it leads to a page; None if where it leads depends on the page it stands on."""
    href = _href(written)
    if href and href[0] != "#" and ("#" in href or not href.startswith(_ROOTED)):
        return None
    return _resolved(written, zone, place, "")


def _resolved(written: tuple[str, ...], zone: str, start: str, own: str) -> tuple[Link, ...]:
    href = _href(written)
    url = target(href, start) if href else None
    if url is None or (url == own and "#" in href):
        return ()
    tag, inner, area, frame, iframe = written
    return (Link(url, words(inner, tag or area or frame or iframe), zone),)


def _href(written: tuple[str, ...]) -> str:
    tag, _, area, frame, iframe = written
    shown = frame or iframe
    href = _SRC.search(shown) if shown else _HREF.search(tag or area)
    return unescaped(href[1]) if href else ""


def headings(html: str) -> list[dict[str, Any]]:
    """Return the headings of a serialised element that have words, as ``{"level": 1..6, "text"}``."""
    found = _HEADING.findall(html)
    return [{"level": int(level), "text": said} for level, inner in found if (said := words(inner, ""))]


def words(inner: str, tag: str) -> str:
    """
    Return the words of an element, or what stands for them to those who cannot see.

    Args:
        inner: What stands between its tags.
        tag: Its attributes.
    """
    if "<" not in inner:
        text = " ".join(unescaped(inner).split())
    else:
        text = _INLINE.sub("", inner) if "</a><a" not in inner else inner
        text = flat(inner) if "<" in text else " ".join(unescaped(text).split())
    return (text or _substitute(inner, tag))[:MAX_WORDS]


def _substitute(inner: str, tag: str) -> str:
    image = _IMAGE.search(inner)
    for attributes in (tag, image[1] if image else ""):
        for name in _SEEN_BY:
            if (match := name.search(attributes)) and (said := " ".join(unescaped(match[1]).split())):
                return said
    return ""
