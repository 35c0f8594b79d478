"""
The elements of a page that are read, found in one walk: its links, headings, containers and head.

Does not know where on the page they stand; ``crawler.zones`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.addresses import target
from crawler.cues import CONTAINERS
from crawler.lines import flat
from db.models import Link
from db.terms import Zone

MAX_LINKS = 2_000
MAX_ELEMENTS = 10_000  # of each kind that are looked at
MAX_HEADINGS = 500
MAX_WORDS = 300  # characters of a heading or the words of a link

_LINKS = ("a", "area", "iframe", "frame")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADS = ("meta", "link", "base", "title")
_SEEN_BY = ("title", "aria-label", "alt")
_PIECE = "\x1f"  # cannot stand in the text: control characters were dropped

LinkRow = tuple[int, str, str, Zone]
"""The ``mem_id`` of an element, its target, its words, and its zone if it stands in none."""

HeadingRow = tuple[int, str, int]
"""The level of a heading, its words, and its ``mem_id``."""


@dataclass(slots=True)
class Elements:
    """The elements of a page, each kind in the order of the page."""

    links: list[LexborNode] = field(default_factory=list)
    headings: list[LexborNode] = field(default_factory=list)
    containers: list[LexborNode] = field(default_factory=list)
    heads: list[LexborNode] = field(default_factory=list)

    @property
    def forms(self) -> list[LexborNode]:
        """The forms among the containers."""
        return [node for node in self.containers if node.tag == "form"]


def find(tree: LexborHTMLParser) -> Elements:
    """Walk the tree once; every further selection would cost as much again."""
    found = Elements()
    wanted = {
        **dict.fromkeys(_LINKS, found.links),
        **dict.fromkeys(_HEADINGS, found.headings),
        **dict.fromkeys(CONTAINERS, found.containers),
        **dict.fromkeys(_HEADS, found.heads),
    }
    if tree.root is not None:
        for node in tree.root.traverse():
            bucket = wanted.get(node.tag or "")
            if bucket is not None and len(bucket) < MAX_ELEMENTS:
                bucket.append(node)
    return found


def metas(elements: Elements) -> Iterator[tuple[str, str]]:
    """Yield names in lower case and contents, in the order of the page."""
    for node in elements.heads:
        if node.tag == "meta":
            attributes = node.attributes
            names = (attributes.get(kind) for kind in ("name", "property", "http-equiv", "itemprop"))
            name, content = next(filter(None, names), None), attributes.get("content")
            if name and content:
                yield name.strip().lower(), content


def title(elements: Elements) -> str:
    """Return the page's title on one line."""
    return next((" ".join(node.text().split()) for node in elements.heads if node.tag == "title"), "")


def base(elements: Elements, url: str) -> str:
    """Return the address that links are relative to."""
    for node in elements.heads:
        if node.tag == "base" and (href := node.attributes.get("href")):
            return target(href, url) or url
    return url


def canonical_link(elements: Elements, start: str) -> str | None:
    """Return the address the page names as its canonical one."""
    for node in elements.heads:
        if node.tag == "link":
            attributes = node.attributes
            if "canonical" in (attributes.get("rel") or "").lower().split():
                return target(attributes.get("href") or "", start)
    return None


def link_rows(elements: Elements, start: str, *, own: str) -> Iterator[LinkRow]:
    """Yield each link to a page, relative to ``start``; jumps within the page ``own`` are none."""
    for node in elements.links:
        attributes = node.attributes
        framed = "href" not in attributes
        href = attributes.get("src" if framed else "href")
        url = target(href, start) if href else None
        if url is None or (url == own and "#" in (href or "")):
            continue
        # A frame stands in no zone on a page that is all frames; what is written in it is for old browsers.
        words = _substitute(node) if framed else _words(node)
        yield node.mem_id, url, words[:MAX_WORDS], Zone.MAIN if framed else Zone.MENU


def heading_rows(elements: Elements) -> Iterator[HeadingRow]:
    """Yield each heading that has words."""
    for node in elements.headings[: 2 * MAX_HEADINGS]:
        if words := _words(node)[:MAX_WORDS]:
            yield int((node.tag or "h6")[1]), words, node.mem_id


def links(rows: list[LinkRow], zone_of: Mapping[int, Zone]) -> Iterator[Link]:
    """Yield the links of a page, each wording in a zone once."""
    seen: set[tuple[str, str, str]] = set()
    for number, url, text, otherwise in rows:
        wording = (url, text, str(zone_of.get(number, otherwise)))
        if wording not in seen and len(seen) < MAX_LINKS:
            seen.add(wording)
            yield _link(*wording)


def headings(rows: list[HeadingRow], zone_of: Mapping[int, Zone]) -> list[dict[str, Any]]:
    """Return the headings of the main part; if it has none of the first level, the page's own before them."""
    kept = [{"level": level, "text": text} for level, text, number in rows if zone_of.get(number) is Zone.MAIN]
    if not any(heading["level"] == 1 for heading in kept):
        first = next((text for level, text, _ in rows if level == 1), None)
        kept = [{"level": 1, "text": first}, *kept] if first else kept
    return kept[:MAX_HEADINGS]


@lru_cache(maxsize=16_384)
def _link(url: str, text: str, zone: str) -> Link:
    """Return the one object for a wording: making one costs as much as reading ten links, and menus repeat."""
    return Link(url=url, text=text, zone=zone)


def _words(node: LexborNode) -> str:
    """Return the words of an element, or what stands for them to those who cannot see."""
    text = node.text(separator=_PIECE, skip_empty=True)
    if text:
        text = flat(node.html or "") if _PIECE in text else " ".join(text.split())
    return text or _substitute(node)


def _substitute(node: LexborNode) -> str:
    image = node.css_first("img[alt]")
    for attributes in (node.attributes, image.attributes if image is not None else {}):
        for name in _SEEN_BY:
            if words := " ".join((attributes.get(name) or "").split()):
                return words
    return ""
