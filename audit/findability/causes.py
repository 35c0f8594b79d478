"""
Why a page is hard to find, and where: causes as codes with their facts.

Does not word them (``audit.reasons`` does) and does not judge what the page says. Who can mend a cause is said beside it:
the editors, those who care for the website, the vendor of the system, or whoever runs the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np

from audit.catalogue import Criterion
from audit.findability.browsing import CLICKS
from audit.findability.finder import Finder, Found
from audit.findability.flow import Flags
from audit.findability.graph import is_mute
from audit.findability.search import closed, is_html
from audit.findability.searching import CLEAR
from audit.findability.words import WORD, folded
from db.models import Page

EDITOR, WEB_TEAM, VENDOR, HOST = "editor", "web team", "vendor", "host"

MENDS = {"noindex": WEB_TEAM, "blocked": HOST, "canonical": WEB_TEAM, "unread": HOST}
"""Who can open a page to search engines, by what closes it."""

SHARED, FEWEST = 0.8, 3
"""A fault is one of the template if this part of the pages of a host has it, and the host has at least so many."""

FAR = 4
"""Clicks from which a page is deep."""

STRAY, HALF = 0.5, 0.5
"""Where fewer than half arrive, the page is named at which at least this part of all who began is lost."""

SHORT = 2
"""A name has so many words at most."""

LOSSY = str.maketrans("", "", "äöüßÄÖÜ@")


Facts = dict[str, str | int]


@dataclass(frozen=True)
class Cause:
    """
    One thing that stands between people and a page.

    Attributes:
        code: deep, mute_link, link_wording, dead_end, orphan, unlinked_host, script_only (browsing); noindex, blocked, canonical,
            unread, script_made, title_missing, lost_letters, brand_only, wording, outranked (searching); template_fault, mirrored.
        who: editor, web team, vendor, host.
        where: Address at which it is mended.
        facts: What a sentence about it names.
    """

    code: str
    who: str
    where: str
    facts: Facts = field(default_factory=dict)


def causes(found: Found, criterion: Criterion, finder: Finder) -> list[Cause]:
    """Return what makes this page hard to find, what keeps search engines from it first; empty where nothing does."""
    return [*_searching(found, criterion, finder), *_copies(found, finder), *_browsing(found, criterion, finder)]


def _searching(found: Found, criterion: Criterion, finder: Finder) -> Iterator[Cause]:
    page = finder.graph.pages.get(found.url)
    if found.closed is not None:
        yield Cause(found.closed, MENDS[found.closed], found.url)
        if page is not None and _of_template(finder, page, found.closed):
            yield Cause("template_fault", VENDOR, found.url, {"fault": found.closed, "host": _host(found.url)})
        return
    if page is not None and page.rendered:
        yield Cause("script_made", VENDOR, found.url)
    hit = finder.graph.pages.get(found.searched.url or found.url)
    if hit is not None and (found.searched.chance == 0 or found.searched.title < CLEAR):
        yield from _unclear(hit, found, criterion, finder)


def _unclear(hit: Page, found: Found, criterion: Criterion, finder: Finder) -> Iterator[Cause]:
    """Return why a page that may be listed is far down, or not recognised there."""
    facts: Facts = {"query": found.searched.query, "rank": found.searched.rank or 0, "title": hit.title}
    if word := _lost_letters(hit, criterion):
        yield Cause("lost_letters", VENDOR, hit.url, {**facts, "word": word})
    elif _is_untitled(hit, finder):
        yield Cause("title_missing", VENDOR, hit.url, facts)
        if _of_template(finder, hit, "title_missing"):
            yield Cause("template_fault", VENDOR, hit.url, {"fault": "title_missing", "host": _host(hit.url)})
    elif finder.scent(_shown(hit), criterion) < CLEAR:
        yield Cause("brand_only" if _is_brand(hit, finder) else "wording", EDITOR, hit.url, facts)
    elif found.searched.chance == 0:
        yield Cause("outranked", EDITOR, hit.url, facts)


def _copies(found: Found, finder: Finder) -> Iterator[Cause]:
    """Copies are in the way where a page leaves its place in the search to one that is not listed either, or to one elsewhere."""
    graph = finder.graph
    page = graph.pages.get(found.url)
    named = graph.page(page.canonical) if page is not None and page.canonical and found.closed == "canonical" else None
    if named is not None and closed(graph.pages[named]) is not None:
        yield Cause("mirrored", WEB_TEAM, found.url, {"copy": named})
    elif found.searched.url not in {None, found.url} and found.searched.url in finder.twins.of(found.url):
        yield Cause("mirrored", WEB_TEAM, found.url, {"copy": str(found.searched.url)})


def _browsing(found: Found, criterion: Criterion, finder: Finder) -> Iterator[Cause]:
    browsed, way = found.browsed, found.way
    if way is None or way.clicks > CLICKS:
        yield from _dead_ends(criterion, finder)
    if way is None:
        if tile := _scripted(found, finder):
            yield Cause("script_only", VENDOR, tile)
        else:
            code = "orphan" if finder.graph.reaches(found.url) else "unlinked_host"
            yield Cause(code, EDITOR, found.url, {"host": _host(found.url)})
        return
    for (before, _), (_, text) in zip(way.steps, way.steps[1:], strict=False):
        if is_mute(text):
            yield Cause("mute_link", EDITOR, before, {"words": text})
            break
    if way.clicks >= FAR:
        yield Cause("deep", EDITOR, way.steps[0][0], {"clicks": way.clicks})
    lost = browsed.lost
    if lost is not None and browsed.chance < HALF and lost.share >= STRAY and not is_mute(lost.text):
        facts: Facts = {"words": lost.text, "rivals": lost.rivals, "share": round(100 * lost.share)}
        yield Cause("link_wording", EDITOR, lost.url, facts)


def _scripted(found: Found, finder: Finder) -> str:
    """Return the page people get to on which a script may lay a link to this one; empty: there is none."""
    graph = finder.graph
    pages = (page for page in graph.pages.values() if page.structure and page.structure.get("scripted"))
    told = (page.url for page in pages if found.url in page.structure["scripted"])  # type: ignore[index]
    return next((url for url in told if graph.depth(url) >= 0), "")


def _dead_ends(criterion: Criterion, finder: Finder) -> Iterator[Cause]:
    """Links that name the thing and lead to a page that is not there, or from which no link goes on."""
    graph = finder.graph
    scent = finder.scents(criterion)
    if not len(graph.first):
        return
    telling: Flags = np.maximum.reduceat(scent[graph.wording], graph.first) >= CLEAR
    numbers: list[int] = np.flatnonzero(telling).tolist()
    for edge in numbers:
        source, target = int(graph.edges.source[edge]), int(graph.edges.target[edge])
        if graph.is_reached(source) and target < graph.edges.nodes - 1 and _is_dead(finder, graph.url(target)):
            yield Cause(
                "dead_end", EDITOR, graph.url(source), {"words": graph.words(edge), "target": graph.url(target)}
            )
            return


def _is_dead(finder: Finder, url: str) -> bool:
    page = finder.graph.pages[url]
    return page.status >= 400 or (is_html(page) and page.error is None and not page.links)  # noqa: PLR2004


def _of_template(finder: Finder, page: Page, fault: str) -> bool:
    """Do nearly all pages of the host have the same fault?"""
    pages, faults = finder.faults(_host(page.url))
    having = faults[fault, page.canonical or ""] if fault == "canonical" else faults[fault, ""]
    return pages >= FEWEST and having >= SHARED * pages


def _is_untitled(page: Page, finder: Finder) -> bool:
    """Does the title name the host at most, or bear it many pages?"""
    return not finder.is_titled(page)


def _shown(page: Page) -> str:
    """Return what a search engine shows of a page."""
    headings = " ".join(str(heading["text"]) for heading in page.headings if heading["level"] == 1)
    return f"{page.title} {headings}"


def _is_brand(page: Page, finder: Finder) -> bool:
    """Is the heading a name that hardly any page has, not words that describe?"""
    heading = next((str(each["text"]) for each in page.headings if each["level"] == 1), page.title)
    tokens = finder.questions.tokens(heading)
    return len(heading.split()) <= SHORT and bool(tokens) and all(map(finder.search.is_rare, tokens))


def _lost_letters(page: Page, criterion: Criterion) -> str:
    """Return the word of what is looked for that stands in address or title without its umlauts; empty: none does."""
    typed = " ".join([criterion.name, *criterion.queries, *criterion.product, *criterion.object])
    told = f"{urlsplit(page.url).path} {page.title}"
    there = set(re.findall(r"\w+", told.casefold())) | set(WORD.findall(folded(told)))
    words: list[str] = re.findall(r"[\w@]{5,}", typed)
    for word in words:
        bare = word.translate(LOSSY).casefold()
        if bare != word.casefold() and bare in there and folded(word) not in there:
            return word
    return ""


def _host(url: str) -> str:
    return url.split("/")[2]
