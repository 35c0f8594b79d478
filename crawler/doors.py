"""
The ways a front door offers to whoever looks for something: the site's own search, and its list from A to Z.

Does not try them. They stand on nearly every page of a site and are the same there, so only front doors are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from crawler import schema
from crawler.addresses import host_of, registrable, target
from db.models import Link

QUERY = "{query}"

# At most one step, or the file of a start page behind it: / · /de/ · /portal · /de/start.html
_FRONT = re.compile(
    r"/(?:[\w-]{1,40}/)?(?:(?:index|start|startseite|home|homepage|default|willkommen|welcome)(?:\.\w{2,5})?/?)?|/[\w-]{1,40}"
)
_BLANK = re.compile(r"\{[^{}]{1,60}\}")
_MARK = "fundstellequery"  # stands for the words while an address is brought into its form
_FIELD = re.compile(
    r"(?:^|[\W_])(?:q|s|query|search\w*|such\w*|sword|keywords?|term|text|volltext|stichwort)(?:[\W_]|$)", re.IGNORECASE
)

_A_TO_Z = re.compile(r"\b[Aa]\s?(?:-|‐|–|—|…|\.\.\.|bis|to)\s?[Zz]\b")
_INDEX = re.compile(
    r"stichwort(?:verzeichnis|liste|register)|(?:leistungs|dienstleistungs|service)verzeichnis", re.IGNORECASE
)
_SERVICES = re.compile(
    r"leistung|dienst|service|bürger|anliegen|verwaltung|rathaus|lebenslage|thema|themen|amt\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"verein|firm|unternehm|branche|straße|strasse|hotel|gastgeber|unterk|gastro|arzt|ärzt|glossar|lexik|abfall|müll|tier|pflanz"
    r"|person|mitarbeit|künstler|autor|titel|ratsmitglied|begriff|urlaub|sehensw|ausflug|schul|kita|beruf|ausbildung",
    re.IGNORECASE,
)
_LONG = 80  # characters; longer words are a sentence


def is_front(url: str) -> bool:
    """Tell whether a canonical address looks like a front door of a site."""
    parts = urlsplit(url)
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def search(found: Iterable[schema.Node], forms: Iterable[Mapping[str, Any]], *, page: str) -> dict[str, str] | None:
    """
    Return ``{"url", "method"}`` of the search of the site of a page, or None.

    ``{query}`` stands in the address for the words; with "post" they are sent as the field before it. Addresses of other
    registered domains are left out, for what they search is not the site.
    """
    own = registrable(host_of(page))
    declared = (address for node in found if "SearchAction" in schema.types(node) for address in _declared(node, page))
    for url in declared:
        if registrable(host_of(url)) == own:
            return {"url": url, "method": "get"}
    for form in forms:
        if form["kind"] == "search" and form["fields"] and registrable(host_of(form["action"])) == own:
            return {"url": _asked(form), "method": form["method"]}
    return None


def index(links: Sequence[Link], *, page: str) -> str | None:
    """Return the address of the list from A to Z, that of the town's services before others; None if no link names one."""
    ranked = [(rank, link.url) for link in links if link.url != page and (rank := _rank(link.text))]
    return min(ranked, key=lambda each: each[0])[1] if ranked else None


def _declared(node: schema.Node, page: str) -> Iterable[str]:
    targets = node.get("target")
    for value in targets[:5] if isinstance(targets, list) else [targets]:
        written = schema.text(value, "urlTemplate", "url", most=schema.MAX_ADDRESS)
        if _BLANK.search(written):
            url = target(_BLANK.sub(_MARK, written, count=1), page)
            if url and _MARK in url and not _BLANK.search(url):
                yield url.replace(_MARK, QUERY)


def _asked(form: Mapping[str, Any]) -> str:
    """Return the address a form asks. Sent with "get" its fields take the place of the query (HTML standard, section 4.10.22.3)."""
    field = next(filter(_FIELD.search, form["fields"]), form["fields"][0])
    action = form["action"] if form["method"] == "post" else form["action"].partition("?")[0]
    return f"{action}{'&' if '?' in action else '?'}{quote(field, safe='')}={QUERY}"


def _rank(words: str) -> int:
    """Return how surely words name the list of services, 1 the surest; 0 if they do not."""
    if len(words) > _LONG or _OTHERS.search(words):
        return 0
    if _A_TO_Z.search(words):
        return 1 if _SERVICES.search(words) else 2
    return 3 if _INDEX.search(words) else 0
