"""
An answer into a Page: the pure half of the crawler.

Does not fetch, store or judge. It never raises for what a server sent: an answer that cannot be read is a Page with
``error`` set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import forms, head, kinds, pagedate, tame, zones
from crawler.addresses import canonical, target
from crawler.charset import decode
from crawler.cues import CONTAINERS
from crawler.lines import flat, lines
from db.models import Link, Page
from db.terms import Zone

MAX_BODY = 10_000_000  # bytes
MAX_TEXT = 200_000  # characters of the main part
MAX_FRAME = 50_000  # characters of menu and footer each
MAX_LINKS = 2_000
MAX_HEADINGS = 500
MAX_WORDS = 300  # characters of a heading or the words of a link

_LINKS = ("a", "area", "iframe", "frame")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SEEN_BY = ("title", "aria-label", "alt")
_PIECE = "\x1f"  # cannot stand in the text: control characters were dropped

_REFRESH = re.compile(r"""^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_ ,;])")
_VOTED = 5_000  # characters of text that are enough to know its language
_GERMAN = frozenset(
    "der die das und ist mit für von den dem des nicht sie ein eine auf werden wird bei oder sind zur zum als auch".split()
)
_ENGLISH = frozenset("the and of to is for with you are on this that from by your be our at or".split())
_SURE = 3  # stop words

_PUNCTUATION = bytes.maketrans(bytes(range(0x30)) + b":;<=>?@[\\]^_`{|}~", b" " * (0x30 + 17))
_MARKS = ("„", "“", "”", "‚", "‘", "’", "«", "»", "–", "—", "…", "·", "•", "§", "©", "®", "™")
_SMALL_FORM = 600  # characters
_FEW_WORDS = 20  # a text of fewer is the same on many pages without being a copy

_Row = tuple[int, str, str, Zone]


@dataclass(slots=True)
class _Elements:
    """The elements of a page that are read, each kind in the order of the page."""

    links: list[LexborNode] = field(default_factory=list)
    headings: list[LexborNode] = field(default_factory=list)
    containers: list[LexborNode] = field(default_factory=list)
    heads: list[LexborNode] = field(default_factory=list)  #: meta, link, base, title


def extract(
    url: str,
    body: bytes,
    *,
    content_type: str = "text/html",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    fetched: datetime,
) -> Page:
    """
    Return what an answer says.

    Args:
        url: The address that answered.
        body: Its bytes, decompressed.
        headers: Of the answer; X-Robots-Tag and Content-Disposition are read.
        fetched: When it was fetched; the page's own date is never later.

    ``Page.error`` is "too_large" (over 10 MB), "not_html" (binary or data that is no document for people), "unreadable"
    (no bytes to read), or None. Links share their objects between pages: they are values, not to be changed.
    """
    named = {name.lower(): value for name, value in (headers or {}).items()}
    page = Page(url=canonical(url), fetched=fetched, status=status, size=len(body))
    page.content_type = kinds.kind(body, content_type, url=url)
    page.index, page.follow = head.flags(head.header_directives(named.get("x-robots-tag", "")))
    if len(body) > MAX_BODY:
        page.error = "too_large"
    elif page.content_type != kinds.HTML:
        page.title = kinds.title_of(url, named)
        page.error = None if kinds.is_document(page.content_type) else "not_html"
    elif not body.strip(b" \t\r\n\0"):
        page.error = "unreadable" if status < 300 else None  # noqa: PLR2004 - redirects and refusals need no body
    else:
        text, page.charset = decode(body, content_type)
        _fill(page, text)
    return page


def digest(text: str) -> str:
    """Return the sha256 of the words of a text without case and punctuation; "" if there are fewer than 20."""
    text = text.lower()
    for mark in _MARKS:
        text = text.replace(mark, " ")
    words = text.encode("utf-8", errors="ignore").translate(_PUNCTUATION).split()
    return hashlib.sha256(b" ".join(words)).hexdigest() if len(words) >= _FEW_WORDS else ""


