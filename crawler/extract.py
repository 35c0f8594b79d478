"""
An answer into a Page: the pure half of the crawler.

Does not fetch, store or judge. It never raises for what a server sent: an answer that cannot be read is a Page with
``error`` set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler import (
    beside,
    directives,
    elements,
    forms,
    head,
    keys,
    kinds,
    pagedate,
    references,
    schema,
    structure,
    tame,
    zones,
)
from crawler.addresses import canonical, origin, target
from crawler.charset import unify
from crawler.documents import Document
from crawler.documents.pages import fill
from crawler.lines import lines
from db.models import Link, Page
from db.terms import Zone

MAX_BODY = 10_000_000  # bytes
MAX_TEXT = 200_000  # characters of the main part
MAX_FRAME = 50_000  # characters of menu and footer each

_REFRESH = re.compile(r"""^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
# White space, punctuation of ASCII, and the bytes of typographic signs in UTF-8, where no German letter has them.
_SIGNS = bytes(range(0x30)) + b":;<=>?@[\\]^_`{|}~\xc2\xe2" + bytes(range(0x80, 0x9F))
_SMALL_LETTERS = bytes(range(256)).lower()
_SMALL_FORM = 600  # characters
_SENTENCE = 80  # characters
_MUCH_PROSE = 400  # characters
_FEW_WORDS = 20  # a text of fewer is the same on many pages without being a copy


def extract(
    url: str,
    body: bytes,
    *,
    content_type: str = "text/html",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    fetched: datetime,
    document: Document | None = None,
) -> Page:
    """
    Return what an answer says.

    Args:
        url: The address that answered.
        body: Its bytes, decompressed.
        content_type: As the header says, with its charset; may be empty or wrong.
        status: HTTP status.
        headers: Of the answer; X-Robots-Tag, Content-Disposition and, of documents, Last-Modified are read.
        fetched: When it was fetched; the page's own date is never later.
        document: What ``crawler.documents`` read in a PDF or office file; without it such a file is only named.

    ``Page.error`` is "too_large" (over 10 MB), "not_html" (binary or data that is no document for people), "unreadable"
    (no bytes to read, or a document that cannot be read), or None. Links share their objects between pages: they are values, not to be changed.
    """
    named = {name.lower(): value for name, value in (headers or {}).items()}
    page = Page(url=canonical(url), fetched=fetched, status=status, size=len(body))
    page.content_type = kinds.kind(body, content_type, url=url)
    tags = named.get("x-robots-tag", "").splitlines()
    metas: list[tuple[str, str]] = []
    if len(body) > MAX_BODY:
        page.error = "too_large"
    elif kinds.is_document(page.content_type):
        fill(page, document, headers=named)
        page.digest = digest(page.main_text)
    elif page.content_type != kinds.HTML:
        page.title = kinds.title_of(url, named)
        page.error = "not_html"
    elif not body.strip(b" \t\r\n\0"):
        page.error = "unreadable" if status < 300 else None  # noqa: PLR2004 - redirects and refusals need no body
    else:
        html, page.charset = unify(body, content_type)
        metas = _fill(page, html)
    robots = directives.read(metas, tags, now=fetched)
    page.index, page.follow = robots.index, robots.follow
    page.engines = robots.engines or None
    return page


def digest(text: str) -> str:
    """Return the sha256 of a text's letters and figures, those of ASCII without their case; "" if there are fewer than 20 words."""
    if len(text.split(None, _FEW_WORDS)) < _FEW_WORDS:
        return ""
    return hashlib.sha256(text.encode("utf-8", errors="ignore").translate(_SMALL_LETTERS, _SIGNS)).hexdigest()


def _fill(page: Page, html: bytes) -> list[tuple[str, str]]:
    """Note what a page says; return its metas."""
    html, data, other = tame.strip(html)
    tree = tame.parse(html)
    found = elements.find(tree)
    start = elements.base(found, page.url)
    metas = list(elements.metas(found))
    named = dict(reversed(metas))  # the first of a name wins
    _read_head(page, found, named=named, start=start)
    # Everything that is read from elements has to be read before the zones are cut out of the tree.
    declared = structure.declared(html, tree, found, data=data, other=other)
    page.keys = [*keys.in_markup(html, tree, metas=metas), *keys.in_data(schema.identifiers(declared.things))]
    title = next((said for node in found.titles if (said := references.words(node.html or "", ""))), "")
    parts, page.forms = _parts(tree, found, start=start)
    main = _lines(parts)
    if _hides_words(parts, main):
        again = tame.parse(html)
        parts, page.forms = _parts(again, elements.find(again), start=start, trusting=False)
        main = _lines(parts)
    page.headings = _headings(parts.main, title)
    if any(beside.begins(heading["text"]) for heading in page.headings):
        _clear(parts)
        main, page.headings = _lines(parts), _headings(parts.main, title)
    page.links = _links(page, parts, start=start, refresh=_refresh(named, start))
    page.main_text = "\n".join(main)[:MAX_TEXT]
    page.menu_text = _frame_text(parts.menu, parts.beside)
    page.footer_text = _frame_text(parts.footer)
    html_of_main = "".join(parts.main)
    _read_rest(page, tree, named=named, html=html_of_main)
    page.structure = structure.read(page, declared, metas=named, parts=parts, start=start)
    sources = pagedate.Sources(
        url=page.url,
        lines=main,
        html=html_of_main,
        foot=page.footer_text,
        foot_html="".join(parts.footer),
        metas=named,
        data=data,
    )
    page.date = pagedate.own_date(sources, latest=page.fetched.date())
    return metas


