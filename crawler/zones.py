"""
Cut a page into its zones: main part, menu and footer.

Does not read what the words mean. Trusts the elements of the HTML standard first, then names in class and id as far as
the words inside agree, and last the density of links; so it also reads pages from before ``<main>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.cues import CONTAINERS, Cue, cue_of
from crawler.elements import Elements

_LITTLE = 15  # words; a main part with less may be a shell beside the real one
_LEVELS = 30  # nested wrappers that are looked into for blocks of links
_CLAIMS = 500  # named elements, or blocks beside each other, that are looked at; pages for people have fewer
_MOST = 0.6  # of the words of a page has to stand in a part that only its name makes the main part

_NAV_LINKS = 3
_NAV_SHARE = 0.75  # of the words of a block are links
_NAMED_SHARE = 0.6  # the same, where a name says so too
_NAV_LENGTH = 40  # characters of a link in a menu, on average
_BAR = {Cue.COOKIES: 8_000, Cue.SEARCH: 2_000, Cue.CRUMBS: 1_000}  # characters with white space; what says more is none
_PARAGRAPH = 80  # characters; a header that says more in one piece introduces the page

_FOOTISH = re.compile(r"©|\(c\) |copyright|impressum", re.IGNORECASE)
_FOOT_LENGTH = 800

_SECTIONING = frozenset(["main", "article", "section", "aside", "form", "li", "td", "details", "blockquote", "dialog"])
_FRAMES = frozenset([None, "section", "form", "td"])  # what may stand around the frame of a page
_BLOCKS = frozenset(
    [*CONTAINERS, "tbody", "tr", "center", "p", "h1", "h2", "h3", "h4", "fieldset", "dl", "font", "span"]
)
_TEXT_TAGS = frozenset(["p", "h1", "h2", "h3", "h4", "dl"])


@dataclass(slots=True)
class Zones:
    """
    The parts of a page: serialised elements, those of one zone in the order of the page.

    Attributes:
        silent: Elements whose links count to the menu, and whose words to nothing.
    """

    main: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


def cut(node: LexborNode, part: list[str]) -> None:
    """Move an element out of the page into a part."""
    part.append(node.html or "")
    node.decompose()


def split(body: LexborNode, found: Elements) -> Zones:
    """
    Return the zones of a page.

    Args:
        body: The element to cut; it is used up.
        found: Its containers and first headings, in the order of the page.
    """
    zones = Zones()
    claims = list(islice(_claims(found.containers), _CLAIMS))
    proper = [node for cue, node in claims if cue is Cue.MAIN] + [node for node in found.titles if not _is_gone(node)]
    holders = _around(proper[:_CLAIMS])
    for cue, node in claims:
        if _is_gone(node):
            continue
        whole = node.mem_id in holders
        if cue in (Cue.COOKIES, Cue.SEARCH):
            if not whole and len(node.text()) < _BAR[cue]:
                cut(node, zones.silent)
        elif _is_footer(cue, node, whole=whole):
            cut(node, zones.footer)
        elif _is_header(cue, node) or _is_menu(cue, node, whole=whole):
            cut(node, zones.menu)
    claims = [(cue, node) for cue, node in claims if not _is_gone(node)]
    _cut_main(body, claims, zones=zones)
    return zones


def _claims(containers: list[LexborNode]) -> Iterator[tuple[Cue, LexborNode]]:
    for node in containers:
        attributes = node.attributes
        # Systems number their blocks; the number says nothing and would make each a case of its own.
        name = (attributes.get("id") or "").rstrip("0123456789")
        cue = cue_of(node.tag or "", (attributes.get("role"), name, attributes.get("class")))
        if cue:
            yield cue, node


def _around(nodes: list[LexborNode]) -> set[int]:
    """
    Return the ``mem_id`` of all elements that hold one of these.

    What holds the main part or the first heading is the page itself: it was left open, or is named oddly.
    """
    holders: set[int] = set()
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in holders:
            holders.add(above.mem_id)
            above = above.parent
    return holders


def _is_gone(node: LexborNode) -> bool:
    return node.parent is None


def _inside(node: LexborNode) -> str | None:
    """Return the nearest sectioning element around a node."""
    above = node.parent
    while above is not None:
        tag = above.tag
        if tag in _SECTIONING:
            return tag
        above = above.parent
    return None


def _is_footer(cue: Cue, node: LexborNode, *, whole: bool) -> bool:
    if whole or cue not in (Cue.FOOTER, Cue.FOOTER_ROLE, Cue.FOOTER_NAMED):
        return False
    return cue is Cue.FOOTER_ROLE or _inside(node) in _FRAMES or "Impressum" in node.text()


def _is_header(cue: Cue, node: LexborNode) -> bool:
    if cue not in (Cue.HEADER, Cue.HEADER_NAMED) or _inside(node) not in _FRAMES:
        return False
    if node.tag == "td" and node.css_first("a, img") is None:  # the head of a column
        return False
    return node.css_first("main, [role=main]") is None and not _introduces(node)


def _introduces(node: LexborNode) -> bool:
    """Tell whether a header is the beginning of the page's words rather than the frame around them."""
    return any(_plain(paragraph) > _PARAGRAPH for paragraph in node.css("p")[:20])


