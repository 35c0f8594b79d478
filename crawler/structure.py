"""
The structured part of a page: its trail, its other languages, what it says it is, and what a front door offers.

Does not read text. ``declared`` needs the whole page, ``read`` the parts it was cut into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler import crumbs, doors, microdata, schema
from crawler.addresses import host_of, registrable, target
from crawler.elements import Elements
from crawler.lines import unescaped
from crawler.zones import Zones
from db.models import Page

MAX_LANGUAGES = 40
MAX_META = 500  #: characters

MAX_SCRIPTED = 200

_ADDRESS = re.compile(r'"((?:https?:/)?/[^"\s<>{}]{1,500})"')
_GRAPH = {"type": "og:type", "title": "og:title", "url": "og:url", "site": "og:site_name"}
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?")
_VARIANT = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8}){1,3}")  # as de-simple, easy language
_LINK = re.compile(r'<a (?=[^>]* ?hreflang="([^"]{1,20})")(?:[^>]* )?href="([^"]{1,2000})"')


@dataclass(slots=True)
class Declared:
    """
    What the elements of a whole page say beside its words.

    Attributes:
        things: Of JSON-LD and microdata, as they were given.
        scripted: What looks like an address in data for scripts, as it was given.
        alternates: Language and address, of ``<link rel=alternate hreflang>``.
    """

    things: list[schema.Node] = field(default_factory=list)
    scripted: list[str] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)


def declared(
    html: bytes, tree: LexborHTMLParser, found: Elements, *, data: Sequence[str], other: Sequence[str] = ()
) -> Declared:
    """Return what a page says of itself; ``data`` are its JSON-LD blocks, ``other`` its other JSON for scripts."""
    items = microdata.read(html, tree, names=schema.PROPERTIES)
    return Declared(
        things=schema.nodes(data, items) if data or items else [],
        scripted=[match[1].replace("\\/", "/") for match in islice(_addresses(other), MAX_SCRIPTED)],
        alternates=list(islice(_alternates(found), MAX_LANGUAGES)),
    )


def read(page: Page, said: Declared, *, metas: Mapping[str, str], parts: Zones, start: str) -> dict[str, Any] | None:
    """
    Return the structure of a page whose links and forms are read; None if it has nothing of it.

    ``{"crumbs": [names], "languages": {language: address}, "things": [{"type", "name", "url", ...}],
    "graph": {"type", "title", "url", "site"}, "scripted": [addresses that only scripts may make links of], "search": {"url", "method"}, "index": address}``, each only where there is
    something, the last two only of front doors. A language is two or three letters, with more only for a variant.
    """
    known: dict[str, Any] = {
        "crumbs": (schema.crumbs(said.things) or crumbs.steps(parts.trail))[: crumbs.MAX_STEPS],
        "languages": _languages(page, said, parts, start=start),
        "things": schema.things(said.things, start=start),
        "scripted": _unlinked(page, said, start=start),
        "graph": {name: line for name, meta in _GRAPH.items() if (line := _line(metas.get(meta, "")))},
    }
    if doors.is_front(page.url):
        known["search"] = doors.search(said.things, page.forms, page=page.url)
        known["index"] = doors.index(page.links, page=page.url)
    return {name: value for name, value in known.items() if value} or None


def _addresses(blocks: Iterable[str]) -> Iterable[re.Match[str]]:
    return (match for block in blocks for match in _ADDRESS.finditer(block))


def _alternates(found: Elements) -> Iterable[tuple[str, str]]:
    for node in found.heads:
        if node.tag == "link":
            attributes = node.attributes
            language, href = attributes.get("hreflang"), attributes.get("href")
            if language and href and "alternate" in (attributes.get("rel") or "").lower().split():
                yield language, href


def _languages(page: Page, said: Declared, parts: Zones, *, start: str) -> dict[str, str]:
    """Return where the page, or its site, is to be had in other languages; what the head names comes first."""
    menus = [pair for html in (*parts.menu, *parts.footer) if " hreflang=" in html for pair in _LINK.findall(html)]
    if not menus and not said.alternates:
        return {}
    own = registrable(host_of(page.url))
    named = [(_language(name), target(href, start)) for name, href in said.alternates]
    linked = [(_language(unescaped(name)), target(unescaped(href), start)) for name, href in menus[:MAX_LANGUAGES]]
    # A link to another site in another language is no translation.
    named += [(name, url) for name, url in linked if url and registrable(host_of(url)) == own]
    found = {name: url for name, url in reversed(named) if name and url and url != page.url}
    return dict(islice(sorted(found.items()), MAX_LANGUAGES))


def _unlinked(page: Page, said: Declared, *, start: str) -> list[str]:
    """Return the addresses on the page's own host that stand in data for scripts and in no link."""
    own, linked = host_of(page.url), {link.url for link in page.links}
    urls = dict.fromkeys(url for given in said.scripted if (url := target(given, start)))
    return [url for url in urls if url not in linked and host_of(url) == own]


def _line(said: str) -> str:
    return " ".join(said.split())[:MAX_META]


def _language(written: str) -> str:
    """Return a language without its script and region; "" if it is none."""
    name = written.strip().lower()[:30]
    if name == "x-default":
        return ""
    if match := _LANGUAGE.fullmatch(name):
        return match[1]
    return name.replace("_", "-") if _VARIANT.fullmatch(name) else ""
