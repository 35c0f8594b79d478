"""
What a page says of itself in the words of schema.org: JSON-LD and microdata into a few plain facts.

Does not fetch contexts, and does not follow references between blocks: what matters of a town stands in one place. Whatever
a page puts there is bounded: blocks, depth, things, characters.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from crawler.addresses import target

Node = dict[str, Any]

MAX_BLOCK = 200_000  #: characters of one JSON-LD block
MAX_BLOCKS = 100
MAX_JSON = 500_000  #: characters of all blocks of a page
MAX_NODES = 500
MAX_DEPTH = 8
MAX_WIDTH = 200  #: values of one property
MAX_THINGS = 30
MAX_QUESTIONS = 40
MAX_NAME = 200
MAX_DESCRIPTION = 400
MAX_ADDRESS = 1_000
MAX_SIZE = 20_000  #: characters of all things of a page

# A block without any of these words has nothing that is looked for, and most pages have only such.
_WANTED = re.compile(
    r"BreadcrumbList|Service|FAQPage|Event|NewsArticle|Organization|Office|CityHall|Business|Library|Museum|Application"
    r"|Data(?:set|Catalog)|JobPosting|Action|ContactPoint|[Ll]ei[Kk]a|99\d{12}"
)
_TYPE = re.compile(r"(?:https?://(?:www\.)?schema\.org/|schema:)?([A-Z][A-Za-z]{2,60})/?")
_TYPES = frozenset(
    "FAQPage GovernmentOffice CityHall LocalBusiness Library Museum Dataset DataCatalog JobPosting ContactPoint"
    " BuyAction OrderAction PayAction RegisterAction ReserveAction ApplyAction SubscribeAction DownloadAction".split()
)
_FAMILIES = ("Service", "Event", "NewsArticle", "Organization", "Application")  # with all their kinds
# Where things stand inside things and are still the page's own matter; an author or a sponsor is not.
_INWARD = (
    *("@graph", "mainEntity", "mainEntityOfPage", "about", "hasPart", "itemListElement", "item", "potentialAction"),
    *("contactPoint", "hasOfferCatalog", "makesOffer", "itemOffered", "department", "subOrganization", "event"),
    *("subEvent", "dataset", "availableChannel", "provider"),
)
_NAMES = ("name", "headline", "title", "legalName")
_ADDRESSES = ("url", "serviceUrl", "target", "urlTemplate", "installUrl", "downloadUrl")
_KEYED = ("identifier", "serviceType", "additionalType", "sameAs")
_TEXTS = ("serviceType", "startDate", "contactType", "telephone", "email")
PROPERTIES = frozenset(
    [*_INWARD, *_NAMES, *_ADDRESSES, *_KEYED, *_TEXTS, "description", "value", "position", "query-input", "valueName"]
)
"""Those that are read."""

_UNSEEN = re.compile("[\0-\x1f\x7f\ud800-\udfff]")  # neither a database nor UTF-8 takes them all
_TAG = re.compile(r"<[^<>]{0,500}>")
# Comments and CDATA around JSON hide it from browsers of the nineties; some systems still write them.
_WRAPPING = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->|/\*[^*]{0,300}\*/|^[ \t]*//[^\n]*", re.MULTILINE)
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")

# Numbers stay as they are written, for a key may be given as one; NaN and Infinity are nothing.
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def nodes(blocks: Iterable[str], items: Iterable[Node]) -> list[Node]:
    """Return the things of JSON-LD blocks and microdata items as they are given, the outer ones first."""
    waiting: deque[tuple[Any, int]] = deque((value, 0) for value in (*_decoded(blocks), *items))
    found: list[Node] = []
    looked = 0
    while waiting and len(found) < MAX_NODES and looked < MAX_NODES * 4:
        value, depth = waiting.popleft()
        looked += 1
        if isinstance(value, list) and depth <= MAX_DEPTH:
            waiting.extend((inner, depth + 1) for inner in value[:MAX_WIDTH])
        elif isinstance(value, dict):
            found.append(value)
            if depth < MAX_DEPTH:
                inner = (value[name] for name in _INWARD if isinstance(value.get(name), (dict, list)))
                waiting.extend((each, depth + 1) for each in inner)
    return found


def types(node: Node) -> list[str]:
    """Return the types of a thing without their vocabulary."""
    matches = (_TYPE.fullmatch(value.strip()) for value in _each(node.get("@type")) if isinstance(value, str))
    return [match[1] for match in matches if match]


def things(found: Iterable[Node], *, start: str) -> list[dict[str, Any]]:
    """
    Return what matters of these, each once.

    A thing is ``{"type", "name", "url", "description", "serviceType", "provider", "startDate", "contactType",
    "telephone", "email", "questions": [...]}``, with at least a name, an address or a question beside its type.
    """
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    size = 0
    for node in found:
        kind = next((name for name in types(node) if name in _TYPES or name.endswith(_FAMILIES)), None)
        thing = _thing(kind, node, start=start) if kind else None
        if thing is None:
            continue
        size += sum(len(text) for value in thing.values() for text in _each(value))
        if size > MAX_SIZE or len(kept) == MAX_THINGS:
            break
        kept.setdefault((thing["type"], thing.get("name", ""), thing.get("url", "")), thing)
    return list(kept.values())


def crumbs(found: Iterable[Node]) -> list[str]:
    """Return the steps of the first trail, the front door first."""
    for node in found:
        if "BreadcrumbList" in types(node):
            steps = [step for step in _each(node.get("itemListElement")) if isinstance(step, dict)]
            places = [_place(step) for step in steps]
            if all(places) and len(set(places)) == len(places):
                steps = [
                    steps[index]
                    for index in sorted(range(len(steps)), key=lambda index: (len(places[index]), places[index]))
                ]
            names = [text(step, *_NAMES) or text(step.get("item"), *_NAMES) for step in steps]
            if any(names):
                return [name for name in names if name]
    return []


def identifiers(found: Iterable[Node]) -> Iterator[str]:
    """Yield what things give as identifier, kind of service or other address of themselves."""
    for node in found:
        for name in _KEYED:
            for value in _each(node.get(name)):
                named = value.get("value") or value.get("@id") if isinstance(value, dict) else value
                if isinstance(named, str) and len(named) <= MAX_ADDRESS:
                    yield named


def text(value: Any, *names: str, most: int = MAX_NAME) -> str:
    """Return the first string of a value, or of these properties of it, as words on one line; "" if there is none."""
    one = _first(value)
    inner = (_first(one.get(name)) for name in (*names, "@value")) if isinstance(one, dict) else (one,)
    inner = (each.get("@value") if isinstance(each, dict) else each for each in inner)
    return next((said for each in inner if isinstance(each, str) and (said := _clean(each, most))), "")


def address(value: Any, *, start: str) -> str | None:
    """Return the first web address of a value."""
    one = _first(value)
    if isinstance(one, dict):
        one = next(
            (one[name] for name in ("urlTemplate", "url", "serviceUrl", "@id") if isinstance(one.get(name), str)), None
        )
    said = text(one, most=MAX_ADDRESS + 1)
    found = target(said, start) if 0 < len(said) <= MAX_ADDRESS else None
    return found if found and len(found) <= MAX_ADDRESS else None


def _thing(kind: str, node: Node, *, start: str) -> dict[str, Any] | None:
    url = next(filter(None, (address(node.get(name), start=start) for name in _ADDRESSES)), None)
    thing: dict[str, Any] = {"name": text(node, *_NAMES), "url": url or ""}
    thing["questions"] = list(_questions(node)) if kind == "FAQPage" else []
    if not any(thing.values()):
        return None
    thing["description"] = text(node, "description", most=MAX_DESCRIPTION)
    thing["provider"] = text(node.get("provider"), *_NAMES)
    thing.update((name, text(node, name)) for name in _TEXTS)
    return {"type": kind, **{name: value for name, value in thing.items() if value}}


def _questions(node: Node) -> Iterator[str]:
    for question in _each(node.get("mainEntity"))[:MAX_QUESTIONS]:
        if isinstance(question, dict) and (said := text(question, "name")):
            yield said


def _place(step: Node) -> str:
    """Return the position of a step as digits; "" if it has none."""
    place = text(step, "position", most=5)
    return place.lstrip("0") if place.isascii() and place.isdigit() else ""


def _each(value: Any) -> list[Any]:
    return value[:MAX_WIDTH] if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> Any:
    return next(iter(_each(value)), None)


def _clean(said: str, most: int) -> str:
    said = said[: 4 * most]
    if "&" in said:
        said = unescape(said)
    if "<" in said:
        said = _TAG.sub(" ", said)
    return " ".join(_UNSEEN.sub(" ", said).split())[:most].rstrip()


def _decoded(blocks: Iterable[str]) -> Iterator[Any]:
    left = MAX_JSON
    for number, block in enumerate(blocks):
        left -= len(block)
        if number == MAX_BLOCKS or left < 0:
            return
        if len(block) <= MAX_BLOCK and _WANTED.search(block):
            yield _decode(block)


def _decode(block: str) -> Any:
    """Return the value of a block; once more without what is often wrong around it; None if it is no JSON."""
    for repaired in (False, True):
        try:
            return _DECODER.decode(_repair(block) if repaired else block.strip())
        except (ValueError, RecursionError):
            continue
    return None


def _repair(block: str) -> str:
    if '"' not in block:
        block = unescape(block)
    block = _LAST_COMMA.sub("", _WRAPPING.sub("", block))
    begins = [place for sign in "{[" if (place := block.find(sign)) >= 0]
    end = max(block.rfind("}"), block.rfind("]")) + 1
    # As a list, for some systems write several objects with commas between them.
    return f"[{block[min(begins, default=0) : end]}]"
