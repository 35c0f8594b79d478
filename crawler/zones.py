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

from crawler.cues import CONTAINERS, TAGS, Cue, cue_of, is_trail
from crawler.elements import Elements

_LITTLE = 15  # words; a main part with less may be a shell beside the real one
_LEVELS = 30  # nested wrappers that are looked into for blocks of links
_CLAIMS = 500  # named elements, or blocks beside each other, that are looked at; pages for people have fewer
_MOST = 0.6  # of the words of a page has to stand in a part that only its name makes the main part

_NAV_LINKS = 3
_NAV_SHARE = 0.75  # of the words of a block are links
_NAMED_SHARE = 0.6  # the same, where a name says so too
_NAV_LENGTH = 40  # characters of a link in a menu, on average
_BAR = {Cue.COOKIES: 8_000, Cue.SEARCH: 2_000, Cue.SHARE: 800}  # characters with white space; what says more is none
_CRUMBS = 1_000  # the same
_HEADERS = frozenset([Cue.HEADER, Cue.HEADER_NAMED])
_OF_TEXT = frozenset([Cue.MAIN, Cue.CONTENT, Cue.ARTICLE])
_ENOUGH = 300  # characters that are no short links
_TITLES = 3  # a page with more headings of the first level uses them for anything
_PARAGRAPH = 80  # characters; a header that says more in one piece introduces the page

_SERVICE = re.compile(
    r"Telefon|Tel\.|Öffnungszeit|Sprechzeit|Servicezeit|Ansprech|Zuständig|Kontakt|Anschrift|Adresse"
    r"|Formular|Antrag|Online|Termin|Download|Gebühr|Kosten|Unterlagen|Hinweis|Wichtig"
)
_FOOTISH = re.compile(r"©|\(c\) |copyright|impressum", re.IGNORECASE)
_FOOT_LENGTH = 800
_MARKS = dict.fromkeys(map(ord, "»›>|·•◦▪■►▶→*"), " ")
_SITEMAP_LINKS = 25

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
        beside: Teasers of other pages, comments and the like, which count to the menu.
        silent: Elements whose links count to the menu, and whose words to nothing.
        trail: The element that shows where on the site the page stands; it is in one of the others as well.
    """

    main: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    trail: str = ""


def cut(node: LexborNode, part: list[str]) -> None:
    """Move an element out of the page into a part."""
    part.append(node.html or "")
    node.decompose()


def split(body: LexborNode, found: Elements, *, trusting: bool = True) -> Zones:
    """
    Return the zones of a page.

    Args:
        body: The element to cut; it is used up.
        found: Its containers and first headings, in the order of the page.
        trusting: Believe tags, roles and names; if not, only links and words decide.
    """
    claims = list(islice(_claims(found.containers), _CLAIMS))
    zones = Zones(trail=_trail(claims))
    if not trusting:
        claims = [(cue, node) for cue, node in claims if cue is Cue.COOKIES]
    proper = [node for cue, node in claims if cue is Cue.MAIN]
    pages = _around(proper)
    if len(found.titles) <= _TITLES:
        proper += [node for node in found.titles if not _is_gone(node)]
    holders = _around(proper[:_CLAIMS])
    rest = _Rest(body)
    for cue, node in claims:
        if not _is_gone(node) and not (cue in _HEADERS and node.mem_id in pages):
            part = _part(cue, node, zones, whole=node.mem_id in holders, rest=rest)
            if part is not None:
                cut(node, part)
    claims = [(cue, node) for cue, node in claims if not _is_gone(node)]
    _cut_main(body, claims, zones=zones)
    return zones


def _part(cue: Cue, node: LexborNode, zones: Zones, *, whole: bool, rest: _Rest) -> list[str] | None:
    """Return the part an element of the frame goes to; None if it stays where it is, for its words do not bear out its name."""
    if cue in _OF_TEXT:
        return None
    if cue in _BAR:
        return zones.silent if not whole and len(node.text()) < _BAR[cue] else None
    if cue in (Cue.BESIDE, Cue.ASIDE):
        goes = not whole and (cue is Cue.BESIDE or not _serves(node)) and rest.spares(node)
        return zones.beside if goes else None
    if _is_footer(cue, node, whole=whole):
        return zones.footer
    return zones.menu if _is_header(cue, node) or _is_menu(cue, node, whole=whole) else None


class _Rest:
    """What a page still says, so that it is not asked anew for each of hundreds of elements."""

    def __init__(self, body: LexborNode) -> None:
        self._body = body
        self._length: int | None = None
        self._plain: int | None = None

    def spares(self, node: LexborNode) -> bool:
        """Tell whether the page says enough without an element; if so it is taken to be cut."""
        if self._length is None:
            self._length = len(self._body.text())
        length = len(node.text())
        if 2 * length >= self._length and not self._says_enough_without(node):
            return False
        self._length -= length
        if self._plain is not None:
            self._plain -= _plain(node)
        return True

    def _says_enough_without(self, node: LexborNode) -> bool:
        if self._plain is None:
            self._plain = _plain(self._body)
        return self._plain - _plain(node) > _ENOUGH


def is_foot(text: str) -> bool:
    """Tell whether a text names what has to stand at the foot of a page."""
    return _FOOTISH.search(text) is not None


def _claims(containers: list[LexborNode]) -> Iterator[tuple[Cue, LexborNode]]:
    for node in containers:
        attributes = node.attributes
        if not attributes:
            if cue := TAGS.get(node.tag or ""):
                yield cue, node
            continue
        # Systems number their blocks; the number says nothing and would make each a case of its own.
        name = (attributes.get("id") or "").rstrip("0123456789")
        cue = cue_of(node.tag or "", (attributes.get("role"), name, attributes.get("class")))
        if cue:
            yield cue, node


def _trail(claims: list[tuple[Cue, LexborNode]]) -> str:
    """Return the first element that is named a trail, also if it is a menu by its tag or role."""
    for cue, node in claims:
        if (cue is Cue.CRUMBS or (cue is Cue.MENU and _is_trail(node))) and len(node.text()) < _CRUMBS:
            return node.html or ""
    return ""


def _is_trail(menu: LexborNode) -> bool:
    attributes = menu.attributes
    return is_trail(" ".join(filter(None, (attributes.get(name) for name in ("id", "class", "aria-label")))))


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
    if cue not in _HEADERS or _inside(node) not in _FRAMES:
        return False
    if node.tag == "td" and node.css_first("a, img") is None:  # the head of a column
        return False
    return not _introduces(node)


def _introduces(node: LexborNode) -> bool:
    """Tell whether a header is the beginning of the page's words rather than the frame around them."""
    return any(_plain(paragraph) > _PARAGRAPH for paragraph in node.css("p")[:20])