def _fill(page: Page, text: str) -> None:
    tree, data = tame.parse(text)
    elements = _elements(tree)
    base = _base(elements, page.url)
    metas = list(_metas(elements))
    named = dict(reversed(metas))  # the first of a name wins
    _read_head(page, elements, metas=metas, base=base)
    page.keys = head.marked_keys(tree, metas=metas)
    # Everything that is read from elements has to be read before the zones are cut out of the tree.
    rows = list(_link_rows(elements, base=base, own=page.url))
    headings = [_heading(node) for node in elements.headings[: 2 * MAX_HEADINGS]]
    page.forms = list(_read_forms(elements, base))
    watched = [*elements.links, *elements.headings]
    cut = zones.split(tree.body, elements.containers, watched=watched) if tree.body is not None else zones.Zones([])
    if refresh := _refresh(named, base):
        rows.insert(0, (0, refresh, "", Zone.MAIN))
    page.links = list(_links(rows, cut.zone_of))
    page.headings = _kept(headings, cut.zone_of)
    main = [line for html in cut.main for line in lines(html)]
    page.main_text = _bounded(main, MAX_TEXT)
    page.menu_text = _bounded((line for html in cut.menu for line in _frame(html)), MAX_FRAME)
    page.footer_text = _bounded((line for html in cut.footer for line in _frame(html)), MAX_FRAME)
    _read_rest(page, tree, named=named)
    sources = pagedate.Sources(url=page.url, lines=main, html="".join(cut.main), metas=named, data=data)
    page.date = pagedate.own_date(sources, latest=page.fetched.date())


def _elements(tree: LexborHTMLParser) -> _Elements:
    """Walk the tree once; every further selection would cost as much again."""
    found = _Elements()
    wanted = {
        **dict.fromkeys(_LINKS, found.links),
        **dict.fromkeys(_HEADINGS, found.headings),
        **dict.fromkeys(CONTAINERS, found.containers),
        "meta": found.heads,
        "link": found.heads,
        "base": found.heads,
        "title": found.heads,
    }
    if tree.root is not None:
        for node in tree.root.traverse():
            bucket = wanted.get(node.tag or "")
            if bucket is not None:
                bucket.append(node)
    return found


def _read_head(page: Page, elements: _Elements, *, metas: list[tuple[str, str]], base: str) -> None:
    named = dict(reversed(metas))
    title = next((" ".join(node.text().split()) for node in elements.heads if node.tag == "title"), "")
    page.title = (title or " ".join(named.get("og:title", "").split()))[: head.MAX_TITLE]
    page.description = head.description(named)
    index, follow = head.flags(head.meta_directives(metas))
    page.index, page.follow = page.index and index, page.follow and follow
    for node in elements.heads:
        attributes = node.attributes
        if node.tag == "link" and "canonical" in (attributes.get("rel") or "").lower().split():
            page.canonical = page.canonical or target(attributes.get("href") or "", base)


def _read_rest(page: Page, tree: LexborHTMLParser, *, named: Mapping[str, str]) -> None:
    """Fill in what depends on the main text and the links."""
    main_links = (link.url for link in page.links if link.zone == Zone.MAIN)
    addresses = [page.url, *main_links, *(form["action"] for form in page.forms)]
    page.keys = list(dict.fromkeys([*page.keys, *head.named_keys(addresses, words=page.main_text)]))[: head.MAX_KEYS]
    page.language = _language(tree, named, page.main_text)
    page.digest = digest(page.main_text)


def _metas(elements: _Elements) -> Iterator[tuple[str, str]]:
    """Yield names in lower case and contents, in the order of the page."""
    for node in elements.heads:
        if node.tag == "meta":
            attributes = node.attributes
            name = (
                attributes.get("name")
                or attributes.get("property")
                or attributes.get("http-equiv")
                or attributes.get("itemprop")
            )
            content = attributes.get("content")
            if name and content:
                yield name.strip().lower(), content


def _base(elements: _Elements, url: str) -> str:
    for node in elements.heads:
        if node.tag == "base" and (href := node.attributes.get("href")):
            return target(href, url) or url
    return url


