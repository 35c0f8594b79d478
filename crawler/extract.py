"""
An answer into a Page: the pure half of the crawler.

Does not fetch, store or judge. It never raises for what a server sent: an answer that cannot be read is a Page with
``error`` set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler import elements, forms, head, kinds, pagedate, tame, zones
from crawler.addresses import canonical, target
from crawler.charset import decode
from crawler.lines import lines
from db.models import Page
from db.terms import Zone

MAX_BODY = 10_000_000  # bytes
MAX_TEXT = 200_000  # characters of the main part
MAX_FRAME = 50_000  # characters of menu and footer each

_REFRESH = re.compile(r"""^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
# Punctuation of ASCII, and the first bytes of typographic signs in UTF-8, count as white space ...
_SPACES = bytes.maketrans(bytes(range(0x30)) + b":;<=>?@[\\]^_`{|}~\xc2\xe2", b" " * (0x30 + 19))
# ... and what follows those bytes in dashes and quotation marks goes; in small letters of German nothing else has them.
_SIGNS = bytes(range(0x80, 0x9F))
_SMALL_FORM = 600  # characters
_FEW_WORDS = 20  # a text of fewer is the same on many pages without being a copy


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
        content_type: As the header says, with its charset; may be empty or wrong.
        status: HTTP status.
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
    words = text.lower().encode("utf-8", errors="ignore").translate(_SPACES, _SIGNS).split()
    return hashlib.sha256(b" ".join(words)).hexdigest() if len(words) >= _FEW_WORDS else ""


def _fill(page: Page, text: str) -> None:
    tree, data = tame.parse(text)
    found = elements.find(tree)
    start = elements.base(found, page.url)
    metas = list(elements.metas(found))
    named = dict(reversed(metas))  # the first of a name wins
    _read_head(page, found, metas=metas, start=start)
    # Everything that is read from elements has to be read before the zones are cut out of the tree.
    page.keys = head.marked_keys(tree, metas=metas)
    links = list(elements.link_rows(found, start, own=page.url))
    headings = list(elements.heading_rows(found))
    page.forms = list(_read_forms(found, start))
    cut = zones.split(tree.body, found.containers, watched=[*found.links, *found.headings])
    if refresh := _refresh(named, start):
        links.insert(0, (0, refresh, "", Zone.MAIN))
    page.links = list(elements.links(links, cut.zone_of))
    page.headings = elements.headings(headings, cut.zone_of)
    main = [line for html in cut.main for line in lines(html)]
    page.main_text = _bounded(main, MAX_TEXT)
    page.menu_text = _bounded((line for html in cut.menu for line in _frame(html)), MAX_FRAME)
    page.footer_text = _bounded((line for html in cut.footer for line in _frame(html)), MAX_FRAME)
    _read_rest(page, tree, named=named)
    sources = pagedate.Sources(url=page.url, lines=main, html="".join(cut.main), metas=named, data=data)
    page.date = pagedate.own_date(sources, latest=page.fetched.date())


def _read_head(page: Page, found: elements.Elements, *, metas: list[tuple[str, str]], start: str) -> None:
    named = dict(reversed(metas))
    page.title = (elements.title(found) or " ".join(named.get("og:title", "").split()))[: head.MAX_TITLE]
    page.description = head.description(named)
    page.canonical = elements.canonical_link(found, start)
    index, follow = head.flags(head.meta_directives(metas))
    page.index, page.follow = page.index and index, page.follow and follow


def _read_rest(page: Page, tree: LexborHTMLParser, *, named: Mapping[str, str]) -> None:
    """Fill in what depends on the main text and the links."""
    main_links = (link.url for link in page.links if link.zone == Zone.MAIN)
    addresses = [page.url, *main_links, *(form["action"] for form in page.forms)]
    page.keys = list(dict.fromkeys([*page.keys, *head.named_keys(addresses, words=page.main_text)]))[: head.MAX_KEYS]
    attributes = tree.root.attributes if tree.root is not None else {}
    claims = (
        attributes.get("lang"),
        attributes.get("xml:lang"),
        named.get("content-language"),
        named.get("dc.language"),
    )
    page.language = head.language(claims, text=page.main_text)
    page.digest = digest(page.main_text)


def _read_forms(found: elements.Elements, start: str) -> Iterator[dict[str, Any]]:
    """Yield the forms; a search field is cut out, for its words say nothing about the page."""
    for node in found.forms[: forms.MAX_FORMS]:
        form = forms.read(node, page=start)
        if form["kind"] == "search" and len(node.text()) < _SMALL_FORM and node.css_first("h1, main") is None:
            node.decompose()
        yield form


def _refresh(named: Mapping[str, str], start: str) -> str | None:
    match = _REFRESH.match(named.get("refresh", ""))
    return target(match[1], start) if match else None


def _bounded(found: Iterable[str], most: int) -> str:
    """Join lines, up to a number of characters."""
    kept: list[str] = []
    left = most
    for line in found:
        if left <= 0:
            break
        kept.append(line[:left])
        left -= len(line) + 1
    return "\n".join(kept)


@lru_cache(maxsize=128)
def _frame_of(html: str) -> tuple[str, ...]:
    return tuple(lines(html))


def _frame(html: str) -> Iterable[str]:
    """Return the lines of a menu or footer; those of a site are the same on most of its pages."""
    return _frame_of(html) if len(html) < MAX_FRAME else lines(html)