def _is_menu(cue: Cue, node: LexborNode, *, whole: bool) -> bool:
    if cue is Cue.MENU:
        return not (whole and _introduces(node))
    if whole:
        return False
    if cue is Cue.CRUMBS:
        return len(node.text()) < _CRUMBS
    return cue is Cue.MENU_NAMED and _is_linkish(node, share=_NAMED_SHARE, least=1)


def _serves(node: LexborNode) -> bool:
    """Tell whether what stands beside the text helps with the page's matter, as a contact or a form does."""
    return _SERVICE.search(node.text()) is not None


def _is_linkish(node: LexborNode, *, share: float, least: int) -> bool:
    """Tell whether an element is little more than short links."""
    links = node.css("a")
    if len(links) < least:
        return False
    linked = sum(_length(link) for link in links)
    return share * _length(node) <= linked <= _NAV_LENGTH * len(links)


def _length(node: LexborNode) -> int:
    """Return how many characters an element says, without the marks that old templates put before and between links."""
    return len(" ".join(node.text().translate(_MARKS).split()))


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
        first = next((place for place, block in enumerate(blocks) if block.tag in _TEXT_TAGS and sizes[place]), largest)
        written = sum(size for size, block in zip(sizes, blocks, strict=True) if block.tag in _TEXT_TAGS)
        is_text = 2 * max(written, sum(sizes) - sizes[largest]) > sum(sizes)
        for place, block in enumerate(blocks):
            if place != largest:
                _cut_frame(block, zones=zones, last=place > largest, amid=is_text and place > first)
        if is_text:
            return
        part = blocks[largest]


def _cut_frame(block: LexborNode, *, zones: Zones, last: bool, amid: bool) -> None:
    """
    Cut a block that is frame by its words: the foot of the page, or a menu.

    Args:
        block: The block.
        zones: Where it goes.
        last: It stands behind most of the words.
        amid: It stands among paragraphs, where links are a part of what is said.
    """
    titled = block.css_first("h1, h2, h3") is not None
    if last and _FOOTISH.search(block.text()) and (_is_sitemap(block) if titled else _length(block) < _FOOT_LENGTH):
        cut(block, zones.footer)
    elif not titled and not amid and _is_linkish(block, share=_NAV_SHARE, least=_NAV_LINKS):
        cut(block, zones.menu)


def _is_sitemap(block: LexborNode) -> bool:
    """Tell whether a block is a list of the whole site, as some pages have it at their foot."""
    return (
        block.css_first("h1") is None and len(block.css("a")) >= _SITEMAP_LINKS and 2 * _plain(block) < _length(block)
    )