def _is_menu(cue: Cue, node: LexborNode, *, whole: bool) -> bool:
    if cue is Cue.MENU:
        return not (whole and _introduces(node))
    if whole:
        return False
    if cue is Cue.CRUMBS:
        return len(node.text()) < _BAR[cue]
    return cue is Cue.MENU_NAMED and _is_linkish(node, share=_NAMED_SHARE, least=1)


def _is_linkish(node: LexborNode, *, share: float, least: int) -> bool:
    """Tell whether an element is little more than short links."""
    links = node.css("a")
    if len(links) < least:
        return False
    linked = sum(_length(link) for link in links)
    return share * _length(node) <= linked <= _NAV_LENGTH * len(links)


def _length(node: LexborNode) -> int:
    return len(" ".join(node.text().split()))


def _plain(node: LexborNode) -> int:
    """Return how many characters of an element are no short links."""
    short = sum(length for link in node.css("a") if (length := _length(link)) <= 2 * _NAV_LENGTH)
    return _length(node) - short


def _cut_main(body: LexborNode, claims: list[tuple[Cue, LexborNode]], *, zones: Zones) -> None:
    """Take the main part out of what is left of the page; what then is left is more menu."""
    parts = [node for cue, node in claims if cue is Cue.MAIN]
    if not any(_has_words(part) for part in parts):
        named = _named_main(body, claims)
        _prune(named or body, zones=zones)
        if named is None:
            zones.main.append(body.html or "")
            return
        parts = [named]
    for part in parts:
        if not _is_gone(part):
            cut(part, zones.main)
    for cue, node in claims:
        if cue is Cue.ASIDE and not _is_gone(node):
            cut(node, zones.menu if _is_linkish(node, share=_NAMED_SHARE, least=1) else zones.main)
        elif cue is Cue.HEADER and not _is_gone(node) and _introduces(node):
            cut(node, zones.main)
            zones.main.insert(0, zones.main.pop())
    # Without the tag of the body, which names the page, what is left is often the same on many.
    rest = body.html or ""
    zones.menu.append(rest[rest.find(">") + 1 :])


def _has_words(node: LexborNode) -> bool:
    words = 0
    for inner in node.traverse(include_text=True):
        if inner.is_text_node:
            words += len((inner.text_content or "").split(None, _LITTLE))
            if words >= _LITTLE:
                return True
    return False


def _named_main(body: LexborNode, claims: list[tuple[Cue, LexborNode]]) -> LexborNode | None:
    """Return the innermost element named like a main part that holds most of the words, or None."""
    best, most = None, _MOST * max(1, _plain(body))
    for cue, node in claims:
        if cue in (Cue.MAIN, Cue.CONTENT, Cue.ARTICLE) and (words := _plain(node)) >= most:
            best, most = node, 0.9 * words  # an inner one may lose a little: a share button, a date
    return best


def _prune(part: LexborNode, *, zones: Zones) -> None:
    """
    Cut the blocks of links beside the words, going down where most of the words are.

    Stops where paragraphs and headings begin: a list of links among them belongs to what is said.
    """
    for _ in range(_LEVELS):
        blocks = [child for child in part.iter() if child.tag in _BLOCKS][: _CLAIMS + 1]
        sizes = [_plain(block) for block in blocks]
        if len(blocks) > _CLAIMS or not any(sizes):
            return
        largest = sizes.index(max(sizes))
        for place, block in enumerate(blocks):
            if place != largest:
                _cut_frame(block, zones=zones, last=place > largest)
        written = sum(size for size, block in zip(sizes, blocks, strict=True) if block.tag in _TEXT_TAGS)
        if 2 * max(written, sum(sizes) - sizes[largest]) > sum(sizes):
            return
        part = blocks[largest]


def _cut_frame(block: LexborNode, *, zones: Zones, last: bool) -> None:
    """Cut a block that is frame by its words: the foot of the page, or a menu."""
    if block.css_first("h1, h2, h3") is not None:
        return
    if last and _length(block) < _FOOT_LENGTH and _FOOTISH.search(block.text()):
        cut(block, zones.footer)
    elif _is_linkish(block, share=_NAV_SHARE, least=_NAV_LINKS):
        cut(block, zones.menu)