def _read_head(page: Page, found: elements.Elements, *, named: Mapping[str, str], start: str) -> None:
    page.title = (elements.title(found) or " ".join(named.get("og:title", "").split()))[: head.MAX_TITLE]
    page.description = head.description(named)
    page.canonical = elements.canonical_link(found, start)


def _read_rest(page: Page, tree: LexborHTMLParser, *, named: Mapping[str, str], html: str) -> None:
    """Fill in what depends on the main part and the links."""
    main = Zone.MAIN.value
    main_links = [link.url for link in page.links if link.zone == main]
    addresses = [page.url, *main_links, *(form["action"] for form in page.forms)]
    found = keys.in_addresses(addresses, words=page.main_text, html=html)
    page.keys = list(dict.fromkeys([*page.keys, *found]))[: keys.MAX_KEYS]
    attributes = tree.root.attributes if tree.root is not None else {}
    claims = (
        attributes.get("lang"),
        attributes.get("xml:lang"),
        named.get("content-language"),
        named.get("dc.language"),
    )
    page.language = head.language(claims, text=page.main_text)
    page.digest = digest(page.main_text)


def _parts(
    tree: LexborHTMLParser, found: elements.Elements, *, start: str, trusting: bool = True
) -> tuple[zones.Zones, list[dict[str, Any]]]:
    """Return the parts of a page and its forms; a search field is cut out, for its words say nothing about the page."""
    if tree.body is None:
        frames = tree.css_first("frameset")
        return zones.Zones(main=[frames.html or ""] if frames else []), []
    read: list[dict[str, Any]] = []
    searches: list[str] = []
    for node in found.forms[: forms.MAX_FORMS]:
        form = forms.read(node, page=start)
        if form["kind"] == "search" and len(node.text()) < _SMALL_FORM and node.css_first("h1, main") is None:
            zones.cut(node, searches)
        read.append(form)
    parts = zones.split(tree.body, found, trusting=trusting)
    parts.silent += searches
    return parts, read


def _links(page: Page, parts: zones.Zones, *, start: str, refresh: str | None) -> list[Link]:
    """Return the links of a page, each wording in a zone once, those of the main part first."""
    found: dict[Link, None] = {Link(refresh, "", Zone.MAIN.value): None} if refresh else {}
    for html in parts.main:
        found.update(dict.fromkeys(references.links(html, zone=Zone.MAIN.value, start=start, own=page.url)))
    for zone, htmls in (
        (Zone.MENU, parts.menu),
        (Zone.MENU, parts.beside),
        (Zone.MENU, parts.silent),
        (Zone.FOOTER, parts.footer),
    ):
        for html in htmls:
            shared = references.frame_links(html, zone.value, origin(start))
            own = references.links(html, zone=zone.value, start=start, own=page.url) if shared is None else shared
            found.update(dict.fromkeys(own))
    return list(islice(found, references.MAX_LINKS))


# The menus of a site are the same on most of its pages.
@lru_cache(maxsize=256)
def _frame(html: str) -> tuple[str, int]:
    """Return the text of an element of the frame, and how much of it is prose that no footer would have."""
    said = lines(html)
    text = "\n".join(said)
    return text, 0 if zones.is_foot(text) else _prose(said)


def _frame_text(*htmls: list[str]) -> str:
    texts = (_frame(html)[0] for html in chain.from_iterable(htmls))
    return "\n".join(filter(None, texts))[:MAX_FRAME]


def _lines(parts: zones.Zones) -> list[str]:
    return [line for html in parts.main for line in lines(html)]


def _clear(parts: zones.Zones) -> None:
    """Move out of the main part what its headings say belongs to other pages."""
    for place, html in enumerate(parts.main):
        parts.main[place], others = beside.clear(html)
        if others:
            parts.beside.append(others)


def _prose(said: Iterable[str]) -> int:
    """Return how many characters stand in lines as long as sentences."""
    return sum(len(line) for line in said if len(line) >= _SENTENCE)


def _hides_words(parts: zones.Zones, main: list[str]) -> bool:
    """Tell whether what tags, roles and names say about a page cannot be, for most of its sentences are in its frame."""
    hidden = sum(_frame(html)[1] for html in (*parts.menu, *parts.footer))
    return hidden > _MUCH_PROSE and hidden > 2 * _prose(main)


def _headings(main: list[str], title: str) -> list[dict[str, Any]]:
    """Return the headings of the main part; if it has none of the first level, the page's own before them."""
    kept = [heading for html in main for heading in references.headings(html)]
    if title and not any(heading["level"] == 1 for heading in kept):
        kept = [{"level": 1, "text": title}, *kept]
    return kept[: references.MAX_HEADINGS]


def _refresh(named: Mapping[str, str], start: str) -> str | None:
    match = _REFRESH.match(named.get("refresh", ""))
    return target(match[1], start) if match else None
