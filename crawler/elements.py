"""
The elements of a page that are looked at one by one, found in one walk: its head, first headings and containers.

Does not know where on the page they stand; ``crawler.zones`` does, and ``crawler.references`` reads the links.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.addresses import target
from crawler.cues import CONTAINERS

MAX_ELEMENTS = 10_000  # of each kind that are looked at

_HEADS = ("meta", "link", "base", "title")


def _number(tag: str) -> int:
    """Return what lexbor calls a tag inside; to ask for that is cheaper than for the name."""
    tree = LexborHTMLParser("", is_fragment=True)
    return tree.create_node(tag).tag_id


_TITLE = _number("h1")
_HEAD_NUMBERS = frozenset(map(_number, _HEADS))
_NUMBERS = frozenset(map(_number, CONTAINERS)) | _HEAD_NUMBERS | {_TITLE}


@dataclass(slots=True)
class Elements:
    """The elements of a page, each kind in the order of the page."""

    titles: list[LexborNode] = field(default_factory=list)  #: headings of the first level
    containers: list[LexborNode] = field(default_factory=list)
    heads: list[LexborNode] = field(default_factory=list)

    @property
    def forms(self) -> list[LexborNode]:
        """The forms among the containers."""
        return [node for node in self.containers if node.tag == "form"]


def find(tree: LexborHTMLParser) -> Elements:
    """Walk the tree once; every further selection would cost as much again."""
    found = Elements()
    if tree.root is None:
        return found
    for node in tree.root.traverse():
        number = node.tag_id
        if number in _NUMBERS:
            if number == _TITLE:
                bucket = found.titles
            elif number in _HEAD_NUMBERS:
                bucket = found.heads
            else:
                bucket = found.containers
            if len(bucket) < MAX_ELEMENTS:
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
