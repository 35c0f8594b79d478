"""
The date a page gives itself.

Does not guess: a date that only occurs on the page is not the page's date, and what is told of an event is the event's.
What a page says of its publication comes before what its system says of the last change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from crawler import writtendate
from crawler.days import FIRST_YEAR, read

_MAX_JSON = 200_000
_MAX_MARKUP = 300_000  # characters; a page's own date stands in the first of them
_MAX_MARKS = 200  # elements that may hold a date

# In an address the day stands in parts of the path, at the beginning of a name, or is the beginning of one in figures alone.
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)([/-]?)(\d\d)\2(\d\d)(?=[/_.-]|$)")
_EVENT_PATH = re.compile(r"veranstaltung|termin|event|kalend|calend|sitzung|programm")

# All within bounds: names of attributes may hold the sign that begins a tag, and each would look to the end.
_TIME = re.compile(r"<time\b([^>]{0,400})>")
_DATETIME = re.compile(r'\sdatetime="([^"]{8,40})"')
_CHANGE = re.compile(r'\sitemprop="dateModified"|\sclass="[^"]*\b(?:updated|modified|changed)\b')
_FOREIGN = re.compile(
    r'\sitemprop="(?!date(?:Published|Created|Modified))|\sclass="[^"]*\b(?:dtstart|dtend|event|start|end)\b'
)
_PUBLISHED = (
    r'(?:\sitemprop="(?:datePublished|dateCreated)"|\spubdate\b|\sclass="[^"]*\b(?:published|entry-date|posted)\b)'
)
_MARKED = re.compile(
    rf'<[a-z]+\b(?=[^>]{{0,400}}{_PUBLISHED})[^>]{{0,400}}\s(?:datetime|content|title)="([^"]{{8,40}})"'
)
_MODIFIED = re.compile(
    r'<[a-z]+\b(?=[^>]{0,400}\sitemprop="dateModified")[^>]{0,400}\s(?:datetime|content)="([^"]{8,40})"'
)

# Names that systems give to the place of the date, and those of dates that are not the page's.
_CLASS = re.compile(r' class="([^"]{3,150})"[^>]{0,400}>')
_DATE_NAME = re.compile(r"(?:^|[\s_-])(?:date|datum|pubdate|published|byline|meta|posted-on)(?:$|[\s_-])")
_FOREIGN_NAME = re.compile(
    r"event|termin|start|end|deadline|frist|modified|updated|birth|expir|calend|kalend", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")
_NEAR = 200  # characters of markup after the name

_PUBLISHED_METAS = (
    *(
        "article:published_time",
        "date",
        "dc.date",
        "dc.date.issued",
        "dc.date.created",
        "dcterms.date",
        "dcterms.issued",
    ),
    *("dcterms.created", "dc.created", "pubdate", "publishdate", "publish-date", "datepublished"),
)
_CHANGED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "revised",
    "datemodified",
)


@dataclass(frozen=True, slots=True)
class Sources:
    """
    Where a page can name its date.

    Attributes:
        lines: Of the main text.
        html: Of the main part, for ``<time>`` and elements named after a date.
        foot: Text of the footers; articles have one too.
        foot_html: Of the same.
        metas: By name in lower case.
        data: JSON-LD blocks.
    """

    url: str
    lines: Sequence[str] = ()
    html: str = ""
    foot: str = ""
    foot_html: str = ""
    metas: Mapping[str, str] = field(default_factory=dict)
    data: Sequence[str] = ()


def own_date(sources: Sources, *, latest: date) -> str | None:
    """Return the ISO date the page gives itself, not after ``latest``; None if it gives none or several."""
    for text in _claims(sources):
        found = read(text)
        if found and found.year >= FIRST_YEAR and found <= latest:
            return found.isoformat()
    return None


def _claims(sources: Sources) -> Iterator[str]:
    """Yield what may be the date, the surest first."""
    things = list(_things(sources.data))
    yield from _values(things, "datePublished", "dateCreated", "datePosted")
    yield from (sources.metas[name] for name in _PUBLISHED_METAS if name in sources.metas)
    # Only ISO dates in attributes are read from markup, and most pages have none.
    html, foot_html = sources.html[:_MAX_MARKUP], sources.foot_html[:_MAX_MARKUP]
    marked = html if _has_figures(html) else ""
    yield from _MARKED.findall(marked)[:1]
    written = writtendate.find(sources.lines)
    yield from written.published
    placed = [*_times(marked), *(_named(html) if written.dated else ()), *written.alone]
    if placed and not _is_event(sources):
        yield from placed
    if _has_figures(foot_html):
        yield from _only(_MARKED.findall(foot_html)[:_MAX_MARKS])
    foot = writtendate.in_foot(sources.foot)
    yield from foot.published
    yield from written.changed
    yield from foot.changed
    yield from _values(things, "dateModified")
    yield from _MODIFIED.findall(marked)[:1]
    yield from (sources.metas[name] for name in _CHANGED_METAS if name in sources.metas)
    yield from _in_address(sources.url)


def _is_event(sources: Sources) -> bool:
    """Tell whether the page describes an event, so that a date which nothing explains is the event's."""
    return (
        any('Event"' in block for block in sources.data)
        or "schema.org/Event" in sources.html
        or writtendate.is_event(sources.lines)
    )


def _has_figures(html: str) -> bool:
    """Tell at little cost whether attributes can hold an ISO date."""
    return '="20' in html or '="19' in html


def _things(blocks: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield what JSON-LD says about the page itself: its outermost things and those of a graph, but no events."""
    for block in blocks:
        if '"date' not in block or len(block) > _MAX_JSON:
            continue
        try:
            found = json.loads(block)
        except (ValueError, RecursionError):
            continue
        outer = found if isinstance(found, list) else [found]
        for thing in outer:
            if isinstance(thing, dict):
                graph = thing.get("@graph")
                inner = graph if isinstance(graph, list) else [thing]
                yield from (part for part in inner if isinstance(part, dict) and "Event" not in str(part.get("@type")))


def _values(things: Iterable[dict[str, Any]], *names: str) -> Iterator[str]:
    for name in names:
        yield from (value for thing in things if isinstance(value := thing.get(name), str))


def _times(html: str) -> Iterator[str]:
    """Yield the only time; of several nobody says which is the page's."""
    tags = _TIME.findall(html)[:_MAX_MARKS]
    plain = (tag for tag in tags if not _CHANGE.search(tag) and not _FOREIGN.search(tag))
    yield from _only([match[1] for tag in plain if (match := _DATETIME.search(tag))])


def _named(html: str) -> Iterator[str]:
    """Yield the only date that stands in elements which are named after a date."""
    places = (match.end() for match in _CLASS.finditer(html) if _is_date_name(match[1]))
    found: list[str] = []
    for place in islice(places, _MAX_MARKS):
        words = _TAG.sub(" ", html[place : place + _NEAR].rpartition("<")[0])
        found += writtendate.first(" ".join(words.split()))
    yield from _only(found)


@lru_cache(maxsize=4_096)
def _is_date_name(name: str) -> bool:
    return _DATE_NAME.search(name) is not None and _FOREIGN_NAME.search(name) is None


def _only(dates: Sequence[str]) -> Sequence[str]:
    """Return the first of the dates if they are all the same day."""
    return dates[:1] if len({read(each) for each in dates}) == 1 else ()


def _in_address(url: str) -> Iterator[str]:
    if (match := _DATED_PATH.search(url)) and not _EVENT_PATH.search(url.lower()):
        yield f"{match[1]}-{match[3]}-{match[4]}"