def _refresh(named: Mapping[str, str], base: str) -> str | None:
    match = _REFRESH.match(named.get("refresh", ""))
    return target(match[1], base) if match else None


def _link_rows(elements: _Elements, *, base: str, own: str) -> Iterator[_Row]:
    """Yield the element's number, target, words and the zone it has if it stands in none, of each link to a page."""
    for node in elements.links:
        attributes = node.attributes
        href = attributes.get("href")
        otherwise = Zone.MENU
        if href is None:
            # A frame of a page that is all frames.
            href, otherwise = attributes.get("src"), Zone.MAIN
        url = target(href, base) if href else None
        if url is not None and not (url == own and "#" in (href or "")):
            yield node.mem_id, url, _words(node)[:MAX_WORDS], otherwise


def _words(node: LexborNode) -> str:
    """Return the words of a link or heading, or what stands for them to those who cannot see."""
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


def _links(rows: list[_Row], zone_of: Mapping[int, Zone]) -> Iterator[Link]:
    seen: set[tuple[str, str, str]] = set()
    for number, url, text, otherwise in rows:
        wording = (url, text, str(zone_of.get(number, otherwise)))
        if wording not in seen and len(seen) < MAX_LINKS:
            seen.add(wording)
            yield _link(*wording)


@lru_cache(maxsize=16_384)
def _link(url: str, text: str, zone: str) -> Link:
    """Return the one object for a wording: making one costs as much as reading ten links, and menus repeat."""
    return Link(url=url, text=text, zone=zone)


def _heading(node: LexborNode) -> tuple[int, str, int]:
    return int((node.tag or "h6")[1]), _words(node)[:MAX_WORDS], node.mem_id


def _kept(headings: list[tuple[int, str, int]], zone_of: Mapping[int, Zone]) -> list[dict[str, Any]]:
    """Return the headings of the main part; if it has none of the first level, the page's own before them."""
    kept = [
        {"level": level, "text": text} for level, text, number in headings if text and zone_of.get(number) is Zone.MAIN
    ]
    if not any(heading["level"] == 1 for heading in kept):
        first = next((text for level, text, _ in headings if level == 1 and text), None)
        kept = [{"level": 1, "text": first}, *kept] if first else kept
    return kept[:MAX_HEADINGS]


def _read_forms(elements: _Elements, base: str) -> Iterator[dict[str, Any]]:
    """Yield the forms; a search field is cut out, for its words say nothing about the page."""
    for node in [node for node in elements.containers if node.tag == "form"][: forms.MAX_FORMS]:
        form = forms.read(node, page=base)
        if form["kind"] == "search" and len(node.text()) < _SMALL_FORM and node.css_first("h1, main") is None:
            node.decompose()
        yield form


def _bounded(found: Iterable[str], most: int) -> str:
    """Join lines up to a number of characters; a line that is longer itself is cut."""
    kept: list[str] = []
    for line in found:
        most -= len(line) + 1
        if most < 0:
            kept.append(line[:most] if most > -len(line) else "")
            break
        kept.append(line)
    return "\n".join(kept).strip()


@lru_cache(maxsize=128)
def _frame_of(html: str) -> tuple[str, ...]:
    return tuple(lines(html))


def _frame(html: str) -> Iterable[str]:
    """Return the lines of a menu or footer; those of a site are the same on most of its pages."""
    return _frame_of(html) if len(html) < MAX_FRAME else lines(html)


def _language(tree: LexborHTMLParser, named: Mapping[str, str], text: str) -> str | None:
    attributes = tree.root.attributes if tree.root is not None else {}
    for claim in (
        attributes.get("lang"),
        attributes.get("xml:lang"),
        named.get("content-language"),
        named.get("dc.language"),
    ):
        if claim and (match := _LANGUAGE.match(claim.strip().lower())):
            return match[0]
    words = text[:_VOTED].lower().split()
    german = sum(word in _GERMAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    if max(german, english) < _SURE or min(german, english) * 2 > max(german, english):
        return None
    return "de" if german > english else "en"
