"""
Microdata of a page as nested objects, shaped like JSON-LD.

Does not know what types mean. Reads the properties it is asked for and no others, so that an article marked as a whole is
not copied; ``itemref`` is not followed (HTML standard, section 5.2.4), as no page of a town was seen to use it.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_ELEMENTS = 1_500  #: that are marked
MAX_LEVELS = 60  #: between a property and its item
MAX_TEXT = 1_000  #: characters of a value
MAX_READ = 500_000  #: characters of text looked at in one page
_PARTS = 200  # nodes of text in one value

_HREF = frozenset(["a", "area", "link"])
_SRC = frozenset(["audio", "embed", "iframe", "img", "source", "track", "video"])

Item = dict[str, Any]


def read(html: bytes, tree: LexborHTMLParser, *, names: Collection[str]) -> list[Item]:
    """
    Return the items that are not a property of another, in the order of the page.

    Args:
        html: The page, which tells cheaply whether it has any.
        tree: The page; it has to be whole.
        names: Of the properties that are read.

    An item is ``{"@type": [types], "@id": itemid, name: [values]}``; a value is a string or an item.
    """
    if b"itemscope" not in html:
        return []
    return _Reader(names).items(tree)


class _Reader:
    """One reading of a page; remembers the items by their elements, and how much text it has looked at."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._by_element: dict[int, Item] = {}
        self._left = MAX_READ

    def items(self, tree: LexborHTMLParser) -> list[Item]:
        found: list[Item] = []
        seen: set[int] = set()
        for node in islice(tree.css("[itemscope], [itemprop]"), MAX_ELEMENTS):
            if node.mem_id in seen:  # an element that has both is selected twice
                continue
            seen.add(node.mem_id)
            attributes = node.attributes
            item = _item(attributes) if "itemscope" in attributes else None
            properties = [name for name in (attributes.get("itemprop") or "").split() if name in self._names]
            owner = self._owner(node) if "itemprop" in attributes else None
            if item is not None:
                self._by_element[node.mem_id] = item
                if owner is None:
                    found.append(item)
            if owner is not None and properties:
                value = item or self._value(node, attributes)
                for name in properties[:5]:
                    owner.setdefault(name, []).append(value)
        return found

    def _owner(self, node: LexborNode) -> Item | None:
        """Return the item a property belongs to."""
        above = node.parent
        for _ in range(MAX_LEVELS):
            if above is None:
                return None
            item = self._by_element.get(above.mem_id)
            if item is not None:
                return item
            above = above.parent
        return None

    def _value(self, node: LexborNode, attributes: dict[str, str | None]) -> str:
        tag = node.tag or ""
        if attributes.get("content"):
            return (attributes["content"] or "")[:MAX_TEXT]
        if tag in _HREF or tag in _SRC:
            return (attributes.get("href" if tag in _HREF else "src") or "")[:MAX_TEXT]
        if tag == "object":
            return (attributes.get("data") or "")[:MAX_TEXT]
        for name in ("datetime", "value"):
            if (tag, name) in (("time", "datetime"), ("data", "value"), ("meter", "value")) and attributes.get(name):
                return (attributes[name] or "")[:MAX_TEXT]
        return self._text(node)

    def _text(self, node: LexborNode) -> str:
        """Return the words of an element; many elements around one long text must not each cost as much as it is long."""
        parts: list[str] = []
        length = 0
        for inner in islice(node.traverse(include_text=True), _PARTS):
            if inner.is_text_node and self._left > 0:
                text = inner.text_content or ""
                self._left -= len(text)
                parts.append(text[:MAX_TEXT])
                length += len(text)
                if length > MAX_TEXT:
                    break
        return "".join(parts)[:MAX_TEXT]


def _item(attributes: dict[str, str | None]) -> Item:
    item: Item = {"@type": (attributes.get("itemtype") or "")[:MAX_TEXT].split()[:10]}
    if attributes.get("itemid"):
        item["@id"] = (attributes["itemid"] or "")[:MAX_TEXT]
    return item
